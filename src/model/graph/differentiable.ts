// The parts of BERT as operators of a graph, each with its vector-Jacobian product: how the gradient of a number goes back
// through it, from its output to its input. Weights are constants; no gradient of theirs is made.
//
// Weights are [out, in], so y = x W^T is Gemm(transB=1) and dx = dy W is Gemm without it, on the very same tensor.
// N rows (B*T tokens), B batch, T positions, H heads, d width of a head.

import type { Activation } from "../families/index.ts";
import { Encoder, type Segment } from "./encoder.ts";
import { type BertShape, gateOf, layerPrefix } from "./layout.ts";
import type { GraphBuilder, Value, Weight } from "./onnx.ts";

/** a value of the graph, and what makes of the gradient with respect to it that with respect to what it was made of */
export interface Differentiable {
  readonly value: Value;
  pull: (gradient: Value) => Value;
}

/** One graph under construction whose values know their way back. */
export class DifferentiableGraph {
  readonly #graph: Encoder;
  readonly #shape: Pick<BertShape, "heads" | "dModel" | "layerNormEps" | "activation">;
  #nodes = 0;

  constructor(name: string, shape: BertShape, weights: ReadonlyMap<string, Weight>) {
    this.#graph = new Encoder(name, shape, weights);
    this.#shape = shape;
  }

  get builder(): GraphBuilder {
    return this.#graph.builder;
  }

  finish(): Segment {
    return this.#graph.finish();
  }

  /** x [N, in] -> x W^T + b [N, out] */
  linear(name: string, x: Value): Differentiable {
    const weight = this.#graph.weight(`${name}.weight`);
    const bias = this.#graph.has(`${name}.bias`) ? [this.#graph.weight(`${name}.bias`)] : [];
    return {
      value: this.op("Gemm", [x, weight, ...bias], { transB: 1 }),
      pull: (gradient) => this.op("Gemm", [gradient, weight]),
    };
  }

