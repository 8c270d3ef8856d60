// ONNX's operators on the weights of a checkpoint, as a graph of any family is made of them.

import type { Activation, Attribute, GraphTools } from "../families/index.ts";
import { type BertShape, storedName } from "./layout.ts";
import { GraphBuilder, type Value, type Weight } from "./onnx.ts";

/** A graph under construction, and the operators that write into it. */
export class Operators implements GraphTools {
  readonly builder: GraphBuilder;
  readonly shape: BertShape;
  readonly #weights: ReadonlyMap<string, Weight>;
  readonly #used = new Set<string>();
  #nodes = 0;

  constructor(name: string, shape: BertShape, weights: ReadonlyMap<string, Weight>) {
    this.builder = new GraphBuilder(name);
    this.shape = shape;
    this.#weights = weights;
  }

  /** names of the shards that the weights so far lie in */
  get shards(): string[] {
    return [...this.#used];
  }

  /** [..., D] -> [B*T, D] */
  matrix(value: Value): Value {
    return this.reshape(value, [-1, this.shape.dModel], `${value}.matrix`);
  }

  reshape(value: Value, dimensions: readonly number[], output: Value): Value {
    return this.builder.node("Reshape", [value, this.integers(dimensions)], output);
  }

  op(type: string, inputs: Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.builder.node(type, inputs, `family.${type}.${this.#nodes++}`, attributes);
  }

  /** x [rows, in] -> x W^T + b [rows, out] */
  linear(name: string, x: Value): Value {
    const inputs = [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    return this.builder.node("Gemm", inputs, `${name}.linear`, { transB: 1 });
  }

  /** The exact (erf) GELU where nothing else is said. */
  activate(kind: Activation | undefined, x: Value, output: Value): Value {
    if (kind === "relu") return this.builder.node("Relu", [x], output);
    const approximate = kind === "gelu_new" ? { approximate: { text: "tanh" } } : {};
    return this.builder.node("Gelu", [x], output, approximate);
  }

  addNorm(name: string, x: Value, residual: Value): Value {
    const sum = this.builder.node("Add", [x, residual], `${name}.sum`);
    return this.layerNorm(name, sum, `${name}.norm`);
  }

  layerNorm(name: string, x: Value, output: Value): Value {
    const inputs = [x, this.weight(`${name}.weight`), this.weight(`${name}.bias`)];
    const epsilon = { float: this.shape.layerNormEps };
    return this.builder.node("LayerNormalization", inputs, output, { axis: -1, epsilon });
  }

  integers(values: readonly number[]): Value {
    const name = values.length > 8 ? `int64.list.${this.#nodes++}` : `int64.${values.join(".")}`;
    return this.builder.integers(name, values);
  }

  weight(name: string): Value {
    const weight = this.#weights.get(storedName(name, this.shape));
    if (!weight) throw new Error(`the layout has no tensor ${name}`);
    this.#used.add(weight.location);
    return this.builder.weight(weight);
  }
}
