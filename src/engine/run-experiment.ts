// The experiment on an open model: one pass untouched, one with the neuron changed, both from the same first half.

import type { Batch } from "./batch.ts";
import { compare } from "./experiment.ts";
import type { Model } from "./model.ts";
import { type Asked, Pass } from "./pass.ts";
import type { Recent } from "./recent.ts";
import { stopwatch } from "./stopwatch.ts";
import { tensorNames } from "./tensor-names.ts";
import type { Experiment, ExperimentResult, Timing } from "./types.ts";

/** logits at a position [V] of sentences that ran untouched, by sentence and position */
export type Untouched = Recent<string, Float32Array>;

type Outcome = Pick<ExperimentResult, "rows" | "activation"> & { timing: Omit<Timing, "tokenize" | "total"> };

/**
 * Compare the candidates' probabilities with and without the hook. The way to the neuron's layer is not repeated when the
 * pass before took it with the same tokens, nor is a sentence run untouched again that is remembered.
 * @throws EngineError as Pass does; the signal's reason between two runs
 */
export async function runExperiment(
  model: Model,
  { tokens, position, layer, neuron, hook, candidates }: Experiment,
  untouched: Untouched,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { lap } = stopwatch();
  const point = tensorNames.mlpPost(layer);
  const batch = { ids: [tokens.map(({ id }) => id)] };
  const asked = { at: [[0, position]] as const };
  await model.open([point], signal);
  const open = lap();
  const pass = await Pass.start(model, batch, [point], signal);
  try {
    const pre = lap();
    signal?.throwIfAborted();
    const key = `${position} ${batch.ids}`;
    let before = untouched.get(key);
    const known = before !== undefined;
    before ??= untouched.set(key, await finishUntouched(model, batch, point, asked, signal));
    const beforeTime = lap();
    const edit = { point, positions: [position], indexes: [neuron], operation: hook };
    const [activation] = await pass.edit([edit]);
    const after = await pass.finish(asked, signal);
    return {
      rows: compare(candidates, before, after),
      activation: activation!,
      timing: { open, pre: pass.reused ? 0 : pre, before: known ? 0 : beforeTime, after: lap() },
    };
  } finally {
    pass.release();
  }
}

/** Run a batch through without an edit, from its first half; logits [N, V]. */
async function finishUntouched(
  model: Model,
  batch: Batch,
  point: string,
  asked: Asked,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const pass = await Pass.start(model, batch, [point], signal);
  try {
    return await pass.finish(asked, signal);
  } finally {
    pass.release();
  }
}
