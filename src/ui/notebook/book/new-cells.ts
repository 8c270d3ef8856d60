// Cells that a person adds, an experiment's with the Python that says the same.

import { newCell } from "../../../storage/index.ts";
import type { CellExperiment, NewCell, Side } from "../events.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { withExperiment } from "./cells.ts";
import { fromPython, toPython } from "./experiment-source.ts";
import type { NotebookState } from "./notebook-state.ts";

/** Insert a cell beside another one and give it the focus. */
export async function insertCell(
  page: NotebookPage,
  beside: string,
  side: Side,
  kind: NewCell,
  mode: NotebookState["mode"],
): Promise<void> {
  page.dispatch({ kind: "insert", cell: fresh(page, kind), beside, side, mode });
  page.say("Cell inserted.");
  await page.focus();
}

function fresh(page: NotebookPage, kind: NewCell) {
  if (kind !== "experiment") return newCell(kind);
  const { experiment } = page.world;
  const source = pythonOf(page, experiment);
  // as its form will write it: with the model that the Python names
  return newCell("code", source, withExperiment({}, fromPython(source) ?? experiment));
}

/** An experiment as Python; one that names no model means the site's first. */
export function pythonOf(page: NotebookPage, experiment: CellExperiment): string {
  return toPython(experiment, experiment.model ?? page.experiments.models[0]?.name ?? "bert-base-cased");
}
