// One layer forward, one layer back, and the head back: what all methods with gradients are made of.
// R rows (sentences), T positions, D d_model, F d_mlp, V vocabulary, N tokens.

import { BackwardGraphs, BertGraphs, placedBy } from "../../model/graph/index.ts";
import { canStop, type HookPoint, hooked, neuronPointsOf, splitsOf, tensorNames } from "../../model/index.ts";
import type { Batch } from "../run/batch.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import { runSentences, runTokens, withBuilt } from "./built.ts";

const { gradientOf } = BackwardGraphs;

/** The hook points between the layers, in order: the residual stream that enters each layer, and the encoder's end. */
export function streamPoints({ points, manifest }: Model): HookPoint[] {
  const neurons = new Set(neuronPointsOf(manifest.model).map(({ name }) => name));
  return points.filter(({ name }) => !neurons.has(name));
}

/** The hook point of a layer's neurons. */
export const neuronPoint = ({ manifest }: Model, layer: number): HookPoint =>
  neuronPointsOf(manifest.model)[layer]!;

/** Rows that go through the layers together. */
export interface Rows {
  batch: Batch;
  /** the residual stream, by how many layers lie before it, [R, T, D] */
  streams: Float32Array[];
}

/** what one layer gives back */
export interface LayerBack {
  /** its neurons, [R, T, F] */
  mlpPost: Float32Array;
  /** the gradient with respect to them, [R, T, F] */
  dMlpPost: Float32Array;
  /** the gradient with respect to the residual stream that enters the layer, [R, T, D] */
  dStream: Float32Array;
}

/**
 * The residual stream of a batch before every layer, and at the encoder's end. Models that were exported with some layers
 * only take another way, on graphs that are built here.
 */
export async function streamsOf(model: Model, batch: Batch, signal?: AbortSignal): Promise<Float32Array[]> {
  const points = streamPoints(model);
  const names = points.map(({ name }) => name);
  if (!splitsOf(model.manifest).some(({ ends }) => canStop(ends, names))) {
    const rows: Rows = { batch, streams: [await embed(model, batch, signal)] };
    for (let layer = 0; layer < points.length - 1; layer++) await layerForward(model, layer, [rows], signal);
    return rows.streams;
  }
  const pass = await Pass.start(model, batch, names, signal);
  try {
    const streams: Float32Array[] = [];
    for (const _ of points) {
      signal?.throwIfAborted();
      streams.push(await pass.leave());
    }
    return streams;
  } finally {
    pass.release();
  }
}

/** The residual stream that enters the first layer, [R, T, D]. */
async function embed(model: Model, batch: Batch, signal: AbortSignal | undefined): Promise<Float32Array> {
  const [first] = streamPoints(model);
  const out = await withBuilt(model, forwardGraphs(model).segment(undefined, first!), signal, (session) =>
    runSentences(model, session, batch, {}, signal),
  );
  return out[hooked(first!)]!;
}

