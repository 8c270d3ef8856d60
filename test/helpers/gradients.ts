// What torch.autograd says in float64, by make_gradients.py, and how near the engine must come: within 1e-4 of the largest
// entry of a gradient. fp32 stays some ten times below that.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Engine } from "../../src/engine/index.ts";
import type { Metric, SweepMethod, SweepRecord } from "../../src/model/index.ts";
import { practice, root, tiny } from "./fixtures.ts";

export const gradientModels = [...tiny, practice] as const;

/** relative to the largest entry of a gradient, or of the attributions of a layer */
export const RELATIVE = 1e-4;

/** of a metric, as parity.ts bounds logits and probabilities */
const METRIC = 1e-4;

type Sweeps = Engine["sweep"];

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

/** what to compare where a run takes long: else both layers, and a metric of each kind */
export const brief = { layers: 1, metrics: ["log-odds"] };

/**
 * Compare sweeps by gradients with the reference: every method, metrics of each kind, two layers of each model. A divergence of
 * 1e-6 nats comes from logits that differ by 1e-3, of which fp32 knows 1e-6: where it is small, that is its error.
 * @param sweep of an engine with the model open
 */
export async function expectEstimates(
  sweep: Sweeps,
  name: string,
  { layers, metrics: kinds }: Partial<typeof brief> = {},
): Promise<void> {
  const { sentences, alone, integrated } = gradientReference(name);
  const sentence = sentences[0]!;
  for (const { layer, metrics } of integrated.slice(0, layers))
    for (const { metric, layer: joint, neurons, gradient } of metrics) {
      if (kinds && !kinds.includes(metric.kind)) continue;
      const label = `${metric.kind} in layer ${layer}`;
      const ask = (method: SweepMethod, chosen?: number[]) =>
        sweep({ sentence, layers: [layer], metric, method, steps: alone.steps, neurons: chosen });
      if (metric.kind !== "kl") {
        const { records, sweep: checked } = await ask("gradient");
        expect([checked.position, checked.tokens.map(({ id }) => id)]).toEqual([alone.position, alone.ids]);
        expectSample(attributions(records), gradient, `gradient of ${label}`);
      }
      const { records, completeness } = await ask("ig-layer");
      expectSample(attributions(records), joint, `joint path of ${label}`);
      expect(completeness!.map((each) => [each.layer, each.neuron])).toEqual([[layer, undefined]]);
      const { attributed, difference } = completeness![0]!;
      const noise = metric.kind === "kl" ? 1e-6 * Math.sqrt(2 * Math.abs(joint.without)) : 0;
      expect(Math.abs(attributed - joint.sum), `sum, ${label}`).toBeLessThan(
        10 * RELATIVE * joint.largest + noise,
      );
      const apart = Math.abs(difference - (joint.with - joint.without));
      expect(apart, `difference of the metric, ${label}`).toBeLessThan(METRIC * scaleOf(metric, joint));
      const own = await ask(
        "ig-neuron",
        neurons.map(({ neuron }) => neuron),
      );
      expect(own.records.map((record) => record.neuron)).toEqual(neurons.map(({ neuron }) => neuron));
      const most = Math.max(...neurons.map(({ attribution }) => Math.abs(attribution)));
      for (const [i, { attribution, neuron }] of neurons.entries()) {
        const found = -own.records[i]!.effect;
        expect(Math.abs(found - attribution), `path of ${neuron}, ${label}`).toBeLessThan(
          RELATIVE * most + noise,
        );
      }
    }
}

/** A metric's own error is relative to probabilities, and absolute where it is a logarithm. */
const scaleOf = ({ kind }: Metric, ends: { with: number; without: number }) =>
  kind === "probability" || kind === "difference" ? Math.max(Math.abs(ends.with), Math.abs(ends.without)) : 1;

/** An attribution is minus the effect of zeroing. */
const attributions = (records: readonly SweepRecord[]) => records.map(({ effect }) => -effect);
