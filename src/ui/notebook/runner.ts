// Carries out the queue of cells: Python's by the kernel, experiments by the engine, one after the other. Before anything
// large is fetched it asks, once for each thing.

import {
  type Emission,
  type Engine,
  EngineError,
  type ExperimentResult,
  type ExperimentSpec,
  format,
  isAbort,
  type Kernel,
  type KernelStatus,
  type ModelState,
  type Outcome,
  type Progress,
  type Token,
  type UnrunCell,
} from "../../engine/index.ts";
import type { Cell, JsonObject, Retry } from "../../storage/index.ts";
import type { ModelEntry } from "../models.ts";
import { fits, missing } from "../price.ts";
import { fieldOf, type Problem } from "../spec.ts";
import type { Loading } from "../state.ts";
import { provenanceParts, summary } from "../words.ts";
import { comparisonType } from "./comparison.ts";
import type { NotebookData } from "./data.ts";
import type { CellExperiment } from "./events.ts";
import { experimentIn } from "./experiment-source.ts";
import { findModel, mentioned, noSuchModel } from "./models.ts";
import { type NotebookStatus, needText, type Price } from "./notebook-status.ts";
import { cellOf, indexOf, type NotebookEvent, type NotebookState } from "./state.ts";

/** what running needs of the world outside the page */
export interface RunnerWorld {
  readonly engine: Engine;
  /** @param open called when Python opens a model: resolves when the engine has it open, to its name here */
  kernel(ports: { open(name: string): Promise<string>; onStatus(status: KernelStatus): void }): Kernel;
  /** the site's models; `onRetry` is told why their list is waited for */
  models(onRetry?: (retry: Retry) => void): Promise<readonly ModelEntry[]>;
  /** what opening a model costs */
  price(model: ModelEntry): Promise<ModelState>;
  /** the files of the open notebook; without them Python's folder is its own */
  readonly data?: Pick<NotebookData, "changeFor" | "took">;
  /** what starting Python costs */
  pythonPrice(): Promise<Price>;
}

/** what running changes on the page */
export interface RunnerPage {
  state(): NotebookState;
  dispatch(event: NotebookEvent): void;
  status(): NotebookStatus;
  show(change: Partial<NotebookStatus>): void;
  say(message: string): void;
  /** what is known of a cell's experiment */
  experiment(id: string, found: ExperimentFindings): void;
}

/** what a run found out about a cell's experiment */
export interface ExperimentFindings {
  problem?: Problem | undefined;
  tokens?: readonly Token[];
}

type End = Omit<Outcome, "count" | "milliseconds">;

const noNames = { assigned: [], used: [], reimported: [] };
const python = "Python";

/** errors after which the model has to be opened again */
const reopens: ReadonlySet<string> = new Set(["not-loaded", "model-changed", "gpu-lost", "runtime"]);

export class Runner {
  readonly #world: RunnerWorld;
  readonly #page: RunnerPage;
  readonly #kernel: Kernel;
  /** what may be downloaded: Python, and models by name */
  readonly #agreed = new Set<string>();
  #answer: ((agreed: boolean) => void) | undefined;
  #working: Promise<void> | undefined;
  /** of what runs or loads outside Python */
  #abort = new AbortController();
  /** the model opened last, and the one Python means */
  #open: string | undefined;
  #pythons: ModelEntry | undefined;
  /** Python has run something since it started */
  #used = false;
  /** ids of the cells that this Python has run */
  readonly #hasRun = new Set<string>();
  #starting: { at: number; downloads: boolean } | undefined;

