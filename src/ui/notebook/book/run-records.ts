// What a run sends and leaves behind: the cells above it that Python has not run, what the cell keeps as output, and the
// sentence that says how it ended. Pure.

import { EngineError } from "../../../model/index.ts";
import type { Emission, UnrunCell } from "../../../python/index.ts";
import type { Cell } from "../../../storage/index.ts";
import { experimentIn } from "./experiment-source.ts";
import type { NotebookState } from "./notebook-state.ts";
import { indexOf } from "./state.ts";

/**
 * Cells of Python above one that this Python has not run, as an error calls them.
 * @param hasRun ids of those that it has
 */
export function unrunAbove(state: NotebookState, id: string, hasRun: ReadonlySet<string>): UnrunCell[] {
  return state.notebook.cells.slice(0, indexOf(state, id)).flatMap((cell, i) => {
    if (cell.kind !== "code" || experimentIn(cell) || hasRun.has(cell.id)) return [];
    const label = cell.count === undefined ? `cell ${i + 1} of the notebook` : `cell [${cell.count}]`;
    return [{ label, source: cell.source }];
  });
}

/** What a cell keeps of an error that is not Python's. */
export function errorOutput(error: unknown): Emission {
  const known = error instanceof EngineError;
  const message = known ? error.message : String(error);
  const hint = known ? error.hint : "Reload the page and try again.";
  return { output_type: "error", ename: "Error", evalue: message, traceback: [message, hint] };
}

/** How a cell ended that did not end well. */
export function endText(
  number: number,
  kind: "failed" | "interrupted" | "lost",
  cell: Cell | undefined,
): string {
  if (kind === "interrupted") return `Cell ${number} is interrupted.`;
  if (kind === "lost") return `Cell ${number} was lost: Python ended while it ran.`;
  const error = cell?.outputs.findLast((output) => output.output_type === "error");
  return `Cell ${number} failed${error ? `: ${error.ename}: ${error.evalue}` : ""}.`;
}
