// One graph under construction: what layers, embeddings and head are in ONNX's operators, BERT's where the model's family
// (src/model/families) has no part of its own.
//
// B batch, T positions, D d_model, F d_mlp, V vocabulary, N asked positions, K candidates.
// Weights keep the checkpoint's [out, in] layout: Gemm(transB=1) reads them as they are, so nothing is transposed.
// The residual stream is [B, T, D]; Gemm wants matrices, so it is [B*T, D] between the attentions.
//
// Attention is ONNX Runtime's fused MultiHeadAttention: its optimiser does not find the pattern by itself. LayerNorm is
// the plain operator after an Add, because the fused SkipLayerNormalization has its own arithmetic per device.

import type { HookPoint } from "../hook-points.ts";
import { tensorNames as names } from "../tensor-names.ts";
import { Attention } from "./attention.ts";
import {
  DECODER_BIAS,
  decoderOf,
  embeddingWidthOf,
  FINAL_NORM,
  gateOf,
  layerPrefix,
  mlpNorm,
  type PlacedShard,
  POSITIONS,
  PROJECTION,
  TOKEN_TYPES,
  WORD_EMBEDDINGS,
} from "./layout.ts";
import type { Value, Weight } from "./onnx.ts";

export interface Segment {
  /** the ONNX model's bytes */
  graph: Uint8Array;
  /** names of the shards whose data it refers to */
  shards: string[];
  /** The same graph with its weights as inputs of their names, and where those lie. */
  fed(): { graph: Uint8Array; weights: Weight[] };
}

/** Every tensor of the shards by name, as a graph refers to it. */
export function weightsOf(shards: readonly Pick<PlacedShard, "name" | "tensors">[]): Map<string, Weight> {
  return new Map(
    shards.flatMap((shard) =>
      shard.tensors.map(({ name, shape, offset }) => [name, { name, shape, location: shard.name, offset }]),
    ),
  );
}

/** One graph under construction. Between attentions everything is a matrix with B*T rows. */
export class Encoder extends Attention {
  /** the attention_bias input, declared when the first attention needs it */
  #hiding: Value | undefined;

  finish(): Segment {
    const { builder } = this;
    return {
      graph: builder.serialize(),
      shards: this.shards,
      fed: () => ({ graph: builder.serialize("inputs"), weights: builder.weights }),
    };
  }

  /** Run the encoder between two hook points. */
  encode(from: HookPoint | undefined, to: HookPoint): void {
    const { hidden, shape } = this.#streamTo(from, to.layer);
    if (to.kind === "mlp_post") {
      const mid = this.attend(to.layer, hidden, { shape });
      this.#cut(to.layer, mid, this.mlpIn(to.layer, mid), shape);
    } else this.builder.node("Reshape", [hidden, shape], to.tensors[0]!);
  }

  /** Run the encoder from a hook point to its end, the last layer at the asked tokens only; their hidden states go out. */
  encodeAsked(from: HookPoint): void {
    const { hidden, shape } = this.#streamTo(from, this.shape.layers - 1);
    this.endAsked(hidden, shape);
  }

  /** The last layer at the asked tokens only, from the residual stream [B*T, D] before it; their hidden states go out. */
  endAsked(hidden: Value, shape: Value): void {
    const { layers, dModel } = this.shape;
    const rows = this.builder.input(names.askedRows, "int64", ["batch", "asked"]);
    const asked = this.builder.node("Gather", [hidden, rows], "asked.resid", { axis: 0 });
    const mid = this.attend(layers - 1, hidden, { shape, asked });
    const out = this.mlpOut(layers - 1, mid, this.mlpIn(layers - 1, mid));
    this.builder.node("Reshape", [out, this.builder.node("Shape", [asked], "asked.shape")], names.hidden);
    this.builder.output(names.hidden, ["batch", "asked", dModel]);
  }

