// A sweep against the plain experiment: the same neuron changed in an ordinary forward pass, and the metric computed from its
// logits in float64. The bounds are the project's: 1e-5, absolute for log-odds and relative for probabilities.

import { expect } from "vitest";
import type { Edit, ForwardSpec } from "../../src/engine/index.ts";
import { softmaxAt } from "../../src/engine/run/experiment.ts";
import type { Metric, Sweep, SweepRecord, SweepResult, SweepSpec, Token } from "../../src/model/index.ts";

/** the calls of an engine that this needs, wherever it runs */
export interface Sweeps {
  sweep(spec: SweepSpec): Promise<SweepResult>;
  forward(spec: ForwardSpec): Promise<{ logits: Float32Array; mlpPost: Float32Array }>;
}

const BOUND = 1e-5;

/** the sentence with one mask, and the one with two */
const [one, two] = ["Raymond is selling [MASK] sketches.", "These cats, and [MASK] old dog, see [MASK]."];

/**
 * Sweeps of every kind of layer, operation, metric and position, over all neurons of a layer.
 * @param model its number of layers, and of neurons in each
 */
export function sweepsOf({ layers, dMlp }: { layers: number; dMlp: number }): SweepSpec[] {
  const [middle, last] = [layers >> 1, layers - 1];
  const word = "these";
  const groups = { plus: ["these", "those"], minus: ["this", "that"] };
  const mask = 4;
  const means = { kind: "replace", values: Array.from({ length: dMlp }, (_, i) => Math.sin(i)) } as const;
  return [
    { sentence: one, layers: [0], metric: { kind: "log-odds", ...groups } },
    {
      sentence: one,
      layers: [last - 1],
      operation: { kind: "enhance" },
      metric: { kind: "probability", word },
    },
    {
      sentence: two,
      mask: 1,
      layers: [middle],
      positions: [1, 5],
      operation: { kind: "scale", factor: -0.5 },
      metric: { kind: "difference", ...groups },
    },
    {
      sentence: one,
      layers: [last],
      positions: [mask - 1, mask],
      operation: { kind: "set", value: 1.5 },
      metric: { kind: "log-probability", word },
    },
    {
      sentence: one,
      layers: [last - 1],
      positions: [1],
      operation: { kind: "add", value: -2 },
      metric: { kind: "kl" },
    },
    { sentence: two, mask: 0, layers: [middle], operation: means, metric: { kind: "rank", word } },
    { sentence: one, layers: [last], positions: [0], metric: { kind: "probability", word } },
    {
      sentence: one,
      layers: [0],
      positions: [7, 6, 5, 4, 3, 2, 1, 0],
      operation: { kind: "enhance" },
      metric: { kind: "log-odds", ...groups },
    },
    { sentence: one, neurons: [3, 1, 2, 0], metric: { kind: "probability", word } },
  ];
}

/** Random numbers from 0 to below 1, the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The neurons with the largest effects, and some random others. */
function topAndRandom(records: readonly SweepRecord[], top: number, random: number): SweepRecord[] {
  const ranked = [...records].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
  const next = randomFrom(records.length);
  const rest = ranked.slice(top);
  const picked = Array.from({ length: Math.min(random, rest.length) }, () =>
    rest.splice(Math.floor(next() * rest.length), 1),
  ).flat();
  return [...ranked.slice(0, top), ...picked];
}

/** Run a sweep, and compare the neurons with the largest effects, and random ones, with plain passes. */
export async function expectSweep(engine: Sweeps, spec: SweepSpec): Promise<void> {
  const result = await engine.sweep(spec);
  const { sweep, records, total } = result;
  expect(records.map(({ layer, neuron }) => [layer, neuron])).toEqual(
    sweep.layers.flatMap((layer) => sweep.neurons.map((neuron) => [layer, neuron])),
  );
  expect(total).toBe(records.length);
  for (const { before, exact, method } of records)
    expect([before, exact, method]).toEqual([records[0]!.before, true, "exact"]);
  await expectPlain(engine, result, topAndRandom(records, 20, 50));
}

