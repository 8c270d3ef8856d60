// What changes the cells of a notebook and their order, so that it can be undone. Pure; state.ts says which event asks for
// which of these.

import type { Cell } from "../../../storage/index.ts";
import type { Side } from "../events.ts";
import { ofKind, withExperiment } from "./cells.ts";
import type { NotebookEvent, NotebookState } from "./notebook-state.ts";
import { withMarkOf, withoutOutputs } from "./recorded.ts";
import { afterCells, afterEdit, stillRuns } from "./undo.ts";

export function cellOf({ notebook }: NotebookState, id: string): Cell | undefined {
  return notebook.cells.find((cell) => cell.id === id);
}

/** The place of a cell, from 0; -1 when it is not there. */
export function indexOf({ notebook }: NotebookState, id: string): number {
  return notebook.cells.findIndex((cell) => cell.id === id);
}

/** Change one cell, outside of the history: what running does. */
export function edit(state: NotebookState, id: string, change: (cell: Cell) => Cell): NotebookState {
  const { cells } = state.notebook;
  const index = indexOf(state, id);
  const before = cells[index];
  if (!before) return state;
  const after = change(before);
  return after === before ? state : withCells(state, cells.with(index, after));
}

function withCells(state: NotebookState, cells: readonly Cell[]): NotebookState {
  return { ...state, notebook: { ...state.notebook, cells } };
}

/** Change the text of a cell, or the form that writes it: an entry of the history, or the last one going on. */
export function editText(
  state: NotebookState,
  id: string,
  change: (cell: Cell) => Cell,
  joins: boolean,
  field?: string,
): NotebookState {
  const before = cellOf(state, id);
  const edited = edit(state, id, change);
  if (!before || edited === state) return state;
  return { ...edited, ...afterEdit(state, before, cellOf(edited, id)!, joins, field) };
}

/** Change cells so that it can be undone. */
export function restructure(
  state: NotebookState,
  cells: readonly Cell[],
  selected = state.selected,
  mode = state.mode,
): NotebookState {
  const { cells: from } = state.notebook;
  if (cells.length === from.length && cells.every((cell, i) => cell === from[i])) return state;
  const history = afterCells(state, from, cells, state.selected, selected);
  return { ...withCells(state, cells), selected, mode, queue: stillRuns(state.queue, cells), ...history };
}

/** Change some cells, where they stand, so that it can be undone. */
export function restructureEach(state: NotebookState, change: (cell: Cell) => Cell): NotebookState {
  return restructure(state, state.notebook.cells.map(change));
}

export function insert(
  state: NotebookState,
  { cell, beside, side, mode }: Extract<NotebookEvent, { kind: "insert" }>,
): NotebookState {
  const at = indexOf(state, beside);
  const { cells } = state.notebook;
  const index = at < 0 ? cells.length : side === "above" ? at : at + 1;
  return restructure(state, cells.toSpliced(index, 0, cell), cell.id, mode);
}

export function remove(
  state: NotebookState,
  { id, instead, keep }: Extract<NotebookEvent, { kind: "delete" }>,
): NotebookState {
  const { cells } = state.notebook;
  const index = indexOf(state, id);
  if (index < 0) return state;
  const left = cells.toSpliced(index, 1);
  const after = left.length > 0 ? left : [instead];
  const selected = (after[index] ?? after.at(-1)!).id;
  const removed = restructure(state, after, state.selected === id ? selected : state.selected, "command");
  return { ...removed, clipboard: keep ? cells[index] : state.clipboard };
}

export function move(state: NotebookState, id: string, by: -1 | 1): NotebookState {
  const { cells } = state.notebook;
  const index = indexOf(state, id);
  const target = index + by;
  if (index < 0 || target < 0 || target >= cells.length) return state;
  return restructure(state, cells.toSpliced(index, 1).toSpliced(target, 0, cells[index]!), id);
}

/** The first half keeps the id; the second keeps what the whole has put out. */
export function split(
  state: NotebookState,
  { id, at, newId }: Extract<NotebookEvent, { kind: "split" }>,
): NotebookState {
  const { cells } = state.notebook;
  const index = indexOf(state, id);
  const cell = cells[index];
  if (!cell) return state;
  const metadata = withExperiment(cell.metadata, undefined);
  // the line's end at which it is cut belongs to neither half
  const first = cell.source.slice(0, at).replace(/(\r\n?|\n)$/, "");
  const second = cell.source.slice(at).replace(/^(\r\n?|\n)/, "");
  const top: Cell = withoutOutputs({ ...cell, source: first, metadata });
  // as a cell of its own it has not run
  const bottom: Cell = { ...cell, id: newId, source: second, metadata, count: undefined, origin: undefined };
  return restructure(state, cells.toSpliced(index, 1, top, bottom), newId, state.mode);
}

/** Join a cell with its neighbour; the upper one's kind and id count, the outputs are the lower one's. */
export function merge(state: NotebookState, id: string, side: Side): NotebookState {
  const { cells } = state.notebook;
  const index = indexOf(state, id) - (side === "above" ? 1 : 0);
  const [upper, lower] = [cells[index], cells[index + 1]];
  if (index < 0 || !upper || !lower) return state;
  const whole: Cell = {
    ...upper,
    source: [upper.source, lower.source]
      .filter((text) => text !== "")
      .join(upper.kind === "code" ? "\n" : "\n\n"),
    metadata: withMarkOf(
      withExperiment(upper.metadata, undefined),
      upper.kind === "code" ? lower.metadata : {},
    ),
    outputs: upper.kind === "code" ? lower.outputs : [],
    count: undefined,
    attachments:
      upper.attachments || lower.attachments ? { ...lower.attachments, ...upper.attachments } : undefined,
  };
  return restructure(state, cells.toSpliced(index, 2, whole), upper.id, "command");
}

/** A markdown cell whose first line is a heading of a level. */
export function heading(cell: Cell, level: number): Cell {
  const text = ofKind(cell, "markdown");
  const source = `${"#".repeat(level)} ${text.source.replace(/^\s*#{0,6}\s*/, "")}`;
  return text === cell && source === cell.source ? cell : { ...text, source };
}
