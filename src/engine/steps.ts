// A forward pass in steps: it stops at hook points, hands the activation out, and goes on with what comes back. Between
// two steps the engine is free for others, and whoever started a run may think as long as they like, or never come back;
// so runs are counted, and what comes in is checked as coming from a stranger.

import type { Crossing } from "./crossing.ts";
import { EngineError } from "./errors.ts";
import { checkIds } from "./experiment.ts";
import type { Manifest } from "./manifest.ts";
import type { Model } from "./model.ts";
import { hookPoint, placesOf } from "./places.ts";

/** where a run stands, or what it came to */
export interface Step {
  run: number;
  /** the hook point it stands at; undefined: it is done and `data` are the logits [T, V] */
  point: string | undefined;
  /** [T, d_mlp], [T, d_model] or [T, V] */
  shape: number[];
  /** a copy, the receiver's */
  data: Float32Array;
}

/** how many runs may stand at a point at a time; one more ends the oldest */
export const mostRuns = 64;
/** how many ended runs are remembered with the reason */
const remembered = 256;

/** does something with the open model, when it is this one's turn */
export type Turn = <T>(task: (model: Model) => Promise<T>) => Promise<T>;

interface Run {
  id: number;
  model: Model;
  /** where it stands; the run holds it */
  at: Crossing;
  /** the places where it will stop after this */
  rest: number[];
}

/** Hook points of a model in the order in which a run passes them, by TransformerLens's names. */
export function pointsOf(manifest: Manifest): string[] {
  return placesOf(manifest).map(hookPoint);
}

export class Steps {
  readonly #turn: Turn;
  readonly #runs = new Map<number, Run>();
  readonly #ended = new Map<number, string>();
  #next = 1;

  /** @param turn gives the open model, in turn with everything else that the engine does */
  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /**
   * Run a sentence to the first of these points or, without any, to the logits.
   * @param name of the model that is meant
   * @param ids [T], [CLS] and [SEP] included
   * @param points some of {@link pointsOf}, in any order
   * @throws EngineError run-ended, token-range, too-long, hook-point, layer-range
   */
  async start(name: string, ids: readonly number[], points: readonly string[]): Promise<Step> {
    return this.#turn(async (model) => {
      checkOpen(name, model.manifest);
      checkIds(ids, model.manifest);
      const stops = toStops(points, model.manifest);
      await model.open(stops);
      // without a hook before the encoder's end, the first half is kept for the next run
      const first = stops[0] ?? model.end;
      const half = await model.runPre(ids, first < model.end ? first : model.firstCut);
      return this.#advance({ id: this.#next++, model, at: half.hold(), rest: stops }, undefined);
    });
  }

  /**
   * Go on from where a run stands.
   * @param written the whole activation as it is to be, in the step's shape; undefined: nothing was changed
   * @throws EngineError run-ended, activation-size
   */
  async resume(id: number, written?: Float32Array): Promise<Step> {
    const run = this.#runs.get(id);
    if (!run) throw this.#over(id);
    this.#runs.delete(id);
    return this.#turn(async (model) => {
      if (model !== run.model) {
        this.#end(run, run.model.runtime.lost ? "the GPU was lost" : "a model was loaded meanwhile");
        throw this.#over(id);
      }
      try {
        checkWritten(written, run.at);
        await model.open([run.at.place, ...run.rest]);
      } catch (error) {
        this.#end(run, "it failed");
        throw error;
      }
      return this.#advance(run, written);
    });
  }

  /** Forget a run that will not be resumed. */
  drop(id: number): void {
    const run = this.#runs.get(id);
    if (run) this.#end(run, "it was dropped");
  }

  /**
   * From where the run stands to its next stop, or to the logits.
   * @param written stands for the activation there
   */
  async #advance(run: Run, written: Float32Array | undefined): Promise<Step> {
    const { id, model, rest } = run;
    const { length } = run.at;
    try {
      let changed = written && model.runtime.float32(written, run.at.activation.dims);
      const next = rest[0] ?? model.end;
      if (run.at.place !== next) {
        const from = run.at;
        run.at = await model.runOn(from, next, changed);
        from.release();
        changed = undefined;
      }
      if (rest.length > 0) {
        const { activation } = run.at;
        const data = await model.runtime.read(activation);
        this.#keep({ ...run, rest: rest.slice(1) });
        return { run: id, point: hookPoint(next), shape: activation.dims.slice(1), data };
      }
      const positions = Array.from({ length }, (_, position) => position);
      const data = await model.predict(run.at, positions, changed);
      this.#end(run, "it came to its end");
      return { run: id, point: undefined, shape: [length, model.manifest.model.vocabulary], data };
    } catch (error) {
      this.#end(run, "it failed");
      throw error;
    }
  }

  /** Let a run wait to be resumed. */
  #keep(run: Run): void {
    this.#runs.set(run.id, run);
    const [oldest] = this.#runs.values();
    if (this.#runs.size > mostRuns && oldest) this.#end(oldest, `more than ${mostRuns} runs were open`);
  }

  #end(run: Run, why: string): void {
    this.#runs.delete(run.id);
    run.at.release();
    this.#ended.set(run.id, why);
    const [first] = this.#ended.keys();
    if (this.#ended.size > remembered && first !== undefined) this.#ended.delete(first);
  }

  #over(id: number): EngineError {
    const why = this.#ended.get(id);
    return new EngineError(
      "run-ended",
      `This run is over${why ? `: ${why}` : ""}.`,
      "Run the cell again; a run that is not resumed is forgotten when others start.",
    );
  }
}

/** @throws EngineError "run-ended" when another model than this is open */
export function checkOpen(name: string, { name: open }: Manifest): void {
  if (name === open) return;
  throw new EngineError(
    "run-ended",
    `${name} is not open any more: ${open} was opened in its place.`,
    "Call from_pretrained again.",
  );
}

/** The places of these hook points, ascending. */
function toStops(points: readonly string[], manifest: Manifest): number[] {
  const known = placesOf(manifest).map((place): [string, number] => [hookPoint(place), place]);
  const strange = points.find((point) => !known.some(([name]) => name === point));
  if (strange !== undefined)
    throw new EngineError(
      "hook-point",
      `${manifest.name} has no hook point ${strange}.`,
      `There are ${known.map(([name]) => name).join(", ")}.`,
    );
  return known.flatMap(([name, place]) => (points.includes(name) ? [place] : []));
}

function checkWritten(written: unknown, { activation }: Crossing): void {
  if (written === undefined) return;
  if (written instanceof Float32Array && written.length === activation.size) return;
  const what =
    written instanceof Float32Array ? `${written.length} numbers` : "something that is no Float32Array";
  throw new EngineError(
    "activation-size",
    `A hook gave back ${what} where the activation has ${activation.size} numbers.`,
    "Give back a tensor of the same shape.",
  );
}
