// A checkpoint that is refused, as an error of the engine.

import { CheckpointError } from "../../model/checkpoint/index.ts";
import { EngineError } from "../../model/index.ts";

/** A CheckpointError as the engine's "checkpoint"; any other error as it is. */
export function refusedCheckpoint(error: unknown): unknown {
  if (!(error instanceof CheckpointError)) return error;
  return new EngineError("checkpoint", error.message, error.hint, { cause: error });
}
