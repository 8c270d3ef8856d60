// exp and ln in float64 by additions and multiplications alone, which are the same in every JavaScript engine: Math.exp and
// Math.log are not, and a sweep's numbers have to be the same bytes in Node and in each browser. Pure.
//
// The algorithms and coefficients are those of fdlibm (e_exp.c and e_log.c, Copyright 1993 by Sun Microsystems, Inc.:
// "Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved."),
// whose error is below one unit in the last place.

/** ln 2 in two parts, the first with zeros at its end, so that k times it is exact */
const [ln2High, ln2Low] = [0.6931471803691238, 1.9082149292705877e-10];

/** 2 to the power of k, for -1022 <= k <= 1023 */
const powers = new Float64Array(BigUint64Array.from({ length: 2046 }, (_, i) => BigInt(i + 1) << 52n).buffer);
const powerOf2 = (k: number): number => powers[k + 1022]!;

/** e to the power of x. */
export function exp(x: number): number {
  if (!(x < 709.782712893384)) return x > 0 ? Number.POSITIVE_INFINITY : x;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / Math.LN2);
  const [high, low] = [x - k * ln2High, k * ln2Low];
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // beyond what a power of 2 can be, in two steps
  if (k > 1023) return y * 2 * powerOf2(k - 1);
  return k < -1022 ? y * powerOf2(k + 64) * powerOf2(-64) : y * powerOf2(k);
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** which half of a float64 has its exponent */
const top = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The natural logarithm of x. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const small = x < powerOf2(-1022);
  double[0] = small ? x * powerOf2(54) : x;
  // x is 2^k (1 + f), and 1 + f lies between the roots of 1/2 and 2
  let k = (words[top]! >>> 20) - 1023 - (small ? 54 : 0);
  words[top] = (words[top]! & 0xfffff) | 0x3ff00000;
  let f = double[0]!;
  if (f > Math.SQRT2) {
    f /= 2;
    k++;
  }
  f -= 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + even + odd) + k * ln2Low) - f);
}

/** ln(1 + x), to the last digits also where x is near 0 (Kahan's form, after HP's calculators). */
export function ln1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  return u === Number.POSITIVE_INFINITY ? u : (ln(u) * x) / (u - 1);
}
