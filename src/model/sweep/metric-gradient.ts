// How a metric changes with the logits it is made of, in float64: where a way back through the model begins.

import { exp } from "../elementary.ts";
import { EngineError } from "../errors.ts";
import type { Metric, SweepMethod } from "./types.ts";

/** a metric whose words are ids of the vocabulary */
type MetricOfIds = Metric<{ id: number }>;

/**
 * The gradient of a metric with respect to the logits. With p their softmax, and [w] the vector with a 1 at w:
 * probability: p_w ([w] - p); log-probability: [w] - p; difference: sum of p_w ([w] - p) over plus, less that over minus;
 * log-odds: the softmax among plus, less that among minus; kl: p - u, u being the softmax of the untouched logits.
 * @param logits [V] of one token
 * @param untouched [V], what they are without any change
 * @returns [V]
 * @throws EngineError "sweep-metric" for rank, which has none
 */
export function metricGradient(
  metric: MetricOfIds,
  logits: Float32Array,
  untouched: Float32Array = logits,
): Float64Array {
  switch (metric.kind) {
    case "probability": {
      const p = softmax(logits);
      return alongSum(p, [metric.word], []);
    }
    case "log-probability": {
      const gradient = softmax(logits).map((value) => -value);
      gradient[metric.word.id]! += 1;
      return gradient;
    }
    case "difference":
      return alongSum(softmax(logits), metric.plus, metric.minus);
    case "log-odds": {
      const gradient = new Float64Array(logits.length);
      for (const [words, sign] of [
        [metric.plus, 1],
        [metric.minus, -1],
      ] as const) {
        const among = softmax(words.map(({ id }) => logits[id]!));
        for (const [i, { id }] of words.entries()) gradient[id]! += sign * among[i]!;
      }
      return gradient;
    }
    case "kl": {
      const [p, u] = [softmax(logits), softmax(untouched)];
      return p.map((value, id) => value - u[id]!);
    }
    case "rank":
      throw noGradient();
    default:
      return metric satisfies never;
  }
}

/**
 * Whether a method that asks for gradients can have them of a metric.
 * @throws EngineError "sweep-metric" with the reason
 */
export function checkGradient(metric: Pick<Metric, "kind">, method: SweepMethod): void {
  if (metric.kind === "rank" && method !== "exact") throw noGradient();
  if (metric.kind === "kl" && method === "gradient")
    throw new EngineError(
      "sweep-metric",
      "The gradient of kl is 0 for every neuron: the divergence is smallest, 0, where nothing is changed.",
      "Choose the exact method or integrated gradients, or another metric.",
    );
}

const noGradient = () =>
  new EngineError(
    "sweep-metric",
    "A rank has no gradient: it moves in steps.",
    "Choose the probability or log-probability of the word, or the exact method.",
  );

/** The gradient of the sum of p over some words, less that over others: sum of p_w ([w] - p). */
function alongSum(
  p: Float64Array,
  plus: readonly { id: number }[],
  minus: readonly { id: number }[],
): Float64Array {
  const total = sumAt(p, plus) - sumAt(p, minus);
  const gradient = p.map((value) => -value * total);
  for (const { id } of plus) gradient[id]! += p[id]!;
  for (const { id } of minus) gradient[id]! -= p[id]!;
  return gradient;
}

const sumAt = (p: Float64Array, words: readonly { id: number }[]) =>
  words.reduce((sum, { id }) => sum + p[id]!, 0);

/** in float64 */
function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] = exp(values[i]! - largest);
  return values.map((value) => value / sum);
}
