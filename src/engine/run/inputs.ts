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

/**
 * The tail's inputs.
 * @param positions [B, A] of the tokens that are asked for, as many for each sentence
 */
export function askedInputs(
  runtime: Runtime,
  batch: Batch,
  positions: readonly (readonly number[])[],
): Feeds {
  const { length } = batch.ids[0]!;
  const asked = positions[0]!.length;
  const rows = positions.flatMap((each, row) => each.map((position) => row * length + position));
  return {
    [names.askedRows]: runtime.int64(rows, [positions.length, asked]),
    [names.askedBias]: attentionBias(runtime, batch, asked),
  };
}

/** [B, 1, R, T]: what is added to the score of a token (last dimension) for each of R positions that read. */
function attentionBias(runtime: Runtime, { ids, mask }: Batch, readers = ids[0]!.length) {
  const [rows, length] = [ids.length, ids[0]!.length];
  const bias = new Float32Array(rows * readers * length);
  for (const [row, read] of (mask ?? []).entries())
    for (const [token, value] of read.entries())
      if (value === 0)
        for (let reader = 0; reader < readers; reader++)
          bias[(row * readers + reader) * length + token] = hidden;
  return runtime.float32(bias, [rows, 1, readers, length]);
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
