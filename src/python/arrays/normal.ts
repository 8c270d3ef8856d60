// Box-Muller in blocks of 16 as torch's float32 kernel does it on x86 (avx_mathfun: Cephes polynomials, multiply-add fused),
// operation by operation, so that the numbers are torch's to the last bit.

const f = Math.fround;
/** a * b + c rounded once: the product of two float32s is exact in float64 */
const fused = (a: number, b: number, c: number) => f(a * b + c);
const polynomial = (x: number, first: number, ...rest: number[]) =>
  rest.reduce((y, p) => fused(y, x, f(p)), f(first));

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** natural logarithm */
function log(value: number): number {
  float[0] = value;
  let exponent = (word[0]! >>> 23) - 126;
  word[0] = (word[0]! & ~0x7f800000) | 0x3f000000;
  let x = float[0]!;
  const low = x < f(Math.SQRT1_2);
  if (low) exponent--;
  x = f(f(x - 1) + (low ? x : 0));
  const z = f(x * x);
  let y = polynomial(
    x,
    7.0376836292e-2,
    -1.151461031e-1,
    1.167699874e-1,
    -1.2420140846e-1,
    1.4249322787e-1,
    -1.6668057665e-1,
    2.0000714765e-1,
    -2.4999993993e-1,
    3.3333331174e-1,
  );
  y = fused(f(y * x), z, f(exponent * f(-2.1219444e-4)));
  y = fused(-z, 0.5, y);
  return fused(exponent, 0.693359375, f(x + y));
}

/** [sine, cosine] of an angle that is not negative */
function sincos(angle: number): [number, number] {
  const octant = (Math.trunc(f(angle * f(1.27323954473516))) + 1) & ~1;
  let x = angle;
  for (const part of [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8])
    x = fused(octant, f(part), x);
  const z = f(x * x);
  let even = polynomial(z, 2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);
  even = f(fused(f(even * z), z, -f(z * 0.5)) + 1);
  const odd = fused(f(polynomial(z, -1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1) * z), x, x);
  const [sine, cosine] = octant & 2 ? [even, odd] : [odd, even];
  return [octant & 4 ? -sine : sine, ~(octant - 2) & 4 ? -cosine : cosine];
}

/** two numbers of [0, 1) to two normal numbers */
export function pair(u1: number, u2: number, mean: number, std: number): [number, number] {
  const radius = f(Math.sqrt(f(-2 * log(f(1 - u1)))));
  const [sine, cosine] = sincos(f(f(2 * Math.PI) * u2));
  return [fused(f(radius * cosine), f(std), f(mean)), fused(f(radius * sine), f(std), f(mean))];
}

/** the same in float64, where torch calls the C library */
export function pair64(u1: number, u2: number, mean: number, std: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - u1));
  const angle = 2 * Math.PI * u2;
  return [radius * Math.cos(angle) * std + mean, radius * Math.sin(angle) * std + mean];
}
