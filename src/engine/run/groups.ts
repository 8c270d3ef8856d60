// The rows of a batch in groups that run at once, each with what it stands on.

import { EngineError, type HookPoint, hooked, widthOf } from "../../model/index.ts";
import type { Feeds } from "../runtime/runtime.ts";
import { type Batch, rowsAtOnce, rowsOf } from "./batch.ts";
import type { Crossing } from "./crossing.ts";
import { batchInputs } from "./inputs.ts";
import type { Model } from "./model.ts";

/** rows that run at once */
export interface Group {
  /** of its first row in the batch */
  first: number;
  rows: number;
  batch: Batch;
  inputs: Feeds;
  at: Crossing;
}

/** A batch in groups, as many rows in each as the processor takes; they stand nowhere yet. */
export function partsOf(model: Model, batch: Batch): Omit<Group, "at">[] {
  const { length } = batch.ids[0]!;
  const atOnce = rowsAtOnce(length, model.manifest.model, model.runtime.processor.gpu?.limits);
  const parts: Omit<Group, "at">[] = [];
  for (let first = 0; first < batch.ids.length; first += atOnce) {
    const part = rowsOf(batch, first, atOnce);
    parts.push({ first, rows: part.ids.length, batch: part, inputs: batchInputs(model.runtime, part) });
  }
  return parts;
}

/**
 * A batch in groups that stand at a hook point of the residual stream.
 * @param activation what lies there, [B, T, D]; it is the groups' from now on
 * @throws EngineError "activation-size"
 */
export function groupsAt(model: Model, batch: Batch, point: HookPoint, activation: Float32Array): Group[] {
  const [rows, length, width] = [batch.ids.length, batch.ids[0]!.length, widthOf(point)];
  if (activation.length !== rows * length * width)
    throw new EngineError(
      "activation-size",
      `${activation.length} numbers are not what lies at ${point.name} of ${rows} sentences of ${length} tokens, ${width} of each.`,
      "Restart the kernel and run again.",
    );
  return partsOf(model, batch).map((part) => {
    const [from, to] = [part.first, part.first + part.rows].map((row) => row * length * width);
    const tensor = model.runtime.float32(activation.subarray(from, to), [part.rows, length, width]);
    return { ...part, at: model.standAt(point, { [hooked(point)]: tensor }) };
  });
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
