// When to try again.

/** how often and how long a server is given another chance */
export interface Patience {
  /** requests for one file, in all */
  attempts: number;
  /** milliseconds before the second attempt; twice as long before each one after it */
  wait: number;
  /** milliseconds without a byte after which a connection counts as broken */
  stall: number;
  /** milliseconds; a server that asks for a longer wait is not waited for */
  longest: number;
}

export const defaultPatience: Patience = { attempts: 5, wait: 500, stall: 20_000, longest: 60_000 };

/** Milliseconds to wait after so many failed attempts; random, so that many visitors do not come back at once. */
export function backoff(attempts: number, { wait }: Patience): number {
  return wait * 2 ** (attempts - 1) * (0.5 + Math.random() / 2);
}

/** Milliseconds that a Retry-After header asks for, in seconds or as a date; 0 when there is none. */
export function retryAfter(header: string | null): number {
  if (header === null) return 0;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Math.max(0, ms || 0);
}

/** Resolves after a while, or rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    const abort = () => {
      end();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort);
  });
}

/** A signal that aborts when the caller's does, and when nothing has happened for a while. */
export class StallTimer {
  readonly #stop = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** nothing has happened for too long */
  stalled = false;

  constructor(ms: number, caller: AbortSignal | undefined) {
    this.#ms = ms;
    this.#caller = caller;
    caller?.addEventListener("abort", this.#follow);
    if (caller?.aborted) this.#follow();
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** something has happened */
  alive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.stalled = true;
      this.#stop.abort();
    }, this.#ms);
  }

  /** nothing is waited for until {@link alive} */
  rest(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.rest();
    this.#caller?.removeEventListener("abort", this.#follow);
  }

  // AbortSignal.any is younger than WebGPU
  readonly #follow = (): void => this.#stop.abort(this.#caller?.reason);
}
