// Takes a reader who has had all cells run to what came of it, unless they have gone on by themselves meanwhile.

import type { Cell, Output } from "../../../storage/index.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { goNear, moves } from "../render/near.ts";
import { comparisonType } from "./comparison.ts";

/** The cell to be led to: the one that failed, else the first with a table of words or a picture, else the last with an output. */
export function resultCell(ran: readonly Cell[]): Cell | undefined {
  const has = (test: (output: Output) => boolean) => (cell: Cell) => cell.outputs.some(test);
  return (
    ran.findLast(has(({ output_type }) => output_type === "error")) ??
    ran.find(has(isFigure)) ??
    ran.findLast(has(() => true))
  );
}

function isFigure(output: Output): boolean {
  return (
    "data" in output &&
    Object.keys(output.data).some((type) => type === comparisonType || type.startsWith("image/"))
  );
}

/**
 * Wait for a run, and show what came of it.
 * @param ids of the cells that run
 */
export async function goToResult(
  page: NotebookPage,
  ids: readonly string[],
  run: Promise<void>,
): Promise<void> {
  const waits = new AbortController();
  const { signal } = waits;
  const moved = (event: Event) => {
    // to answer what the run asks is no going on
    const asked = event.composedPath().some((at) => at instanceof Element && at.matches(".question"));
    if (!asked) waits.abort();
  };
  for (const move of moves) addEventListener(move, moved, { capture: true, passive: true, signal });
  await run;
  if (signal.aborted) return;
  waits.abort();
  const wanted = new Set(ids);
  const found = resultCell(page.state().notebook.cells.filter(({ id }) => wanted.has(id)));
  const element = found && (await page.list?.element(found.id));
  if (!found || !element) return;
  page.dispatch({ kind: "select", id: found.id, mode: "command" });
  await goNear(await element.outputs(), "nearest");
}
