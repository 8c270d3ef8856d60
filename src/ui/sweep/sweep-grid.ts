// What is known so far of each neuron of a sweep: layers x neurons, filled record by record as reports come. An exact record
// takes an estimate's place, never the other way round; the estimate is kept beside it, so that the two can be compared.

import { ranked, type SweepRecord } from "../../model/sweep/index.ts";

/** a neuron by its place in the model; both 0-based */
export interface Neuron {
  layer: number;
  neuron: number;
}

export class SweepGrid {
  /** ascending */
  readonly layers: readonly number[];
  /** ascending; the same of each layer */
  readonly neurons: readonly number[];
  /** what is known of each neuron, layer by layer */
  readonly #best: (SweepRecord | undefined)[];
  readonly #estimates: (SweepRecord | undefined)[];
  readonly #rows: ReadonlyMap<number, number>;
  readonly #columns: ReadonlyMap<number, number>;
  /** how many neurons are known exactly */
  exact = 0;
  /** how many are known by an estimate alone */
  estimated = 0;
  /** the largest |effect| so far; 0 while there is none */
  largest = 0;

  constructor(layers: readonly number[], neurons: readonly number[]) {
    this.layers = layers;
    this.neurons = neurons;
    this.#rows = new Map(layers.map((layer, row) => [layer, row]));
    this.#columns = new Map(neurons.map((neuron, column) => [neuron, column]));
    this.#best = new Array(layers.length * neurons.length);
    this.#estimates = new Array(layers.length * neurons.length);
  }

  get total(): number {
    return this.layers.length * this.neurons.length;
  }

  /** Take in records of neurons of this grid; others are passed over. */
  add(records: Iterable<SweepRecord>): void {
    for (const record of records) {
      const at = this.#index(record);
      if (at === undefined) continue;
      const before = this.#best[at];
      if (!record.exact) this.#estimates[at] = record;
      if (before?.exact && !record.exact) continue;
      if (!before?.exact && record.exact) this.exact++;
      if (before && !before.exact && record.exact) this.estimated--;
      if (!before && !record.exact) this.estimated++;
      this.#best[at] = record;
      const size = Math.abs(record.effect);
      if (size > this.largest && Number.isFinite(size)) this.largest = size;
    }
  }

  /** What is known of a neuron; undefined for none, and for a neuron that is not in the grid. */
  at(place: Neuron): SweepRecord | undefined {
    const at = this.#index(place);
    return at === undefined ? undefined : this.#best[at];
  }

  /** The estimate of a neuron, also of one that is known exactly by now. */
  estimateAt(place: Neuron): SweepRecord | undefined {
    const at = this.#index(place);
    return at === undefined ? undefined : this.#estimates[at];
  }

  has(place: Neuron): boolean {
    return this.#index(place) !== undefined;
  }

  /** Everything known, in order of layer and neuron. */
  records(): SweepRecord[] {
    return this.#best.filter((record) => record !== undefined);
  }

  /** The largest effects, at most `count` of them, without putting all in order. */
  largestOf(count: number): SweepRecord[] {
    let found: SweepRecord[] = [];
    let least = -1;
    for (const record of this.#best) {
      if (!record || (found.length === count && Math.abs(record.effect) <= least)) continue;
      found = ranked([...found, record]).slice(0, count);
      least = Math.abs(found.at(-1)!.effect);
    }
    return found;
  }

  /** The largest effect among columns `from` to `to` - 1 of a row; undefined where nothing is known there. */
  strongest(row: number, from: number, to: number): SweepRecord | undefined {
    let found: SweepRecord | undefined;
    const start = row * this.neurons.length;
    for (let at = start + from; at < start + to; at++) {
      const record = this.#best[at];
      if (record && (!found || Math.abs(record.effect) > Math.abs(found.effect))) found = record;
    }
    return found;
  }

  #index({ layer, neuron }: Neuron): number | undefined {
    const [row, column] = [this.#rows.get(layer), this.#columns.get(neuron)];
    return row === undefined || column === undefined ? undefined : row * this.neurons.length + column;
  }
}
