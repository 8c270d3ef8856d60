// What is done to a whole row of float64s: reduced to one number, or written anew.

import type { Storage } from "./layout.ts";

/** each reduces a run of float64s to one number */
export const reduce: Record<string, (v: Float64Array) => number> = {
  sum,
  prod: (v) => v.reduce((product, x) => product * x, 1),
  mean: (v) => sum(v) / v.length,
  max,
  min: (v) => v[best(v, (a, b) => a < b)]!,
  argmax: (v) => best(v, (a, b) => a > b),
  argmin: (v) => best(v, (a, b) => a < b),
  any: (v) => (v.some((x) => x !== 0) ? 1 : 0),
  all: (v) => (v.every((x) => x !== 0) ? 1 : 0),
  /** sum of squared distances from the mean */
  squares: (v) => {
    const mean = sum(v) / v.length;
    return v.reduce((total, x) => total + (x - mean) ** 2, 0);
  },
  norm: (v) => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0)),
  logsumexp: (v) => {
    if (!v.length) return Number.NEGATIVE_INFINITY;
    const top = max(v);
    if (!Number.isFinite(top)) return top;
    return top + Math.log(v.reduce((total, x) => total + Math.exp(x - top), 0));
  },
};

function sum(v: Float64Array): number {
  let total = 0;
  for (const x of v) total += x;
  return total;
}

function max(v: Float64Array): number {
  return v[best(v, (a, b) => a > b)]!;
}

/** index of the first element no other is better than; a NaN wins */
function best(v: Float64Array, better: (a: number, b: number) => boolean): number {
  let at = 0;
  for (let i = 0; i < v.length; i++) {
    if (Number.isNaN(v[i]!)) return i;
    if (better(v[i]!, v[at]!)) at = i;
  }
  return at;
}

function places(v: Float64Array, out: Storage, better: (a: number, b: number) => boolean): void {
  let at = 0;
  for (let i = 0; i < v.length; i++) {
    if (Number.isNaN(v[i]!) || better(v[i]!, v[at]!)) at = i;
    out[i] = at;
  }
}

/** these write every element of a run; `round` is to the type's precision, where torch rounds on its way */
export const scan: Record<string, (v: Float64Array, out: Storage, round: (x: number) => number) => void> = {
  softmax: (v, out, round) => {
    const top = max(v);
    let total = 0;
    for (let i = 0; i < v.length; i++) {
      v[i] = round(Math.exp(round(v[i]! - top)));
      total += v[i]!;
    }
    total = round(total);
    for (let i = 0; i < v.length; i++) out[i] = v[i]! / total;
  },
  log_softmax: (v, out, round) => {
    const top = max(v);
    let total = 0;
    for (const x of v) total += round(Math.exp(round(x - top)));
    const log = round(Math.log(round(total)));
    for (let i = 0; i < v.length; i++) out[i] = round(v[i]! - top) - log;
  },
  /** sums rounded on the way */
  running_sum: (v, out, round) => {
    let total = 0;
    for (let i = 0; i < v.length; i++) {
      total = round(total + v[i]!);
      out[i] = total;
    }
  },
  cumprod: (v, out) => {
    let product = 1;
    for (let i = 0; i < v.length; i++) {
      product *= v[i]!;
      out[i] = product;
    }
  },
  logcumsumexp: (v, out) => {
    let total = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < v.length; i++) {
      const top = Math.max(total, v[i]!);
      const least = Math.min(total, v[i]!);
      total = Number.isFinite(top) ? top + Math.log1p(Math.exp(least - top)) : top;
      out[i] = total;
    }
  },
  /** where the greatest so far is, the last of equal ones; a NaN stays */
  cummax: (v, out) => places(v, out, (a, b) => a >= b),
  cummin: (v, out) => places(v, out, (a, b) => a <= b),
  cumsum: (v, out) => {
    let total = 0;
    for (let i = 0; i < v.length; i++) {
      total += v[i]!;
      out[i] = total;
    }
  },
};
