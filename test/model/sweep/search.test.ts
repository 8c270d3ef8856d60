// The search for knowledge neurons on made-up scores, and prompts from templates. knowledge-neurons.test.ts has real ones.

import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/model/index.ts";
import {
  expandPrompts,
  rowsOf,
  type ScoreTable,
  scoresOf,
  searchNeurons,
} from "../../../src/model/sweep/index.ts";
import { sampleResult } from "./sample.ts";

/** tables of so many prompts; neuron i of layer 0 is kept by the first keep[i] of them, and neuron p of layer 1 by prompt p alone */
function tables(prompts: number, keep: readonly number[]): ScoreTable[] {
  return Array.from({ length: prompts }, (_, prompt) => ({
    prompt: `prompt ${prompt}`,
    method: "exact" as const,
    scores: [
      ...keep.map((count, neuron) => ({ layer: 0, neuron, score: prompt < count ? 1 - neuron / 100 : 0.1 })),
      ...Array.from({ length: prompts }, (_, neuron) => ({
        layer: 1,
        neuron,
        score: neuron === prompt ? 1 : -1,
      })),
    ],
  }));
}

const found = (prompts: number, keep: readonly number[]) => {
  const { neurons, tried, sentence, found } = searchNeurons(tables(prompts, keep));
  return {
    neurons: neurons.map(({ neuron }) => neuron),
    tried: tried.map(({ share, count }) => [share, count]),
    sentence,
    found,
  };
};

describe("the search", () => {
  test("keeps at once what 70 % of the prompts share", () =>
    expect(found(10, [10, 7, 6])).toEqual({
      neurons: [0, 1],
      tried: [[70, 2]],
      sentence: "2 neurons shared by at least 70 % of 10 prompts.",
      found: true,
    }));

  test("moves the share up while too many remain, and down while too few", () => {
    expect(found(20, [20, 20, 17, 17, 16, 16, 16])).toMatchObject({
      neurons: [0, 1, 2, 3],
      tried: [
        [70, 7],
        [75, 7],
        [80, 7],
        [85, 4],
      ],
    });
    expect(found(20, [13, 12, 11, 1])).toMatchObject({
      neurons: [0, 1],
      tried: [
        [70, 0],
        [65, 1],
        [60, 2],
      ],
    });
  });

  test("counts in whole numbers: 11 of 20 are 55 %", () =>
    expect(found(20, [11, 11])).toMatchObject({
      neurons: [0, 1],
      tried: [
        [70, 0],
        [65, 0],
        [60, 0],
        [55, 2],
      ],
    }));

  test("says with what it has that it cannot end with 2 to 5", () => {
    expect(found(20, [20, 16, 16, 16, 16, 16, 16])).toMatchObject({
      found: false,
      neurons: [0],
      sentence: "No share of the 20 prompts leaves 2 to 5 neurons: 1 neuron at 85 %, 7 at 80 %.",
    });
    expect(found(10, [10, 10, 10, 10, 10, 10])).toMatchObject({
      found: false,
      neurons: [0, 1, 2, 3, 4, 5],
      sentence: "No share of the 10 prompts leaves 2 to 5 neurons: 6 neurons at 100 %, 6 at 95 %.",
    });
    expect(found(10, [3, 0])).toMatchObject({
      found: false,
      sentence: "No share of the 10 prompts leaves 2 to 5 neurons: 11 neurons at 10 %, 1 at 15 %.",
    });
  });

  test("has thresholds of its caller's, and keeps only what adds something", () => {
    const score = (values: number[]): ScoreTable => ({
      prompt: "p",
      method: "ig-layer",
      scores: values.map((score, neuron) => ({ layer: 1, neuron, score })),
    });
    const keep = (options: Parameters<typeof searchNeurons>[1]) =>
      searchNeurons([score([1, 0.5, 0.2, 0.19, -5])], { fewest: 1, most: 9, ...options }).neurons.map(
        ({ neuron }) => neuron,
      );
    expect(keep({})).toEqual([0, 1, 2]);
    expect(keep({ threshold: 50 })).toEqual([0, 1]);
    expect(keep({ threshold: 10 })).toEqual([0, 1, 2, 3]);
    expect(searchNeurons([score([-1, -2])]).neurons).toEqual([]);
    expect(searchNeurons([score([1, 2])])).toMatchObject({ method: "ig-layer", prompts: 1 });
  });

  test("is refused over scores that cannot be compared", () => {
    const [one, two] = tables(2, [2, 2]) as [ScoreTable, ScoreTable];
    const refusals: [() => unknown, RegExp][] = [
      [() => searchNeurons([]), /no prompt to search/],
      [
        () => searchNeurons([one, { ...two, method: "gradient" }]),
        /scores of "prompt 1" are by gradient, those of "prompt 0" by exact/,
      ],
      [
        () => searchNeurons([one, { ...two, scores: two.scores.slice(1) }]),
        /"prompt 1" has scores of other neurons/,
      ],
      [() => searchNeurons([one, { ...two, scores: two.scores.toReversed() }]), /other neurons/],
      [
        () => searchNeurons([{ ...one, scores: [{ layer: 0, neuron: 3, score: Number.NaN }] }]),
        /Neuron 3 of layer 0 has no finite score/,
      ],
      [() => searchNeurons([one], { threshold: 0 }), /threshold is 0 %/],
      [() => searchNeurons([one], { share: 101 }), /share is 101 %/],
      [() => searchNeurons([one], { fewest: 3, most: 2 }), /cannot end with 3 to 2/],
      [
        () => scoresOf(rowsOf(sampleResult({ operation: { kind: "enhance" } }))),
        /the operation here is enhance/,
      ],
      [() => scoresOf([]), /no rows to search/],
    ];
    for (const [refused, message] of refusals) {
      expect(refused).toThrow(EngineError);
      expect(refused).toThrow(message);
    }
  });

  test("goes by what is lost without a neuron", () =>
    expect(scoresOf(rowsOf(sampleResult())).scores[0]).toEqual({ layer: 9, neuron: 0, score: 0.375 }));
});

