// The notebook that is open, as plain data. Pure: everything shown follows from a NotebookState, and every change of it goes
// through `reduce`. Cells are immutable; one that an event does not touch stays the same object, so elements need not
// draw it again and its file keeps its bytes.

import type { Emission } from "../../../python/index.ts";
import type { Cell, Notebook } from "../../../storage/index.ts";
import type { CellExperiment } from "../events.ts";
import { addOutput, ofKind, withExperiment, withOutputsHidden } from "./cells.ts";
import { experimentIn } from "./experiment-source.ts";
import type { CellView, Mode, NotebookEvent, NotebookState } from "./notebook-state.ts";
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
import { sealed, travel, travelText } from "./undo.ts";

export { cellOf, indexOf };

/** A notebook as it is opened; it must have a cell. */
export function openState(notebook: Notebook, trusted: boolean): NotebookState {
  const lastRuns = new Map<string, RunRecord>();
  // outputs that came with it are those of the text that came with it
  for (const { id, kind, source, outputs, count } of notebook.cells)
    if (kind === "code" && (outputs.length > 0 || count !== undefined))
      lastRuns.set(id, begun(source, count ?? 0, 0));
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

/** What the cell at a place is shown with. `stale` is computed for all cells at once, by {@link staleIds}. */
export function viewOf(state: NotebookState, index: number, stale: ReadonlySet<string>): CellView {
  const { id, count } = state.notebook.cells[index]!;
  const selected = id === state.selected;
  return {
    number: index + 1,
    selected,
    mode: selected ? state.mode : "command",
    run: state.running === id ? "running" : state.queue.includes(id) ? "queued" : "no",
    earlier: count !== undefined && state.lastRuns.get(id)?.session !== state.session,
    stale: stale.has(id),
    trusted: state.trusted,
    readOnly: false,
  };
}

/** The cells whose outputs no longer follow from what stands in the notebook. */
export function staleIds({ notebook, lastRuns, running, queue }: NotebookState): ReadonlySet<string> {
  const stale = findStale(notebook.cells, lastRuns);
  return new Set([...stale].filter((id) => id !== running && !queue.includes(id)));
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
      return experiment(state, event);
    case "replace":
      return restructureEach(state, (cell) => {
        const source = event.sources.get(cell.id);
        return source === undefined || source === cell.source ? cell : { ...cell, source };
      });
    case "clear":
      return restructureEach(state, (cell) =>
        event.ids.includes(cell.id) && (cell.outputs.length > 0 || cell.count !== undefined)
          ? { ...cell, outputs: [], count: undefined }
          : cell,
      );
    case "hide":
      return restructureEach(state, (cell) =>
        event.ids.includes(cell.id) ? withOutputsHidden(cell, event.hidden) : cell,
      );
    case "undo":
    case "redo": {
      const back = event.kind === "undo" ? "past" : "future";
      return event.text === undefined ? travel(state, back) : travelText(state, back, event.text);
    }
    default:
      return reduceRun(state, event);
  }
}

/** What a form says is like what is typed; a form that goes or comes is a change of the cell. */
function experiment(
  state: NotebookState,
  event: Extract<NotebookEvent, { kind: "experiment" }>,
): NotebookState {
  const before = cellOf(state, event.id);
  if (!before) return state;
  const metadata = withExperiment(before.metadata, event.experiment);
  const after: Cell = { ...before, source: event.source, metadata };
  const known = experimentIn(before);
  if (!known || !event.experiment) return restructureEach(state, (cell) => (cell === before ? after : cell));
  const field = fieldChanged(known, event.experiment);
  return field === undefined
    ? edit(state, event.id, () => after)
    : editText(state, event.id, () => after, true, field);
}

/** The fields of a form in which two experiments differ, as one name; undefined for none. */
function fieldChanged(before: CellExperiment, after: CellExperiment): string | undefined {
  const [old, now] = [before, after].map(fieldTexts);
  const names = new Set([...old!.keys(), ...now!.keys()]);
  const differ = [...names].filter((name) => old!.get(name) !== now!.get(name));
  return differ.length > 0 ? differ.join(" ") : undefined;
}

/** The text of every field by its name, of those of further neurons with their place. */
function fieldTexts({ more = [], ...fields }: CellExperiment): Map<string, string | undefined> {
  const further = more.flatMap((edit, i) =>
    Object.entries(edit).map(([name, value]) => [`${name} ${i + 2}`, value] as const),
  );
  return new Map(
    [...Object.entries(fields), ...further].map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

type RunEvent = Extract<
  NotebookEvent,
  { kind: "queue" | "unqueue" | "started" | "output" | "ended" | "restarted" }
>;

/** The part of {@link reduce} that is about running. */
function reduceRun(state: NotebookState, event: RunEvent): NotebookState {
  switch (event.kind) {
    case "queue": {
      const fresh = event.ids.filter((id) => id !== state.running && !state.queue.includes(id));
      return { ...state, queue: [...state.queue, ...fresh], past: sealed(state.past) };
    }
    case "unqueue":
      return { ...state, queue: [] };
    case "started": {
      const { source } = cellOf(state, event.id) ?? { source: "" };
      const count = state.count + 1;
      const lastRuns = new Map(state.lastRuns).set(event.id, begun(source, count, state.session));
      const next = {
        ...state,
        running: event.id,
        count,
        lastRuns,
        queue: state.queue.filter((id) => id !== event.id),
      };
      return edit(next, event.id, (cell) => ({ ...cell, outputs: [], count: undefined }));
    }
    case "output":
      return edit(state, event.id, (cell) => ({
        ...cell,
        outputs: outputsAfter(cell, event.output, state.count),
      }));
    case "ended": {
      const { id, outcome } = event;
      const was = state.lastRuns.get(id);
      const lastRuns = was
        ? new Map(state.lastRuns).set(id, ended(state.notebook.cells, state.lastRuns, id, was, outcome))
        : state.lastRuns;
      const queue = outcome.kind === "done" ? state.queue : [];
      const next = { ...state, lastRuns, queue, running: state.running === id ? undefined : state.running };
      return edit(next, id, (cell) => ({ ...cell, count: was?.at ?? cell.count }));
    }
    case "restarted":
      return { ...state, count: 0, session: state.session + 1, lastRuns: forgetOrder(state.lastRuns) };
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

function select(state: NotebookState, id: string, mode: Mode): NotebookState {
  if (indexOf(state, id) < 0 || (state.selected === id && state.mode === mode)) return state;
  return { ...state, selected: id, mode, past: sealed(state.past) };
}
