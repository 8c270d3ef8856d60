// Find and replace over the sources of all cells. Pure.

import type { Cell } from "../../../storage/index.ts";

export interface Query {
  readonly text: string;
  readonly matchCase: boolean;
}

/** one place where the text stands */
export interface Match {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** a text is looked for as it is written; none at all for an empty one */
function pattern({ text, matchCase }: Query): RegExp | undefined {
  if (text === "") return undefined;
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "gu" : "giu");
}

/** Every place, in the order of reading. */
export function findAll(cells: readonly Cell[], query: Query): Match[] {
  const wanted = pattern(query);
  if (!wanted) return [];
  return cells.flatMap(({ id, source }) =>
    [...source.matchAll(wanted)].map(({ index, 0: { length } }) => ({ id, from: index, to: index + length })),
  );
}

/** The sources of the cells in which something is replaced, all places of them. */
export function replaceAll(cells: readonly Cell[], query: Query, by: string): Map<string, string> {
  const wanted = pattern(query);
  const changed = new Map<string, string>();
  if (!wanted) return changed;
  for (const { id, source } of cells) {
    const replaced = source.replace(wanted, () => by);
    if (replaced !== source) changed.set(id, replaced);
  }
  return changed;
}

/** The source of a cell with one place replaced. */
export function replaceOne(source: string, { from, to }: Match, by: string): string {
  return source.slice(0, from) + by + source.slice(to);
}
