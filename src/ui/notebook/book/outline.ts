// The headings of a notebook in their order, for the outline beside it. Pure.

import type { Cell } from "../../../storage/index.ts";
import { type Heading, headingsIn } from "../render/markdown.ts";

/** a heading and the cell it stands in */
export interface Entry extends Heading {
  /** the cell's id */
  readonly cell: string;
}

/** entries that an outline has at most, levels that it shows, and characters of a cell that are looked at */
const [most, deepest, longest] = [300, 3, 20_000];

const known = new WeakMap<Cell, readonly Heading[]>();

/** The outline of a notebook; empty where it has fewer than two headings. */
export function outlineOf(cells: readonly Cell[]): Entry[] {
  const entries: Entry[] = [];
  for (const cell of cells) {
    if (cell.kind !== "markdown") continue;
    for (const heading of headingsOf(cell)) entries.push({ ...heading, cell: cell.id });
    if (entries.length > most) break;
  }
  return entries.length < 2 ? [] : entries.slice(0, most);
}

/** A cell is never changed, so its headings are looked for once. */
function headingsOf(cell: Cell): readonly Heading[] {
  let found = known.get(cell);
  if (!found) {
    const source = cell.source.slice(0, longest);
    // most texts have none, and need not be read
    found = /#|^[ ]{0,3}[=-]/m.test(source)
      ? headingsIn(source).filter(({ level, text }) => level <= deepest && text !== "")
      : [];
    known.set(cell, found);
  }
  return found;
}