  /** The pull of {@link linear} for a weight [out, in] by its own name, whose forward is not wanted. */
  pullLinear(weight: string, gradient: Value): Value {
    return this.op("Gemm", [gradient, this.#graph.weight(weight)]);
  }

  /** A model's activation; the exact GELU where nothing else is said. */
  activation(kind: Activation | undefined, x: Value): Differentiable {
    return kind === "relu" ? this.#relu(x) : kind === "gelu_new" ? this.#tanhGelu(x) : this.gelu(x);
  }

  /** max(x, 0), whose derivative torch takes as 0 at 0 */
  #relu(x: Value): Differentiable {
    return {
      value: this.op("Relu", [x]),
      pull: (gradient) => {
        const positive = this.op("Cast", [this.op("Greater", [x, this.#number(0)])], { to: 1 }); // float
        return this.op("Mul", [gradient, positive]);
      },
    };
  }

  /**
   * GELU in its tanh form, x (1 + t) / 2 with t = tanh(c (x + a x^3)), c = sqrt(2 / pi) and a = 0.044715. Its derivative is
   * (1 + t) / 2 + x (1 - t^2) c (1 + 3 a x^2) / 2.
   */
  #tanhGelu(x: Value): Differentiable {
    return {
      value: this.op("Gelu", [x], { approximate: { text: "tanh" } }),
      pull: (gradient) => {
        const [c, a] = [Math.sqrt(2 / Math.PI), 0.044715];
        const square = this.op("Mul", [x, x]);
        const plus = (value: Value, number: number) => this.op("Add", [value, this.#number(number)]);
        const inner = this.op("Mul", [this.#times(x, c), plus(this.#times(square, a), 1)]);
        const t = this.op("Tanh", [inner]);
        const half = this.#times(plus(t, 1), 0.5);
        const slope = this.op("Sub", [this.#number(1), this.op("Mul", [t, t])]);
        const along = this.op("Mul", [this.#times(x, c / 2), plus(this.#times(square, 3 * a), 1)]);
        return this.op("Mul", [gradient, this.op("Add", [half, this.op("Mul", [slope, along])])]);
      },
    };
  }

  /**
   * GELU in its exact form, x Phi(x), Phi and phi being the standard normal distribution and its density. Its derivative is
   * Phi(x) + x phi(x).
   */
  gelu(x: Value): Differentiable {
    return {
      value: this.op("Gelu", [x]),
      pull: (gradient) => {
        const erf = this.op("Erf", [this.#times(x, Math.SQRT1_2)]);
        const distribution = this.#times(this.op("Add", [erf, this.#number(1)]), 0.5);
        const exponential = this.op("Exp", [this.#times(this.op("Mul", [x, x]), -0.5)]);
        const density = this.#times(exponential, 1 / Math.sqrt(2 * Math.PI));
        const derivative = this.op("Add", [distribution, this.op("Mul", [x, density])]);
        return this.op("Mul", [gradient, derivative]);
      },
    };
  }

  /**
   * LayerNorm over the last dimension, y = n g + b with n = (x - mean) / s and s = sqrt(variance + eps). With dn = dy g:
   * dx = (dn - mean(dn) - n mean(dn n)) / s.
   */
  layerNorm(name: string, x: Value): Differentiable {
    const factor = this.#graph.weight(`${name}.weight`);
    const centred = this.op("Sub", [x, this.#mean(x)]);
    const variance = this.#mean(this.op("Mul", [centred, centred]));
    const deviation = this.op("Sqrt", [this.op("Add", [variance, this.#number(this.#shape.layerNormEps)])]);
    const normalized = this.op("Div", [centred, deviation]);
    const output = () => {
      const scaled = this.op("Mul", [normalized, factor]);
      if (!this.#graph.has(`${name}.bias`)) return scaled;
      return this.op("Add", [scaled, this.#graph.weight(`${name}.bias`)]);
    };
    return {
      // made when it is asked for: the last one of a segment is not
      get value() {
        return output();
      },
      pull: (gradient) => {
        const scaled = this.op("Mul", [gradient, factor]);
        const along = this.op("Mul", [normalized, this.#mean(this.op("Mul", [scaled, normalized]))]);
        const across = this.op("Sub", [this.op("Sub", [scaled, this.#mean(scaled)]), along]);
        return this.op("Div", [across, deviation]);
      },
    };
  }

  /** A LayerNorm of a family that has it there: before attention and MLP, or behind. */
  normWhere(before: boolean, name: string, x: Value): Differentiable {
    const isThere = before === this.#graph.preNorm && this.#graph.has(`${name}.weight`);
    return isThere ? this.layerNorm(name, x) : { value: x, pull: (gradient) => gradient };
  }

  /** What a layer's MLP reads [N, D] -> its neurons [N, F], which another linear layer may multiply. */
  neurons(layer: number, x: Value): Differentiable {
    const pre = this.linear(`${layerPrefix(layer)}.intermediate.dense`, x);
    const active = this.activation(this.#shape.activation, pre.value);
    if (!this.#graph.has(`${gateOf(layer)}.weight`))
      return { value: active.value, pull: (gradient) => pre.pull(active.pull(gradient)) };
    const gate = this.linear(gateOf(layer), x);
    return {
      value: this.op("Mul", [active.value, gate.value]),
      pull: (gradient) => {
        const through = pre.pull(active.pull(this.op("Mul", [gradient, gate.value])));
        return this.op("Add", [through, gate.pull(this.op("Mul", [gradient, active.value]))]);
      },
    };
  }

  /**
   * Self-attention without its output projection: z [N, D] of x [N, D].
   *
   * With S = q k^T / sqrt(d) + bias, P = softmax(S) and z = P v: dv = P^T dz, dP = dz v^T,
   * dS = P (dP - sum(dP P)), dq = dS k / sqrt(d), dk = dS^T q / sqrt(d).
   * Where queries and keys are turned by their positions, q and k are the turned ones, and dq and dk are turned back.
   * @param stream int64 [3]: B, T, D
   * @param hiding [B, 1, T, T]
   */
  attention(layer: number, x: Value, stream: Value, hiding: Value): Differentiable {
    const prefix = `${layerPrefix(layer)}.attention.self`;
    const { heads, dModel } = this.#shape;
    const scale = 1 / Math.sqrt(dModel / heads);
    const { bias, query, key } = this.#graph.places(layer, stream, { hiding });
    const turn = (tokens: Value, by: typeof query, back = false) =>
      by ? this.#graph.rotate(tokens, by, back) : tokens;
    const split = (matrix: Value, by?: typeof query) => {
      const tokens = turn(this.op("Reshape", [matrix, stream]), by);
      const parts = this.op("Reshape", [tokens, this.integers([0, 0, heads, dModel / heads])]);
      return this.op("Transpose", [parts], { perm: [0, 2, 1, 3] });
    };
    const joined = (parts: Value, by?: typeof query) => {
      const tokens = this.op("Transpose", [parts], { perm: [0, 2, 1, 3] });
      if (!by) return this.matrix(tokens, dModel);
      return this.matrix(turn(this.op("Reshape", [tokens, stream]), by, true), dModel);
    };
    const turned = (value: Value) => this.op("Transpose", [value], { perm: [0, 1, 3, 2] });
    const [toQuery, toKey, toValue] = ["query", "key", "value"].map((part) =>
      this.linear(`${prefix}.${part}`, x),
    );
    const [q, k, v] = [split(toQuery!.value, query), split(toKey!.value, key), split(toValue!.value)];
    const scores = this.op("Add", [this.#times(this.op("MatMul", [q, turned(k)]), scale), bias!]);
    const pattern = this.op("Softmax", [scores], { axis: -1 });
    return {
      value: joined(this.op("MatMul", [pattern, v])),
      pull: (gradient) => {
        const dz = split(gradient);
        const dv = this.op("MatMul", [turned(pattern), dz]);
        const weighted = this.op("Mul", [pattern, this.op("MatMul", [dz, turned(v)])]);
        const total = this.op("ReduceSum", [weighted, this.integers([-1])], { keepdims: 1 });
        const dScores = this.#times(this.op("Sub", [weighted, this.op("Mul", [pattern, total])]), scale);
        const dq = this.op("MatMul", [dScores, k]);
        const dk = this.op("MatMul", [turned(dScores), q]);
        const back = [
          toQuery!.pull(joined(dq, query)),
          toKey!.pull(joined(dk, key)),
          toValue!.pull(joined(dv)),
        ];
        return back.reduce((sum, each) => this.op("Add", [sum, each]));
      },
    };
  }

  /** [..., W] -> [N, W] */
  matrix(value: Value, width: number): Value {
    return this.op("Reshape", [value, this.integers([-1, width])]);
  }

  integers(values: readonly number[]): Value {
    return this.#graph.integers(values);
  }

  /** A node whose output nobody else names. */
  op(type: string, inputs: Value[], attributes: Parameters<GraphBuilder["node"]>[3] = {}): Value {
    return this.builder.node(type, inputs, `${type}.${this.#nodes++}`, attributes);
  }

  /** mean over the last dimension, which stays with length 1 */
  #mean(x: Value): Value {
    return this.op("ReduceMean", [x, this.integers([-1])], { keepdims: 1 });
  }

  #times(x: Value, factor: number): Value {
    return this.op("Mul", [x, this.#number(factor)]);
  }

  #number(value: number): Value {
    return this.builder.number(`float32.${value}`, value);
  }
}
