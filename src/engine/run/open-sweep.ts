// The sweep that a notebook's Python has open, and asks for piece by piece. There is one at a time: whoever started it may
// never come back, so the next one ends it.
// N neurons.

import {
  type Completeness,
  EngineError,
  type SweepProvenance,
  type SweepRecord,
  type SweepSpec,
} from "../../model/index.ts";
import type { SweepProgress } from "../types.ts";

/** the records of a piece as columns of N numbers; those that its metric does not give are not there */
export type SweepColumns = Partial<Record<SweepNumber, Float64Array<ArrayBuffer>>>;

/** what a record says in numbers */
export const sweepNumbers = [
  "layer",
  "neuron",
  "activation",
  "before",
  "after",
  "effect",
  "kl",
  "rankBefore",
  "rankAfter",
] as const satisfies (keyof SweepRecord)[];
type SweepNumber = (typeof sweepNumbers)[number];

/** how far a sweep is, for who asks for one piece after the other */
export interface SweepStep {
  id: number;
  done: number;
  total: number;
  /** it is done, and nothing is left to ask for */
  over: boolean;
  records: SweepColumns;
  /** JSON of the sweep, checked, and of where its numbers come from; of the first step alone */
  about: string | undefined;
  /** JSON of how complete the attributions are, a list; of the last step alone */
  completeness: string | undefined;
}

type Steps = AsyncGenerator<SweepProgress, undefined>;
type Note = (each: Completeness) => void;
type Start = (model: string, spec: SweepSpec, signal: AbortSignal, note: Note) => Promise<Steps>;

export class OpenSweep {
  readonly #start: Start;
  #open: { id: number; steps: Steps; stop: AbortController; noted: Completeness[] } | undefined;
  #last = 0;

  /** @param start begins a sweep of a model by its name */
  constructor(start: Start) {
    this.#start = start;
  }

  /**
   * Begin a sweep; nothing is computed yet.
   * @throws EngineError as the engine's sweep does
   */
  async start(model: string, spec: SweepSpec): Promise<SweepStep> {
    await this.#end();
    const stop = new AbortController();
    const noted: Completeness[] = [];
    const steps = await this.#start(model, spec, stop.signal, (each) => noted.push(each));
    this.#open = { id: ++this.#last, steps, stop, noted };
    return this.next(this.#last);
  }

  /**
   * The next piece.
   * @throws EngineError "run-ended" when it is not the one that is open, and as the engine's sweep does
   */
  async next(id: number): Promise<SweepStep> {
    const open = this.#open;
    if (open?.id !== id)
      throw new EngineError(
        "run-ended",
        "This sweep has ended: another one was begun since.",
        "Sweep what is missing; what was computed stays.",
      );
    try {
      const { value } = await open.steps.next();
      if (!value) throw new Error("A sweep went on after its end.");
      const { done, total, records, sweep, provenance } = value;
      const over = done === total;
      if (over) await this.end(id);
      const about =
        records.length === 0 ? JSON.stringify({ sweep, provenance } satisfies SweepAbout) : undefined;
      const completeness = over ? JSON.stringify(open.noted) : undefined;
      return { id, done, total, over, records: columnsOf(records), about, completeness };
    } catch (error) {
      if (this.#open === open) this.#open = undefined;
      throw error;
    }
  }

  /** Forget a sweep, and close what it has open. */
  async end(id: number): Promise<void> {
    if (this.#open?.id === id) await this.#end();
  }

  async #end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    open?.stop.abort();
    await open?.steps.return(undefined);
  }
}

/** what the first step says of a sweep, as JSON */
export interface SweepAbout {
  sweep: SweepProgress["sweep"];
  provenance: SweepProvenance;
}

function columnsOf(records: readonly SweepRecord[]): SweepColumns {
  const [first] = records;
  if (!first) return {};
  return Object.fromEntries(
    sweepNumbers
      .filter((name) => first[name] !== undefined)
      .map((name) => [name, Float64Array.from(records, (record) => record[name]!)]),
  );
}
