// Metrics by themselves: from logits to numbers, against the definitions in float64.

import { describe, expect, it } from "vitest";
import { softmaxAt } from "../../../src/engine/run/experiment.ts";
import { Prediction } from "../../../src/engine/sweep/prediction.ts";
import type { Metric, Token } from "../../../src/model/index.ts";

const word = (id: number): Token => ({ id, text: `w${id}` });
const logits = Float32Array.from({ length: 500 }, (_, i) => 6 * Math.sin(i * i));
/** logits that differ by so much */
const differing = (by: (i: number) => number) => logits.map((logit, i) => logit + by(i));
const all = [...logits.keys()];

/** sum p ln(p / q), from logits that are given as numbers in float64 */
function divergence(from: ArrayLike<number>, to: ArrayLike<number>): number {
  const norm = (values: number[]) => Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
  const [a, b] = [Array.from(from), Array.from(to)];
  const [x, y] = [norm(a), norm(b)];
  return a.reduce((sum, value, i) => sum + Math.exp(value - x) * (value - x - (b[i]! - y)), 0);
}

describe("a changed prediction", () => {
  it.each<[Metric<Token>, (p: number[]) => number]>([
    [{ kind: "probability", word: word(7) }, (p) => p[7]!],
    [{ kind: "log-probability", word: word(7) }, (p) => Math.log(p[7]!)],
    [{ kind: "rank", word: word(7) }, (p) => p.filter((each) => each > p[7]!).length + 1],
    [{ kind: "difference", plus: [word(1), word(2)], minus: [word(3)] }, (p) => p[1]! + p[2]! - p[3]!],
  ])("has the metric by its definition: %o", (metric, measure) => {
    const changed = differing((i) => 3 * Math.cos(i));
    const prediction = new Prediction(logits, metric);
    const [p, q] = [softmaxAt(logits, all), softmaxAt(changed, all)];
    const found = prediction.compare(logits, changed, () => "");
    expect(prediction.before / measure(p)).toBeCloseTo(1, 12);
    // the changed logits are fp32, the differences between them are exact
    expect(found.after / measure(q)).toBeCloseTo(1, 12);
    expect(found.kl! / divergence(logits, changed)).toBeCloseTo(1, 12);
  });

  it("has log-odds from the logits of its words alone", () => {
    const metric: Metric<Token> = { kind: "log-odds", plus: [word(4), word(5)], minus: [word(6)] };
    const changed = differing((i) => Math.cos(i));
    const prediction = new Prediction(logits, metric);
    const some = (of: Float32Array) => Float32Array.from(prediction.words!, (id) => of[id]!);
    const q = softmaxAt(changed, all);
    expect(prediction.compare(some(logits), some(changed), () => "")).toEqual({
      after: expect.closeTo(Math.log((q[4]! + q[5]!) / q[6]!), 12),
    });
  });

  it.each([1e-1, 1e-3, 1e-5])("keeps the digits of a small divergence, of differences around %f", (size) => {
    // numbers that fp32 has, so that nothing but the sums is rounded; a shift of all logits changes no prediction
    const by = Float32Array.from({ length: 500 }, (_, i) => Math.fround(size * Math.cos(i)) + 4);
    const prediction = new Prediction(logits, { kind: "kl" });
    const { kl } = prediction.compare(new Float32Array(500), by, () => "");
    // the second order's exact value: half the variance of the differences
    const p = softmaxAt(logits, all);
    const mean = p.reduce((sum, value, i) => sum + value * by[i]!, 0);
    const half = p.reduce((sum, value, i) => sum + (value * (by[i]! - mean) ** 2) / 2, 0);
    expect(Math.abs(kl! / half - 1)).toBeLessThan(size);
    expect(kl).toBeGreaterThan(0);
    expect(prediction.compare(logits, logits, () => "").kl).toBe(0);
  });

  it("ranks a word by the logits that are likelier", () => {
    const few = Float32Array.of(1, 2, 3, 4);
    const prediction = new Prediction(few, { kind: "rank", word: word(1) });
    expect(prediction.before).toBe(3);
    expect(prediction.compare(few, Float32Array.of(1, 2, 1, 4), () => "")).toMatchObject({
      after: 2,
      rankBefore: 3,
      rankAfter: 2,
    });
  });
});

describe("a metric that has no value", () => {
  const never = Float32Array.of(1, Number.NEGATIVE_INFINITY, 2, 3);

  it("is refused where a probability is 0 under a logarithm", () => {
    for (const metric of [
      { kind: "log-probability", word: word(1) },
      { kind: "log-odds", plus: [word(1)], minus: [word(2)] },
    ] as const)
      expect(() => new Prediction(never, metric)).toThrow(
        `Without any change, a probability is 0 or no number, so the metric ${metric.kind} has no value.`,
      );
    const prediction = new Prediction(never, { kind: "probability", word: word(1) });
    expect(prediction.before).toBe(0);
    expect(
      prediction.compare(never, Float32Array.of(1, Number.NEGATIVE_INFINITY, 2, 4), () => "").after,
    ).toBe(0);
  });

  it("is refused where a change has made it so, by the name of what was changed", () => {
    const broken = Float32Array.of(1, Number.NaN, 2, 3);
    const fine = Float32Array.of(1, 1, 2, 3);
    for (const metric of [
      { kind: "probability", word: word(0) },
      { kind: "rank", word: word(0) },
      { kind: "kl" },
    ] as const)
      expect(() => new Prediction(fine, metric).compare(fine, broken, () => "With neuron 4 changed")).toThrow(
        `With neuron 4 changed, a probability is 0 or no number, so the metric ${metric.kind} has no value.`,
      );
    const odds = new Prediction(fine, { kind: "log-odds", plus: [word(0)], minus: [word(1)] });
    expect(() => odds.compare(fine.slice(0, 2), broken.slice(0, 2), () => "With neuron 4 changed")).toThrow(
      "no value",
    );
  });
});
