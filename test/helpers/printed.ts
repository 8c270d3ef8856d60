// The reference's experiments as the page prints them.

import { expect } from "vitest";
import { practice, type ReferenceCandidate, reference } from "./fixtures.ts";
import { course } from "./page.ts";

/** The reference's experiment on a sentence of the practice model: the course's neuron at one of its [MASK]s. */
export function expected(text: string, mask = 0): ReferenceCandidate[] {
  const sentence = reference(practice).sentences.find((candidate) => candidate.text === text)!;
  const found = sentence.experiments.find(
    ({ position, layer, neuron }) =>
      position === sentence.maskPositions[mask] && layer === course.layer && neuron === course.neuron,
  );
  return found!.candidates;
}

/** The table is printed as the course prints it, wherever the reference does not hang on rounding itself. */
export function expectPrinted(rows: string[][], candidates: ReferenceCandidate[]): void {
  expect(rows.map(([word]) => word)).toEqual(candidates.map(({ word }) => word));
  let compared = 0;
  for (const [i, { before, printed, steady, word }] of candidates.entries())
    for (const [column, key] of (["before", "after", "delta"] as const).entries()) {
      // as in parity.ts: a change of something tiny depends on the processor's last digit
      if (!steady.includes(key) || (key === "delta" && before <= 1e-4)) continue;
      expect(rows[i]![column + 1], `${key} of ${word}`).toBe(printed[key]);
      compared++;
    }
  expect(compared).toBeGreaterThan(candidates.length);
}
