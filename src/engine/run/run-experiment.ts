// The experiment on an open model: one pass untouched, one with the neurons changed, both from the same first half.

import { type Experiment, type NeuronEdit, tensorNames } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import type { ExperimentResult, Timing } from "../types.ts";
import type { AskedTokens } from "./asked.ts";
import type { Batch } from "./batch.ts";
import { compare, placeOf } from "./experiment.ts";
import { likeliest } from "./likeliest.ts";
import type { Model } from "./model.ts";
import { type Edited, Pass } from "./pass.ts";
import type { Recent } from "./recent.ts";
import { stopwatch } from "./stopwatch.ts";

/** logits at a position [V] of sentences that ran untouched, by sentence and position */
export type Untouched = Recent<string, Float32Array>;

type Outcome = Pick<ExperimentResult, "rows" | "likeliest" | "activations"> & {
  timing: Omit<Timing, "tokenize" | "total">;
};

/**
 * Compare the candidates' probabilities with and without the edits. The way to the first edited layer is not repeated when
 * the pass before took it with the same tokens, nor is a sentence run untouched again that is remembered.
 * @throws EngineError as Pass does; the signal's reason between two runs
 */
export async function runExperiment(
  model: Model,
  { sentence, tokens, position, edits, candidates }: Experiment,
  tokenizer: Tokenizer,
  untouched: Untouched,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { lap } = stopwatch();
  const stops = [...new Set(edits.map(({ layer }) => layer))].sort((a, b) => a - b).map(tensorNames.mlpPost);
  const batch = { ids: [tokens.map(({ id }) => id)] };
  const asked = { at: [[0, position]] as const };
  await model.open(stops, signal);
  const open = lap();
  const pass = await Pass.start(model, batch, stops, signal);
  try {
    const pre = lap();
    signal?.throwIfAborted();
    // both runs end in the same way: another one may differ in the last bits
    const key = `${position} ${model.endsByTail(stops)} ${batch.ids}`;
    let before = untouched.get(key);
    const known = before !== undefined;
    before ??= untouched.set(key, await finishUntouched(model, batch, stops, asked, signal));
    const beforeTime = lap();
    const activations = await editAtStops(pass, stops, edits, position, signal);
    const after = await pass.finish(asked, signal);
    return {
      rows: compare(candidates, before, after),
      likeliest: likeliest(before, after, tokenizer, placeOf(sentence, position, tokenizer)),
      activations,
      timing: { open, pre: pass.reused ? 0 : pre, before: known ? 0 : beforeTime, after: lap() },
    };
  } finally {
    pass.release();
  }
}

/** Make every edit where it belongs, from the first stop, where the pass stands, to the last; one record per edit. */
async function editAtStops(
  pass: Pass,
  stops: readonly string[],
  edits: readonly NeuronEdit[],
  position: number,
  signal: AbortSignal | undefined,
): Promise<Edited[]> {
  const activations: Edited[] = [];
  for (const stop of stops) {
    if (pass.point.name !== stop) await pass.advance(signal);
    const here = [...edits.entries()].filter(([, { layer }]) => tensorNames.mlpPost(layer) === stop);
    const edited = await pass.edit(
      here.map(([, { neuron, hook }]) => ({
        point: stop,
        positions: [position],
        indexes: [neuron],
        operation: hook,
      })),
    );
    for (const [i, [place]] of here.entries()) activations[place] = edited[i]!;
  }
  return activations;
}

/** Run a batch through without an edit, from its first half; logits [N, V]. */
async function finishUntouched(
  model: Model,
  batch: Batch,
  stops: readonly string[],
  asked: AskedTokens,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const pass = await Pass.start(model, batch, stops, signal);
  try {
    return await pass.finish(asked, signal);
  } finally {
    pass.release();
  }
}
