// Graphs of an exact sweep: from one sentence at a layer's mlp_post to what becomes of it when one of N neurons is changed.
//
// T positions, D d_model, F d_mlp, N neurons, P changed positions, K words, L layers.
//
// Changing neuron j by c at a position adds c W_out[:, j] to the layer's MLP output in that row and nothing else, so only
// the changed rows are new. They lie below the T untouched ones, [T + N*P, D]; the next layer makes queries, keys and
// values of these, and each of the N sentences gathers its own T. Where the next layer is the last one, or there is none,
// only the asked row goes on. Elsewhere the sentences [N, T, D] stand at a hook point, and graphs that are there go on.
//
// The columns come in as rows: ONNX Runtime takes 7 microseconds of WebAssembly to pick one of bert-base's, a loop 1.

import { type HookPoint, hooked } from "../hook-points.ts";
import { tensorNames as names } from "../tensor-names.ts";
import { Encoder, type Segment, weightsOf } from "./encoder.ts";
import { type BertShape, embeddingWidthOf, layerPrefix, type PlacedShard } from "./layout.ts";
import type { Value, Weight } from "./onnx.ts";

/** inputs and outputs of these graphs that no other graph has */
export const sweepNames = {
  /** float [N, D]: of each neuron its column of W_out */
  columns: "w_out_columns",
  /** float [N, P]: by how much each neuron's activation changes at each changed position */
  changes: "changes",
  /** int64 [P]; of the last layer [1], the asked position */
  changedPositions: "changed_positions",
  /** int64 [N, T]: rows of [T + N*P] that each sentence consists of */
  rows: "sentence_rows",
  /** int64 [N]: rows of [T + N*P] whose hidden state is asked for */
  asked: "asked_of_rows",
  /** int64 [U]: the different ones among those, and int64 [N]: which of them each sentence's is */
  queries: "query_rows",
  queryOf: "query_of",
  /** int64 [1, 1]: the position of the asked one */
  position: "asked_position",
  /** float [K, D] and [K]: rows of the decoder and of its bias */
  wordRows: "word_rows",
  wordBias: "word_bias",
  /** float [N, K] */
  wordLogits: "word_logits",
} as const;

/** Builds them over a model's placed shards. */
export class SweepGraphs {
  readonly #shape: BertShape;
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(shape: BertShape, shards: readonly PlacedShard[]) {
    this.#shape = shape;
    this.#weights = weightsOf(shards);
  }

