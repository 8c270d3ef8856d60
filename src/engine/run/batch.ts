// Sentences that run together, and how many of them a processor takes at a time.
// B sentences, T positions.

import { EngineError, type Manifest } from "../../model/index.ts";
import { checkIds } from "./experiment.ts";

export interface Batch {
  /** token ids [B][T], [CLS] and [SEP] included; shorter sentences are padded to the longest */
  ids: readonly (readonly number[])[];
  /** [B][T]: 1 where a token is read, 0 where no position reads it (padding); undefined: all are read */
  mask?: readonly (readonly number[])[] | undefined;
  /** token types [B][T]; undefined: all 0 */
  types?: readonly (readonly number[])[] | undefined;
}

/**
 * Sentences of several lengths as a batch: padded at the end, and the padding is read by nobody.
 * @param padding the token id that stands there, which changes no number of the sentences
 */
export function padded(sentences: readonly (readonly number[])[], padding: number): Batch {
  const longest = Math.max(...sentences.map(({ length }) => length));
  const fill = (length: number, value: number) => Array<number>(longest - length).fill(value);
  if (sentences.every(({ length }) => length === longest)) return { ids: sentences };
  return {
    ids: sentences.map((ids) => [...ids, ...fill(ids.length, padding)]),
    mask: sentences.map(({ length }) => [...Array<number>(length).fill(1), ...fill(length, 0)]),
  };
}

/**
 * Check a batch against a model.
 * @throws EngineError batch-shape, batch-mask, token-type, batch-size, too-long, token-range
 */
export function checkBatch({ ids, mask, types }: Batch, manifest: Manifest): void {
  const [first] = ids;
  if (!first)
    throw new EngineError("token-range", "There are no tokens to run.", "Give at least one sentence.");
  const { length } = first;
  for (const rows of [ids, mask, types])
    if (rows && (rows.length !== ids.length || rows.some((row) => row.length !== length)))
      throw new EngineError(
        "batch-shape",
        `The tokens of a batch, their mask and their token types are all [${ids.length}, ${length}], and one is not.`,
        "Pad shorter sentences to the longest, and give mask and token types in the same shape.",
      );
  for (const row of ids) checkIds(row, manifest);
  for (const row of mask ?? []) {
    if (row.some((value) => value !== 0 && value !== 1))
      throw new EngineError(
        "batch-mask",
        "An attention mask holds something else than 0 and 1.",
        "1 is a token that is read, 0 padding.",
      );
    if (!row.includes(1))
      throw new EngineError(
        "batch-mask",
        "An attention mask hides every token of a sentence.",
        "Let at least one of them be read.",
      );
  }
  const { tokenTypes } = manifest.model;
  if (types && tokenTypes === 0)
    throw new EngineError(
      "token-type",
      `${manifest.name} has no token types, and some are given.`,
      "Leave them out.",
    );
  const strange = types?.flat().find((type) => !Number.isInteger(type) || type < 0 || type >= tokenTypes);
  if (strange !== undefined)
    throw new EngineError(
      "token-type",
      `${manifest.name} has no token type ${strange}.`,
      `Give token types from 0 to ${tokenTypes - 1}.`,
    );
  const { dMlp, dModel } = manifest.model;
  const bytes = ids.length * length * (dMlp + dModel) * 4;
  if (bytes > mostBytes)
    throw new EngineError(
      "batch-size",
      `${ids.length} sentences of ${length} tokens are too many at a time: their activations at one hook point take ${Math.ceil(bytes / 2 ** 20)} MB.`,
      `Split them into batches of at most ${Math.max(1, Math.floor(mostBytes / (bytes / ids.length)))}.`,
    );
}

/** bytes that a batch may stand on between two segments */
const mostBytes = 2 ** 30;
/** bytes of one tensor that a segment computes: far below every limit of a GPU, large enough to be worth a batch */
const atOnce = 16 * 2 ** 20;

/**
 * How many sentences of T tokens run at once: the caller never has to ask.
 * @param limits of the GPU, when there is one
 */
export function rowsAtOnce(
  length: number,
  { dMlp, heads }: Manifest["model"],
  limits?: Pick<GPUSupportedLimits, "maxStorageBufferBindingSize">,
): number {
  // the largest tensors: the neurons [B, T, F] and the attention scores [B, heads, T, T]
  const bytes = 4 * length * Math.max(dMlp, heads * length);
  return Math.max(1, Math.floor(Math.min(atOnce, limits?.maxStorageBufferBindingSize ?? atOnce) / bytes));
}

/** Rows `first` to `first + count` of a batch. */
export function rowsOf({ ids, mask, types }: Batch, first: number, count: number): Batch {
  const part = <T>(rows: readonly T[] | undefined) => rows?.slice(first, first + count);
  return { ids: part(ids)!, mask: part(mask), types: part(types) };
}

/** A text that tells a batch from every other. */
export const keyOf = ({ ids, mask, types }: Batch): string => JSON.stringify([ids, mask, types]);
