// BERT for masked language modelling as ONNX graphs, whole or cut at the hook points of src/model/hook-points.ts.
//
// B batch, T positions, D d_model, V vocabulary, N asked positions, K candidates.
//
// The way to the encoder's end has a second form, for passes that do not stop in the last layer: there the last layer makes
// keys and values of every token, and everything else of the asked ones alone.

import { type HookPoint, hookPointsOf } from "../hook-points.ts";
import { tensorNames as names } from "../tensor-names.ts";
import { Encoder, type Segment, weightsOf } from "./encoder.ts";
import type { BertShape, PlacedShard } from "./layout.ts";
import type { Weight } from "./onnx.ts";

/** Builds the graphs of one model over its placed shards. */
export class BertGraphs {
  readonly #shape: BertShape;
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(shape: BertShape, shards: readonly PlacedShard[]) {
    this.#shape = shape;
    this.#weights = weightsOf(shards);
  }

  /**
   * The stretch of the encoder between two hook points.
   * @param from what crosses there comes in; undefined: start at the token ids
   * @param to what crosses there goes out
   */
  segment(from: HookPoint | undefined, to: HookPoint): Segment {
    const graph = new Encoder(`bert-${this.nameOf(from, to)}`, this.#shape, this.#weights);
    graph.encode(from, to);
    if (to.kind === "resid") graph.outputStream(to);
    return graph.finish();
  }

  /**
   * The encoder from a hook point before the last layer to the hidden states [B, A, D] of A asked tokens per sentence.
   * They are the same numbers as those of the segments to the end.
   */
  tail(from: HookPoint): Segment {
    const graph = new Encoder(`bert-${this.tailNameOf(from)}`, this.#shape, this.#weights);
    graph.encodeAsked(from);
    return graph.finish();
  }

  tailNameOf(from: HookPoint): string {
    return `${this.nameOf(undefined, from).replace("ids-to-", "")}-to-asked`;
  }

  /** "9-to-hidden": a segment's name, of which a number is a layer's mlp_post. */
  nameOf(from: HookPoint | undefined, to: HookPoint): string {
    const end = ({ kind, layer }: HookPoint) => {
      if (kind === "mlp_post") return `${layer}`;
      return layer === this.#shape.layers ? "hidden" : layer === 0 ? "embed" : `${layer - 1}-resid`;
    };
    return `${from === undefined ? "ids" : end(from)}-to-${end(to)}`;
  }

  /** hidden states [B, T, D] -> logits [N, V] at the asked positions, and log-probabilities [N, K] of candidates */
  head(): Segment {
    const graph = new Encoder("bert-mlm-head", this.#shape, this.#weights);
    graph.builder.input(names.hidden, "float", ["batch", "pos", this.#shape.dModel]);
    graph.predict();
    graph.logProbabilities();
    return graph.finish();
  }

  /** token ids -> logits [N, V] in one graph: what the halves are checked against */
  uncut(): Segment {
    const graph = new Encoder("bert-uncut", this.#shape, this.#weights);
    graph.encode(undefined, hookPointsOf(this.#shape).at(-1)!);
    graph.predict();
    return graph.finish();
  }
}
