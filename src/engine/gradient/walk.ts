// Integrated gradients: the gradient of a metric with respect to neurons of a layer, summed over points of a straight path of
// their activations at some positions of one sentence. Points of many paths, in several layers, run together: a layer's graph
// is opened once for all rows that go through it, forward, and once back.
//
// R rows (points of paths), P positions, N = R*P tokens, T tokens of the sentence, D d_model, F d_mlp.

import { BackwardGraphs } from "../../model/graph/index.ts";
import { hooked, tensorNames } from "../../model/index.ts";
import type { Model } from "../run/model.ts";
import type { Turn } from "../run/runs.ts";
import { runSentences, runTokens, withBuilt } from "./built.ts";
import { headThereAndBack, type LogitGradient, type Scaled } from "./head.ts";
import {
  backwardGraphs,
  forwardGraphs,
  layerBack,
  layerForward,
  neuronPoint,
  type Rows,
  streamPoints,
} from "./steps.ts";

/** one sentence as it is without any change */
export interface Untouched {
  ids: readonly number[];
  /** by layer [1, T, D], and the encoder's end */
  streams: readonly Float32Array[];
}

/** what lies at a layer's neurons without any change, of every token */
export interface AtNeurons {
  layer: number;
  /** normalized_resid_mid [T, D] */
  mid: Float32Array;
  /** mlp_post [T, F] */
  mlpPost: Float32Array;
}

/** a point of a path: the neurons of a layer at the positions */
export interface PathPoint {
  at: AtNeurons;
  /** [P, F] */
  mlpPost: Float32Array;
  /** is given the logits [V] of the asked token there, and says how the metric changes with them */
  gradient: (logits: Float32Array) => Float64Array;
  /** is given the gradient of the metric with respect to the neurons there, [P, F], times `scale` */
  onGradient: (gradient: Float32Array, scale: number) => void;
}

const { gradientOf } = BackwardGraphs;

/** What lies at a layer's neurons without any change. */
export async function atNeurons(
  model: Model,
  { ids, streams }: Untouched,
  layer: number,
  signal: AbortSignal | undefined,
): Promise<AtNeurons> {
  const [enters, point] = [streamPoints(model)[layer]!, neuronPoint(model, layer)];
  const out = await withBuilt(model, forwardGraphs(model).segment(enters, point), signal, (session) =>
    runSentences(model, session, { ids: [ids] }, { [hooked(enters)]: streams[layer]! }, signal),
  );
  return { layer, mid: out[tensorNames.mid(layer)]!, mlpPost: out[tensorNames.mlpPost(layer)]! };
}

/** the points of one layer, as rows */
interface LayerRows {
  layer: number;
  points: PathPoint[];
  rows: Rows;
  /** [N, D] and [N, F] */
  mid: Float32Array;
  mlpPost: Float32Array;
}

/**
 * Go through points of paths, forward and back.
 * @param turn gives the model, in turn with everything else that is done with it
 * @param position of the token that is predicted
 * @param positions at which the points are, ascending
 */
