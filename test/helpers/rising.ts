// What a person is shown of something that takes a while.

import { expect } from "vitest";

interface Step {
  done: number;
  total: number;
}

/** There are steps, what is done never falls and is never more than there is, and at the end it is all of it. */
export function expectRising(steps: readonly Step[]): void {
  let before = 0;
  for (const { done, total } of steps) {
    expect(done).toBeGreaterThanOrEqual(before);
    expect(done).toBeLessThanOrEqual(total);
    before = done;
  }
  expect(before).toBe(steps.at(-1)!.total);
}

/** The same, of as much from the first step on. */
export function expectRisingTo(total: number, steps: readonly Step[]): void {
  expectRising(steps);
  expect(new Set(steps.map((step) => step.total))).toEqual(new Set([total]));
}