  /** From a hook point, or the token ids, to the residual stream [B*T, D] after so many layers; shape: int64 [3], B, T, D. */
  #streamTo(from: HookPoint | undefined, layers: number): { hidden: Value; shape: Value } {
    const { dModel, dMlp } = this.shape;
    const stream = from
      ? this.builder.input(from.tensors[0]!, "float", ["batch", "pos", dModel])
      : this.#embed();
    const shape = this.builder.node("Shape", [stream], "resid.shape");
    let layer = from?.layer ?? 0;
    /** the residual stream after so many layers */
    let hidden = this.matrix(stream);
    if (from?.kind === "mlp_post") {
      const mlpPost = this.builder.input(names.mlpPost(layer), "float", ["batch", "pos", dMlp]);
      hidden = this.mlpOut(layer, hidden, this.reshape(mlpPost, [-1, dMlp], "mlp_post.matrix"));
      layer++;
    }
    return { hidden: this.throughLayers(layer, layers, hidden, shape), shape };
  }

  /** The residual stream [B*T, D] from before one layer to before another; shape: int64 [3], B, T, D. */
  throughLayers(from: number, to: number, hidden: Value, shape: Value): Value {
    let stream = hidden;
    for (let layer = from; layer < to; layer++) {
      const mid = this.attend(layer, stream, { shape });
      stream = this.mlpOut(layer, mid, this.mlpIn(layer, mid));
    }
    return stream;
  }

  /** The residual stream [B, T, D] at a hook point goes out. */
  outputStream({ tensors }: HookPoint): void {
    this.builder.output(tensors[0]!, ["batch", "pos", this.shape.dModel]);
  }

  /** hidden states [B, T, D] -> logits [N, V] at `positions`, indices into the B*T rows */
  predict(): void {
    const norm = this.transform(this.asked());
    const decoder = this.weight(decoderOf(this.shape));
    this.builder.node("Gemm", [norm, decoder, this.weight(DECODER_BIAS)], names.logits, { transB: 1 });
    this.builder.output(names.logits, ["asked", this.shape.vocabulary]);
  }

  /** hidden states [B, T, D] -> those at `positions` [N, D] */
  asked(): Value {
    const rows = this.builder.input(names.positions, "int64", ["asked"]);
    const hidden = this.matrix(names.hidden);
    return this.builder.node("Gather", [hidden, rows], "asked.hidden", { axis: 0 });
  }

  /** hidden states [N, D] -> what the decoder reads, [N, E] */
  transform(hidden: Value): Value {
    const stream = this.preNorm ? this.layerNorm(FINAL_NORM, hidden, "final.norm") : hidden;
    const dense = this.linear("cls.predictions.transform.dense", stream);
    const active = this.activate(this.shape.headActivation, dense, "transform.gelu");
    return this.layerNorm("cls.predictions.transform.LayerNorm", active, "transform.norm");
  }

  /** logits [N, V] -> log-probabilities [N, K] of the given ids */
  logProbabilities(): void {
    const candidates = this.builder.input(names.candidateIds, "int64", ["candidates"]);
    const all = this.builder.node("LogSoftmax", [names.logits], "log_softmax", { axis: -1 });
    this.builder.node("Gather", [all, candidates], names.logProbs, { axis: 1 });
    this.builder.output(names.logProbs, ["asked", "candidates"]);
  }

  /** ids [B, T] -> [B, T, D] */
  #embed(): Value {
    const ids = (name: string) => this.builder.input(name, "int64", ["batch", "pos"]);
    const lookUp = (table: string, of: Value, name: string) =>
      this.builder.node("Gather", [this.weight(table), of], `${name}.embedding`, { axis: 0 });
    const inputIds = ids(names.inputIds);
    const words = lookUp(WORD_EMBEDDINGS, inputIds, names.inputIds);
    const typed =
      this.shape.tokenTypes === 0
        ? words
        : this.builder.node(
            "Add",
            [words, lookUp(TOKEN_TYPES, ids(names.tokenTypeIds), names.tokenTypeIds)],
            "embeddings.typed",
          );
    const placed = () => {
      const positionIds = this.family.positions?.(this, inputIds) ?? ids(names.positionIds);
      const positions = lookUp(POSITIONS, positionIds, names.positionIds);
      return this.builder.node("Add", [typed, positions], "embeddings.sum");
    };
    const sum = this.family.rotation ? typed : placed();
    const norm = this.layerNorm("bert.embeddings.LayerNorm", sum, "embeddings.norm");
    const width = embeddingWidthOf(this.shape);
    if (this.shape.embeddingWidth === undefined) return norm;
    const projected = this.linear(PROJECTION, this.reshape(norm, [-1, width], "embeddings.matrix"));
    const shape = this.builder.node("Shape", [norm], "embeddings.shape");
    const rows = this.builder.node(
      "Slice",
      [shape, this.integers([0]), this.integers([2])],
      "embeddings.rows",
    );
    const wide = this.builder.node("Concat", [rows, this.integers([this.shape.dModel])], "embeddings.wide", {
      axis: 0,
    });
    return this.builder.node("Reshape", [projected, wide], "embeddings.projected");
  }

  /**
   * hidden [B*T, D] -> normalized_resid_mid [B*T, D], or [B*A, D] of the asked tokens alone
   * @param of shape: int64 [3], B, T, D; asked: the residual stream of the asked tokens, [B, A, D]
   */
  attend(layer: number, hidden: Value, { shape, asked }: { shape: Value; asked?: Value }): Value {
    const prefix = `${layerPrefix(layer)}.attention`;
    const project = (part: string, x: Value, as: Value) =>
      this.builder.node("Reshape", [this.linear(`${prefix}.self.${part}`, x), as], `${prefix}.${part}`);
    const reading = asked ? this.matrix(asked) : hidden;
    const read = this.attentionInput(layer, hidden);
    const query = project(
      "query",
      asked ? this.attentionInput(layer, reading) : read,
      asked ? this.builder.node("Shape", [asked], "query.shape") : shape,
    );
    const hiding = asked ? this.#askedBias() : this.#attentionBias();
    const key = project("key", read, shape);
    const value = project("value", read, shape);
    const askers = asked === undefined ? undefined : { rows: names.askedRows };
    return this.mix(layer, [query, key, value], reading, this.places(layer, shape, { hiding, askers }));
  }

  #askedBias(): Value {
    return this.builder.input(names.askedBias, "float", ["batch", 1, "asked", "pos"]);
  }

  #attentionBias(): Value {
    this.#hiding ??= this.builder.input(names.attentionBias, "float", ["batch", 1, "pos", "pos"]);
    return this.#hiding;
  }

  /** normalized_resid_mid [B*T, D] -> mlp_post [B*T, F] */
  mlpIn(layer: number, mid: Value): Value {
    const prefix = layerPrefix(layer);
    const read = this.preNorm ? this.layerNorm(mlpNorm(layer), mid, `${mid}.normed`) : mid;
    const pre = this.linear(`${prefix}.intermediate.dense`, read);
    const gated = this.has(`${gateOf(layer)}.weight`);
    const active = this.activate(this.shape.activation, pre, `${prefix}.mlp_${gated ? "act" : "post"}`);
    return gated
      ? this.builder.node("Mul", [active, this.linear(gateOf(layer), read)], `${prefix}.mlp_post`)
      : active;
  }

  /** mid [B*T, D], mlp_post [B*T, F] -> the layer's output [B*T, D] */
  mlpOut(layer: number, mid: Value, mlpPost: Value): Value {
    const prefix = `${layerPrefix(layer)}.output`;
    const sum = this.sum(`${prefix}.LayerNorm`, this.linear(`${prefix}.dense`, mlpPost), mid);
    return this.normed(`${prefix}.LayerNorm`, sum);
  }

  /** End the segment: mid and mlp_post go out as [B, T, D] and [B, T, F]. */
  #cut(layer: number, mid: Value, mlpPost: Value, shape: Value): void {
    const { dModel, dMlp } = this.shape;
    this.builder.node("Reshape", [mid, shape], names.mid(layer));
    this.builder.output(names.mid(layer), ["batch", "pos", dModel]);
    const batchAndPos = this.builder.node(
      "Slice",
      [shape, this.integers([0]), this.integers([2])],
      "mlp_post.rows",
    );
    const neurons = this.builder.node("Concat", [batchAndPos, this.integers([dMlp])], "mlp_post.shape", {
      axis: 0,
    });
    this.builder.node("Reshape", [mlpPost, neurons], names.mlpPost(layer));
    this.builder.output(names.mlpPost(layer), ["batch", "pos", dMlp]);
  }
}
