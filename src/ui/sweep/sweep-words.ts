// Sentences and numbers about sweeps that more than one part of the view says. Pure.

import { format } from "../../model/index.ts";
import {
  type Agreement,
  type Completeness,
  describeMethod,
  type Metric,
  type SweepMethod,
  type SweepOperation,
  type SweepRecord,
} from "../../model/sweep/index.ts";
import { actionText } from "../experiment/words.ts";
import type { Neuron } from "./sweep-grid.ts";

const minus = "\u2212";

/** "the log-odds of these, those against this, that": as a sentence goes on after "moves" */
export function metricText(metric: Metric): string {
  switch (metric.kind) {
    case "probability":
      return `the probability of “${metric.word}”`;
    case "log-probability":
      return `the log-probability of “${metric.word}”`;
    case "rank":
      return `the rank of “${metric.word}”`;
    case "log-odds":
      return `the log-odds of ${metric.plus.join(", ")} against ${metric.minus.join(", ")}`;
    case "difference":
      return `the probability of ${metric.plus.join(", ")} minus that of ${metric.minus.join(", ")}`;
    case "kl":
      return "the KL divergence from the untouched prediction";
    default:
      return metric satisfies never;
  }
}

/** "set to zero": what is done to a neuron */
export const doneText = (operation: SweepOperation): string =>
  operation.kind === "replace" ? "set to a value of its own" : actionText(operation);

/** A value of the metric for reading: "4.27", "41.4 %", rank "3". */
export function valueText(kind: Metric["kind"], value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? `${minus}∞` : "undefined";
  switch (kind) {
    case "probability":
    case "difference":
      return (value < 0 ? minus : "") + format.probability(Math.abs(value));
    case "rank":
      return format.count(value).replace("-", minus);
    case "log-probability":
    case "log-odds":
    case "kl":
      return format.activation(value);
    default:
      return kind satisfies never;
  }
}

/** An effect for reading, with its sign: "−5.72", "+0.32 pp" (percentage points), "0". */
export function effectText(kind: Metric["kind"], effect: number): string {
  const text = valueText(kind, effect).replace("%", "pp");
  return effect > 0 ? `+${text}` : text;
}

/** What the effects of a metric are, below a table of them. */
export function unitText(kind: Metric["kind"]): string {
  switch (kind) {
    case "probability":
    case "difference":
      return "Effect: after − before, in percentage points (pp).";
    case "log-probability":
    case "log-odds":
      return "Effect: after − before, in natural logarithms.";
    case "rank":
      return "Effect: ranks lost (+) or gained (−); rank 1 is the likeliest word.";
    case "kl":
      return "Effect: the divergence in nats; 0 is no change at all.";
    default:
      return kind satisfies never;
  }
}

/** "layer 9, neuron 1094" */
export const neuronText = ({ layer, neuron }: Neuron): string => `layer ${layer}, neuron ${neuron}`;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** whether a record is exact, as the table's last column says it, and by which method else */
export const methodTexts: Record<SweepMethod, string> = {
  exact: "exact",
  gradient: "estimate",
  "ig-neuron": "IG own",
  "ig-layer": "IG joint",
};

/**
 * Where a neuron stands, in words: "Layer 9, neuron 1094 is number 1 of 1,152: setting it to zero moves the log-odds of …
 * from 4.27 to −1.45 (effect −5.72, exact)."
 * @param rank from 1
 * @param known how many neurons are known so far
 */
export function whereText(
  { operation, metric }: { operation: SweepOperation; metric: Metric },
  record: SweepRecord,
  rank: number,
  known: number,
): string {
  const { kind } = metric;
  const [before, after] = [valueText(kind, record.before), valueText(kind, record.after)];
  const moves = `${doneText(operation)}, it`;
  const what = metricText(metric);
  const effect = effectText(kind, record.effect);
  const place = `${capital(neuronText(record))} is number ${format.count(rank)} of ${format.count(known)}`;
  if (record.exact && record.effect === 0) return `${place}: ${moves} leaves ${what} at ${before} (exact).`;
  if (record.exact)
    return `${place}: ${moves} moves ${what} from ${before} to ${after} (effect ${effect}, exact).`;
  const how = describeMethod(record.method).label.toLowerCase();
  return `${place}: ${moves} is estimated to move ${what} from ${before} by ${effect} (${how}, not run).`;
}

/** The largest effect in a sentence, beside the next one: what a screen reader hears at the end. */
export function topText(kind: Metric["kind"], [first, second]: readonly SweepRecord[]): string {
  if (!first) return "No neuron was computed.";
  if (first.effect === 0) return "No neuron has any effect.";
  const what = first.exact ? "largest effect" : "largest estimated effect";
  const top = `The ${what} is that of ${neuronText(first)}: ${effectText(kind, first.effect)}`;
  if (!second) return `${top}.`;
  return `${top}; the next, ${neuronText(second)}, has ${effectText(kind, second.effect)}.`;
}

/** "about 12 s left" */
export function remainingText(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return "";
  const seconds = Math.max(1, Math.round(ms / 1000));
  return seconds < 90
    ? `about ${seconds}\u202fs left`
    : `about ${format.count(Math.round(seconds / 60))}\u202fmin left`;
}

/** "300 of 1,152 neurons" */
export const shareText = (done: number, total: number): string =>
  `${format.count(done)} of ${format.count(total)} neurons`;

/** "each neuron of layer 9 is set to zero at the mask, one at a time": what a sweep does */
export function eachNeuronText(operation: SweepOperation, layer: number | undefined): string {
  const where = layer === undefined ? "each neuron of every layer" : `each neuron of layer ${layer}`;
  return `${where} is ${doneText(operation)} at the mask, one at a time`;
}

/** What the map says of one neuron, line by line. */
export function cellText(kind: Metric["kind"], place: Neuron, record: SweepRecord | undefined): string[] {
  const head = capital(neuronText(place));
  if (!record) return [head, "not computed"];
  const { before, after, effect, method, activation } = record;
  return [
    head,
    `effect ${effectText(kind, effect)} (${methodTexts[method]})`,
    `${valueText(kind, before)} → ${valueText(kind, after)}`,
    `activation ${format.activation(activation)}`,
  ];
}

/** How well estimates agree with the exact effects that are known; "" while that are too few to say. */
export function agreementText({ neurons, spearman, overlaps }: Agreement): string {
  if (spearman === undefined) return "";
  const rank = `Of ${format.count(neurons)} neurons both the estimate and the exact effect are known: their rank correlation (Spearman) is ${format.activation(spearman)}`;
  const tops = overlaps.map(({ k, share }) => `${Math.round(share * k)} of the ${k} largest`);
  return tops.length > 0 ? `${rank}, and the estimates have ${tops.join(" and ")} among theirs.` : `${rank}.`;
}

/** How well integrated gradients add up, by the path on which they do it worst; "" where there is no such path. */
export function completenessText(kind: Metric["kind"], paths: readonly Completeness[]): string {
  let worst = paths[0];
  for (const path of paths) if (Math.abs(path.residual) > Math.abs(worst!.residual)) worst = path;
  if (!worst) return "";
  const { layer, neuron, attributed, difference, residual } = worst;
  const which =
    neuron === undefined
      ? `the joint path of layer ${layer}`
      : `the path of ${neuronText({ layer, neuron })}`;
  const value = (of: number) => effectText(kind, of);
  const of = paths.length > 1 ? `, the worst of ${format.count(paths.length)} paths` : "";
  return `Along ${which}, attributions add up to ${value(attributed)} where the metric changes by ${value(difference)}: a residual of ${value(residual)}${of}.`;
}
