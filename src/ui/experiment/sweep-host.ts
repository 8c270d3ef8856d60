// The search for neurons beside one experiment, on a page or in a notebook's cell: its script is fetched when it is opened,
// it sweeps on the experiment's model, and puts the neurons that a person picks into the experiment.

import type { Engine } from "../../engine/index.ts";
import { EngineError, type ExperimentSpec } from "../../model/index.ts";
import type { SweepSpec } from "../../model/sweep/index.ts";
import { toProblem } from "../kit/problem.ts";
import type { SweepEvents } from "../sweep/events.ts";
import type { Neuron } from "../sweep/sweep-grid.ts";
import type { SweepSession } from "../sweep/sweep-session.ts";
import type { SweepState } from "../sweep/sweep-state.ts";
import type { Asked } from "../sweep/sweep-work.ts";
import { notFetched } from "./sweep-missing.ts";

/** everything that the search's elements ask for, with the wish to open it */
export type SweepWishes = SweepEvents & { "nn-sweep-open": undefined };

/** one of them */
export type SweepWish = {
  [K in keyof SweepWishes]: { type: K; detail: SweepWishes[K] };
}[keyof SweepWishes];

/** what the search needs of what is around it */
export interface SweepSurroundings {
  /** what stands in the experiment */
  experiment(): ExperimentSpec;
  /** Write another experiment into it, as a person would. */
  write(spec: ExperimentSpec): void;
  /** Run it. */
  run(): void;
  /** Have its model open, and the engine that has it. @throws EngineError, AbortError */
  opened(signal: AbortSignal): Promise<Engine>;
  /** The search has changed: show it. */
  show(state: SweepState, busy: boolean): void;
  say(message: string): void;
  /** A sweep failed because the model is open no more, or the script could not be fetched. */
  failed(problem: EngineError): void;
}

export class SweepHost {
  readonly #around: SweepSurroundings;
  #session: SweepSession | undefined;

  /** @param kept what an earlier search has left, which this one goes on with */
  constructor(around: SweepSurroundings, kept?: SweepState) {
    this.#around = around;
    if (kept) void this.#open(kept);
  }

  /** Do what an element asks for. */
  hear(wish: SweepWish): void {
    const session = this.#session;
    switch (wish.type) {
      case "nn-sweep-open":
        void this.#open();
        break;
      case "nn-sweep-edit":
        session?.edit(wish.detail.fields);
        break;
      case "nn-sweep-start":
        void session?.start(this.#around.experiment());
        break;
      case "nn-sweep-stop":
        session?.stop();
        break;
      case "nn-sweep-show":
        session?.show(wish.detail.id);
        break;
      case "nn-sweep-put":
        this.#put(wish.detail);
        break;
      case "nn-sweep-put-back":
        this.#putBack();
        break;
      case "nn-sweep-run":
        this.#around.run();
        break;
      case "nn-sweep-cursor":
        break;
      default:
        wish satisfies never;
    }
  }

  /** Stop the sweep under way; what was computed stays. */
  halt(): void {
    this.#session?.stop();
  }

  dispose(): void {
    this.#session?.dispose();
  }

  async #open(kept?: SweepState): Promise<void> {
    const around = this.#around;
    try {
      const { SweepSession } = await import("../sweep/index.ts");
      const ports = {
        sweep: (spec: SweepSpec, options: Asked) => this.#sweep(spec, options),
        onState: (state: SweepState) => around.show(state, this.#session?.busy ?? false),
        say: (message: string) => around.say(message),
        problem: toProblem,
      };
      this.#session ??= new SweepSession(around.experiment(), ports, kept);
      around.show(this.#session.state, this.#session.busy);
    } catch (cause) {
      console.warn(cause);
      around.failed(notFetched());
    }
  }

  /** Put a neuron of the sweep that is shown into the experiment, with the sweep's sentence and operation. */
  #put({ layer, neuron }: Neuron): void {
    const session = this.#session;
    const run = session?.shown;
    if (!run) return;
    const before = this.#around.experiment();
    const { sentence, mask, operation } = run.spec;
    const hook = operation?.kind === "replace" ? undefined : operation;
    const { more: _, ...rest } = before;
    const spec: ExperimentSpec = { ...rest, sentence, mask, layer, neuron, hook };
    this.#around.write(spec);
    session.put({ layer, neuron }, spec, before);
  }

  #putBack(): void {
    const { put } = this.#session?.state ?? {};
    if (!put) return;
    this.#around.write(put.before);
    this.#session!.putBack();
  }

  async #sweep(spec: SweepSpec, options: Asked) {
    const { signal } = options;
    try {
      const engine = await this.#around.opened(signal);
      signal.throwIfAborted();
      return await engine.sweep(spec, options);
    } catch (error) {
      const gone = error instanceof EngineError && closing.has(error.code);
      if (gone && !signal.aborted) this.#around.failed(error);
      throw error;
    }
  }
}

/** errors after which the model has to be opened again */
const closing: ReadonlySet<string> = new Set(["not-loaded", "model-changed", "gpu-lost"]);
