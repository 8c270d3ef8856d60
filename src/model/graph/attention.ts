// The attention of a layer, and where its LayerNorms stand: after the sum with the residual stream, as BERT has them, or before, as
// the model's family (src/model/families) says. What positions do in it, a bias or an angle, is the family's, too.
//
// B batch, T positions, D d_model, A asked tokens, R tokens that read, N rows.

import { familyOf, type GraphSide, type Readers } from "../families/index.ts";
import { attentionNorm, type BertShape, layerPrefix } from "./layout.ts";
import { MICROSOFT, type Value, type Weight } from "./onnx.ts";
import { Operators } from "./operators.ts";

/** what the positions of tokens do in an attention */
export interface Places {
  /** added to the scores */
  bias?: Value | undefined;
  /** cosine and sine of the angles by which queries and keys are turned */
  query?: readonly [Value, Value] | undefined;
  key?: readonly [Value, Value] | undefined;
}

/** A graph under construction, and the attentions that are written into it. */
export class Attention extends Operators {
  protected readonly family: GraphSide;

  constructor(name: string, shape: BertShape, weights: ReadonlyMap<string, Weight>) {
    super(name, shape, weights);
    this.family = familyOf(shape).graph ?? {};
  }

  /** LayerNorms stand before attention and MLP, not behind */
  get preNorm(): boolean {
    return this.family.preNorm === true;
  }

  /** The residual stream [N, D] as a layer's attention reads it. */
  attentionInput(layer: number, hidden: Value): Value {
    const norm = attentionNorm(layer);
    return this.has(`${norm}.weight`) ? this.layerNorm(norm, hidden, `${hidden}.normed`) : hidden;
  }

  /**
   * Who reads whom in a layer.
   * @param shape int64 [3]: B, T, D
   * @param askers those that read, by rows of [B*T], int64 [B, R], or by their positions, int64 [1, R], made when
   *   they are needed; undefined: all tokens
   */
  places(
    layer: number,
    shape: Value,
    {
      hiding,
      askers,
    }: { hiding?: Value | undefined; askers?: { rows: Value } | { at: () => Value } | undefined },
  ): Places {
    const { bias, rotation } = this.family;
    if (!bias && !rotation) return { bias: hiding };
    const length = this.op("Gather", [shape, this.integers([1])], { axis: 0 });
    const scalar = (value: number) => this.op("Squeeze", [this.integers([value])]);
    const places = this.op("Range", [scalar(0), this.op("Squeeze", [length]), scalar(1)]);
    const all = this.op("Unsqueeze", [places, this.integers([0])]);
    const at = !askers ? all : "at" in askers ? askers.at() : this.op("Mod", [askers.rows, length]);
    const readers: Readers = { layer, at, places, hiding };
    const key = rotation?.(this, layer, all);
    return {
      bias: bias?.(this, readers) ?? hiding,
      query: at === all ? key : rotation?.(this, layer, at),
      key,
    };
  }

  /**
   * The attention of queries [B, A, D] to keys and values [B, T, D], and what follows it -> normalized_resid_mid [B*A, D].
   * @param reading the residual stream [B*A, D] that the queries are of
   */
  mix(
    layer: number,
    [q, k, v]: readonly [Value, Value, Value],
    reading: Value,
    { bias, query, key }: Places,
  ): Value {
    const prefix = `${layerPrefix(layer)}.attention`;
    const qkv = [query ? this.rotate(q, query) : q, key ? this.rotate(k, key) : k, v];
    const inputs = bias === undefined ? qkv : [...qkv, "", "", bias];
    const heads = { num_heads: this.shape.heads };
    const z = this.builder.node("MultiHeadAttention", inputs, `${prefix}.z`, heads, MICROSOFT);
    const out = this.linear(`${prefix}.output.dense`, this.matrix(z));
    return this.normed(`${prefix}.output.LayerNorm`, this.sum(`${prefix}.output.LayerNorm`, out, reading));
  }

  /** What an attention's or an MLP's output makes of the residual stream before a LayerNorm that follows. */
  sum(norm: string, out: Value, stream: Value): Value {
    return this.builder.node("Add", [out, stream], `${norm}.sum`);
  }

  /** A sum of {@link sum} after that LayerNorm, or as it is where none follows. */
  normed(norm: string, sum: Value, output = `${norm}.norm`): Value {
    return this.preNorm ? sum : this.layerNorm(norm, sum, output);
  }
}
