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
  /** by the numbers in it */
  readonly #tables = new Map<string, Value>();
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

  /** x [rows, in] -> x W^T + b [rows, out]; a family may have no b */
  linear(name: string, x: Value): Value {
    const inputs = [x, ...this.#parameters(name)];
    return this.builder.node("Gemm", inputs, `${name}.linear`, { transB: 1 });
  }

  /** The exact (erf) GELU where nothing else is said. */
  activate(kind: Activation | undefined, x: Value, output: Value): Value {
    if (kind === "relu") return this.builder.node("Relu", [x], output);
    const approximate = kind === "gelu_new" ? { approximate: { text: "tanh" } } : {};
    return this.builder.node("Gelu", [x], output, approximate);
  }

  layerNorm(name: string, x: Value, output: Value): Value {
    const inputs = [x, ...this.#parameters(name)];
    const epsilon = { float: this.shape.layerNormEps };
    return this.builder.node("LayerNormalization", inputs, output, { axis: -1, epsilon });
  }

  /**
   * Queries or keys turned by their positions: of every head the pair of its numbers i and i + d/2 by an angle of its own.
   * @param x [B, R, D]
   * @param by cosine and sine of the angles, [1 or B, R, d/2]
   * @param back the other way round
   */
  rotate(x: Value, [cos, sin]: readonly [Value, Value], back = false): Value {
    const { heads, dModel } = this.shape;
    const half = dModel / heads / 2;
    const parts = this.op("Reshape", [x, this.integers([0, 0, heads, 2 * half])]);
    const slice = (from: number) =>
      this.op("Slice", [parts, this.integers([from]), this.integers([from + half]), this.integers([3])]);
    const [first, second] = [slice(0), slice(half)];
    // the same for every head
    const [c, s] = [cos, sin].map((each) => this.op("Unsqueeze", [each, this.integers([2])])) as [
      Value,
      Value,
    ];
    const times = (value: Value, factor: Value) => this.op("Mul", [value, factor]);
    const [one, other] = back ? (["Add", "Sub"] as const) : (["Sub", "Add"] as const);
    const turned = [
      this.op(one, [times(first, c), times(second, s)]),
      this.op(other, [times(second, c), times(first, s)]),
    ];
    const joined = this.op("Concat", turned, { axis: 3 });
    return this.op("Reshape", [joined, this.integers([0, 0, dModel])]);
  }

  integers(values: readonly number[]): Value {
    const name = values.length > 8 ? `int64.list.${this.#nodes++}` : `int64.${values.join(".")}`;
    return this.builder.integers(name, values);
  }

  table(rows: readonly (readonly number[])[]): Value {
    // layers have the same ones
    const key = rows.flat().join();
    const known = this.#tables.get(key) ?? this.builder.table(`float32.table.${this.#tables.size}`, rows);
    this.#tables.set(key, known);
    return known;
  }

  /** a layer's weight, and its bias where it has one */
  #parameters(name: string): Value[] {
    const bias = `${name}.bias`;
    return [this.weight(`${name}.weight`), ...(this.has(bias) ? [this.weight(bias)] : [])];
  }

  /** Does the layout have a tensor? */
  has(name: string): boolean {
    return this.#weights.has(storedName(name, this.shape));
  }

  weight(name: string): Value {
    const weight = this.#weights.get(storedName(name, this.shape));
    if (!weight) throw new Error(`the layout has no tensor ${name}`);
    this.#used.add(weight.location);
    return this.builder.weight(weight);
  }
}
