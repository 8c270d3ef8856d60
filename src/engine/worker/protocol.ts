// The messages between a page and the engine's worker. Calls are numbered; a call can report progress and be aborted.

import type { PlainError } from "../../model/index.ts";
import type { Engine, Progress } from "../types.ts";

/** the engine's methods that can be called from outside */
export type Method = Exclude<keyof Engine, "model">;

/** arguments of a method without its options' functions and signals, which cannot be posted */
export type Request =
  | { kind: "call"; id: number; method: Method; args: unknown[] }
  | { kind: "abort"; id: number };

export type Response =
  | { kind: "result"; id: number; value: unknown }
  | { kind: "error"; id: number; error: PlainError }
  | { kind: "progress"; id: number; progress: Progress };
