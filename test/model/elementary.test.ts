// exp and ln without the engine's own: right to the last digits, and the same bits everywhere.

import { expect, it } from "vitest";
import { exp, ln, ln1p } from "../../src/model/elementary.ts";

/** how many float64 lie between two numbers of one sign */
function apart(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const [x, y] = new BigInt64Array(Float64Array.of(a, b).buffer);
  return Number(x! - y! < 0n ? y! - x! : x! - y!);
}

/** seeded numbers below 1 */
function* random(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const numbers = random(7);
const next = () => numbers.next().value as number;

it("are within two units of the last place of the engine's, over their whole range", () => {
  const wrong: string[] = [];
  for (let i = 0; i < 200_000; i++) {
    const x = (next() - 0.5) * (i % 3 === 0 ? 1480 : i % 3 === 1 ? 40 : 0.01);
    if (apart(exp(x), Math.exp(x)) > 2) wrong.push(`exp(${x})`);
    const y = i % 2 === 0 ? next() * 3 : Math.exp((next() - 0.5) * 1400);
    if (apart(ln(y), Math.log(y)) > 2) wrong.push(`ln(${y})`);
    const z = (next() - 0.5) * 10 ** (-20 * next());
    if (apart(ln1p(z), Math.log1p(z)) > 3) wrong.push(`ln1p(${z})`);
  }
  expect(wrong).toEqual([]);
});

it("are what they are at the ends and beyond them", () => {
  const { MIN_VALUE, MAX_VALUE, NaN: none, POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  expect([exp(0), exp(least), exp(most), exp(710), exp(-746), exp(none)]).toEqual([
    1,
    0,
    most,
    most,
    0,
    none,
  ]);
  expect(apart(exp(709.7), Math.exp(709.7))).toBeLessThanOrEqual(2);
  expect(apart(exp(-745.1), Math.exp(-745.1))).toBeLessThanOrEqual(1);
  expect([ln(1), ln(0), ln(most), ln(-1), ln(none)]).toEqual([0, least, most, none, none]);
  expect(apart(ln(MIN_VALUE), Math.log(MIN_VALUE))).toBeLessThanOrEqual(2);
  expect(apart(ln(MAX_VALUE), Math.log(MAX_VALUE))).toBeLessThanOrEqual(2);
  expect([ln1p(0), ln1p(-1), ln1p(1e-300), ln1p(most)]).toEqual([0, least, 1e-300, most]);
});

it("have the same bits in every engine", () => {
  const bits = (value: number) => new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString(16);
  expect([exp(1), exp(-0.5), exp(20.25), ln(10), ln(0.3), ln1p(1e-5)].map(bits)).toMatchInlineSnapshot(`
    [
      "4005bf0a8b14576a",
      "3fe368b2fc6f960a",
      "41c290d76d1966a9",
      "40026bb1bbb55516",
      "bff34378fcbda721",
      "3ee4f8aea9ae7316",
    ]
  `);
});
