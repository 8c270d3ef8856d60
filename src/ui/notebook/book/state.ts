// The notebook that is open, as plain data. Pure: everything shown follows from a NotebookState, and every change of it goes
// through `reduce`. Cells are immutable; one that an event does not touch stays the same object, so elements need not
// draw it again and its file keeps its bytes.

import { foreignLanguage, type Notebook } from "../../../storage/index.ts";
import { withAnswer } from "./answers.ts";
import { ofKind } from "./cells.ts";
import { withForm } from "./experiment-form.ts";
import { experimentIn } from "./experiment-source.ts";
import { withOutputsHidden, withSourceHidden } from "./hidden.ts";
import type { CellView, Mode, NotebookEvent, NotebookState } from "./notebook-state.ts";
import { recordingOf, withoutOutputs } from "./recorded.ts";
import { forgetOrder, reduceRun } from "./running.ts";
import { begun, findStale, type RunRecord } from "./staleness.ts";
import {
  cellOf,
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
import { sealed, travel, travelText } from "./undo.ts";

export { cellOf, indexOf };

/** A notebook as it is opened; it must have a cell. */
export function openState(notebook: Notebook, trusted: boolean): NotebookState {
  const lastRuns = new Map<string, RunRecord>();
  // outputs that came with it are those of the text that came with it
  for (const cell of notebook.cells) {
    const { id, kind, source, outputs, count } = cell;
    if (kind === "code" && (outputs.length > 0 || count !== undefined) && !recordingOf(cell))
      lastRuns.set(id, begun(source, count ?? 0, 0));
  }
  return {
    notebook,
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
export function runnable({ notebook }: NotebookState, from = 0, to = notebook.cells.length): string[] {
  return notebook.cells
    .slice(from, to)
    .filter(({ kind, source }) => kind === "code" && source.trim() !== "")
    .map(({ id }) => id);
}

/** Would all cells run? Not before the notebook is trusted, nor in another language, nor without what runs Python. */
export function canRunAll(state: NotebookState, runsPython: boolean): boolean {
  if (!state.trusted || foreignLanguage(state.notebook)) return false;
  const cells = runnable(state).flatMap((id) => cellOf(state, id) ?? []);
  return cells.length > 0 && (runsPython || cells.every((cell) => experimentIn(cell) !== undefined));
}

/** What the cell at a place is shown with. `stale` is computed for all cells at once, by {@link staleIds}. */
export function viewOf(state: NotebookState, index: number, stale: ReadonlySet<string>): CellView {
  const cell = state.notebook.cells[index]!;
  const { id, count } = cell;
  const selected = id === state.selected;
  return {
    number: index + 1,
    selected,
    mode: selected ? state.mode : "command",
    run: state.running === id ? "running" : state.queue.includes(id) ? "queued" : "no",
    earlier: count !== undefined && state.lastRuns.get(id)?.session !== state.session,
    stale: stale.has(id),
    recorded: recordingOf(cell),
    trusted: state.trusted,
    readOnly: false,
  };
}

/** The cells whose outputs no longer follow from what stands in the notebook. */
export function staleIds({ notebook, lastRuns, running, queue }: NotebookState): ReadonlySet<string> {
  const recorded = notebook.cells.filter((cell) => recordingOf(cell)?.fits === false).map(({ id }) => id);
  const stale = [...findStale(notebook.cells, lastRuns), ...recorded];
  return new Set(stale.filter((id) => id !== running && !queue.includes(id)));
}

/** The notebook after an event. One that names a cell that is gone changes nothing. */
export function reduce(state: NotebookState, event: NotebookEvent): NotebookState {
  switch (event.kind) {
    case "open":
      return openState(event.notebook, event.trusted);
    case "trust":
      return state.trusted ? state : { ...state, trusted: true };
    case "select":
      return select(state, event.id, event.mode ?? state.mode);
    case "step": {
      const next = state.notebook.cells[indexOf(state, state.selected) + event.by];
      return next ? select(state, next.id, "command") : state;
    }
    case "source":
      return editText(
        state,
        event.id,
        (cell) => (cell.source === event.source ? cell : { ...cell, source: event.source }),
        event.joins ?? false,
      );
    case "title":
      return {
        ...state,
        notebook: { ...state.notebook, metadata: { ...state.notebook.metadata, title: event.title } },
      };
    case "insert":
      return insert(state, event);
    case "delete":
      return remove(state, event);
    case "copy":
      return { ...state, clipboard: cellOf(state, event.id) ?? state.clipboard };
    case "move":
      return move(state, event.id, event.by);
    case "split":
      return split(state, event);
    case "merge":
      return merge(state, event.id, event.side);
    case "become":
      return restructureEach(state, (cell) => (cell.id === event.id ? ofKind(cell, event.to) : cell));
    case "heading":
      return restructureEach(state, (cell) => (cell.id === event.id ? heading(cell, event.level) : cell));
    case "experiment":
      return withForm(state, event);
    case "replace":
      return restructureEach(state, (cell) => {
        const source = event.sources.get(cell.id);
        return source === undefined || source === cell.source ? cell : { ...cell, source };
      });
    case "clear":
      return restructureEach(state, (cell) =>
        event.ids.includes(cell.id) && (cell.outputs.length > 0 || cell.count !== undefined)
          ? withoutOutputs(cell)
          : cell,
      );
    case "hide":
      return restructureEach(state, (cell) =>
        event.ids.includes(cell.id) ? withOutputsHidden(cell, event.hidden) : cell,
      );
    case "hide-source":
      return restructureEach(state, (cell) =>
        cell.id === event.id ? withSourceHidden(cell, event.hidden) : cell,
      );
    case "answer":
      return restructureEach(state, (cell) => (cell.id === event.id ? withAnswer(cell, event.answer) : cell));
    case "undo":
    case "redo": {
      const back = event.kind === "undo" ? "past" : "future";
      return event.text === undefined ? travel(state, back) : travelText(state, back, event.text);
    }
    default:
      return reduceRun(state, event);
  }
}

function select(state: NotebookState, id: string, mode: Mode): NotebookState {
  if (indexOf(state, id) < 0 || (state.selected === id && state.mode === mode)) return state;
  return { ...state, selected: id, mode, past: sealed(state.past) };
}
