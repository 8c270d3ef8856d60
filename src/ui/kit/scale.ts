// Axes for probabilities: a linear one from 0, and a logarithmic one for the words too small to see on it.

/** The end of a linear axis from 0: the next 1, 2 or 5 times a power of ten, at most 1. */
export function linearEnd(values: readonly number[]): number {
  const top = Math.max(...values, 0);
  if (!(top > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(top));
  const step = [1, 2, 5, 10].find((factor) => factor * decade >= top * (1 - 1e-9)) ?? 10;
  return Math.min(1, Number((step * decade).toPrecision(1)));
}

export interface LogAxis {
  /** exponents of the ends: 10^low to 10^high */
  low: number;
  high: number;
  /** exponents at which a line is drawn */
  lines: number[];
  /** some of them, few enough to be labelled */
  labels: number[];
}

/** Beyond this a probability is as good as none, and fp32 has nothing to say about it. */
const floor = -12;

/** A logarithmic axis over whole decades that holds all values. */
export function logAxis(values: readonly number[]): LogAxis {
  const exponents = values.filter((p) => p > 0).map((p) => Math.max(floor, Math.log10(p)));
  if (exponents.length === 0) exponents.push(-1);
  // + 0 turns -0 into 0
  const high = Math.min(0, Math.ceil(Math.max(...exponents)) + 0);
  const low = Math.min(high - 1, Math.floor(Math.min(...exponents)));
  const lines = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const step = Math.ceil((lines.length - 1) / 4);
  return { low, high, lines, labels: lines.filter((exponent) => (high - exponent) % step === 0) };
}

/** Where a probability lies on the axis, 0 to 1; 0 itself lies at the low end. */
export function place({ low, high }: LogAxis, p: number): number {
  if (!(p > 0)) return 0;
  return Math.min(1, Math.max(0, (Math.log10(p) - low) / (high - low)));
}
