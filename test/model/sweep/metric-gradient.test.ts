// Gradients of metrics with respect to logits, against central differences of the metric itself, which is written here from its
// definition. Both are float64; a central difference is off by the square of its step.

import { describe, expect, it } from "vitest";
import type { Metric } from "../../../src/model/sweep/index.ts";
import { checkGradient, metricGradient } from "../../../src/model/sweep/index.ts";

const logits = Float32Array.of(0.5, -1.25, 3, 0, 2.5, -4);
const untouched = Float32Array.of(0.25, -1, 2, 0.5, 2.5, -3);
const [a, b, c, d] = [{ id: 2 }, { id: 4 }, { id: 1 }, { id: 5 }] as const;

const softmax = (z: readonly number[]) => {
  const sum = z.reduce((total, each) => total + Math.exp(each), 0);
  return z.map((each) => Math.exp(each) / sum);
};
const total = (p: readonly number[], words: readonly { id: number }[]) =>
  words.reduce((sum, { id }) => sum + p[id]!, 0);

function value(metric: Metric<{ id: number }>, z: readonly number[]): number {
  const p = softmax(z);
  switch (metric.kind) {
    case "probability":
      return p[metric.word.id]!;
    case "log-probability":
      return Math.log(p[metric.word.id]!);
    case "difference":
      return total(p, metric.plus) - total(p, metric.minus);
    case "log-odds":
      return Math.log(total(p, metric.plus) / total(p, metric.minus));
    case "kl":
      return softmax([...untouched]).reduce((sum, u, id) => sum + u * Math.log(u / p[id]!), 0);
    default:
      throw new RangeError(metric.kind);
  }
}

describe("the gradient with respect to the logits", () => {
  it.each<Metric<{ id: number }>>([
    { kind: "probability", word: a },
    { kind: "log-probability", word: c },
    { kind: "difference", plus: [a, c], minus: [b] },
    { kind: "log-odds", plus: [a, b], minus: [c, d] },
    { kind: "kl" },
  ])("of $kind is its slope", (metric) => {
    const gradient = metricGradient(metric, logits, untouched);
    const step = 1e-5;
    for (const id of logits.keys()) {
      const at = (by: number) => value(metric, [...logits].with(id, logits[id]! + by));
      expect(gradient[id]).toBeCloseTo((at(step) - at(-step)) / (2 * step), 8);
    }
  });

  it("does not overflow, nor vanish where the words of a contrast are all unlikely", () => {
    const far = Float32Array.of(900, -900, 0, 1);
    expect([...metricGradient({ kind: "log-odds", plus: [{ id: 1 }], minus: [{ id: 2 }] }, far)]).toEqual([
      0, 1, -1, 0,
    ]);
    expect([...metricGradient({ kind: "log-probability", word: { id: 1 } }, far)]).toEqual([-1, 1, -0, -0]);
  });

  it("is none of a rank, and is 0 of a divergence from itself", () => {
    expect(() => metricGradient({ kind: "rank", word: a }, logits)).toThrow("A rank has no gradient");
    for (const method of ["gradient", "ig-neuron", "ig-layer"] as const)
      expect(() => checkGradient({ kind: "rank" }, method)).toThrow("A rank has no gradient");
    expect(metricGradient({ kind: "kl" }, logits).every((each) => each === 0)).toBe(true);
    expect(() => checkGradient({ kind: "kl" }, "gradient")).toThrow("The gradient of kl is 0");
    for (const method of ["exact", "ig-neuron", "ig-layer"] as const) checkGradient({ kind: "kl" }, method);
  });
});
