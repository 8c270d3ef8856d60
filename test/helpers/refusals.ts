// How many damaged inputs are refused: each is handled, or refused in a sentence of ours, within the bounds of mutate.ts.

import { expect } from "vitest";
import { CheckpointError } from "../../src/model/checkpoint/index.ts";
import { EngineError } from "../../src/model/index.ts";
import { thrownWithinBounds } from "./mutate.ts";

/** how many damaged versions there are of each file */
export const COUNT = 1_000;

/** How many of {@link COUNT} inputs were refused; all others were handled, and nothing else was thrown. */
export async function refusals(
  inputs: Iterable<string | Uint8Array>,
  handle: (input: never) => unknown,
): Promise<number> {
  let refused = 0;
  let count = 0;
  for (const input of inputs) {
    count++;
    const thrown = await thrownWithinBounds(input, () => handle(input as never));
    if (thrown === undefined) continue;
    refused++;
    const named = thrown instanceof CheckpointError || thrown instanceof EngineError;
    if (!named)
      throw new Error(`not refused by name: ${JSON.stringify(String(input)).slice(0, 1_000)}`, {
        cause: thrown,
      });
    expect(thrown.message.length).toBeLessThan(1_500);
    expect(thrown.hint).toMatch(/\.$/);
  }
  expect(count).toBe(COUNT);
  return refused;
}

/** So many inputs made one after the other. */
export function* times<T>(next: () => T): Generator<T> {
  for (let i = 0; i < COUNT; i++) yield next();
}
