// A sweep against the plain experiment: the same neuron changed in an ordinary forward pass, and the metric computed from its
// logits in float64. The bounds are the project's: 1e-5, absolute for log-odds and relative for probabilities.

import { expect } from "vitest";
import type { Edit, Forward, ForwardSpec } from "../../src/engine/index.ts";
import { softmaxAt } from "../../src/engine/run/experiment.ts";
import {
  type Hook,
  type Metric,
  operations,
  type Sweep,
  type SweepRecord,
  type SweepResult,
  type SweepSpec,
  type Token,
} from "../../src/model/index.ts";

/** the calls of an engine that this needs, wherever it runs */
export interface Sweeps {
  sweep(spec: SweepSpec): Promise<SweepResult>;
  forward(spec: ForwardSpec): Promise<Forward>;
}

/** a plain change of an activation: by a hook, and what that makes of it */
export type PlainEdit = Edit & { value: number };

/**
 * Plain passes with edits at a layer.
 * @param rows edits of each pass
 * @returns logits at the position, [V] of each
 */
export type Plain = (
  ids: number[],
  layer: number,
  rows: PlainEdit[][],
  position: number,
) => Promise<Float32Array[]>;

/** one after the other, as experiments are */
const oneByOne =
  (engine: Sweeps): Plain =>
  async (ids, layer, rows, position) => {
    const found: Float32Array[] = [];
    for (const edits of rows)
      found.push((await engine.forward({ ids, layer, edits, positions: [position] })).logits);
    return found;
  };

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
export async function expectSweep(engine: Sweeps, spec: SweepSpec, plain = oneByOne(engine)): Promise<void> {
  const result = await engine.sweep(spec);
  const { sweep, records, total } = result;
  expect(records.map(({ layer, neuron }) => [layer, neuron])).toEqual(
    sweep.layers.flatMap((layer) => sweep.neurons.map((neuron) => [layer, neuron])),
  );
  expect(total).toBe(records.length);
  for (const { before, after, effect, exact, method } of records)
    expect([before, effect, exact, method]).toEqual([records[0]!.before, after - before, true, "exact"]);
  const picked = topAndRandom(records, 20, 50);
  const ids = sweep.tokens.map(({ id }) => id);
  for (const layer of sweep.layers) {
    const here = picked.filter((record) => record.layer === layer);
    if (here.length === 0) continue;
    const { logits, mlpPost } = await engine.forward({ ids, layer, positions: [sweep.position] });
    const activation = (position: number, neuron: number) =>
      mlpPost[(position * mlpPost.length) / ids.length + neuron]!;
    const edits = here.map(({ neuron }) =>
      sweep.positions.map((position): PlainEdit => {
        const hook = hookOf(sweep, neuron);
        return { position, neuron, hook, value: operations.applyHook(hook, activation(position, neuron)) };
      }),
    );
    const changed = await plain(ids, layer, edits, sweep.position);
    for (const [i, record] of here.entries()) {
      const { neuron } = record;
      const label = `${sweep.metric.kind}, layer ${layer} neuron ${neuron}, ${sweep.operation.kind}`;
      expect(record.activation, label).toBe(activation(sweep.positions[0]!, neuron));
      expectMetric(sweep.metric, record, logits, changed[i]!, label);
    }
  }
}

function hookOf({ operation }: Sweep, neuron: number): Hook {
  if (operation.kind !== "replace") return operation;
  return { kind: "set", value: operation.values[neuron]! };
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
