// The way back through BERT as ONNX graphs, over the same weights as the way there: from the gradient of a number with
// respect to the logits to that with respect to every hook point. Each graph computes again what it needs of the forward
// pass, so between two layers only the residual stream and its gradient are kept.
//
// B batch, T positions, D d_model, F d_mlp, V vocabulary, N rows. `gradientOf` a tensor has the tensor's shape.

import { tensorNames as names } from "../tensor-names.ts";
import { type Differentiable, DifferentiableGraph } from "./differentiable.ts";
import { type Segment, weightsOf } from "./encoder.ts";
import {
  attentionNorm,
  type BertShape,
  DECODER,
  FINAL_NORM,
  layerPrefix,
  mlpNorm,
  type PlacedShard,
  WORD_EMBEDDINGS,
} from "./layout.ts";
import type { Value, Weight } from "./onnx.ts";

/** Builds the backward graphs of one model over its placed shards. */
export class BackwardGraphs {
  readonly #shape: BertShape;
  readonly #weights: ReadonlyMap<string, Weight>;

  constructor(shape: BertShape, shards: readonly PlacedShard[]) {
    this.#shape = shape;
    this.#weights = weightsOf(shards);
  }

  /** The graphs' name of the gradient with respect to a tensor. */
  static gradientOf = (tensor: string): string => `${tensor}.grad`;

  /** hidden [N, D], gradient of logits [N, V] -> gradient of hidden [N, D] */
  head(): Segment {
    const { dModel, vocabulary, tied } = this.#shape;
    const graph = this.#graph("bert-head-back");
    const hidden = graph.builder.input(names.hidden, "float", ["rows", dModel]);
    const gradient = this.#gradientInput(graph, names.logits, ["rows", vocabulary]);
    const final = graph.normWhere(true, FINAL_NORM, hidden);
    const dense = graph.linear("cls.predictions.transform.dense", final.value);
    const active = graph.activation(this.#shape.headActivation, dense.value);
    const norm = graph.layerNorm("cls.predictions.transform.LayerNorm", active.value);
    const back = norm.pull(graph.pullLinear(tied ? WORD_EMBEDDINGS : DECODER, gradient));
    this.#output(graph, final.pull(dense.pull(active.pull(back))), names.hidden, ["rows", dModel]);
    return graph.finish();
  }

  /**
   * One layer: the residual stream that enters it [B, T, D], the attention bias, and the gradient of the stream that leaves it
   * [B, T, D] -> its mlp_post [B, T, F], and the gradients of that and of the stream that enters.
   * @param enters, leaves names of the two streams
   */
  layer(layer: number, [enters, leaves]: readonly [enters: string, leaves: string]): Segment {
    const { dModel, dMlp } = this.#shape;
    const graph = this.#graph(`bert-${layer}-back`);
    const { builder } = graph;
    const stream = builder.input(enters, "float", ["batch", "pos", dModel]);
    const bias = builder.input(names.attentionBias, "float", ["batch", 1, "pos", "pos"]);
    const gradient = this.#gradientInput(graph, leaves, ["batch", "pos", dModel]);
    const shape = graph.op("Shape", [stream]);
    const x = graph.matrix(stream, dModel);
    const prefix = layerPrefix(layer);
    const read = graph.normWhere(true, attentionNorm(layer), x);
    const z = graph.attention(layer, read.value, shape, bias);
    const out = graph.linear(`${prefix}.attention.output.dense`, z.value);
    const sum = graph.op("Add", [out.value, x]);
    const mid = graph.normWhere(false, `${prefix}.attention.output.LayerNorm`, sum);
    // computed once: the value of a LayerNorm is made anew each time
    const { value: midValue } = mid;
    const mlpRead = graph.normWhere(true, mlpNorm(layer), midValue);
    const post = graph.neurons(layer, mlpRead.value);

    const end = this.#mlpOut(graph, layer, midValue, post.value);
    const back = end.sum(graph.matrix(gradient, dModel));
    const dPost = end.mlpPost(back);
    const dMid = mid.pull(graph.op("Add", [mlpRead.pull(post.pull(dPost)), back]));
    const dStream = graph.op("Add", [read.pull(z.pull(out.pull(dMid))), dMid]);

    const rows = graph.op("Slice", [shape, graph.integers([0]), graph.integers([2])]);
    const neurons = graph.op("Concat", [rows, graph.integers([dMlp])], { axis: 0 });
    builder.node("Reshape", [post.value, neurons], names.mlpPost(layer));
    builder.output(names.mlpPost(layer), ["batch", "pos", dMlp]);
    this.#output(graph, graph.op("Reshape", [dPost, neurons]), names.mlpPost(layer), ["batch", "pos", dMlp]);
    this.#output(graph, graph.op("Reshape", [dStream, shape]), enters, ["batch", "pos", dModel]);
    return graph.finish();
  }

  /**
   * The end of a layer, for activations that are not the ones it would compute: of any N tokens normalized_resid_mid [N, D],
   * mlp_post [N, F] and the gradient of the stream that leaves the layer [N, D] -> the gradient of mlp_post [N, F].
   */
  mlpOut(layer: number, leaves: string): Segment {
    const { dModel, dMlp } = this.#shape;
    const graph = this.#graph(`bert-${layer}-mlp-back`);
    const mid = graph.builder.input(names.mid(layer), "float", ["rows", dModel]);
    const post = graph.builder.input(names.mlpPost(layer), "float", ["rows", dMlp]);
    const gradient = this.#gradientInput(graph, leaves, ["rows", dModel]);
    const end = this.#mlpOut(graph, layer, mid, post);
    this.#output(graph, end.mlpPost(end.sum(gradient)), names.mlpPost(layer), ["rows", dMlp]);
    return graph.finish();
  }

  /** mid [N, D], mlp_post [N, F]: how a gradient goes back to the sum before the layer's LayerNorm, and from there to mlp_post */
  #mlpOut(graph: DifferentiableGraph, layer: number, mid: Value, mlpPost: Value) {
    const prefix = `${layerPrefix(layer)}.output`;
    const out: Differentiable = graph.linear(`${prefix}.dense`, mlpPost);
    const norm = graph.normWhere(false, `${prefix}.LayerNorm`, graph.op("Add", [out.value, mid]));
    return { sum: norm.pull, mlpPost: out.pull };
  }

  #graph(name: string): DifferentiableGraph {
    return new DifferentiableGraph(name, this.#shape, this.#weights);
  }

  #gradientInput(graph: DifferentiableGraph, of: string, shape: (string | number)[]): Value {
    return graph.builder.input(BackwardGraphs.gradientOf(of), "float", shape);
  }

  #output(graph: DifferentiableGraph, value: Value, of: string, shape: (string | number)[]): void {
    const name = BackwardGraphs.gradientOf(of);
    graph.builder.node("Identity", [value], name);
    graph.builder.output(name, shape);
  }
}
