// Stopping Python without a shared buffer. Pyodide polls its interrupt buffer from JavaScript, so ours is an object instead of shared memory: while a cell
// runs it says SIGINT every 50 ms. Python's handler (neuron_kernel) then waits for a moment, in which this worker reads its
// messages, and raises only when one of them said so.

import { turn } from "../../engine/worker/backlog.ts";

const period = 50;
const sigint = 2;

export class Interrupts {
  /** a cell runs */
  running = false;
  #asked = false;
  #last = 0;
  readonly #onAsk = new Set<() => void>();
  /** called in every moment in which Python waits */
  onMoment = () => {};

  /** The page wants the cell to stop. */
  ask(): void {
    if (!this.running) return;
    this.#asked = true;
    for (const each of this.#onAsk) each();
  }

  /** A new cell: what was asked before is not for it. */
  begin(): void {
    this.running = true;
    this.#asked = false;
  }

  end(): void {
    this.running = false;
  }

  /** The promise, or undefined as soon as the cell is to stop; `onStop` is then called. */
  orStop<T>(promise: Promise<T>, onStop = () => {}): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#onAsk.delete(stop);
        onStop();
        resolve(undefined);
      };
      this.#onAsk.add(stop);
      promise.then(resolve, reject).finally(() => this.#onAsk.delete(stop));
      if (this.#asked) stop();
    });
  }

  /** what Pyodide takes for a buffer */
  readonly buffer = this.#buffer();

  /** what Python asks */
  readonly yielding = {
    /** one turn of the event loop */
    tick: () => {
      this.onMoment();
      return { promise: turn() };
    },
    take: () => {
      const was = this.#asked;
      this.#asked = false;
      return was;
    },
  };

  #buffer(): Int32Array {
    const look = () => {
      const now = performance.now();
      if (!this.running || now - this.#last < period) return 0;
      this.#last = now;
      return sigint;
    };
    const buffer = Object.defineProperty({}, 0, { get: look, set: () => {} });
    return buffer as Int32Array;
  }
}
