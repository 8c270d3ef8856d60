// Asking again: the one rule by which every request of this project is repeated, whatever it is for.

import { Failure } from "./failure.ts";
import { backoff, type Patience, pause } from "./retry.ts";
import type { Retry } from "./types.ts";

interface AgainPorts {
  patience: Patience;
  signal: AbortSignal | undefined;
  /** called when an attempt has failed and another one will be made */
  onRetry: ((retry: Retry) => void) | undefined;
}

/**
 * Make attempts until one succeeds, or the failure is one that asking again does not mend, or patience ends.
 * @param attempt is given its number, from 1
 * @throws the last Failure's StorageError; what an attempt throws that is no Failure; the signal's reason when it aborts
 */
export async function again<T>(
  attempt: (number: number) => Promise<T>,
  { patience, signal, onRetry }: AgainPorts,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt(number);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const { error, next, after } = failure;
      if (next === "nothing" || number >= patience.attempts) throw error;
      const ms = Math.max(after, backoff(number, patience));
      onRetry?.({ kind: "retry", message: error.message, seconds: Math.ceil(ms / 1000) });
      await pause(ms, signal);
    }
  }
}
