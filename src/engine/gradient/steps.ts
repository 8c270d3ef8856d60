// One layer forward and one layer back: what all methods with gradients are made of.
// R rows (sentences), T positions, D d_model, F d_mlp.

import { BackwardGraphs, BertGraphs, placedBy } from "../../model/graph/index.ts";
import { canStop, type HookPoint, hooked, neuronPointsOf, splitsOf, tensorNames } from "../../model/index.ts";
import type { Batch } from "../run/batch.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import { runSentences, withBuilt } from "./built.ts";

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

export function forwardGraphs({ manifest }: Model): BertGraphs {
  const { shape, shards } = placedBy(manifest);
  return new BertGraphs(shape, shards);
}

export function backwardGraphs({ manifest }: Model): BackwardGraphs {
  const { shape, shards } = placedBy(manifest);
  return new BackwardGraphs(shape, shards);
}
