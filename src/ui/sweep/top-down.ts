// The order in which a map of estimates is made exact: the largest estimates first. Pure.

import { ranked, type SweepRecord } from "../../model/sweep/index.ts";

/** neurons of one layer that are computed in one go */
export interface Part {
  /** counted from 0 */
  round: number;
  layer: number;
  /** ascending */
  neurons: number[];
}

/** neurons of the first round; each round has twice as many as the one before, up to `mostInRound` */
const firstRound = 64;
const mostInRound = 2048;

/**
 * Every neuron that is only estimated, in rounds of those with the largest |effect| left; a round goes through its layers
 * from the last to the first, since the last cost least.
 */
export function* topDown(records: readonly SweepRecord[]): Generator<Part> {
  const order = ranked(records.filter(({ exact }) => !exact));
  let size = firstRound;
  let at = 0;
  for (let round = 0; at < order.length; round++) {
    const layers = new Map<number, number[]>();
    for (const { layer, neuron } of order.slice(at, at + size)) {
      const neurons = layers.get(layer);
      if (neurons) neurons.push(neuron);
      else layers.set(layer, [neuron]);
    }
    for (const [layer, neurons] of [...layers].sort(([a], [b]) => b - a))
      yield { round, layer, neurons: neurons.sort((a, b) => a - b) };
    at += size;
    size = Math.min(2 * size, mostInRound);
  }
}