  /**
   * normalized_resid_mid [1, T, D] and mlp_post [1, T, F] of a layer -> N changed sentences.
   * @param to a hook point in the residual stream after the next layer at the earliest, where they go out [N, T, D];
   *   undefined: the encoder's end, where the asked token's hidden states go out [N, 1, D]
   * @param toWords in the last two layers: not the hidden states go out, but logits of K words [N, K]
   */
  layer(layer: number, to: HookPoint | undefined, toWords = false): Segment {
    const { layers, dModel, dMlp } = this.#shape;
    const graph = new Encoder(`bert-sweep-${layer}`, this.#shape, this.#weights);
    const { builder } = graph;
    const mid = builder.input(names.mid(layer), "float", [1, "pos", dModel]);
    const mlpPost = builder.input(names.mlpPost(layer), "float", [1, "pos", dMlp]);
    const neurons = graph.reshape(mlpPost, [-1, dMlp], "mlp_post.matrix");
    const changed = builder.input(sweepNames.changedPositions, "int64", ["changed"]);
    if (layer === layers - 1) {
      const take = (rows: Value) => builder.node("Gather", [rows, changed], `${rows}.asked`, { axis: 0 });
      const sums = this.#sums(graph, layer, take(neurons), take(graph.matrix(mid)));
      this.#end(graph, this.#changedRows(graph, layer, sums), toWords);
    } else {
      const sums = this.#sums(graph, layer, neurons, graph.matrix(mid));
      const untouched = graph.normed(`${layerPrefix(layer)}.output.LayerNorm`, sums, "untouched.rows");
      const there = builder.node("Gather", [sums, changed], "changed.sums", { axis: 0 });
      const rows = [untouched, this.#changedRows(graph, layer, there)];
      const all = builder.node("Concat", rows, "all.rows", { axis: 0 });
      if (layer === layers - 2) this.#end(graph, this.#lastLayer(graph, layer + 1, all), toWords);
      else this.#nextLayers(graph, layer + 1, all, to);
    }
    return graph.finish();
  }

  /** hidden states [B, T, D] -> logits of K words [N, K] at `positions`, indices into the B*T rows */
  words(): Segment {
    const { dModel } = this.#shape;
    const graph = new Encoder("bert-words", this.#shape, this.#weights);
    graph.builder.input(names.hidden, "float", ["batch", "pos", dModel]);
    this.#wordLogits(graph, graph.asked());
    return graph.finish();
  }

  /** hidden states [N, D] go out as they are, [N, 1, D], or as logits of K words */
  #end(graph: Encoder, hidden: Value, toWords: boolean): void {
    const { builder } = graph;
    if (toWords) this.#wordLogits(graph, hidden);
    else {
      builder.node("Unsqueeze", [hidden, builder.integers("int64.1", [1])], names.hidden);
      builder.output(names.hidden, ["neurons", 1, "d_model"]);
    }
  }

  #wordLogits(graph: Encoder, hidden: Value): void {
    const { builder } = graph;
    const decoder = builder.input(sweepNames.wordRows, "float", ["words", embeddingWidthOf(this.#shape)]);
    const bias = builder.input(sweepNames.wordBias, "float", ["words"]);
    builder.node("Gemm", [graph.transform(hidden), decoder, bias], sweepNames.wordLogits, { transB: 1 });
    builder.output(sweepNames.wordLogits, ["asked", "words"]);
  }

  /** The checkpoint's name of a layer's W_out [D, F]. */
  static wOut = (layer: number): string => `${layerPrefix(layer)}.output.dense.weight`;

  /** mlp_post [rows, F], mid [rows, D] -> what the layer's last LayerNorm reads, [rows, D] */
  #sums(graph: Encoder, layer: number, neurons: Value, mid: Value): Value {
    const out = graph.linear(`${layerPrefix(layer)}.output.dense`, neurons);
    return graph.builder.node("Add", [out, mid], "untouched.sums");
  }

  /** sums [P, D] of the changed positions -> the layer's output there with each neuron changed, [N*P, D] */
  #changedRows(graph: Encoder, layer: number, sums: Value): Value {
    const { builder } = graph;
    const { dModel } = this.#shape;
    const columns = builder.input(sweepNames.columns, "float", ["neurons", dModel]);
    const changes = builder.input(sweepNames.changes, "float", ["neurons", "changed"]);
    const name = `${layerPrefix(layer)}.output`;
    const each = graph.reshape(columns, [-1, 1, dModel], "w_out.rows");
    const by = builder.node("Unsqueeze", [changes, graph.integers([2])], "changes.each");
    const difference = builder.node("Mul", [each, by], "change");
    const changed = builder.node("Add", [difference, sums], "changed.each");
    const flat = graph.reshape(changed, [-1, dModel], "changed.matrix");
    return graph.normed(`${name}.LayerNorm`, flat, "changed.rows");
  }

  /** rows [T + N*P, D] of the residual stream before the last layer -> the asked token's hidden states [N, D] */
  #lastLayer(graph: Encoder, layer: number, all: Value): Value {
    const { builder } = graph;
    const { dModel } = this.#shape;
    const pick = (rows: Value, which: Value, name: string) =>
      builder.node("Gather", [rows, which], name, { axis: 0 });
    const part = (name: string) => `${layerPrefix(layer)}.attention.self.${name}`;
    const asked = builder.input(sweepNames.asked, "int64", ["neurons"]);
    const read = graph.attentionInput(layer, all);
    const reading = pick(read, builder.input(sweepNames.queries, "int64", ["queries"]), "query.rows");
    const of = builder.input(sweepNames.queryOf, "int64", ["neurons"]);
    const query = pick(graph.linear(part("query"), reading), of, "query.of");
    const rows = builder.input(sweepNames.rows, "int64", ["neurons", "pos"]);
    const [key, value] = ["key", "value"].map((name) =>
      pick(graph.linear(part(name), read), rows, `${name}.sentences`),
    );
    const queries = graph.reshape(query, [-1, 1, dModel], "queries");
    const shape = builder.node("Shape", [key!], "key.shape");
    const at = () => builder.input(sweepNames.position, "int64", [1, 1]);
    const places = graph.places(layer, shape, { askers: { at } });
    const mid = graph.mix(layer, [queries, key!, value!], pick(all, asked, "asked.resid"), places);
    return graph.mlpOut(layer, mid, graph.mlpIn(layer, mid));
  }

  /** rows [T + N*P, D] of the residual stream before a layer -> the sentences at a hook point, or at the end */
  #nextLayers(graph: Encoder, layer: number, all: Value, to: HookPoint | undefined): void {
    const { builder } = graph;
    const { layers, dModel } = this.#shape;
    const rows = builder.input(sweepNames.rows, "int64", ["neurons", "pos"]);
    const sentences = (x: Value, name: string) => builder.node("Gather", [x, rows], name, { axis: 0 });
    const read = graph.attentionInput(layer, all);
    const part = (name: string) =>
      sentences(graph.linear(`${layerPrefix(layer)}.attention.self.${name}`, read), `${name}.sentences`);
    const stream = sentences(all, "resid.sentences");
    const shape = builder.node("Shape", [stream], "resid.shape");
    const qkv = [part("query"), part("key"), part("value")] as const;
    const mid = graph.mix(layer, qkv, graph.matrix(stream), graph.places(layer, shape, {}));
    const hidden = graph.mlpOut(layer, mid, graph.mlpIn(layer, mid));
    const end = to?.layer ?? layers - 1;
    const out = graph.throughLayers(layer + 1, end, hidden, shape);
    if (to) {
      builder.node("Reshape", [out, shape], hooked(to));
      builder.output(hooked(to), ["neurons", "pos", dModel]);
    } else graph.endAsked(out, shape);
  }
}
