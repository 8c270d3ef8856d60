// The exact sweep: every neuron is changed and the model run, many at a time.

import { DECODER_BIAS, decoderOf, placedBy } from "../../model/graph/index.ts";
import type { EngineError, Sweep, SweepRecord } from "../../model/index.ts";
import { Pass } from "../run/pass.ts";
import { ChangedLayer, type WordRows } from "./changed-layer.ts";
import type { Host, Method } from "./host.ts";
import { Pace } from "./pace.ts";
import { Prediction } from "./prediction.ts";

/** GPUs that may be lost one after the other, without anything computed in between */
const mostLosses = 3;

export const exact: Method = async function* (sweep, host, signal) {
  const ids = sweep.tokens.map(({ id }) => id);
  const logits = await host.onModel(async (model) => {
    // one way for all layers: another may differ in the last bits
    const pass = await Pass.start(model, { ids: [ids] }, [], signal);
    try {
      return await pass.finish({ at: [[0, sweep.position]] }, signal);
    } finally {
      pass.release();
    }
  });
  const prediction = new Prediction(logits, sweep.metric);
  const words = prediction.words && (await wordRows(prediction.words, host));
  for (const layer of sweep.layers) yield* sweepLayer(sweep, layer, host, { prediction, words, signal });
};

async function* sweepLayer(
  sweep: Sweep,
  layer: number,
  host: Host,
  parts: { prediction: Prediction; words: WordRows | undefined; signal: AbortSignal | undefined },
): AsyncGenerator<SweepRecord[]> {
  const { signal } = parts;
  const pace = new Pace(host.manifest.model, sweep, layer);
  let opened: ChangedLayer | undefined;
  let losses = 0;
  try {
    for (let done = 0; done < sweep.neurons.length; ) {
      signal?.throwIfAborted();
      try {
        const records = await host.onModel(async (model) => {
          // after a lost GPU it is another one
          if (opened?.model !== model) opened = await ChangedLayer.open(model, layer, sweep, parts);
          const neurons = sweep.neurons.slice(done, done + pace.size(model.runtime.processor.gpu?.limits));
          return pace.time(neurons.length, () => opened!.run(neurons, signal));
        });
        losses = 0;
        done += records.length;
        yield records;
      } catch (error) {
        const { code } = error as Partial<EngineError>;
        const again =
          (code === "gpu-lost" && ++losses < mostLosses) || (code === "out-of-memory" && pace.less());
        if (!again) throw error;
      }
    }
  } finally {
    await host.inTurn(async () => opened?.close());
  }
}

/** The decoder's rows of these words, read from the kept files. */
async function wordRows(words: readonly number[], { manifest, weight }: Host): Promise<WordRows> {
  const { dModel } = manifest.model;
  const { shape } = placedBy(manifest);
  const [decoder, bias] = [await weight(decoderOf(shape)), await weight(DECODER_BIAS)];
  const rows = new Float32Array(words.length * dModel);
  for (const [i, id] of words.entries())
    rows.set(decoder.data.subarray(id * dModel, (id + 1) * dModel), i * dModel);
  return { rows, bias: Float32Array.from(words, (id) => bias.data[id]!) };
}
