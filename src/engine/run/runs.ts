// Passes that a notebook's Python has open: each stops at hook points, hands the activation out, and goes on with what
// comes back. Between two steps the engine is free for others, and whoever started a run may think as long as they like,
// or never come back; so runs are counted, and what comes in is checked as coming from a stranger.

import type { Manifest } from "../../model/index.ts";
import { EngineError } from "../../model/index.ts";
import type { Batch } from "./batch.ts";
import type { Model } from "./model.ts";
import { Pass } from "./pass.ts";

/** where a run stands */
export interface Step {
  run: number;
  /** the hook point it stands at; undefined: it is done, and `data` is the encoder's output, which {@link Runs.predict} takes */
  point: string | undefined;
  /** [B, T, d_mlp] or [B, T, d_model] */
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
  pass: Pass;
  /** how many stops are left */
  stops: number;
}

export class Runs {
  readonly #turn: Turn;
  readonly #runs = new Map<number, Run>();
  readonly #ended = new Map<number, string>();
  #next = 1;

  /** @param turn gives the open model, in turn with everything else that the engine does */
  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /**
   * Run a batch to the first of these points or, without any, to the encoder's end.
   * @param name of the model that is meant
   * @param points names of hook points, in any order
   * @throws EngineError run-ended, and those of Pass.start
   */
  async start(name: string, batch: Batch, points: readonly string[]): Promise<Step> {
    return this.#turn(async (model) => {
      checkOpen(name, model.manifest);
      const pass = await Pass.start(model, batch, points);
      return this.#stand({ id: this.#next++, pass, stops: new Set(points).size });
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
      if (model !== run.pass.model) {
        this.#end(run, run.pass.model.runtime.lost ? "the GPU was lost" : "a model was loaded meanwhile");
        throw this.#over(id);
      }
      try {
        if (written !== undefined && !(written instanceof Float32Array))
          throw new EngineError(
            "activation-size",
            "A hook gave back something that is no Float32Array.",
            "Give back a tensor of the same shape.",
          );
        if (written) run.pass.write(written);
        await run.pass.advance();
        return await this.#stand({ ...run, stops: run.stops - 1 });
      } catch (error) {
        this.#end(run, "it failed");
        throw error;
      }
    });
  }

  /**
   * The head on rows of a finished run's data.
   * @param hidden [N, d_model]
   * @returns logits [N, V]
   * @throws EngineError run-ended, activation-size
   */
  async predict(name: string, hidden: Float32Array): Promise<Float32Array> {
    return this.#turn(async (model) => {
      checkOpen(name, model.manifest);
      const { dModel } = model.manifest.model;
      const rows = hidden.length / dModel;
      if (!Number.isInteger(rows) || rows === 0)
        throw new EngineError(
          "activation-size",
          `${hidden.length} numbers are no rows of ${dModel}.`,
          "Restart the kernel and run again.",
        );
      // no stop is asked for, so whatever is open will do
      await model.open([]);
      const tensor = model.runtime.float32(hidden, [1, rows, dModel]);
      return model.predict(
        tensor,
        Array.from({ length: rows }, (_, row) => row),
      );
    });
  }

  /** Forget a run that will not be resumed. */
  drop(id: number): void {
    const run = this.#runs.get(id);
    if (run) this.#end(run, "it was dropped");
  }

  /** Hand out what lies where a run has come to; while stops are left, it waits to be resumed. */
  async #stand(run: Run): Promise<Step> {
    const { id, pass, stops } = run;
    const step = { run: id, shape: pass.shape, data: await pass.read() };
    if (stops > 0) {
      this.#keep(run);
      return { ...step, point: pass.point.name };
    }
    this.#end(run, "it came to its end");
    return { ...step, point: undefined };
  }

  /** Let a run wait to be resumed. */
  #keep(run: Run): void {
    this.#runs.set(run.id, run);
    const [oldest] = this.#runs.values();
    if (this.#runs.size > mostRuns && oldest) this.#end(oldest, `more than ${mostRuns} runs were open`);
  }

  #end(run: Run, why: string): void {
    this.#runs.delete(run.id);
    run.pass.release();
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
