// What a person's wish to run cells means on the page: what may not run says why, and the selection goes on from what
// runs. The cells themselves are run by runner.ts.

import { foreignLanguage, newCell } from "../../../storage/index.ts";
import { insertCell } from "../book/new-cells.ts";
import { indexOf, runnable } from "../book/state.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { goToResult } from "./go-to-result.ts";
import type { Runner } from "./runner.ts";

export class RunCommands {
  readonly #page: NotebookPage;
  readonly #runner: Runner;

  constructor(page: NotebookPage, runner: Runner) {
    this.#page = page;
    this.#runner = runner;
  }

  /** Run cells, unless the notebook may not: then say why. @returns what to wait for, where they run */
  run(ids: readonly string[]): Promise<void> | undefined {
    if (ids.length === 0) return undefined;
    const page = this.#page;
    const state = page.state();
    if (foreignLanguage(state.notebook)) {
      page.say("This notebook is not in Python, and its cells cannot be run here.");
      page.root.querySelector("nn-trust")?.refuse();
      return undefined;
    }
    if (!state.trusted) {
      page.say("This notebook came from outside and does not run before you trust it.");
      page.root.querySelector("nn-trust")?.refuse();
      return undefined;
    }
    return this.#runner.run(ids);
  }

  /** Run all cells that can be, and take the reader to what comes of it. */
  async runAll(): Promise<void> {
    const ids = runnable(this.#page.state());
    const run = this.run(ids);
    if (run) await goToResult(this.#page, ids, run);
  }

  /** Run all cells that can be, from one index to before another. */
  runRange(from?: number, to?: number): void {
    void this.run(runnable(this.#page.state(), from, to));
  }

  /** Run a cell by a key: the selection stays, or goes on to the next cell or a new one, as people are used to. */
  async runCell(id: string, then: "stay" | "next" | "insert"): Promise<void> {
    const page = this.#page;
    page.dispatch({ kind: "select", id, mode: "command" });
    const index = indexOf(page.state(), id);
    const ids = runnable(page.state(), index, index + 1);
    void this.run(ids);
    const { trusted, notebook } = page.state();
    // the focus stays where it is said why
    if (ids.length > 0 && (!trusted || foreignLanguage(notebook))) return;
    if (then === "insert") await insertCell(page, id, "below", "code", "edit");
    else if (then === "next") {
      const next = notebook.cells[index + 1];
      if (next) page.dispatch({ kind: "select", id: next.id, mode: "command" });
      else page.dispatch({ kind: "insert", cell: newCell("code"), beside: id, side: "below", mode: "edit" });
    }
    if (then !== "insert") await page.focus();
  }

  async restart(thenRunAll: boolean): Promise<void> {
    await this.#runner.restart().catch((error: unknown) => this.#page.failed(error));
    if (thenRunAll) await this.runAll();
  }
}
