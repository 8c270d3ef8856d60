// The history of a notebook: one list of changes, of its cells and of the text in them, in the order in which they were
// made. What has run since a change stays, so undoing a delete brings back a cell and takes no result away. Pure.

import type { Cell } from "../../../storage/index.ts";
import type { NotebookState } from "./notebook-state.ts";
import { withMarkOf } from "./recorded.ts";
import type { CellsEntry, EditEntry, Edited, UndoEntry } from "./undo-entry.ts";

type History = Pick<NotebookState, "past" | "future">;

/** how many entries are kept */
const longest = 1000;

/** The history after a change of cells. */
export function afterCells(
  { past }: History,
  from: readonly Cell[],
  to: readonly Cell[],
  before: string,
  after: string,
): History {
  return { past: [...past, { kind: "cells", from, to, before, after } as const].slice(-longest), future: [] };
}

/**
 * The history after an edit of one cell.
 * @param joins it goes on where the last entry stopped, and is taken back with it
 */
export function afterEdit(
  { past }: History,
  from: Cell,
  to: Cell,
  joins: boolean,
  field: string | undefined,
): History {
  const last = past.at(-1);
  const fields = ({ source, metadata }: Cell): Edited => (field ? { source, metadata } : { source });
  if (joins && last?.kind === "edit" && last.open && last.id === from.id && last.field === field) {
    // back where it began, there is nothing to undo
    const joined = last.from.source === to.source ? [] : [{ ...last, to: fields(to) }];
    return { past: [...past.slice(0, -1), ...joined], future: [] };
  }
  const entry: EditEntry = {
    kind: "edit",
    id: from.id,
    from: fields(from),
    to: fields(to),
    field,
    open: true,
  };
  return { past: [...past, entry].slice(-longest), future: [] };
}

/** Entries after the person has gone elsewhere or run something: the next edit is an entry of its own. */
export function sealed(past: readonly UndoEntry[]): readonly UndoEntry[] {
  const last = past.at(-1);
  return last?.kind === "edit" && last.open ? past.with(-1, { ...last, open: false }) : past;
}

type Direction = "past" | "future";

/** Undo ("past") or redo ("future") the last change, wherever it was; its cell is selected, to be shown. */
export function travel(state: NotebookState, back: Direction): NotebookState {
  for (let place = state[back].length - 1; place >= 0; place--) {
    const changed = taken(state, back, place, state[back].slice(0, place));
    // one that would change nothing, since its cells have run again, is passed over
    if (changed) return changed;
  }
  return state;
}

/** Undo or redo the last edit of one cell's text; what has happened to other cells since stays. */
export function travelText(state: NotebookState, back: Direction, id: string): NotebookState {
  const place = state[back].findLastIndex((entry) => touchesText(entry, id));
  const entry = state[back][place];
  // a split changed this text, too, and a form wrote it: neither is an edit of the text alone
  if (entry?.kind !== "edit" || entry.field !== undefined) return state;
  const { selected, mode } = state;
  const changed = taken(state, back, place, state[back].toSpliced(place, 1));
  return changed ? { ...changed, selected, mode } : state;
}

/** The state with an entry undone or redone, and put at the end of the other list; undefined where that changes nothing. */
function taken(
  state: NotebookState,
  back: Direction,
  place: number,
  rest: readonly UndoEntry[],
): NotebookState | undefined {
  const entry = state[back][place]!;
  const current = state.notebook.cells;
  const { cells, shown, inverse } =
    entry.kind === "edit" ? editedBack(current, entry, back) : steppedBack(current, entry, back);
  if (cells.length === current.length && cells.every((cell, i) => cell === current[i])) return undefined;
  const forth = back === "past" ? "future" : "past";
  return {
    ...state,
    notebook: { ...state.notebook, cells },
    selected: cells.some(({ id }) => id === shown) ? shown : cells[0]!.id,
    mode: "command",
    queue: stillRuns(state.queue, cells),
    [back]: rest,
    [forth]: [...state[forth], inverse],
  };
}

function editedBack(current: readonly Cell[], entry: EditEntry, back: Direction) {
  const edited = back === "past" ? entry.from : entry.to;
  const cells = current.map((cell) =>
    cell.id === entry.id ? withOwnMark({ ...cell, ...edited }, cell) : cell,
  );
  return { cells, shown: entry.id, inverse: { ...entry, open: false } };
}

function steppedBack(current: readonly Cell[], { from, to, before, after }: CellsEntry, back: Direction) {
  const undoes = back === "past";
  const cells = undoes ? stepped(current, to, from) : stepped(current, from, to);
  const inverse: UndoEntry = undoes
    ? { kind: "cells", from: cells, to: current, before, after }
    : { kind: "cells", from: current, to: cells, before, after };
  const there = new Map(current.map((cell) => [cell.id, cell]));
  const changed = cells.filter((cell) => there.get(cell.id) !== cell);
  const selected = undoes ? before : after;
  // what changes is shown, even where another cell was selected
  const shown = changed.length === 0 || changed.some(({ id }) => id === selected) ? selected : changed[0]!.id;
  return { cells, shown, inverse };
}

function touchesText(entry: UndoEntry, id: string): boolean {
  if (entry.kind === "edit") return entry.id === id;
  const source = (cells: readonly Cell[]) => cells.find((cell) => cell.id === id)?.source;
  return source(entry.from) !== source(entry.to);
}

/** What waits to run and still can: it is there, and Python. */
export function stillRuns(queue: readonly string[], cells: readonly Cell[]): readonly string[] {
  return queue.filter((id) => cells.some((cell) => cell.id === id && cell.kind === "code"));
}

/**
 * Go from `from` to `to` where the cells have gone on to `current` since they were `from`. Cells come and go and stand as
 * in `to`; of a cell in both, what the change changes is as in `to`, and the rest as it is now.
 */
function stepped(current: readonly Cell[], from: readonly Cell[], to: readonly Cell[]): readonly Cell[] {
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
  const hasRun = present.outputs !== from.outputs || present.count !== from.count;
  const changed = Object.entries(to).filter(([name, value]) => {
    // results that are newer than the change stay
    if (hasRun && (name === "outputs" || name === "count")) return false;
    return from[name as keyof Cell] !== value && present[name as keyof Cell] !== value;
  });
  if (changed.length === 0) return present;
  const after: Cell = { ...present, ...Object.fromEntries(changed) };
  return after.outputs === present.outputs ? withOwnMark(after, present) : after;
}

/** Metadata go back, but the mark of recorded outputs is that of the outputs there are. */
function withOwnMark(cell: Cell, present: Cell): Cell {
  const metadata = withMarkOf(cell.metadata, present.metadata);
  return metadata === cell.metadata ? cell : { ...cell, metadata };
}
