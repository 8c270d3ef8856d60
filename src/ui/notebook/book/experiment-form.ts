// What the form of an experiment cell changes in the notebook. Pure.

import type { Cell } from "../../../storage/index.ts";
import type { CellExperiment } from "../events.ts";
import { withExperiment } from "./cells.ts";
import { experimentIn } from "./experiment-source.ts";
import type { NotebookEvent, NotebookState } from "./notebook-state.ts";
import { cellOf, edit, editText, restructureEach } from "./structure.ts";

/** What a form says is like what is typed; a form that goes or comes is a change of the cell. */
export function withForm(
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
