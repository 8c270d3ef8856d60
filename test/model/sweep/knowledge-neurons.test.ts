// The search for knowledge neurons against the same procedure in Python, on exact effects that torch computed in float64.

import { describe, expect, test } from "vitest";
import { type ScoreTable, searchNeurons } from "../../../src/model/sweep/index.ts";
import { knowledgeNeurons } from "../../helpers/knowledge-neurons.ts";

const { prompts, cases } = knowledgeNeurons();

describe.each(cases)("$metric", ({ neurons, scores, searches }) => {
  const tables = prompts.map(
    (prompt, i): ScoreTable => ({
      prompt,
      method: "exact",
      scores: neurons.map(([layer, neuron], j) => ({ layer, neuron, score: scores[i]![j]! })),
    }),
  );

  test.each(searches)("with a threshold of $threshold % gives the same neurons by the same shares", ({
    threshold,
    tried,
    found,
  }) => {
    const result = searchNeurons(tables, { threshold });
    expect(result.tried.map(({ share, count }) => [share, count])).toEqual(tried);
    expect(result.neurons.map(({ layer, neuron, prompts }) => [layer, neuron, prompts])).toEqual(
      found.map(([layer, neuron, prompts]) => [layer, neuron, prompts]),
    );
    for (const [i, [, , , score]] of found.entries())
      expect(Math.abs(result.neurons[i]!.score / score - 1)).toBeLessThan(1e-12);
    expect(result.found).toBe(found.length >= 2 && found.length <= 5);
    expect(result.neurons[0]).toMatchObject({ layer: 9, neuron: 1094, prompts: prompts.length });
  });
});

test("the reference has searches that end with 2 to 5 neurons, that do not, and that move the share", () => {
  const all = cases.flatMap(({ searches }) => searches);
  expect(all.some(({ found }) => found.length >= 2 && found.length <= 5)).toBe(true);
  expect(all.some(({ found }) => found.length < 2)).toBe(true);
  expect(all.some(({ tried }) => tried.length > 1 && tried[1]![0] > tried[0]![0])).toBe(true);
  expect(all.some(({ tried }) => tried.length > 1 && tried[1]![0] < tried[0]![0])).toBe(true);
});
