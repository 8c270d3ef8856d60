// The part of the notebook's state that is about running: the queue, what runs, what was put out, when what ran. Pure.

import type { Emission } from "../../../python/index.ts";
import type { Cell } from "../../../storage/index.ts";
import { addOutput } from "./cells.ts";
import type { NotebookEvent, NotebookState } from "./notebook-state.ts";
import { withoutOutputs } from "./recorded.ts";
import { begun, ended, type RunRecord } from "./staleness.ts";
import { cellOf, edit } from "./structure.ts";
import { sealed } from "./undo.ts";

export type RunEvent = Extract<
  NotebookEvent,
  { kind: "queue" | "unqueue" | "started" | "output" | "ended" | "restarted" }
>;

/** The notebook after an event of running. */
export function reduceRun(state: NotebookState, event: RunEvent): NotebookState {
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
      return edit(next, event.id, withoutOutputs);
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
export function forgetOrder(lastRuns: ReadonlyMap<string, RunRecord>): ReadonlyMap<string, RunRecord> {
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
