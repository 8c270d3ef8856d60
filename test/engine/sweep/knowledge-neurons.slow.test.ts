// The search for knowledge neurons on the engine's own sweeps of the practice model: the same answers as in Python, where
// effects were computed in float64, and by integrated gradients the same neuron.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { Engine } from "../../../src/engine/types.ts";
import {
  readMetric,
  rowsOf,
  type ScoreTable,
  type SweepMethod,
  scoresOf,
  searchNeurons,
} from "../../../src/model/sweep/index.ts";
import { practice } from "../../helpers/fixtures.ts";
import { knowledgeNeurons } from "../../helpers/knowledge-neurons.ts";

let engine: Engine;
beforeAll(async () => {
  const folder = join(inject("models"), practice);
  engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
});
afterAll(() => engine.dispose());

const { prompts, cases } = knowledgeNeurons();

describe.each(cases)("$metric", ({ metric, neurons, scores, searches }) => {
  /** scores of the reference's neurons; others are kept by no prompt, and the reference has made sure of that */
  async function tablesBy(method: SweepMethod): Promise<ScoreTable[]> {
    const unique = (numbers: number[]) => [...new Set(numbers)].sort((a, b) => a - b);
    const tables = [];
    for (const sentence of prompts) {
      const result = await engine.sweep({
        sentence,
        layers: unique(neurons.map(([layer]) => layer)),
        neurons: unique(neurons.map(([, neuron]) => neuron)),
        metric: readMetric(metric)!,
        method,
      });
      const table = scoresOf(rowsOf(result));
      const wanted = new Set(neurons.map((each) => each.join()));
      tables.push({
        ...table,
        scores: table.scores.filter(({ layer, neuron }) => wanted.has(`${layer},${neuron}`)),
      });
    }
    return tables;
  }

  it("has torch's scores, and the same neurons by the same shares", async () => {
    const tables = await tablesBy("exact");
    for (const [i, table] of tables.entries()) {
      const best = Math.max(...scores[i]!);
      for (const [j, { score }] of table.scores.entries())
        expect(Math.abs(score - scores[i]![j]!) / best).toBeLessThan(1e-5);
    }
    for (const { threshold, tried, found } of searches) {
      const result = searchNeurons(tables, { threshold });
      expect(result.tried.map(({ share, count }) => [share, count])).toEqual(tried);
      expect(result.neurons.map(({ layer, neuron, prompts }) => [layer, neuron, prompts])).toEqual(
        found.map((each) => each.slice(0, 3)),
      );
    }
  });

  it.each(["ig-neuron", "ig-layer"] as const)("finds layer 9, neuron 1094 by %s too", async (method) => {
    const result = searchNeurons(await tablesBy(method), { fewest: 1 });
    expect(result).toMatchObject({ method, found: true, share: 70 });
    expect(result.neurons[0]).toMatchObject({ layer: 9, neuron: 1094, prompts: prompts.length });
  });
});