/** Take rows through a layer: the stream that leaves it is added to their streams. */
export async function layerForward(
  model: Model,
  layer: number,
  all: readonly Rows[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const [enters, leaves] = streamPoints(model).slice(layer, layer + 2) as [HookPoint, HookPoint];
  await withBuilt(model, forwardGraphs(model).segment(enters, leaves), signal, async (session) => {
    for (const { batch, streams } of all) {
      const out = await runSentences(model, session, batch, { [hooked(enters)]: streams[layer]! }, signal);
      streams[layer + 1] = out[hooked(leaves)]!;
    }
  });
}

/**
 * Take rows back through a layer.
 * @param all each with the gradient of the stream that leaves the layer, [R, T, D]
 */
export async function layerBack(
  model: Model,
  layer: number,
  all: readonly { rows: Rows; gradient: Float32Array }[],
  signal: AbortSignal | undefined,
): Promise<LayerBack[]> {
  const [enters, leaves] = streamPoints(model)
    .slice(layer, layer + 2)
    .map(hooked) as [string, string];
  const neurons = tensorNames.mlpPost(layer);
  const graph = backwardGraphs(model).layer(layer, [enters, leaves]);
  return withBuilt(model, graph, signal, async (session) => {
    const back: LayerBack[] = [];
    for (const { rows, gradient } of all) {
      const arrays = { [enters]: rows.streams[layer]!, [gradientOf(leaves)]: gradient };
      const out = await runSentences(model, session, rows.batch, arrays, signal);
      back.push({
        mlpPost: out[neurons]!,
        dMlpPost: out[gradientOf(neurons)]!,
        dStream: out[gradientOf(enters)]!,
      });
    }
    return back;
  });
}

/** The gradient of a number with respect to the logits [V] it is a function of. */
export type LogitGradient = (logits: Float32Array, row: number) => Float64Array;

/** rows at the encoder's end, and what is asked of the logits of one token of each */
export interface Ends {
  rows: Rows;
  /** [R] */
  positions: readonly number[];
  gradient: LogitGradient;
}

/** a gradient on its way back, [R, T, D], which stands for `scales[r]` times that of row r */
export interface Scaled {
  gradient: Float32Array;
  scales: number[];
}

/** The logits of one token of each row, [R, V]; the streams must have come to the encoder's end. */
export async function logitsOf(
  model: Model,
  rows: Rows,
  positions: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  // no stop is asked for, so whatever is open will do
  await model.open([], signal);
  const places = positions.map((position, row) => row * lengthOf(rows.batch) + position);
  return predict(model, tokensOf(rows.streams.at(-1)!, places, model.manifest.model.dModel));
}

/** tokens [N, D] at the encoder's end -> logits [N, V] */
function predict(model: Model, tokens: Float32Array): Promise<Float32Array> {
  const { dModel } = model.manifest.model;
  const count = tokens.length / dModel;
  return model.predict(model.runtime.float32(tokens, [count, 1, dModel]), [...Array(count).keys()]);
}

/** Rows of [R*T, W] as an array of their own. */
function tokensOf(values: Float32Array, places: readonly number[], width: number): Float32Array {
  const tokens = new Float32Array(places.length * width);
  for (const [i, at] of places.entries())
    tokens.set(values.subarray(at * width, (at + 1) * width), i * width);
  return tokens;
}

/** logits that are computed at a time: 16 MB */
const mostLogits = 2 ** 22;

/**
 * The head there and back: the gradient with respect to the encoder's end. The gradient with respect to the logits is divided
 * by its largest entry, and so is all that comes of it: the way back is linear, and a probability of 1e-30 would leave
 * fp32's range on it.
 */
export async function headThereAndBack(
  model: Model,
  all: readonly Ends[],
  signal: AbortSignal | undefined,
): Promise<Scaled[]> {
  const { layers, dModel, vocabulary } = model.manifest.model;
  const { hidden, logits } = tensorNames;
  // no stop is asked for, so whatever is open will do
  await model.open([], signal);
  return withBuilt(model, backwardGraphs(model).head(), signal, async (session) => {
    const back: Scaled[] = [];
    for (const { rows, positions, gradient } of all) {
      const end = rows.streams[layers]!;
      const [out, scales]: [Float32Array, number[]] = [new Float32Array(end.length), []];
      const length = lengthOf(rows.batch);
      const atOnce = Math.max(1, Math.floor(mostLogits / vocabulary));
      for (let first = 0; first < positions.length; first += atOnce) {
        signal?.throwIfAborted();
        const some = positions.slice(first, first + atOnce).map((at, i) => (first + i) * length + at);
        const tokens = tokensOf(end, some, dModel);
        const predicted = await predict(model, tokens);
        const dLogits = new Float32Array(predicted.length);
        for (const i of some.keys()) {
          const own = predicted.subarray(i * vocabulary, (i + 1) * vocabulary);
          const exact = gradient(own, first + i);
          const scale = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          if (scale > 0)
            for (const [id, value] of exact.entries()) dLogits[i * vocabulary + id] = value / scale;
          scales.push(scale);
        }
        const arrays = { [hidden]: tokens, [gradientOf(logits)]: dLogits };
        const answer = (await runTokens(model, session, some.length, arrays))[gradientOf(hidden)]!;
        for (const [i, at] of some.entries())
          out.set(answer.subarray(i * dModel, (i + 1) * dModel), at * dModel);
      }
      back.push({ gradient: out, scales });
    }
    return back;
  });
}

const lengthOf = ({ ids }: Batch): number => ids[0]!.length;

export function forwardGraphs({ manifest }: Model): BertGraphs {
  const { shape, shards } = placedBy(manifest);
  return new BertGraphs(shape, shards);
}

export function backwardGraphs({ manifest }: Model): BackwardGraphs {
  const { shape, shards } = placedBy(manifest);
  return new BackwardGraphs(shape, shards);
}
