// What is done to one element, or to two. All in float64; the result is rounded once, when it is stored.

export const unary: Record<string, (x: number) => number> = {
  copy: (x) => x,
  trunc: Math.trunc,
  /** as processors do it: what int64 does not hold is the least one, and there is no -0 */
  integer: (x) => (Math.abs(x) < 2 ** 63 ? Math.trunc(x) + 0 : -(2 ** 63)),
  truth: (x) => (x !== 0 ? 1 : 0),
  not: (x) => (x === 0 ? 1 : 0),
  invert: (x) => -x - 1,
  neg: (x) => -x,
  abs: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  exp2: (x) => 2 ** x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  silu: (x) => x / (1 + Math.exp(-x)),
  logsigmoid: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x) => (x < 0 ? 0 : x),
  erf,
  erfc: (x) => (x < 2.5 ? 1 - erf(x) : far(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  floor: Math.floor,
  ceil: Math.ceil,
  round,
  isnan: (x) => (Number.isNaN(x) ? 1 : 0),
  isfinite: (x) => (Number.isFinite(x) ? 1 : 0),
};

/** halves to even, as torch and Python do */
function round(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1 || (x < 0 ? -0 : 0);
}

/** error function to double precision: a Taylor series near 0, a continued fraction of erfc far out */
function erf(x: number): number {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  const square = a * a;
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * square) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(x) * sum * 2 * Math.exp(-square)) / Math.sqrt(Math.PI);
  }
  return Math.sign(x) * (1 - far(a));
}

/** 1 - erf(x) far out, by its continued fraction */
function far(x: number): number {
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

const flag = (test: (a: number, b: number) => boolean) => (a: number, b: number) => (test(a, b) ? 1 : 0);
const bits = (combine: (a: bigint, b: bigint) => bigint) => (a: number, b: number) =>
  Number(combine(BigInt(a), BigInt(b)));
export const binary: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  floor_divide: (a, b) => {
    if (b === 0) return a / b;
    const rest = a % b;
    const whole = Math.round((a - rest) / b);
    // a zero has the quotient's sign
    return rest !== 0 && rest < 0 !== b < 0 ? whole - 1 : whole || 0 * (a / b);
  },
  trunc_divide: (a, b) => Math.trunc(a / b),
  remainder: (a, b) => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  fmod: (a, b) => a % b,
  atan2: Math.atan2,
  hypot: Math.hypot,
  copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
  logaddexp: (a, b) => {
    const top = Math.max(a, b);
    return Number.isFinite(top) ? top + Math.log1p(Math.exp(Math.min(a, b) - top)) : top;
  },
  xlogy: (a, b) => (Number.isNaN(b) ? b : a === 0 ? 0 : a * Math.log(b)),
  // to JavaScript 1 ** NaN is NaN
  pow: (a, b) => (a === 1 ? 1 : a ** b),
  /** of whole numbers, where a fraction becomes 0 */
  whole_pow: (a, b) => (b >= 0 ? a ** b : Math.abs(a) === 1 ? a ** -b : 0),
  maximum: (a, b) => (Number.isNaN(a) || a > b ? a : b),
  minimum: (a, b) => (Number.isNaN(a) || a < b ? a : b),
  eq: flag((a, b) => a === b),
  ne: flag((a, b) => a !== b),
  lt: flag((a, b) => a < b),
  le: flag((a, b) => a <= b),
  gt: flag((a, b) => a > b),
  ge: flag((a, b) => a >= b),
  and: flag((a, b) => a !== 0 && b !== 0),
  or: flag((a, b) => a !== 0 || b !== 0),
  xor: flag((a, b) => (a !== 0) !== (b !== 0)),
  bitwise_and: bits((a, b) => a & b),
  bitwise_or: bits((a, b) => a | b),
  bitwise_xor: bits((a, b) => a ^ b),
};
