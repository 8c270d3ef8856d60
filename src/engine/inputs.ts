// What a sentence is for the graphs: ids, token types, positions, and an attention that sees everything.

import { tensorNames as names } from "./manifest.ts";
import type { Feeds, Runtime } from "./runtime.ts";

/**
 * The encoder's inputs for one sentence: batch of 1, T positions, no padding.
 * @param inputIds [T]
 */
export function sentenceInputs(runtime: Runtime, inputIds: readonly number[]): Feeds {
  const length = inputIds.length;
  const types = inputIds.map(() => 0);
  return {
    [names.inputIds]: runtime.int64(inputIds, [1, length]),
    [names.tokenTypeIds]: runtime.int64(types, [1, length]),
    [names.positionIds]: runtime.int64([...inputIds.keys()], [1, length]),
    ...attentionBias(runtime, length),
  };
}

/** Nothing is added to the attention scores: there is no padding to hide. */
export function attentionBias(runtime: Runtime, length: number): Feeds {
  const zeros = new Float32Array(length * length);
  return { [names.attentionBias]: runtime.float32(zeros, [1, 1, length, length]) };
}

/** The head's inputs: rows whose prediction is wanted, and ids whose log-probability is. */
export function headInputs(
  runtime: Runtime,
  positions: readonly number[],
  candidateIds: readonly number[] = [0],
): Feeds {
  return {
    [names.positions]: runtime.int64(positions, [positions.length]),
    [names.candidateIds]: runtime.int64(candidateIds, [candidateIds.length]),
  };
}
