// What a pass is asked for at its end, and what of it there is. N asked tokens, V vocabulary, K candidates.

import { EngineError, type Manifest } from "../../model/index.ts";

/** what a finished pass is asked for */
export interface AskedTokens {
  /** tokens: row of the batch, and position */
  at: readonly (readonly [row: number, position: number])[];
  /** undefined: logits [N, V]; else natural logarithms of the probabilities of these ids, [N, K] */
  ids?: readonly number[] | undefined;
}

/**
 * Is all of it there?
 * @throws EngineError position-range, token-range
 */
export function checkAsked(
  { at, ids }: AskedTokens,
  [rows, length]: readonly [rows: number, length: number],
  manifest: Manifest,
): void {
  const strange = at.find(([row, position]) => !isBelow(row, rows) || !isBelow(position, length));
  if (strange)
    throw new EngineError(
      "position-range",
      `There is no position ${strange[1]} of sentence ${strange[0]} in a batch of ${rows} with ${length} tokens.`,
      `Choose positions from 0 to ${length - 1}.`,
    );
  const { vocabulary } = manifest.model;
  const unknown = ids?.find((id) => !isBelow(id, vocabulary));
  if (unknown !== undefined)
    throw new EngineError(
      "token-range",
      `${manifest.name} has no token ${unknown}.`,
      `Give token ids from 0 to ${vocabulary - 1}.`,
    );
}

/**
 * Asked tokens as many for each of some sentences; what fills up is not looked at.
 * @returns positions [B, A], and for each asked token its place in [B * A]
 */
export function evened(
  asked: readonly { row: number; position: number }[],
  rows: number,
): { positions: number[][]; places: number[] } {
  const positions = Array.from({ length: rows }, (): number[] => []);
  const each = asked.map(({ row, position }) => ({ row, i: positions[row]!.push(position) - 1 }));
  const most = Math.max(...positions.map(({ length }) => length));
  for (const own of positions) while (own.length < most) own.push(0);
  return { positions, places: each.map(({ row, i }) => row * most + i) };
}

const isBelow = (value: number, size: number) => Number.isInteger(value) && value >= 0 && value < size;
