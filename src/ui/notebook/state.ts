// The notebook that is open, as plain data. Pure: everything shown follows from a Book, and every change of it goes
// through `reduce`. Cells are immutable; one that an event does not touch stays the same object, so elements need not
// draw it again and its file keeps its bytes.

import type { Emission, Outcome } from "../../engine/index.ts";
import type { Cell, CellKind, Notebook } from "../../storage/index.ts";
import { addOutput, ofKind, withExperiment, withOutputsHidden } from "./cells.ts";
import type { CellExperiment, Side } from "./events.ts";
import { agreeing, experimentIn } from "./experiment-source.ts";
import { begun, ended, findStale, type RunRecord } from "./staleness.ts";
import {
  cellOf,
  edit,
  editText,
  heading,
  indexOf,
  insert,
  merge,
  move,
  remove,
  restructureEach,
  split,
} from "./structure.ts";
import { sealed, travel, travelText, type UndoEntry } from "./undo.ts";

export { cellOf, indexOf };

export type Mode = "command" | "edit";

/** what a cell is shown with, beside itself */
export interface CellView {
  /** its place in the notebook, from 1, for its label */
  readonly number: number;
  readonly selected: boolean;
  readonly mode: Mode;
  readonly run: "no" | "queued" | "running";
  /** its number is that of a run of an earlier Python, which knew what this one does not */
  readonly earlier: boolean;
  /** its outputs are those of another text, or of values that have changed since */
  readonly stale: boolean;
  readonly trusted: boolean;
  readonly readOnly: boolean;
}

/** what the page asks of <nn-cell>, and of nothing below it */
export interface CellElement extends HTMLElement {
  cell: Cell;
  view: CellView;
  /** Give the cell itself the focus: command mode. */
  focusCell(): void;
  /** Give its editor the focus; text has one in edit mode only. A number is an offset in the source. */
  focusEditor(at?: "start" | "end" | number): Promise<void>;
  /** Give the focus to the button that opens the cell's menu. */
  focusMenu(): Promise<void>;
  /** offset of the cursor in the source; undefined where no editor is open */
  cursor(): number | undefined;
  /** Mark a part of the source, and bring it into view, without taking the focus. */
  selectRange(from: number, to: number): Promise<void>;
}

export interface Book {
  readonly notebook: Notebook;
  /** id of the selected cell; there is always one */
  readonly selected: string;
  readonly mode: Mode;
  /** its cells may run */
  readonly trusted: boolean;
  readonly running: string | undefined;
  /** cells that wait to run, in order */
  readonly queue: readonly string[];
  /** by cell id: what is known of its last run */
  readonly lastRuns: ReadonlyMap<string, RunRecord>;
  /** the number of the last run, since the kernel started */
  readonly count: number;
  /** how many kernels there have been here; what came with the file is of none of them */
  readonly session: number;
  readonly past: readonly UndoEntry[];
  readonly future: readonly UndoEntry[];
  /** what was copied or cut */
  readonly clipboard: Cell | undefined;
}

export type BookEvent =
  | { kind: "open"; notebook: Notebook; trusted: boolean }
  | { kind: "trust" }
  | { kind: "select"; id: string; mode?: Mode | undefined }
  | { kind: "step"; by: -1 | 1 }
  /** `joins`: it goes on where the last edit stopped */
  | { kind: "source"; id: string; source: string; joins?: boolean | undefined }
  | { kind: "title"; title: string }
  | { kind: "insert"; cell: Cell; beside: string; side: Side; mode: Mode }
  /** `instead` is the empty cell that stands there when it was the last one */
  | { kind: "delete"; id: string; instead: Cell; keep: boolean }
  | { kind: "copy"; id: string }
  | { kind: "move"; id: string; by: -1 | 1 }
  | { kind: "split"; id: string; at: number; newId: string }
  | { kind: "merge"; id: string; side: Side }
  | { kind: "become"; id: string; to: CellKind }
  | { kind: "heading"; id: string; level: number }
  /** `source` is the Python equivalent; without an experiment the cell becomes a plain one */
  | { kind: "experiment"; id: string; experiment: CellExperiment | undefined; source: string }
  | { kind: "replace"; sources: ReadonlyMap<string, string> }
  | { kind: "clear"; ids: readonly string[] }
  | { kind: "hide"; ids: readonly string[]; hidden: boolean }
  /** the last change of all; with `text`, the last edit of that cell's text */
  | { kind: "undo" | "redo"; text?: string | undefined }
  | { kind: "queue"; ids: readonly string[] }
  | { kind: "unqueue" }
  | { kind: "started"; id: string }
  | { kind: "output"; id: string; output: Emission }
  | { kind: "ended"; id: string; outcome: Omit<Outcome, "count" | "milliseconds"> }
  | { kind: "restarted" };

