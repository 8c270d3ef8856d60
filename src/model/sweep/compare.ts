// How well estimates of effects agree with exact ones.

import { ranked } from "./ranking.ts";
import type { SweepRecord } from "./types.ts";

/** agreement of estimates with exact effects of the same neurons */
export interface Agreement {
  /** neurons of which both are known */
  neurons: number;
  /** Spearman's rank correlation of the effects, sign included; undefined for fewer than two, or where one side has a single value */
  spearman: number | undefined;
  /** per number k asked for: the share of the k largest exact effects, by size, that are among the k largest estimates */
  overlaps: { k: number; share: number }[];
}

/**
 * Compare two sweeps neuron by neuron; those that only one of them has are left out.
 * @param tops numbers of largest effects whose overlap is wanted; larger ones than there are neurons are left out
 */
export function agreement(
  estimates: readonly SweepRecord[],
  exact: readonly SweepRecord[],
  tops: readonly number[] = [20, 50],
): Agreement {
  // a page has no time for texts, or for several sorts, of all of a model's neurons
  const key = ({ layer, neuron }: SweepRecord) => layer * 2 ** 32 + neuron;
  const known = new Map(exact.map((record) => [key(record), record]));
  const pairs = estimates.flatMap((estimate) => {
    const measured = known.get(key(estimate));
    return measured ? [{ estimate, measured }] : [];
  });
  const [a, b] = [pairs.map(({ estimate }) => estimate), pairs.map(({ measured }) => measured)];
  const asked = tops.filter((k) => k <= pairs.length);
  const most = Math.max(0, ...asked);
  const [topOfA, topOfB] = [largest(a, most), largest(b, most)];
  return {
    neurons: pairs.length,
    spearman: spearman(
      a.map(({ effect }) => effect),
      b.map(({ effect }) => effect),
    ),
    overlaps: asked.map((k) => {
      const top = new Set(topOfA.slice(0, k).map(key));
      const shared = topOfB.slice(0, k).filter((record) => top.has(key(record)));
      return { k, share: shared.length / k };
    }),
  };
}

/** The first `count` of {@link ranked}. */
function largest(records: readonly SweepRecord[], count: number): SweepRecord[] {
  const sizes = Float64Array.from(records, ({ effect }) => Math.abs(effect)).sort();
  const least = sizes[sizes.length - count] ?? 0;
  return ranked(records.filter(({ effect }) => !(Math.abs(effect) < least))).slice(0, count);
}

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, equal values having the mean of theirs (as
 * scipy.stats.spearmanr has it).
 * @returns from -1 to 1; undefined for fewer than two values, and where all values of one side are equal
 * @throws RangeError when there are not as many on both sides
 */
export function spearman(a: readonly number[], b: readonly number[]): number | undefined {
  if (a.length !== b.length) throw new RangeError(`${a.length} values cannot be compared with ${b.length}`);
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const middle = (a.length + 1) / 2;
  const product = (u: Float64Array, v: Float64Array) =>
    u.reduce((sum, value, i) => sum + (value - middle) * (v[i]! - middle), 0);
  const spread = Math.sqrt(product(x, x) * product(y, y));
  return spread > 0 ? product(x, y) / spread : undefined;
}

/** Ranks from 1, the smallest value first; equal values have the mean of theirs. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = Float64Array.from(values).sort();
  const rankOf = new Map<number, number>();
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && order[end] === order[first]) end++;
    rankOf.set(order[first]!, (first + 1 + end) / 2);
    first = end;
  }
  return Float64Array.from(values, (value) => rankOf.get(value)!);
}
