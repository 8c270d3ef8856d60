// How many neurons are swept at a time: as many as a processor takes, and few enough that somebody who stops the sweep, or
// wants something else of the model, waits for a fraction of a second.

import type { Manifest, Sweep } from "../../model/index.ts";
import { rowsAtOnce } from "../run/batch.ts";

/** milliseconds that a batch may take */
const longest = 300;
/** neurons of the first batch, which finds out how long they take */
const first = 8;

export class Pace {
  readonly #model: Manifest["model"];
  readonly #sweep: Sweep;
  readonly #layer: number;
  /** neurons that time allows */
  #most = first;
  /** neurons that memory allows, once it has run out */
  #room = Number.POSITIVE_INFINITY;
  #last = 0;

  constructor(model: Manifest["model"], sweep: Sweep, layer: number) {
    this.#model = model;
    this.#sweep = sweep;
    this.#layer = layer;
  }

  /** Neurons of the next batch. */
  size(limits: Parameters<typeof rowsAtOnce>[2]): number {
    const { layers, vocabulary, dMlp, dModel } = this.#model;
    const { length } = this.#sweep.tokens;
    // where no whole sentence goes on, keys and values are the largest, or the logits
    const row = Math.max(vocabulary, dMlp, length * dModel);
    const fits =
      this.#layer >= layers - 2 ? Math.floor(mostBytes / 4 / row) : rowsAtOnce(length, this.#model, limits);
    this.#last = Math.max(1, Math.min(fits, this.#most, this.#room));
    return this.#last;
  }

  /** Run a batch and learn from it. */
  async time<T>(count: number, run: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await run();
    const each = (performance.now() - from) / count;
    this.#most = Math.min(Math.max(1, Math.floor(longest / each)), 4 * this.#last);
    return result;
  }

  /** Memory has run out. @returns whether fewer can be tried */
  less(): boolean {
    this.#room = this.#last >> 1;
    return this.#room > 0;
  }
}

/** bytes of the largest tensor of a batch */
const mostBytes = 32 * 2 ** 20;