/** A notebook as it is opened; it must have a cell. */
export function openBook(notebook: Notebook, trusted: boolean): Book {
  const lastRuns = new Map<string, RunRecord>();
  // outputs that came with it are those of the text that came with it
  for (const { id, kind, source, outputs, count } of notebook.cells)
    if (kind === "code" && (outputs.length > 0 || count !== undefined))
      lastRuns.set(id, begun(source, count ?? 0, 0));
  const cells = notebook.cells.map(agreeing);
  return {
    notebook: cells.every((cell, i) => cell === notebook.cells[i]) ? notebook : { ...notebook, cells },
    selected: notebook.cells[0]?.id ?? "",
    mode: "command",
    trusted,
    running: undefined,
    queue: [],
    // earlier than all that runs here
    lastRuns: forgetOrder(lastRuns),
    count: 0,
    session: 1,
    past: [],
    future: [],
    clipboard: undefined,
  };
}

/** Ids of the cells that can run, among those from a place up to before another. */
export function runnable({ notebook }: Book, from = 0, to = notebook.cells.length): string[] {
  return notebook.cells
    .slice(from, to)
    .filter(({ kind, source }) => kind === "code" && source.trim() !== "")
    .map(({ id }) => id);
}

/** What the cell at a place is shown with. `stale` is computed for all cells at once, by {@link staleIds}. */
export function viewOf(book: Book, index: number, stale: ReadonlySet<string>): CellView {
  const { id, count } = book.notebook.cells[index]!;
  const selected = id === book.selected;
  return {
    number: index + 1,
    selected,
    mode: selected ? book.mode : "command",
    run: book.running === id ? "running" : book.queue.includes(id) ? "queued" : "no",
    earlier: count !== undefined && book.lastRuns.get(id)?.session !== book.session,
    stale: stale.has(id),
    trusted: book.trusted,
    readOnly: false,
  };
}

/** The cells whose outputs no longer follow from what stands in the notebook. */
export function staleIds({ notebook, lastRuns, running, queue }: Book): ReadonlySet<string> {
  const stale = findStale(notebook.cells, lastRuns);
  return new Set([...stale].filter((id) => id !== running && !queue.includes(id)));
}

/** The book after an event. One that names a cell that is gone changes nothing. */
export function reduce(book: Book, event: BookEvent): Book {
  switch (event.kind) {
    case "open":
      return openBook(event.notebook, event.trusted);
    case "trust":
      return book.trusted ? book : { ...book, trusted: true };
    case "select":
      return select(book, event.id, event.mode ?? book.mode);
    case "step": {
      const next = book.notebook.cells[indexOf(book, book.selected) + event.by];
      return next ? select(book, next.id, "command") : book;
    }
    case "source":
      return editText(
        book,
        event.id,
        (cell) => (cell.source === event.source ? cell : { ...cell, source: event.source }),
        event.joins ?? false,
      );
    case "title":
      return {
        ...book,
        notebook: { ...book.notebook, metadata: { ...book.notebook.metadata, title: event.title } },
      };
    case "insert":
      return insert(book, event);
    case "delete":
      return remove(book, event);
    case "copy":
      return { ...book, clipboard: cellOf(book, event.id) ?? book.clipboard };
    case "move":
      return move(book, event.id, event.by);
    case "split":
      return split(book, event);
    case "merge":
      return merge(book, event.id, event.side);
    case "become":
      return restructureEach(book, (cell) => (cell.id === event.id ? ofKind(cell, event.to) : cell));
    case "heading":
      return restructureEach(book, (cell) => (cell.id === event.id ? heading(cell, event.level) : cell));
    case "experiment":
      return experiment(book, event);
    case "replace":
      return restructureEach(book, (cell) => {
        const source = event.sources.get(cell.id);
        return source === undefined || source === cell.source ? cell : agreeing({ ...cell, source });
      });
    case "clear":
      return restructureEach(book, (cell) =>
        event.ids.includes(cell.id) && (cell.outputs.length > 0 || cell.count !== undefined)
          ? { ...cell, outputs: [], count: undefined }
          : cell,
      );
    case "hide":
      return restructureEach(book, (cell) =>
        event.ids.includes(cell.id) ? withOutputsHidden(cell, event.hidden) : cell,
      );
    case "undo":
    case "redo": {
      const back = event.kind === "undo" ? "past" : "future";
      return event.text === undefined ? travel(book, back) : travelText(book, back, event.text);
    }
    default:
      return reduceRun(book, event);
  }
}

