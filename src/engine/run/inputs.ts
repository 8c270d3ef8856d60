// What sentences are for the graphs: ids, token types, positions, and which tokens are read.

import { tensorNames as names } from "../../model/index.ts";
import type { Feeds, Runtime } from "../runtime/runtime.ts";
import type { Batch } from "./batch.ts";

/** added to an attention score that is not to count: softmax gives it exactly 0; minus infinity would be nan where all are */
const hidden = -3.4e38;

/** The encoder's inputs for sentences that run together. Positions count from 0, padding included, as in transformers. */
export function batchInputs(runtime: Runtime, batch: Batch): Feeds {
  const { ids, types } = batch;
  const [rows, length] = [ids.length, ids[0]!.length];
  const shape = [rows, length];
  const positions = Array.from({ length: rows * length }, (_, i) => i % length);
  return {
    [names.inputIds]: runtime.int64(ids.flat(), shape),
    [names.tokenTypeIds]: runtime.int64(types?.flat() ?? positions.map(() => 0), shape),
    [names.positionIds]: runtime.int64(positions, shape),
    [names.attentionBias]: attentionBias(runtime, batch),
  };
}

/** [B, 1, T, T]: what is added to the score of a token (last dimension) for every position that reads (third). */
export function attentionBias(runtime: Runtime, { ids, mask }: Batch) {
  const [rows, length] = [ids.length, ids[0]!.length];
  const bias = new Float32Array(rows * length * length);
  for (const [row, read] of (mask ?? []).entries())
    for (const [token, value] of read.entries())
      if (value === 0)
        for (let reader = 0; reader < length; reader++)
          bias[(row * length + reader) * length + token] = hidden;
  return runtime.float32(bias, [rows, 1, length, length]);
}

/**
 * The head's inputs.
 * @param rows of [B * T] whose prediction is wanted
 * @param candidateIds whose log-probability is
 */
export function headInputs(
  runtime: Runtime,
  rows: readonly number[],
  candidateIds: readonly number[] = [0],
): Feeds {
  return {
    [names.positions]: runtime.int64(rows, [rows.length]),
    [names.candidateIds]: runtime.int64(candidateIds, [candidateIds.length]),
  };
}