describe("prompts", () => {
  test("are all sentences of a template, the last slot fastest, each once", () => {
    expect(
      expandPrompts(["{name} is selling [MASK] {noun}.", "A [MASK].", "A [MASK]."], {
        name: ["Raymond", "Carla"],
        noun: ["sketches", "chairs"],
      }),
    ).toEqual([
      "Raymond is selling [MASK] sketches.",
      "Raymond is selling [MASK] chairs.",
      "Carla is selling [MASK] sketches.",
      "Carla is selling [MASK] chairs.",
      "A [MASK].",
    ]);
    expect(expandPrompts(["{{{x}}} [MASK] {x} {{y}}"], { x: ["{1}"] })).toEqual(["{{1}} [MASK] {1} {y}"]);
  });

  test.each<[string[], Record<string, string[]>, string]>([
    [["{noun} [MASK]"], {}, "The template has a slot {noun}, and there are no words for it."],
    [["{noun} [MASK]"], { noun: [] }, "The template has a slot {noun}, and there are no words for it."],
    [["{toString} [MASK]"], {}, "The template has a slot {toString}, and there are no words for it."],
    [["[MASK]"], { noun: ["x"] }, "There are words for a slot {noun}, which is in no sentence."],
    [["{noun [MASK]"], {}, "The template has a { without its other half."],
    [["noun} [MASK]"], {}, "The template has a } without its other half."],
    [["{} [MASK]"], {}, 'A slot is called "".'],
    [["{a b} [MASK]"], {}, 'A slot is called "a b".'],
    [[], {}, "There is no sentence."],
    [
      ["{a}{b} [MASK]"],
      { a: Array(101).fill("x"), b: Array(100).fill("y") },
      "The template stands for 10100 sentences, and may stand for 10000.",
    ],
  ])("%j is refused", (templates, slots, message) => {
    expect(() => expandPrompts(templates, slots)).toThrow(EngineError);
    expect(() => expandPrompts(templates, slots)).toThrow(message);
  });
});