export async function walkPoints(
  turn: Turn,
  untouched: Untouched,
  position: number,
  positions: readonly number[],
  points: readonly PathPoint[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const layers = untouched.streams.length - 1;
  const all = [...new Set(points.map(({ at }) => at.layer))]
    .sort((a, b) => a - b)
    .map((layer) =>
      toRows(
        untouched,
        positions,
        points.filter(({ at }) => at.layer === layer),
      ),
    );
  const lowest = all[0]!.layer;
  for (let layer = lowest; layer < layers; layer++) {
    const here = all.find((each) => each.layer === layer);
    const through = all.filter((each) => each.layer < layer).map(({ rows }) => rows);
    if (through.length > 0) await turn((model) => layerForward(model, layer, through, signal));
    if (here) await turn((model) => leaveLayer(model, untouched, positions, here, signal));
  }
  const ends = all.map(({ rows, points: own }) => {
    const gradient: LogitGradient = (logits, row) => own[row]!.gradient(logits);
    return { rows, positions: own.map(() => position), gradient };
  });
  const back = await turn((model) => headThereAndBack(model, ends, signal));
  for (let layer = layers - 1; layer >= lowest; layer--) {
    const through = all.flatMap((each, i) =>
      each.layer < layer ? [{ rows: each.rows, back: back[i]! }] : [],
    );
    const given = through.map(({ rows, back: { gradient } }) => ({ rows, gradient }));
    if (given.length > 0)
      for (const [i, { dStream }] of (
        await turn((model) => layerBack(model, layer, given, signal))
      ).entries())
        through[i]!.back.gradient = dStream;
    const i = all.findIndex((each) => each.layer === layer);
    if (i >= 0) await turn((model) => enterLayer(model, positions, all[i]!, back[i]!, signal));
  }
}

function toRows({ ids }: Untouched, positions: readonly number[], points: PathPoint[]): LayerRows {
  const [{ at }] = points as [PathPoint, ...PathPoint[]];
  const [dModel, dMlp] = [at.mid.length / ids.length, at.mlpPost.length / ids.length];
  const mid = new Float32Array(points.length * positions.length * dModel);
  const mlpPost = new Float32Array(points.length * positions.length * dMlp);
  for (const [row, point] of points.entries()) {
    mlpPost.set(point.mlpPost, row * positions.length * dMlp);
    for (const [i, token] of positions.entries())
      mid.set(at.mid.subarray(token * dModel, (token + 1) * dModel), (row * positions.length + i) * dModel);
  }
  const batch = { ids: points.map(() => ids) };
  return { layer: at.layer, points, rows: { batch, streams: [] }, mid, mlpPost };
}

/** The stream that leaves the points' own layer: the untouched one, but for the positions. */
async function leaveLayer(
  model: Model,
  { streams }: Untouched,
  positions: readonly number[],
  { layer, points, rows, mid, mlpPost }: LayerRows,
  signal: AbortSignal | undefined,
): Promise<void> {
  const leaves = streamPoints(model)[layer + 1]!;
  const graph = forwardGraphs(model).segment(neuronPoint(model, layer), leaves);
  const arrays = { [tensorNames.mid(layer)]: mid, [tensorNames.mlpPost(layer)]: mlpPost };
  const out = await withBuilt(model, graph, signal, (session) =>
    runTokens(model, session, points.length * positions.length, arrays, "sentences"),
  );
  const tokens = out[hooked(leaves)]!;
  const base = streams[layer + 1]!;
  const { dModel } = model.manifest.model;
  const stream = new Float32Array(points.length * base.length);
  for (const row of points.keys()) {
    stream.set(base, row * base.length);
    for (const [i, token] of positions.entries()) {
      const at = (row * positions.length + i) * dModel;
      stream.set(tokens.subarray(at, at + dModel), row * base.length + token * dModel);
    }
  }
  rows.streams[layer + 1] = stream;
}

/** Back to the points' own neurons, from the gradient of the stream that leaves their layer. */
async function enterLayer(
  model: Model,
  positions: readonly number[],
  { layer, points, mid, mlpPost }: LayerRows,
  { gradient, scales }: Scaled,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { dModel } = model.manifest.model;
  const [leaves, neurons] = [hooked(streamPoints(model)[layer + 1]!), tensorNames.mlpPost(layer)];
  const count = points.length * positions.length;
  const tokens = new Float32Array(count * dModel);
  const size = gradient.length / points.length;
  for (const row of points.keys())
    for (const [i, token] of positions.entries()) {
      const at = row * size + token * dModel;
      tokens.set(gradient.subarray(at, at + dModel), (row * positions.length + i) * dModel);
    }
  const arrays = {
    [tensorNames.mid(layer)]: mid,
    [neurons]: mlpPost,
    [gradientOf(leaves)]: tokens,
  };
  const out = await withBuilt(model, backwardGraphs(model).mlpOut(layer, leaves), signal, (session) =>
    runTokens(model, session, count, arrays),
  );
  const all = out[gradientOf(neurons)]!;
  const own = all.length / points.length;
  for (const [row, { onGradient }] of points.entries())
    onGradient(all.subarray(row * own, (row + 1) * own), scales[row]!);
}
