// What changes the cells of a book and their order, so that it can be undone. Pure; state.ts says which event asks for
// which of these.

import type { Cell } from "../../storage/index.ts";
import { ofKind, withExperiment } from "./cells.ts";
import type { Side } from "./events.ts";
import type { Book, BookEvent } from "./state.ts";
import { afterCells, afterEdit, stillRuns } from "./undo.ts";

export function cellOf({ notebook }: Book, id: string): Cell | undefined {
  return notebook.cells.find((cell) => cell.id === id);
}

/** The place of a cell, from 0; -1 when it is not there. */
export function indexOf({ notebook }: Book, id: string): number {
  return notebook.cells.findIndex((cell) => cell.id === id);
}

/** Change one cell, outside of the history: what running does. */
export function edit(book: Book, id: string, change: (cell: Cell) => Cell): Book {
  const { cells } = book.notebook;
  const index = indexOf(book, id);
  const before = cells[index];
  if (!before) return book;
  const after = change(before);
  return after === before ? book : withCells(book, cells.with(index, after));
}

function withCells(book: Book, cells: readonly Cell[]): Book {
  return { ...book, notebook: { ...book.notebook, cells } };
}

/** Change the text of a cell, or the form that writes it: an entry of the history, or the last one going on. */
export function editText(
  book: Book,
  id: string,
  change: (cell: Cell) => Cell,
  joins: boolean,
  field?: string,
): Book {
  const before = cellOf(book, id);
  const edited = edit(book, id, change);
  if (!before || edited === book) return book;
  return { ...edited, ...afterEdit(book, before, cellOf(edited, id)!, joins, field) };
}

/** Change cells so that it can be undone. */
export function restructure(
  book: Book,
  cells: readonly Cell[],
  selected = book.selected,
  mode = book.mode,
): Book {
  const { cells: from } = book.notebook;
  if (cells.length === from.length && cells.every((cell, i) => cell === from[i])) return book;
  const history = afterCells(book, from, cells, book.selected, selected);
  return { ...withCells(book, cells), selected, mode, queue: stillRuns(book.queue, cells), ...history };
}

/** Change some cells, where they stand, so that it can be undone. */
export function restructureEach(book: Book, change: (cell: Cell) => Cell): Book {
  return restructure(book, book.notebook.cells.map(change));
}

export function insert(
  book: Book,
  { cell, beside, side, mode }: Extract<BookEvent, { kind: "insert" }>,
): Book {
  const at = indexOf(book, beside);
  const { cells } = book.notebook;
  const index = at < 0 ? cells.length : side === "above" ? at : at + 1;
  return restructure(book, cells.toSpliced(index, 0, cell), cell.id, mode);
}

export function remove(book: Book, { id, instead, keep }: Extract<BookEvent, { kind: "delete" }>): Book {
  const { cells } = book.notebook;
  const index = indexOf(book, id);
  if (index < 0) return book;
  const left = cells.toSpliced(index, 1);
  const after = left.length > 0 ? left : [instead];
  const selected = (after[index] ?? after.at(-1)!).id;
  const removed = restructure(book, after, book.selected === id ? selected : book.selected, "command");
  return { ...removed, clipboard: keep ? cells[index] : book.clipboard };
}

export function move(book: Book, id: string, by: -1 | 1): Book {
  const { cells } = book.notebook;
  const index = indexOf(book, id);
  const target = index + by;
  if (index < 0 || target < 0 || target >= cells.length) return book;
  return restructure(book, cells.toSpliced(index, 1).toSpliced(target, 0, cells[index]!), id);
}

/** The first half keeps the id; the second keeps what the whole has put out. */
export function split(book: Book, { id, at, newId }: Extract<BookEvent, { kind: "split" }>): Book {
  const { cells } = book.notebook;
  const index = indexOf(book, id);
  const cell = cells[index];
  if (!cell) return book;
  const metadata = withExperiment(cell.metadata, undefined);
  // the line's end at which it is cut belongs to neither half
  const first = cell.source.slice(0, at).replace(/(\r\n?|\n)$/, "");
  const second = cell.source.slice(at).replace(/^(\r\n?|\n)/, "");
  const top: Cell = { ...cell, source: first, metadata, outputs: [], count: undefined };
  // as a cell of its own it has not run
  const bottom: Cell = { ...cell, id: newId, source: second, metadata, count: undefined, origin: undefined };
  return restructure(book, cells.toSpliced(index, 1, top, bottom), newId, book.mode);
}

/** Join a cell with its neighbour; the upper one's kind and id count, the outputs are the lower one's. */
export function merge(book: Book, id: string, side: Side): Book {
  const { cells } = book.notebook;
  const index = indexOf(book, id) - (side === "above" ? 1 : 0);
  const [upper, lower] = [cells[index], cells[index + 1]];
  if (index < 0 || !upper || !lower) return book;
  const whole: Cell = {
    ...upper,
    source: [upper.source, lower.source]
      .filter((text) => text !== "")
      .join(upper.kind === "code" ? "\n" : "\n\n"),
    metadata: withExperiment(upper.metadata, undefined),
    outputs: upper.kind === "code" ? lower.outputs : [],
    count: undefined,
    attachments:
      upper.attachments || lower.attachments ? { ...lower.attachments, ...upper.attachments } : undefined,
  };
  return restructure(book, cells.toSpliced(index, 2, whole), upper.id, "command");
}

/** A markdown cell whose first line is a heading of a level. */
export function heading(cell: Cell, level: number): Cell {
  const text = ofKind(cell, "markdown");
  const source = `${"#".repeat(level)} ${text.source.replace(/^\s*#{0,6}\s*/, "")}`;
  return text === cell && source === cell.source ? cell : { ...text, source };
}
