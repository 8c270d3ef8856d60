// Passes that a notebook's Python has open: each stops at hook points, hands the activation out, and goes on with what
// comes back. Between two steps the engine is free for others, and whoever started a run may think as long as they like,
// or never come back; so runs are counted, and what comes in is checked as coming from a stranger.

import { EngineError, type Manifest } from "../../model/index.ts";
import type { AskedTokens } from "./asked.ts";
import type { Batch } from "./batch.ts";
import type { Model } from "./model.ts";
import { Pass } from "./pass.ts";

/** what lies at a hook point */
export interface Seen {
  point: string;
  /** [B, T, d_mlp] or [B, T, d_model] */
  shape: number[];
  /** the receiver's */
  data: Float32Array;
}

/** where a run stands */
export interface Step extends Omit<Seen, "point"> {
  run: number;
  /** the hook point it stands at; undefined: it is done, and {@link Runs.predict} goes on from `data` */
  point: string | undefined;
  /** the hook point whose activation `data` is */
  at: string;
  /** what was only to be read on the way here, in order */
  seen: Seen[];
}

/** how many runs may stand at a point at a time; one more ends the oldest */
export const mostRuns = 64;
/** bytes that are read on the way to one step; one that has read more stands where it is */
export const mostSeen = 2 ** 28;
/** how many ended runs are remembered with the reason */
const remembered = 256;

/** does something with the open model, when it is this one's turn */
export type Turn = <T>(task: (model: Model) => Promise<T>) => Promise<T>;

interface Run {
  id: number;
  pass: Pass;
  /** stops that are left, where whoever started it wants to change something */
  stops: Set<string>;
  /** points that are left, where they only read */
  reads: Set<string>;
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
   * Run a batch to the first of these points or, without any, as far as all of its tokens are needed.
   * @param name of the model that is meant
   * @param points names of hook points, in any order
   * @param read names of others, whose activations come with the step that follows
   * @throws EngineError run-ended, and those of Pass.start
   */
  async start(
    name: string,
    batch: Batch,
    points: readonly string[],
    read: readonly string[] = [],
  ): Promise<Step> {
    return this.#turn(async (model) => {
      checkOpen(name, model.manifest);
      const pass = await Pass.start(model, batch, [...points, ...read], undefined, "tail");
      const reads = new Set(read.filter((point) => !points.includes(point)));
      return this.#walk({ id: this.#next++, pass, stops: new Set(points), reads });
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
        const { name } = run.pass.point;
        run.stops.delete(name);
        run.reads.delete(name);
        await run.pass.advance();
      } catch (error) {
        this.#end(run, "it failed");
        throw error;
      }
      return this.#walk(run);
    });
  }

  /**
   * The logits of some tokens, from what finished runs gave.
   * @param at the hook point to which the sentences have come
   * @param states what lies there, [B, T, d_model]
   * @param asked row of the batch and position of each token
   * @returns logits [N, V]
   * @throws EngineError run-ended, position-range, and those of Pass.standingAt
   */
  async predict(
    name: string,
    batch: Batch,
    at: string,
    states: Float32Array,
    asked: AskedTokens["at"],
  ): Promise<Float32Array> {
    return this.#from(name, batch, at, states, (pass) => pass.finish({ at: asked }));
  }

  /**
   * Take sentences on to the encoder's end, for tokens that will be asked for one after the other.
   * @param at, states as for {@link predict}
   */
  async complete(
    name: string,
    batch: Batch,
    at: string,
    states: Float32Array,
  ): Promise<{ at: string; data: Float32Array }> {
    return this.#from(name, batch, at, states, async (pass) => {
      await pass.advance();
      return { at: pass.point.name, data: await pass.read() };
    });
  }

  async #from<T>(
    name: string,
    batch: Batch,
    at: string,
    states: Float32Array,
    task: (pass: Pass) => Promise<T>,
  ): Promise<T> {
    return this.#turn(async (model) => {
      checkOpen(name, model.manifest);
      const pass = await Pass.standingAt(model, batch, at, states);
      try {
        return await task(pass);
      } finally {
        pass.release();
      }
    });
  }

  /** Forget a run that will not be resumed. */
  drop(id: number): void {
    const run = this.#runs.get(id);
    if (run) this.#end(run, "it was dropped");
  }

  /**
   * Go on, past what is only read, to where something may be changed or to the end, and hand out what lies there. Before
   * the end, the run waits there to be resumed.
   */
  async #walk(run: Run): Promise<Step> {
    const { id, pass, stops, reads } = run;
    const seen: Seen[] = [];
    try {
      for (let bytes = 0; reads.has(pass.point.name) && bytes < mostSeen; ) {
        const { point, shape } = pass;
        const data = await pass.leave();
        reads.delete(point.name);
        seen.push({ point: point.name, shape, data });
        bytes += data.byteLength;
      }
      const there = { run: id, at: pass.point.name, shape: pass.shape, data: await pass.read(), seen };
      if (stops.size + reads.size > 0) {
        this.#keep(run);
        return { ...there, point: pass.point.name };
      }
      this.#end(run, "it came to its end");
      return { ...there, point: undefined };
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
