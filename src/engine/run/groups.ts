// The rows of a batch in groups that run at once, each with what it stands on.

import type { Feeds } from "../runtime/runtime.ts";
import type { Batch } from "./batch.ts";
import type { Crossing } from "./crossing.ts";

/** rows that run at once */
export interface Group {
  /** of its first row in the batch */
  first: number;
  rows: number;
  batch: Batch;
  inputs: Feeds;
  at: Crossing;
}

/** Run something for every part; when one fails, what the others made is released. */
export async function allOrNone<T>(
  parts: readonly T[],
  run: (part: T) => Promise<Crossing>,
): Promise<Crossing[]> {
  const made: Crossing[] = [];
  try {
    for (const part of parts) made.push(await run(part));
    return made;
  } catch (error) {
    for (const crossing of made) crossing.release();
    throw error;
  }
}

/** One array; of one part that part itself. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
