// Padded batches with edits in several layers against what TransformerLens computes for them; make_batches.py made the
// values. Tolerances as in parity.ts: 1e-4 on logits and activations, and relative 1e-4 on probabilities.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { largestDifference } from "../../model-export/check.ts";
import type { Batch } from "../../src/engine/run/batch.ts";
import type { Edit } from "../../src/engine/run/edits.ts";
import { softmaxAt } from "../../src/engine/run/experiment.ts";
import { type NeuronEdit, operations } from "../../src/model/index.ts";
import { decode, type Encoded, practice, reference, root } from "./fixtures.ts";
import type { Computes } from "./parity.ts";

export const batchModels = ["minibert-blimp", "legacy", "untied"] as const;

export interface BatchReference {
  sentences: string[];
  ids: number[][];
  mask: number[][];
  /** tokens whose logits are stored: row, position */
  asked: [number, number][];
  /** of an activation, row by row, every so many elements are stored */
  stride: number;
  runs: { edits: Edit[]; logits: Encoded; seen?: Encoded & { point: string } }[];
}

export const batchReference = (name: string): BatchReference =>
  JSON.parse(readFileSync(join(root, `test/fixtures/reference/batches/${name}.json`), "utf8"));

/**
 * Run a batch with edits.
 * @returns logits at the asked tokens [N, V], and what lay at the last edited point before its edits [B, T, W]
 */
export type RunBatch = (
  batch: Batch,
  edits: readonly Edit[],
  asked: readonly [number, number][],
) => Promise<{ logits: Float32Array; seen: Float32Array | undefined }>;

const LOGIT = 1e-4;
const RELATIVE = 1e-4;

/** Compare every run of a reference with an engine's. */
export async function expectBatches(
  { ids, mask, asked, stride, runs }: BatchReference,
  run: RunBatch,
): Promise<void> {
  for (const [i, { edits, logits: expected, seen }] of runs.entries()) {
    const found = await run({ ids, mask }, edits, asked);
    const wanted = decode(expected);
    expect(largestDifference(found.logits, wanted), `logits of run ${i}`).toBeLessThan(LOGIT);
    const width = wanted.length / asked.length;
    for (let row = 0; row < asked.length; row++) {
      const [a, b] = [found.logits, wanted].map((logits) => logits.subarray(row * width, (row + 1) * width));
      const all = [...b!.keys()];
      const [p, q] = [softmaxAt(a!, all), softmaxAt(b!, all)];
      const worst = Math.max(...p.map((value, id) => Math.abs(value / q[id]! - 1)));
      expect(worst, `probabilities of run ${i} at ${asked[row]}`).toBeLessThan(RELATIVE);
    }
    if (!seen) continue;
    const size = found.seen!.length / ids.length;
    const picked = ids.flatMap((_, row) =>
      [...found.seen!.subarray(row * size, (row + 1) * size)].filter((_value, at) => at % stride === 0),
    );
    expect(
      largestDifference(Float32Array.from(picked), decode(seen)),
      `${seen.point} of run ${i}`,
    ).toBeLessThan(LOGIT);
  }
}

/** the run whose edits change single neurons of several layers at each sentence's own mask */
const atMasks = 1;

/**
 * Compare experiments with edits in two layers, the later one named first, with the same logits: each sentence alone, without
 * padding.
 */
export async function expectSeveralEdits(engine: Pick<Computes, "run">, name: string): Promise<void> {
  const { sentences, ids, asked, stride, runs } = batchReference(name);
  const { edits, logits: edited, seen } = runs[atMasks]!;
  const words = reference(name).sentences[0]!.experiments[0]!.candidates;
  const [before, after] = [runs[0]!.logits, edited].map(decode);
  const vocabulary = before!.length / asked.length;
  let compared = 0;
  for (const [row, sentence] of sentences.entries()) {
    const here = edits.filter(({ rows }) => rows?.includes(row));
    const [position] = here[0]!.positions!;
    const [first, second] = here.map(toNeuronEdit) as [NeuronEdit, NeuronEdit];
    expect(first.layer).toBeLessThan(second.layer);
    const result = await engine.run({
      sentence,
      mask: 0,
      ...second,
      more: [first],
      candidates: words.map(({ word }) => word),
    });
    const { experiment, activations } = result;
    expect([experiment.position, experiment.edits]).toEqual([position, [second, first]]);
    const at = asked.findIndex((token) => token[0] === row && token[1] === position);
    const wanted = words.map(({ id }) => id);
    const [p, q] = [before!, after!].map((logits) =>
      softmaxAt(logits.subarray(at * vocabulary, (at + 1) * vocabulary), wanted),
    );
    for (const [i, found] of result.rows.entries()) {
      expect(found.id).toBe(wanted[i]);
      expect(Math.abs(found.before / p![i]! - 1), `before, ${found.word}`).toBeLessThan(RELATIVE);
      expect(Math.abs(found.after / q![i]! - 1), `after, ${found.word}`).toBeLessThan(RELATIVE);
    }
    for (const [i, { hook }] of experiment.edits.entries())
      expect(activations[i]!.after).toBe(operations.applyHook(hook, activations[i]!.before));
    // of what the later layer's hook saw, every so many elements are stored
    const [length, picked] = [ids[row]!.length, decode(seen!)];
    const flat = position! * width(name) + second.neuron;
    if (flat % stride !== 0) continue;
    compared++;
    const perRow = Math.ceil((length * width(name)) / stride);
    const value = picked[row * perRow + flat / stride]!;
    expect(Math.abs(activations[0]!.before - value), "what the later edit found").toBeLessThan(LOGIT);
  }
  // which neurons at which masks are among those depends on the model's width
  if (name === "legacy") expect(compared, "activations that the reference has").toBeGreaterThan(0);
}

const width = (name: string): number => reference(name).model.dMlp;

function toNeuronEdit({ point, indexes, operation }: Edit): NeuronEdit {
  if (operation.kind === "replace") throw new TypeError("replace is no hook");
  return { layer: Number(point.split(".")[1]), neuron: indexes![0]!, hook: operation };
}

/** What TransformerLens computes for these words at the course's mask after those edits in two layers. */
export function courseAfter(
  { asked, runs, ids }: BatchReference,
  words: readonly string[],
): { word: string; after: number }[] {
  const logits = decode(runs[atMasks]!.logits);
  const [position] = runs[atMasks]!.edits[0]!.positions!;
  expect(ids[0]![position!], "the first sentence is the course's").toBe(ids[2]![1]);
  const at = asked.findIndex((token) => token[0] === 0 && token[1] === position);
  const width = logits.length / asked.length;
  const known = reference(practice).sentences[0]!.experiments[0]!.candidates;
  const chosen = words.map((word) => known.find((candidate) => candidate.word === word)!.id);
  const after = softmaxAt(logits.subarray(at * width, (at + 1) * width), chosen);
  return words.map((word, i) => ({ word, after: after[i]! }));
}
