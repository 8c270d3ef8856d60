// torch's random numbers on the CPU: the Mersenne Twister (mt19937) and what its generator makes of the words. A generator's
// state is one Float64Array that Python holds: the 624 words, the place of the next one, and a kept normal number or NaN.

import type { Dtype, Storage } from "./layout.ts";
import { pair, pair64 } from "./normal.ts";

const WORDS = 624;
const PLACE = 624;
const KEPT = 625;

/** an empty state started from 32 bits */
export function seed(state: Storage, bits: number): void {
  let word = bits >>> 0;
  for (let i = 0; i < WORDS; i++) {
    state[i] = word;
    word = (Math.imul(1812433253, word ^ (word >>> 30)) + i + 1) >>> 0;
  }
  state[PLACE] = WORDS;
  state[KEPT] = Number.NaN;
}

/** the next 32 bits */
function bits32(state: Storage): number {
  if (state[PLACE] === WORDS) twist(state);
  let y = state[state[PLACE]!++]! | 0;
  y ^= y >>> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return (y ^ (y >>> 18)) >>> 0;
}

function twist(state: Storage): void {
  for (let i = 0; i < WORDS; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff);
    state[i] = (state[(i + 397) % WORDS]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0)) >>> 0;
  }
  state[PLACE] = 0;
}

/** a number from [0, 1) with 24 random bits */
const float = (state: Storage): number => (bits32(state) & 0xffffff) / 2 ** 24;

/** a number from [0, 1) with 53 random bits */
function double(state: Storage): number {
  const high = bits32(state) & 0x1fffff;
  return (high * 2 ** 32 + bits32(state)) / 2 ** 53;
}

const precision = (dtype: Dtype) => (dtype === "float32" ? Math.fround : (x: number) => x);

/** Box-Muller one pair at a time, in doubles; the second of a pair is kept for the next call */
function normal(state: Storage): number {
  const kept = state[KEPT]!;
  state[KEPT] = Number.NaN;
  if (!Number.isNaN(kept)) return kept;
  const angle = 2 * Math.PI * double(state);
  const radius = Math.sqrt(-2 * Math.log1p(-double(state)));
  state[KEPT] = radius * Math.sin(angle);
  return radius * Math.cos(angle);
}

/** normal numbers in blocks of 16, as torch fills 16 or more; what is over at the end is a block of its own */
function normals(dtype: Dtype, state: Storage, out: Storage, mean: number, std: number): void {
  const [next, both] = dtype === "float32" ? [float, pair] : [double, pair64];
  const block = (from: number) => {
    for (let i = from; i < from + 8; i++) [out[i], out[i + 8]] = both(out[i]!, out[i + 8]!, mean, std);
  };
  for (let i = 0; i < out.length; i++) out[i] = next(state);
  for (let i = 0; i + 15 < out.length; i += 16) block(i);
  if (out.length % 16 === 0) return;
  const last = out.length - 16;
  for (let i = last; i < out.length; i++) out[i] = next(state);
  block(last);
}

/** each fills `out`; a and b are what its comment says */
export const draw: Record<
  string,
  (dtype: Dtype, state: Storage, out: Storage, a: number, b: number) => void
> = {
  /** from a to below b */
  uniform(dtype, state, out, a, b) {
    const round = precision(dtype);
    const width = round(b - a);
    const next = dtype === "float32" ? float : double;
    for (let i = 0; i < out.length; i++) out[i] = next(state) * width + a;
  },
  /** mean a, standard deviation b */
  normal(dtype, state, out, a, b) {
    if (out.length >= 16) normals(dtype, state, out, a, b);
    else draw.normalByOne!(dtype, state, out, a, b);
  },
  normalByOne(_, state, out, a, b) {
    for (let i = 0; i < out.length; i++) out[i] = normal(state) * b + a;
  },
  /** whole numbers from a to below a + b */
  integers(_, state, out, a, b) {
    const next =
      b < 2 ** 28
        ? () => bits32(state) % b
        : () => Number(((BigInt(bits32(state)) << 32n) | BigInt(bits32(state))) % BigInt(b));
    for (let i = 0; i < out.length; i++) out[i] = next() + a;
  },
  /** the numbers below the length, shuffled */
  permutation(_, state, out) {
    for (let i = 0; i < out.length; i++) out[i] = i;
    for (let i = 0; i < out.length - 1; i++) {
      const j = i + (bits32(state) % (out.length - i));
      const moved = out[i]!;
      out[i] = out[j]!;
      out[j] = moved;
    }
  },
  /** rate a */
  exponential(_, state, out, a) {
    for (let i = 0; i < out.length; i++) out[i] = (-1 / a) * Math.log1p(-double(state));
  },
  /** 1 with probability a */
  bernoulli(_, state, out, a) {
    for (let i = 0; i < out.length; i++) out[i] = double(state) < a ? 1 : 0;
  },
};
