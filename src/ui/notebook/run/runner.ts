// Carries out the queue of cells: Python's by the kernel, experiments by the engine, one after the other. Before anything
// large is fetched it asks, once for each thing.

import { EngineError } from "../../../model/index.ts";
import type { Emission, Kernel, Outcome } from "../../../python/index.ts";
import { type Cell, isAbort } from "../../../storage/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import { experimentIn } from "../book/experiment-source.ts";
import { endText, errorOutput, unrunAbove } from "../book/run-records.ts";
import { cellOf, indexOf, runnable } from "../book/state.ts";
import type { CellExperiment } from "../events.ts";
import { Arrivals } from "./arrivals.ts";
import { bytesOf, DownloadConsent, type Need } from "./download-consent.ts";
import { needsOf, python } from "./download-needs.ts";
import type { ExperimentRuns } from "./experiment-runs.ts";
import { kernelProgress } from "./kernel-progress.ts";
import { ModelOpener } from "./model-opener.ts";
import type { RunnerPage, RunnerWorld } from "./runner-world.ts";

type End = Omit<Outcome, "count" | "milliseconds">;

const noNames = { assigned: [], used: [], reimported: [] };

/** the cells that run and wait, and the Python they run in */
export class Runner {
  readonly #world: RunnerWorld;
  readonly #page: RunnerPage;
  readonly #kernel: Kernel;
  readonly #consent: DownloadConsent;
  readonly #arrivals: Arrivals;
  readonly #models: ModelOpener;
  /** a script of its own: it comes with the first one that runs */
  #experiments: ExperimentRuns | undefined;
  #working: Promise<void> | undefined;
  /** of what runs or loads outside Python */
  #abort = new AbortController();
  readonly #signal = () => this.#abort.signal;
  /** the model that Python means */
  #pythons: ModelEntry | undefined;
  /** Python has run something since it started */
  #used = false;
  /** ids of the cells that this Python has run */
  readonly #hasRun = new Set<string>();