/** What a form says is like what is typed; a form that goes or comes is a change of the cell. */
function experiment(book: Book, event: Extract<BookEvent, { kind: "experiment" }>): Book {
  const before = cellOf(book, event.id);
  if (!before) return book;
  const metadata = withExperiment(before.metadata, event.experiment);
  const after: Cell = { ...before, source: event.source, metadata };
  const known = experimentIn(before);
  if (!known || !event.experiment) return restructureEach(book, (cell) => (cell === before ? after : cell));
  const field = fieldChanged(known, event.experiment);
  return field === undefined
    ? edit(book, event.id, () => after)
    : editText(book, event.id, () => after, true, field);
}

/** The fields of a form in which two experiments differ, as one name; undefined for none. */
function fieldChanged(before: CellExperiment, after: CellExperiment): string | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof CellExperiment>;
  const differ = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return differ.length > 0 ? differ.join(" ") : undefined;
}

type RunEvent = Extract<
  BookEvent,
  { kind: "queue" | "unqueue" | "started" | "output" | "ended" | "restarted" }
>;

/** The part of {@link reduce} that is about running. */
function reduceRun(book: Book, event: RunEvent): Book {
  switch (event.kind) {
    case "queue": {
      const fresh = event.ids.filter((id) => id !== book.running && !book.queue.includes(id));
      return { ...book, queue: [...book.queue, ...fresh], past: sealed(book.past) };
    }
    case "unqueue":
      return { ...book, queue: [] };
    case "started": {
      const { source } = cellOf(book, event.id) ?? { source: "" };
      const count = book.count + 1;
      const lastRuns = new Map(book.lastRuns).set(event.id, begun(source, count, book.session));
      const next = {
        ...book,
        running: event.id,
        count,
        lastRuns,
        queue: book.queue.filter((id) => id !== event.id),
      };
      return edit(next, event.id, (cell) => ({ ...cell, outputs: [], count: undefined }));
    }
    case "output":
      return edit(book, event.id, (cell) => ({
        ...cell,
        outputs: outputsAfter(cell, event.output, book.count),
      }));
    case "ended": {
      const { id, outcome } = event;
      const was = book.lastRuns.get(id);
      const lastRuns = was
        ? new Map(book.lastRuns).set(id, ended(book.notebook.cells, book.lastRuns, id, was, outcome))
        : book.lastRuns;
      const queue = outcome.kind === "done" ? book.queue : [];
      const next = { ...book, lastRuns, queue, running: book.running === id ? undefined : book.running };
      return edit(next, id, (cell) => ({ ...cell, count: was?.at ?? cell.count }));
    }
    case "restarted":
      return { ...book, count: 0, session: book.session + 1, lastRuns: forgetOrder(book.lastRuns) };
    default:
      return event satisfies never;
  }
}

/** After a restart the numbers begin again; what ran before counts as earlier than all that follows. */
function forgetOrder(lastRuns: ReadonlyMap<string, RunRecord>): ReadonlyMap<string, RunRecord> {
  const least = Math.max(0, ...[...lastRuns.values()].map(({ at }) => at)) + 1;
  return new Map([...lastRuns].map(([id, record]) => [id, { ...record, at: record.at - least }]));
}

function outputsAfter({ outputs }: Cell, output: Emission, count: number): Cell["outputs"] {
  switch (output.output_type) {
    case "clear":
      return [];
    case "execute_result":
      return addOutput(outputs, { ...output, execution_count: count });
    default:
      return addOutput(outputs, output);
  }
}

function select(book: Book, id: string, mode: Mode): Book {
  if (indexOf(book, id) < 0 || (book.selected === id && book.mode === mode)) return book;
  return { ...book, selected: id, mode, past: sealed(book.past) };
}
