// The searches for neurons of a notebook's experiment cells, each beside its cell's form. They last as long as the notebook
// is open, wherever it is scrolled to.

import { foreignLanguage } from "../../../storage/index.ts";
import { SweepHost, type SweepWish } from "../../experiment/sweep-host.ts";
import { experimentIn } from "../book/experiment-source.ts";
import { pythonOf } from "../book/new-cells.ts";
import { cellOf } from "../book/state.ts";
import type { CellExperiment } from "../events.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { goNear } from "../render/near.ts";
import type { RunCommands } from "./run-commands.ts";
import type { Runner } from "./runner.ts";

export class NotebookSweeps {
  readonly #page: NotebookPage;
  readonly #runner: Runner;
  readonly #runs: RunCommands;
  readonly #hosts = new Map<string, SweepHost>();
  /** ids of the cells whose search is under way */
  readonly #busy = new Set<string>();

  constructor(page: NotebookPage, runner: Runner, runs: RunCommands) {
    this.#page = page;
    this.#runner = runner;
    this.#runs = runs;
  }

  /** Do what a cell's search asks for. */
  hear(id: string, wish: SweepWish): void {
    if (wish.type === "nn-sweep-start" && !this.#mayRun()) return;
    let host = this.#hosts.get(id);
    if (!host) {
      host = this.#host(id);
      this.#hosts.set(id, host);
    }
    host.hear(wish);
  }

  /** Stop what is under way; what was computed stays. */
  halt(): void {
    for (const host of this.#hosts.values()) host.halt();
  }

  /** Another notebook begins: forget all of them. */
  leave(): void {
    for (const host of this.#hosts.values()) host.dispose();
    this.#hosts.clear();
    this.#busy.clear();
    this.#page.sweeping = false;
    this.#page.setExperiments({ sweeps: new Map() });
  }

  /** A notebook that may not run cells may not sweep either; running none says why. */
  #mayRun(): boolean {
    const { trusted, notebook } = this.#page.state();
    if (trusted && !foreignLanguage(notebook)) return true;
    this.#runs.runRange();
    return false;
  }

  #host(id: string): SweepHost {
    const page = this.#page;
    const runner = this.#runner;
    return new SweepHost({
      experiment: () => this.#experiment(id)!,
      write: (spec) => {
        const experiment: CellExperiment = { ...spec, model: this.#experiment(id)?.model };
        page.dispatch({ kind: "experiment", id, experiment, source: pythonOf(page, experiment) });
      },
      run: () => void this.#run(id),
      opened: async (signal) => {
        await runner.opened(this.#experiment(id)?.model, signal);
        return page.world.engine;
      },
      show: (state, busy) => {
        if (busy) this.#busy.add(id);
        else this.#busy.delete(id);
        page.sweeping = this.#busy.size > 0;
        page.setExperiments({ sweeps: new Map(page.experiments.sweeps).set(id, state) });
        page.draw();
      },
      say: (message) => page.say(message),
      failed: (problem) => {
        if (problem.code === "network") page.failed(problem);
        else runner.forget();
      },
    });
  }

  /** Run the cell, and show what it puts out, which is below the search. */
  async #run(id: string): Promise<void> {
    if (!this.#mayRun()) return;
    await this.#runner.run([id]);
    const element = await this.#page.list?.element(id);
    if (element) await goNear(element, "end");
  }

  #experiment(id: string): CellExperiment | undefined {
    const cell = cellOf(this.#page.state(), id);
    return cell && experimentIn(cell);
  }
}