  constructor(world: RunnerWorld, page: RunnerPage) {
    this.#world = world;
    this.#page = page;
    this.#consent = new DownloadConsent(page);
    this.#arrivals = new Arrivals(page);
    this.#models = new ModelOpener(world, this.#consent, this.#arrivals);
    this.#kernel = world.kernel({
      open: (name) => this.#openFor(name),
      onStatus: kernelProgress(page, this.#arrivals, () => void this.tellPrice()),
    });
  }

  get kernel(): Kernel {
    return this.#kernel;
  }

  /**
   * Have a cell's model open for something beside the cells. Where another one is open, what runs with it is waited for.
   * @throws EngineError, AbortError
   */
  async opened(name: string | undefined, signal: AbortSignal): Promise<void> {
    const model = await this.#models.find(name);
    if (!this.#models.isOpen(model)) await this.#working;
    signal.throwIfAborted();
    await this.#models.open(model, () => signal);
  }

  /** The model has to be opened again. */
  forget(): void {
    this.#models.forget();
  }

  /** Run cells after those that wait already. Resolves when nothing waits any more. */
  run(ids: readonly string[]): Promise<void> {
    this.#page.dispatch({ kind: "queue", ids });
    this.#working ??= this.#work();
    return this.#working;
  }

  /** The person's answer to the question on the page. */
  answer(agreed: boolean): void {
    this.#consent.answer(agreed);
  }

  /** Stop what runs; what waits is forgotten. */
  async interrupt(): Promise<void> {
    this.#page.dispatch({ kind: "unqueue" });
    this.answer(false);
    this.#abort.abort();
    this.#models.stopAhead();
    const how = await this.#kernel.interrupt();
    // a download that nobody waits for any more
    if (isDownloading(this.#kernel)) this.#kernel.dispose();
    if (how !== "restarted") return;
    this.#hasRun.clear();
    this.#page.say("Python could only be stopped by restarting it; its variables are gone.");
  }

  /** A new Python, without the variables. */
  async restart(): Promise<void> {
    this.#page.dispatch({ kind: "unqueue" });
    this.answer(false);
    this.#abort.abort();
    this.#models.stopAhead();
    this.#pythons = undefined;
    this.#used = false;
    this.#hasRun.clear();
    const ended = this.#working;
    // one that has not started has nothing to forget, and might have to be downloaded
    const restarted = this.#kernel.status.kind === "off" ? undefined : this.#kernel.restart();
    // it is waited for below
    restarted?.catch(() => {});
    await ended;
    // what is run from now on, while the new one starts, is its own
    this.#page.dispatch({ kind: "restarted" });
    await restarted;
    this.#page.say("Python is restarted.");
  }

  /** Stop what runs, and wait until it has. */
  async halt(): Promise<void> {
    await this.interrupt();
    await this.#working;
  }

  /** Another notebook begins: with a Python that knows nothing of the last one, started when it is prepared or needed. */
  async leave(): Promise<void> {
    await this.halt();
    this.#pythons = undefined;
    if (this.#used) this.#kernel.dispose();
    this.#hasRun.clear();
    this.#used = false;
  }

  /** Find out what all cells cost, and show it. */
  async tellPrice(): Promise<void> {
    const price = await this.#world.pythonPrice().catch(() => undefined);
    const needs = await this.#needs(runnable(this.#page.state())).catch(() => []);
    this.#page.show({ python: price, toFetch: bytesOf(needs) });
  }

  /** Find out what running costs; where Python's files are kept, start it before it is asked for. */
  async prepare(): Promise<void> {
    void this.tellPrice();
    const price = await this.#world.pythonPrice().catch(() => undefined);
    const kept = price && price.kept >= price.bytes;
    if (!kept || !this.#page.state().trusted || this.#kernel.status.kind !== "off") return;
    // a failure is said when something is to run
    await this.#kernel.start().catch(() => {});
  }

  dispose(): void {
    this.#abort.abort();
    this.#models.stopAhead();
    this.#kernel.dispose();
  }

  async #work(): Promise<void> {
    try {
      // what cannot be found out beforehand is asked, or fails, when it is needed
      const needs = await this.#needs(this.#page.state().queue).catch(() => []);
      // stopped meanwhile
      if (this.#next() === undefined) return;
      if (await this.#consent.ask(needs)) {
        await this.#fetchTogether(needs).catch(() => {});
        await this.#runQueue();
      } else this.#page.dispatch({ kind: "unqueue" });
    } finally {
      // at once: what is queued from now on needs somebody else
      this.#working = undefined;
      void this.tellPrice();
    }
  }

  /** Have Python and the model that is asked for first come side by side; each cell waits for what it needs. */
  async #fetchTogether(needs: readonly Need[]): Promise<void> {
    const pythons = needs.find(({ name }) => name === python);
    const need = needs.find(({ name }) => name !== python);
    const model = need && need.bytes > 0 && (await this.#models.find(need.name));
    // stopped meanwhile
    if (this.#next() === undefined) return;
    if (pythons) {
      if (pythons.bytes > 0) this.#arrivals.expect([pythons]);
      // a failure is said when a cell is to run
      const started = this.#kernel.start().catch(() => {});
      void started.then(() => this.#arrivals.tell(python, python, undefined));
    }
    if (need && model) this.#models.openAhead(model, need);
  }

  async #runQueue(): Promise<void> {
    let ran = 0;
    for (let id = this.#next(); id !== undefined; id = this.#next()) {
      if ((await this.#runCell(id)) !== "done") return;
      ran++;
    }
    if (ran > 1) this.#page.say("All cells have run.");
  }

  #next(): string | undefined {
    return this.#page.state().queue[0];
  }

  async #runCell(id: string): Promise<Outcome["kind"]> {
    const page = this.#page;
    const cell = cellOf(page.state(), id);
    if (!cell) {
      page.dispatch({ kind: "unqueue" });
      return "lost";
    }
    this.#abort = new AbortController();
    page.dispatch({ kind: "started", id });
    const put = (output: Emission) => page.dispatch({ kind: "output", id, output });
    const experiment = experimentIn(cell);
    const number = indexOf(page.state(), id) + 1;
    let end: End;
    try {
      end = experiment ? await this.#experiment(id, experiment, put) : await this.#python(cell, put);
      if (!experiment && end.kind === "done") page.say(`Cell ${number} has run.`);
    } catch (error) {
      const stopped = isAbort(error);
      if (!stopped && !(error instanceof EngineError)) console.error(error);
      if (!stopped) put(errorOutput(error));
      end = { kind: stopped ? "interrupted" : "failed", ...noNames };
    }
    page.dispatch({ kind: "ended", id, outcome: end });
    // with its Python
    if (end.kind === "lost") page.dispatch({ kind: "restarted" });
    if (end.kind !== "done") page.say(endText(number, end.kind, cellOf(page.state(), id)));
    return end.kind;
  }

  async #python({ id, source }: Cell, put: (output: Emission) => void): Promise<End> {
    // an experiment may have opened another model since
    if (this.#pythons) await this.#models.open(this.#pythons, this.#signal);
    this.#used = true;
    const { count } = this.#page.state();
    const { data } = this.#world;
    const folder = data && ((ends: number) => data.changeFor(ends));
    const unrun = unrunAbove(this.#page.state(), id, this.#hasRun);
    this.#hasRun.add(id);
    const outcome = await this.#kernel.run(source, { cell: id, count, onOutput: put, folder, unrun });
    if (outcome.kind === "lost") this.#hasRun.clear();
    if (outcome.folder) await data?.took(outcome.folder);
    return outcome;
  }

  async #experiment(id: string, experiment: CellExperiment, put: (output: Emission) => void): Promise<End> {
    const { ExperimentRuns } = await import("./experiment-runs.ts");
    this.#experiments ??= new ExperimentRuns(this.#world, this.#page, this.#models);
    const done = await this.#experiments.run(id, experiment, { put, abort: this.#signal });
    return { kind: done ? "done" : "failed", ...noNames };
  }

  /** Python opens a model. */
  async #openFor(name: string): Promise<string> {
    const model = await this.#models.find(name);
    await this.#models.open(model, this.#signal);
    this.#pythons = model;
    return model.name;
  }

  /** What these cells will have to fetch, as far as can be seen. */
  #needs(ids: readonly string[]) {
    const isOpen = (model: ModelEntry) => this.#models.isOpen(model);
    const running = { python: this.#kernel.status.kind === "idle", isOpen };
    return needsOf(this.#page.state(), ids, this.#world, running);
  }
}

function isDownloading({ status }: Kernel): boolean {
  return status.kind === "starting" && status.progress?.kind === "downloading";
}