  constructor(world: RunnerWorld, page: RunnerPage) {
    this.#world = world;
    this.#page = page;
    this.#kernel = world.kernel({
      open: (name) => this.#openFor(name),
      onStatus: (status) => this.#onStatus(status),
    });
  }

  get kernel(): Kernel {
    return this.#kernel;
  }

  /** Run cells after those that wait already. Resolves when nothing waits any more. */
  run(ids: readonly string[]): Promise<void> {
    this.#page.dispatch({ kind: "queue", ids });
    this.#working ??= this.#work();
    return this.#working;
  }

  /** The person's answer to the question on the page. */
  answer(agreed: boolean): void {
    this.#answer?.(agreed);
    this.#answer = undefined;
    this.#page.show({ question: undefined });
  }

  /** Stop what runs; what waits is forgotten. */
  async interrupt(): Promise<void> {
    this.#page.dispatch({ kind: "unqueue" });
    this.answer(false);
    this.#abort.abort();
    const how = await this.#kernel.interrupt();
    if (how !== "restarted") return;
    this.#hasRun.clear();
    this.#page.say("Python could only be stopped by restarting it; its variables are gone.");
  }

  /** A new Python, without the variables. */
  async restart(): Promise<void> {
    this.#page.dispatch({ kind: "unqueue" });
    this.answer(false);
    this.#abort.abort();
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

  /** Find out what Python costs; where its files are kept, start it before it is asked for. */
  async prepare(): Promise<void> {
    const price = await this.#world.pythonPrice().catch(() => undefined);
    this.#page.show({ python: price });
    const kept = price && price.kept >= price.bytes;
    if (!kept || !this.#page.state().trusted || this.#kernel.status.kind !== "off") return;
    // a failure is said when something is to run
    await this.#kernel.start().catch(() => {});
  }

  dispose(): void {
    this.#abort.abort();
    this.#kernel.dispose();
  }

  async #work(): Promise<void> {
    try {
      // what cannot be found out beforehand is asked, or fails, when it is needed
      const needs = await this.#needs().catch(() => []);
      // stopped meanwhile
      if (this.#next() === undefined) return;
      if (await this.#ask(needs)) await this.#runQueue();
      else this.#page.dispatch({ kind: "unqueue" });
    } finally {
      // at once: what is queued from now on needs somebody else
      this.#working = undefined;
    }
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
    if (this.#pythons) await this.#load(this.#pythons);
    this.#used = true;
    const { count } = this.#page.state();
    const { data } = this.#world;
    const folder = data && ((ends: number) => data.changeFor(ends));
    const unrun = this.#unrunAbove(id);
    this.#hasRun.add(id);
    const outcome = await this.#kernel.run(source, { cell: id, count, onOutput: put, folder, unrun });
    if (outcome.kind === "lost") this.#hasRun.clear();
    if (outcome.folder) await data?.took(outcome.folder);
    return outcome;
  }

  /** Cells of Python above one that this Python has not run, as an error calls them. */
  #unrunAbove(id: string): UnrunCell[] {
    const state = this.#page.state();
    return state.notebook.cells.slice(0, indexOf(state, id)).flatMap((cell, i) => {
      if (cell.kind !== "code" || experimentIn(cell) || this.#hasRun.has(cell.id)) return [];
      const label = cell.count === undefined ? `cell ${i + 1} of the notebook` : `cell [${cell.count}]`;
      return [{ label, source: cell.source }];
    });
  }

  async #experiment(
    id: string,
    { model: name, ...spec }: CellExperiment,
    put: (output: Emission) => void,
  ): Promise<End> {
    this.#page.experiment(id, { problem: undefined });
    const models = await this.#world.models();
    const model = name === undefined ? models[0] : findModel(models, name);
    if (!model) throw noSuchModel(models, name ?? "");
    await this.#load(model);
    const result = await this.#run(id, spec);
    if (!result) return { kind: "failed", ...noNames };
    this.#page.experiment(id, { tokens: result.experiment.tokens });
    put(resultOutput(result));
    this.#page.say(`Done: ${summary(result.rows)}`);
    return { kind: "done", ...noNames };
  }

  /** Run an experiment; undefined when one of its form's fields says what is wrong. */
  async #run(id: string, spec: ExperimentSpec): Promise<ExperimentResult | undefined> {
    try {
      return await this.#world.engine.run(spec, { signal: this.#abort.signal });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (reopens.has(error.code)) this.#open = undefined;
      if (!fieldOf(error.code)) throw error;
      this.#page.experiment(id, { problem: error });
      return undefined;
    }
  }

  /** Python opens a model. */
  async #openFor(name: string): Promise<string> {
    const models = await this.#world.models();
    const model = findModel(models, name);
    if (!model) throw noSuchModel(models, name);
    await this.#load(model);
    this.#pythons = model;
    return model.name;
  }

  /** An engine that stopped has none open, whoever noticed. */
  #isOpen({ name }: ModelEntry): boolean {
    return this.#open === name && this.#world.engine.model === name;
  }

  async #load(model: ModelEntry): Promise<void> {
    if (this.#isOpen(model)) return;
    const price = await this.#world.price(model).catch(() => undefined);
    const keep = !price || fits(price);
    const bytes = price ? missing(price) : model.bytes;
    if (!(await this.#ask([{ name: model.name, title: modelTitle(model), bytes, keep }])))
      throw new DOMException("The download was not wanted.", "AbortError");
    const show = (phase: Loading | undefined) =>
      this.#page.show({ loading: phase && { title: model.title, phase } });
    const onProgress = (progress: Progress) => show(loadingOf(progress, keep));
    this.#open = undefined;
    try {
      const { signal } = this.#abort;
      const info = await this.#world.engine.load(model.manifest, { keep, signal, onProgress });
      this.#open = info.name;
    } finally {
      show(undefined);
    }
  }

  /** What the cells that wait will have to fetch, as far as can be seen. */
  async #needs(): Promise<Need[]> {
    const state = this.#page.state();
    const cells = state.queue.flatMap((id) => cellOf(state, id) ?? []);
    const experiments = cells.flatMap((cell) => experimentIn(cell) ?? []);
    const needs: Need[] = [];
    if (cells.length > experiments.length && this.#kernel.status.kind !== "idle") {
      const price = await this.#world.pythonPrice();
      needs.push({ name: python, title: "Python itself", bytes: price.bytes - price.kept, keep: true });
    }
    const models = await this.#world.models();
    const sources = cells.filter((cell) => !experimentIn(cell)).map(({ source }) => source);
    const named = experiments.map(({ model }) => (model ? findModel(models, model) : models[0]));
    const wanted = new Set([...mentioned(models, sources), ...named.filter((model) => model !== undefined)]);
    for (const model of wanted) {
      if (this.#isOpen(model)) continue;
      const price = await this.#world.price(model);
      needs.push({
        name: model.name,
        title: modelTitle(model),
        bytes: missing(price),
        keep: fits(price),
      });
    }
    return needs;
  }

  /** Ask whether these may be fetched, unless that has been said or nothing has to come. */
  async #ask(needs: readonly Need[]): Promise<boolean> {
    const open = needs.filter(({ name, bytes }) => bytes > 0 && !this.#agreed.has(name));
    if (open.length === 0) return true;
    const bytes = open.reduce((sum, need) => sum + need.bytes, 0);
    const text = needText(
      open,
      open.every(({ keep }) => keep),
    );
    this.#page.show({ question: { text, bytes } });
    this.#page.say(text);
    const agreed = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
    });
    if (agreed) for (const { name } of open) this.#agreed.add(name);
    else this.#page.say("Not downloaded, and not run.");
    return agreed;
  }

  #onStatus(status: KernelStatus): void {
    const progress = status.kind === "starting" ? status.progress : undefined;
    const loading = progress && {
      title: python,
      phase: loadingOf(progress, true),
    };
    const { loading: shown } = this.#page.status();
    const change: Partial<NotebookStatus> = {
      kernel: status,
      // a model's progress stands where it is
      loading:
        shown && shown.title !== python ? shown : progress?.kind === "downloading" ? loading : undefined,
    };
    if (status.kind === "starting") {
      this.#starting ??= { at: performance.now(), downloads: false };
      if (progress?.kind === "downloading" && progress.done < progress.total) this.#starting.downloads = true;
    } else if (this.#starting) {
      const { at, downloads } = this.#starting;
      this.#starting = undefined;
      const started = status.kind === "idle" || status.kind === "busy";
      // how long a download takes says nothing about the next start
      this.#page.show({ startTime: started && !downloads ? performance.now() - at : undefined });
      if (started)
        this.#world.pythonPrice().then(
          (price) => this.#page.show({ python: price }),
          () => {},
        );
    }
    this.#page.show(change);
    if (status.kind === "stopped") this.#page.say(`${status.message} ${status.hint}`);
  }
}

