// One notebook after the other on the page: what is open is saved and its Python stopped before the next one is shown,
// and where that fails, it stays.

import { type NotebookRecord, newCell, parseNotebook, titleOf } from "../../../storage/index.ts";
import { emptyContext } from "../book/experiment-context.ts";
import type { FindReplace } from "../editor/find-replace.ts";
import { fetchParts } from "../editor/parts-of.ts";
import type { NotebookPage } from "../notebook-page.ts";
import type { Saver } from "../notebook-world.ts";
import { isolated } from "../render/isolated.ts";
import type { Runner } from "../run/runner.ts";

/** Show a notebook in place of the one that is open. @returns whether it is shown */
export async function openNotebook(
  page: NotebookPage,
  runner: Runner,
  find: FindReplace,
  record: NotebookRecord,
): Promise<boolean> {
  const again = page.saver?.record.id === record.id;
  const read = parseNotebook(record.text);
  const notebook = read.cells.length > 0 ? read : { ...read, cells: [newCell("code")] };
  // cells that one sees first appear as they stay
  await fetchParts(notebook.cells.slice(0, 12));
  if (!(await leave(page, runner, again))) return false;
  page.saver = saverOf(page, runner, record);
  page.touched = false;
  find.forget();
  page.setExperiments({ ...emptyContext, models: page.experiments.models });
  // what was said of this one still counts
  if (page.notice && !again) page.notice.hidden = true;
  const { selected } = page.state();
  page.dispatch({ kind: "open", notebook, trusted: record.trusted });
  if (again) page.dispatch({ kind: "select", id: selected, mode: "command" });
  page.show({ saved: "saved", question: undefined, loading: undefined });
  void runner.prepare();
  return true;
}

/**
 * Leave what is open, all of it saved; false, and it stays, where that fails.
 * @param again the same notebook is opened once more: its Python goes on
 */
async function leave(page: NotebookPage, runner: Runner, again: boolean): Promise<boolean> {
  const { saver } = page;
  if (!saver) return true;
  let saved = await saver.flush();
  if (saved) {
    // a Python that does not start is said when something is to run
    await (again ? runner.halt() : runner.leave()).catch(() => {});
    saved = await saver.close();
  }
  if (!saved)
    page.complain(
      `“${titleOf(page.state().notebook)}” could not be saved, so it stays open.`,
      "Save it as a file (File, Save .ipynb), or make room and try again: remove a notebook that you do not need, or a model on the page “The experiment alone”.",
    );
  return saved;
}

function saverOf(page: NotebookPage, runner: Runner, record: NotebookRecord): Saver {
  const { world } = page;
  return world.saver(record, {
    onState: (saved) => {
      page.show({ saved });
      if (saved !== "saved") return;
      world.onSaved?.();
      // other cells may need other things
      if (runner.kernel.status.kind === "off") void runner.tellPrice();
    },
    onConflict: (copy) => {
      page.complain(
        `This notebook was changed in another tab. What you typed here goes on in a copy, “${isolated(copy.title)}”.`,
        "Both are kept; the list of notebooks has the other one.",
      );
      world.onKept?.();
    },
  });
}