/** Compare records of a sweep with plain forward passes. */
async function expectPlain(
  engine: Sweeps,
  { sweep }: Pick<SweepResult, "sweep">,
  records: readonly SweepRecord[],
): Promise<void> {
  const ids = sweep.tokens.map(({ id }) => id);
  const before = await engine.forward({ ids, positions: [sweep.position] });
  for (const record of records) {
    const { layer, neuron } = record;
    const label = `${sweep.metric.kind}, layer ${layer} neuron ${neuron}, ${JSON.stringify(sweep.operation).slice(0, 60)}`;
    const edits = sweep.positions.map(
      (position): Edit => ({ position, neuron, hook: hookOf(sweep, neuron) }),
    );
    const plain = await engine.forward({ ids, layer, edits, positions: [sweep.position] });
    const width = plain.mlpPost.length / ids.length;
    const activation = plain.mlpPost[sweep.positions[0]! * width + neuron]!;
    expect(Math.abs(record.activation - activation), `activation, ${label}`).toBeLessThan(1e-5);
    expect(record.effect).toBe(record.after - record.before);
    expectMetric(sweep.metric, record, before.logits, plain.logits, label);
  }
}

function hookOf({ operation }: Sweep, neuron: number) {
  if (operation.kind !== "replace") return operation;
  return { kind: "set", value: operation.values[neuron]! } as const;
}

function expectMetric(
  metric: Metric<Token>,
  record: SweepRecord,
  before: Float32Array,
  after: Float32Array,
  label: string,
): void {
  const [was, is] = [before, after].map((logits) => measure(metric, before, logits));
  const close = (found: number, wanted: number, what: string) => {
    const relative = metric.kind === "probability" || metric.kind === "difference";
    const scale = relative ? sumOfProbabilities(metric, before, after) : 1;
    expect(Math.abs(found - wanted) / scale, `${what}, ${label}`).toBeLessThan(BOUND);
  };
  if (metric.kind === "rank") {
    // words whose logits differ by less than the last digits may have changed places
    for (const [found, logits] of [
      [record.before, before],
      [record.after, after],
    ] as const) {
      const own = logits[metric.word.id]!;
      const near = logits.filter((logit) => Math.abs(logit - own) < BOUND).length - 1;
      expect(Math.abs(found - rankOf(logits, metric.word.id)), `rank, ${label}`).toBeLessThanOrEqual(near);
    }
  } else {
    close(record.before, was!, "before");
    close(record.after, is!, "after");
  }
  if (metric.kind === "log-odds") return;
  const kl = measure({ kind: "kl" }, before, after);
  expect(Math.abs(record.kl! - kl), `kl, ${label}`).toBeLessThan(1e-6 + 1e-4 * kl);
  expect(record.kl).toBeGreaterThanOrEqual(0);
}

function sumOfProbabilities(metric: Metric<Token>, before: Float32Array, after: Float32Array): number {
  if (metric.kind === "probability") return softmaxAt(after, [metric.word.id])[0]!;
  if (metric.kind !== "difference") return 1;
  const ids = [...metric.plus, ...metric.minus].map(({ id }) => id);
  return (
    softmaxAt(after, ids).reduce((sum, p) => sum + p) + softmaxAt(before, ids).reduce((sum, p) => sum + p)
  );
}

const rankOf = (logits: Float32Array, id: number) => logits.filter((logit) => logit > logits[id]!).length + 1;

function measure(metric: Metric<Token>, before: Float32Array, logits: Float32Array): number {
  const sum = (words: readonly Token[]) =>
    softmaxAt(
      logits,
      words.map(({ id }) => id),
    ).reduce((total, p) => total + p, 0);
  switch (metric.kind) {
    case "probability":
      return sum([metric.word]);
    case "log-probability":
      return Math.log(sum([metric.word]));
    case "rank":
      return rankOf(logits, metric.word.id);
    case "difference":
      return sum(metric.plus) - sum(metric.minus);
    case "log-odds":
      return Math.log(sum(metric.plus) / sum(metric.minus));
    case "kl": {
      const all = [...logits.keys()];
      const [p, q] = [softmaxAt(before, all), softmaxAt(logits, all)];
      return p.reduce((total, value, id) => total + value * Math.log(value / q[id]!), 0);
    }
  }
}
