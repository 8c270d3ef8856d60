// Undo of what changes a notebook's structure: delete, move, split, merge, another kind. What was typed and what has run
// since stays, so undoing a delete brings back a cell and takes nothing else away. Pure.

import type { Cell } from "../../storage/index.ts";

/** one change of the structure: the cells before it and after it */
export interface Step {
  readonly from: readonly Cell[];
  readonly to: readonly Cell[];
  /** the cell that was selected before it */
  readonly selected: string;
}

/**
 * Take the step from `from` to `to` where the cells have gone on to `current` since they were `from`. Cells come and go
 * and stand as in `to`; of a cell in both, what the step changes is as in `to`, and the rest as it is now.
 */
export function stepped(
  current: readonly Cell[],
  from: readonly Cell[],
  to: readonly Cell[],
): readonly Cell[] {
  const now = new Map(current.map((cell) => [cell.id, cell]));
  const before = new Map(from.map((cell) => [cell.id, cell]));
  return to.map((target) => {
    const [source, present] = [before.get(target.id), now.get(target.id)];
    return source && present ? merged(present, source, target) : target;
  });
}

/** Three-way: fields that differ between two versions are taken from the second, all others from the present one. */
function merged(present: Cell, from: Cell, to: Cell): Cell {
  if (from === to) return present;
  const changed = Object.entries(to).filter(([name, value]) => from[name as keyof Cell] !== value);
  return { ...present, ...Object.fromEntries(changed) };
}
