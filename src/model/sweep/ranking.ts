// Which neurons matter most, and how effects are spread. Pure; takes records and rows alike.

interface Effect {
  layer: number;
  neuron: number;
  effect: number;
}

/** The largest effects first, whatever their sign; equal ones by layer and neuron, and what is not a number last. */
export function ranked<Record extends Effect>(records: readonly Record[]): Record[] {
  const size = ({ effect }: Effect) => (Number.isNaN(effect) ? -1 : Math.abs(effect));
  // Infinity minus Infinity is not a number
  const larger = (a: number, b: number) => (a === b ? 0 : b - a);
  return records.toSorted((a, b) => larger(size(a), size(b)) || a.layer - b.layer || a.neuron - b.neuron);
}

/** a histogram of effects */
export interface Distribution {
  /** boundaries of the bins, ascending, one more than there are bins; symmetric about 0 */
  edges: number[];
  /** how many effects lie in each bin: from its lower edge on, and below its upper one; the last has that too */
  counts: number[];
  /** effects that are no finite number, and in no bin */
  outside: number;
}

/**
 * How effects are spread, from the largest in size on the negative side to the same on the positive.
 * @param bins an odd number, so that 0 is in the middle of a bin; most neurons do next to nothing
 */
export function distribution(records: readonly Pick<Effect, "effect">[], bins = 41): Distribution {
  if (bins % 2 !== 1 || bins < 1) throw new RangeError(`${bins} bins have no bin in the middle`);
  const effects = records.map(({ effect }) => effect).filter(Number.isFinite);
  const widest = effects.reduce((most, effect) => Math.max(most, Math.abs(effect)), 0);
  const edges = Array.from({ length: bins + 1 }, (_, i) => widest * ((2 * i) / bins - 1));
  const counts = Array<number>(bins).fill(0);
  for (const effect of effects) {
    const share = widest === 0 ? 0.5 : (effect / widest + 1) / 2;
    counts[Math.min(bins - 1, Math.floor(share * bins))]!++;
  }
  return { edges, counts, outside: records.length - effects.length };
}