interface Need {
  name: string;
  title: string;
  /** still to come */
  bytes: number;
  /** there is room to keep it */
  keep: boolean;
}

function modelTitle({ title }: ModelEntry): string {
  return `the model ${title} with what runs it`;
}

function loadingOf(progress: Progress, keep: boolean): Loading {
  const rest = { waiting: progress.waiting, interrupted: false, thenRun: false, keep };
  return progress.kind === "downloading"
    ? { kind: "downloading", done: progress.done, total: progress.total, ...rest }
    : { kind: "preparing", ...rest };
}

/** An experiment's result as a cell keeps it: our table, all of it for this page, and text as the course prints it. */
function resultOutput(result: ExperimentResult): Emission {
  const rows = result.rows.map(({ word, before, after, delta }) => ({ word, before, after, delta }));
  // the result is plain data
  const whole = JSON.parse(JSON.stringify(result)) as JsonObject;
  const { provenance } = result;
  const reason = provenance.device.reason && `. ${provenance.device.reason}`;
  return {
    output_type: "display_data",
    data: {
      [comparisonType]: { rows, note: `${provenanceParts(provenance).join(" · ")}${reason}` },
      "application/vnd.neuron-notebook.result+json": whole,
      "text/plain": format.courseTable(result.rows),
    },
    metadata: {},
  };
}

function errorOutput(error: unknown): Emission {
  const known = error instanceof EngineError;
  if (!known) console.error(error);
  const message = known ? error.message : String(error);
  const hint = known ? error.hint : "Reload the page and try again.";
  return { output_type: "error", ename: "Error", evalue: message, traceback: [message, hint] };
}

function endText(number: number, kind: "failed" | "interrupted" | "lost", cell: Cell | undefined): string {
  if (kind === "interrupted") return `Cell ${number} is interrupted.`;
  if (kind === "lost") return `Cell ${number} was lost: Python ended while it ran.`;
  const error = cell?.outputs.findLast((output) => output.output_type === "error");
  return `Cell ${number} failed${error ? `: ${error.ename}: ${error.evalue}` : ""}.`;
}
