// What torch.autograd says in float64, by make_gradients.py, and how near the engine must come: within 1e-4 of the largest
// entry of a gradient. fp32 stays some ten times below that.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Metric } from "../../src/model/sweep/index.ts";
import { practice, root, tiny } from "./fixtures.ts";

export const gradientModels = [...tiny, practice] as const;

/** relative to the largest entry of a gradient, or of the attributions of a layer */
export const RELATIVE = 1e-4;

interface Doubles {
  shape: number[];
  f64: string;
}

/** every so many entries of a flat array, and what its largest one is */
export interface Sample {
  stride: number;
  largest: number;
  values: Doubles;
}

export interface GradientReference {
  sentences: string[];
  ids: number[][];
  mask: number[][];
  /** of the [MASK] that is predicted, one a sentence */
  positions: number[];
  words: Record<string, number>;
  gradients: { metric: Metric; value: number[]; points: Record<string, Sample & { norm: number }> }[];
  /** the first sentence, without padding */
  alone: { ids: number[]; position: number; steps: number };
  integrated: {
    layer: number;
    metrics: {
      metric: Metric;
      /** the joint path; `without` and `with` are the metric at its ends */
      layer: Sample & { sum: number; without: number; with: number };
      neurons: { neuron: number; attribution: number; without: number; with: number }[];
      gradient: Sample;
    }[];
  }[];
}

export const gradientReference = (name: string): GradientReference =>
  JSON.parse(readFileSync(join(root, `test/fixtures/reference/gradients/${name}.json`), "utf8"));

/** A metric whose words are ids of the vocabulary. */
export function metricOfIds(
  metric: Metric,
  words: Record<string, number>,
): Metric<{ id: number; text: string }> {
  const token = (text: string) => ({ id: words[text]!, text });
  if ("word" in metric) return { kind: metric.kind, word: token(metric.word) };
  if (!("plus" in metric)) return metric;
  return { kind: metric.kind, plus: metric.plus.map(token), minus: metric.minus.map(token) };
}

/** Compare an array with the entries of it that are stored. */
export function expectSample(
  found: ArrayLike<number>,
  { stride, largest, values }: Sample,
  label: string,
): void {
  const wanted = new Float64Array(Uint8Array.from(Buffer.from(values.f64, "base64")).buffer);
  expect(Math.ceil(found.length / stride), `size, ${label}`).toBe(wanted.length);
  expect(largest, label).toBeGreaterThan(0);
  const worst = wanted.reduce((most, value, i) => {
    const difference = Math.abs(found[i * stride]! - value);
    return Math.max(most, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }, 0);
  expect(worst / largest, label).toBeLessThan(RELATIVE);
}
