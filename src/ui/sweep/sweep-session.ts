// Carries out the sweeps of a view: one at a time, on an engine that comes in as a port. What has been computed is kept when
// a sweep is stopped or fails, and when another one is asked for.

import type { ExperimentSpec } from "../../model/index.ts";
import { isAbort } from "../../storage/index.ts";
import { type Problem, sameSpec } from "../experiment/spec.ts";
import { placeText } from "./place-text.ts";
import { type SweepFields, startFields, toSweepSpec } from "./sweep-fields.ts";
import type { Neuron } from "./sweep-grid.ts";
import {
  isBusy,
  isUnderWay,
  type SweepRun,
  type SweepState,
  type SweepStatus,
  shownRun,
} from "./sweep-state.ts";
import { shareText, topText } from "./sweep-words.ts";
import { type AskSweep, SweepWork } from "./sweep-work.ts";

/** what the view needs of the world */
export interface SweepPorts {
  sweep: AskSweep;
  onState(state: SweepState): void;
  /** Have a screen reader say something. */
  say(message: string): void;
  problem(error: unknown): Problem;
}

/** ms between two drawings of what has come in */
const drawEvery = 250;

const nothingYet = { runs: [], shown: undefined, problem: undefined, put: undefined } as const;

export class SweepSession {
  readonly #ports: SweepPorts;
  #state: SweepState;
  #running: AbortController | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;

  /** @param kept what an earlier session has left, of which nothing is under way */
  constructor(experiment: ExperimentSpec, ports: SweepPorts, kept?: SweepState) {
    this.#ports = ports;
    this.#state = kept ?? { fields: startFields(experiment), ...nothingYet };
  }

  get state(): SweepState {
    return this.#state;
  }

  /** the sweep that is shown */
  get shown(): SweepRun | undefined {
    return shownRun(this.#state);
  }

  /** one is under way */
  get busy(): boolean {
    return isBusy(this.#state);
  }

  edit(fields: SweepFields): void {
    this.#set({ fields, problem: undefined });
  }

  /** Show an earlier sweep. */
  show(id: number): void {
    this.#set({ shown: id });
  }

  /**
   * A neuron was put into the experiment's form.
   * @param spec the experiment with it
   * @param before what stood there
   */
  put({ layer, neuron }: Neuron, spec: ExperimentSpec, before: ExperimentSpec): void {
    const { put } = this.#state;
    // of several one after the other, what stood there before the first
    const first = put && sameSpec(put.spec, before) ? put.before : before;
    this.#set({ put: { layer, neuron, spec, before: first } });
    this.#ports.say(`${placeText({ layer, neuron })} stands in the experiment.`);
  }

  /** What stood in the experiment before, which has been put back. */
  putBack(): void {
    this.#set({ put: undefined });
    this.#ports.say("The experiment is what it was before.");
  }

  /** Begin the sweep that the form asks for; one under way is stopped, and kept. */
  async start(experiment: ExperimentSpec): Promise<void> {
    this.stop();
    const mine = new AbortController();
    this.#running = mine;
    const { fields, runs } = this.#state;
    const id = (runs.at(-1)?.id ?? 0) + 1;
    const run: SweepRun = {
      id,
      spec: toSweepSpec(fields, experiment),
      way: fields.way,
      sweep: undefined,
      provenance: undefined,
      grid: undefined,
      version: 0,
      done: 0,
      total: 0,
      agreement: undefined,
      completeness: [],
      remaining: undefined,
      status: { kind: "waiting" },
    };
    this.#set({ runs: [...runs, run], problem: undefined });
    const work = new SweepWork(
      run,
      (change) => this.#change(id, change),
      (text) => this.#ports.say(text),
    );
    try {
      await work.carryOut(run.way, this.#ports.sweep, mine.signal);
      if (!mine.signal.aborted) this.#end(id, { kind: "done" });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (isAbort(error)) this.#end(id, { kind: "stopped" });
      else this.#end(id, { kind: "failed", problem: this.#ports.problem(error) });
    } finally {
      if (this.#running === mine) this.#running = undefined;
    }
  }

  /** Stop what is under way, at once; what has come in stays. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    for (const { id, status } of this.#state.runs) if (isUnderWay(status)) this.#end(id, { kind: "stopped" });
  }

  /** Stop for good. */
  dispose(): void {
    this.#running?.abort();
    clearTimeout(this.#drawing);
  }

  #end(id: number, status: SweepStatus): void {
    this.#change(id, { status });
    const run = this.#state.runs.find((each) => each.id === id)!;
    // one of which nothing is known is not worth coming back to
    const runs = run.grid ? this.#state.runs : this.#state.runs.filter((each) => each !== run);
    this.#set({ runs, ...(status.kind === "failed" ? { problem: status.problem } : {}) });
    this.#ports.say(endText(run));
  }

  /** Change a run; what comes in is drawn now and then. The first that is known of one is shown. */
  #change(id: number, change: Partial<SweepRun>): void {
    const runs = this.#state.runs.map((run) => (run.id === id ? { ...run, ...change } : run));
    this.#state = { ...this.#state, runs, shown: change.grid ? id : this.#state.shown };
    this.#drawing ??= setTimeout(() => this.#draw(), drawEvery);
  }

  #set(change: Partial<SweepState>): void {
    this.#state = { ...this.#state, ...change };
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    this.#ports.onState(this.#state);
  }
}

/** The end of a sweep in a sentence or two. */
export function endText({ status, grid, spec: { metric } }: SweepRun): string {
  const known = grid ? grid.exact + grid.estimated : 0;
  if (status.kind === "failed") return `${status.problem.message} ${status.problem.hint}`;
  if (!grid || known === 0) return status.kind === "stopped" ? "Stopped before any neuron was computed." : "";
  const begin = status.kind === "stopped" ? `Stopped at ${shareText(known, grid.total)}.` : "Done.";
  return `${begin} ${topText(metric.kind, grid.largestOf(2))}`;
}
