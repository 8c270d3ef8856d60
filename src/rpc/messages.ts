// The messages of a call. All are plain data; what they carry is whatever structured clone takes.

import type { PlainError } from "./errors.ts";

/** what can be called: a type with a method per name. Returned promises mean what they resolve to. */
export type Methods<M> = { [K in keyof M]: (...args: never[]) => unknown };

/** what is sent to whoever carries calls out */
export type Request =
  /** a call without an id is a notification: nothing answers it */
  { kind: "call"; id: number | undefined; method: string; args: unknown[] } | { kind: "abort"; id: number };

/** what comes back; of a call any number of progress messages, then a value or an error */
export type Answer =
  | { id: number; value: unknown }
  | { id: number; error: PlainError }
  | { id: number; progress: unknown }
  /** the last message: nothing is answered any more */
  | { closed: string };

/** one end of a channel: a worker, a worker's own scope, or a MessagePort */
export interface Channel {
  postMessage(message: Request | Answer, options: { transfer: Transferable[] }): void;
}

export interface CallOptions<Progress> {
  /** asks the other end to stop; it is its answer that settles the call */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  /** what moves to the other end instead of being copied */
  transfer?: Transferable[] | undefined;
}

/** Tells calls from answers where one channel has both. */
export function isRequest(message: unknown): message is Request {
  return typeof message === "object" && message !== null && "kind" in message;
}
