// How many neurons are swept at a time: as many as a processor takes, and few enough that somebody who stops the sweep, or
// wants something else of the model, waits for a fraction of a second. Numbers do not depend on it (test/engine/sweep).

import type { Manifest, Sweep } from "../../model/index.ts";
import { rowsAtOnce } from "../run/batch.ts";

/** milliseconds that a batch may take */
const longest = 300;
/** neurons of the first batch, which finds out how long they take */
const first = 8;
/** bytes of the largest tensor of a batch: more gains nothing, and is memory that is touched for the first time */
const mostBytes = 8 * 2 ** 20;

/**
 * What a neuron of a layer costs: multiplications in the rows that are new, as src/model/graph/sweep.ts computes them.
 * Attention scores and what is done once for a batch are left out.
 */
export function workOf({ layers, dModel, dMlp, vocabulary }: Manifest["model"], sweep: Sweep, layer: number) {
  const [length, changed] = [sweep.tokens.length, sweep.positions.length];
  const square = dModel * dModel;
  const mlp = 2 * dModel * dMlp;
  const head = square + (sweep.metric.kind === "log-odds" ? 0 : vocabulary * dModel);
  const after = layers - 1 - layer;
  if (after === 0) return head;
  /** queries and output of the asked token, and its MLP, in the last layer */
  const asked = 2 * square + mlp;
  if (after === 1) return 2 * changed * square + asked + head;
  const next = 3 * changed * square + length * (square + mlp);
  const between = (after - 2) * length * (4 * square + mlp);
  return next + between + 2 * length * square + asked + head;
}

export class Pace {
  readonly #model: Manifest["model"];
  readonly #sweep: Sweep;
  /** milliseconds per unit of work in the last batch */
  #rate: number | undefined;
  /** neurons that memory allows, once it has run out */
  #room = Number.POSITIVE_INFINITY;
  #last = 0;

  constructor(model: Manifest["model"], sweep: Sweep) {
    this.#model = model;
    this.#sweep = sweep;
  }

  /** Neurons of the next batch. */
  size(layer: number, limits: Parameters<typeof rowsAtOnce>[2]): number {
    const { layers, vocabulary, dMlp, dModel } = this.#model;
    const { length } = this.#sweep.tokens;
    // where whole sentences go on, their neurons are the largest tensor, else keys and values are, or the logits
    const logits = this.#sweep.metric.kind === "log-odds" ? 0 : vocabulary;
    const row = 4 * Math.max(logits, layer === layers - 1 ? dModel : Math.max(dMlp, length * dModel));
    const fits =
      layer < layers - 2
        ? rowsAtOnce(length, this.#model, limits)
        : Math.min(mostBytes, limits?.maxStorageBufferBindingSize ?? mostBytes) / row;
    const each = (this.#rate ?? 0) * workOf(this.#model, this.#sweep, layer);
    const most = this.#rate === undefined ? first : longest / each;
    this.#last = Math.max(1, Math.floor(Math.min(fits, most, this.#room)));
    return this.#last;
  }

  /** Run a batch and learn from it. */
  async time<T>(layer: number, count: number, run: () => Promise<T>): Promise<T> {
    const from = performance.now();
    const result = await run();
    this.#rate = (performance.now() - from) / count / workOf(this.#model, this.#sweep, layer);
    return result;
  }

  /** Memory has run out. @returns whether fewer can be tried */
  less(): boolean {
    this.#room = this.#last >> 1;
    return this.#room > 0;
  }
}
