// Padded batches with edits in several layers against what TransformerLens computes for them; make_batches.py made the
// values. Tolerances as in parity.ts: 1e-4 on logits and activations, and relative 1e-4 on probabilities.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { largestDifference } from "../../model-export/check.ts";
import type { Batch } from "../../src/engine/batch.ts";
import type { Edit } from "../../src/engine/edits.ts";
import { softmaxAt } from "../../src/engine/experiment.ts";
import { decode, type Encoded, root } from "./fixtures.ts";

export const batchModels = ["minibert-blimp", "legacy", "untied"] as const;

export interface BatchReference {
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
