// What a sweep is given of the engine, and what a method of sweeping is.

import type { Completeness, Manifest, Sweep, SweepMethod, SweepRecord } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import type { Model } from "../run/model.ts";
import type { Runtime } from "../runtime/runtime.ts";

export interface Host {
  manifest: Manifest;
  tokenizer: Tokenizer;
  /** what the model runs on now */
  runtime(): Runtime;
  /** Rows of a tensor of the checkpoint, by its name, one behind the other. */
  weightRows(name: string, rows: readonly number[]): Promise<Float32Array>;
  /**
   * Do something with the model, in turn with everything else that is done with it. After a lost GPU it is another one,
   * on which nothing is open that was opened before.
   * @throws EngineError "run-ended" when another model has been opened since the sweep began
   */
  onModel<T>(task: (model: Model) => Promise<T>): Promise<T>;
  /** Do something in turn with what is done with any model. */
  inTurn<T>(task: () => Promise<T>): Promise<T>;
}

/**
 * Computes a sweep piece by piece: records in order of layer and neuron, of which every piece is reported when it comes.
 * A piece takes a second at most, and looks at the signal before it starts. What was opened is closed when the caller
 * stops asking, whatever the reason.
 * @param note is told how well integrated gradients add up
 */
export type Method = (
  sweep: Sweep,
  host: Host,
  signal: AbortSignal | undefined,
  note: (completeness: Completeness) => void,
) => AsyncIterable<SweepRecord[]>;

/** the methods that there are */
export type Methods = Partial<Record<SweepMethod, Method>>;
