// The exact sweep: every neuron is changed and the model run, many at a time.

import { DECODER_BIAS, decoderOf, placedBy, SweepGraphs } from "../../model/graph/index.ts";
import type { EngineError, Sweep, SweepRecord } from "../../model/index.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import { ChangedLayer, type Measuring, type WordRows } from "./changed-layer.ts";
import type { Host, Method } from "./host.ts";
import { Pace } from "./pace.ts";
import { Prediction } from "./prediction.ts";

/** GPUs that may be lost one after the other, without anything computed in between */
const mostLosses = 3;

export const exact: Method = async function* (sweep, host, signal) {
  const pace = new Pace(host.manifest.model, sweep);
  const logits = await persistently(host, pace, (model) => untouched(model, sweep, signal));
  const prediction = new Prediction(logits, sweep.metric);
  const { shape, shards } = placedBy(host.manifest);
  const words = prediction.words && (await wordRows(prediction.words, decoderOf(shape), host));
  const measuring = { graphs: new SweepGraphs(shape, shards), prediction, words, signal };
  for (const layer of sweep.layers) yield* sweepLayer(sweep, layer, host, { measuring, pace });
};

async function* sweepLayer(
  sweep: Sweep,
  layer: number,
  host: Host,
  { measuring, pace }: { measuring: Measuring; pace: Pace },
): AsyncGenerator<SweepRecord[]> {
  const { signal } = measuring;
  let opened: ChangedLayer | undefined;
  try {
    for (let done = 0; done < sweep.neurons.length; ) {
      const records = await persistently(host, pace, async (model) => {
        signal?.throwIfAborted();
        // after a lost GPU it is another one
        if (opened?.model !== model) opened = await ChangedLayer.open(model, layer, sweep, measuring);
        const layerOpen = opened;
        const most = pace.size(layer, model.runtime.processor.gpu?.limits);
        const count = Math.min(most, sweep.neurons.length - done);
        return pace.time(layer, count, () => layerOpen.run(done, count, signal));
      });
      done += records.length;
      yield records;
    }
  } finally {
    await host.inTurn(async () => opened?.close());
  }
}

/** Do something with the model; when the GPU is lost, again with the one that is opened in its place, and when memory runs out, with fewer. */
async function persistently<T>(host: Host, pace: Pace, task: (model: Model) => Promise<T>): Promise<T> {
  for (let losses = 0; ; ) {
    try {
      return await host.onModel(task);
    } catch (error) {
      const { code } = error as Partial<EngineError>;
      const again =
        (code === "gpu-lost" && ++losses <= mostLosses) || (code === "out-of-memory" && pace.less());
      if (!again) throw error;
    }
  }
}

/** logits [V] at the asked position, without a change: by one way for all layers, as another may differ in the last bits */
async function untouched(
  model: Model,
  { tokens, position }: Sweep,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const pass = await Pass.start(model, { ids: [tokens.map(({ id }) => id)] }, [], signal);
  try {
    return await pass.finish({ at: [[0, position]] }, signal);
  } finally {
    pass.release();
  }
}

/** The decoder's rows of these words, read from the kept files. */
async function wordRows(words: readonly number[], decoder: string, { weightRows }: Host): Promise<WordRows> {
  return { rows: await weightRows(decoder, words), bias: await weightRows(DECODER_BIAS, words) };
}
