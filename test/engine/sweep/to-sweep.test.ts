// What a person may write of a sweep: one sentence for everything that is wrong, and defaults for what is left open.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { readTokenizer } from "../../../src/engine/node.ts";
import { toSweep } from "../../../src/engine/sweep/to-sweep.ts";
import type { SweepSpec } from "../../../src/model/index.ts";
import { parseManifest } from "../../../src/model/manifest.ts";

const read = (file: string) => readFileSync(join(inject("models"), "legacy", file), "utf8");
const manifest = parseManifest(read("manifest.json"));
const tokenizer = readTokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
const metric = { kind: "probability", word: "these" } as const;
const sentence = "Raymond is selling [MASK] sketches.";
const check = (spec: Partial<SweepSpec>) =>
  toSweep({ sentence, metric, ...spec }, manifest, tokenizer, ["exact", "gradient"]);

describe("a sweep", () => {
  it("suppresses every neuron of every layer at the mask, exactly, when nothing else is said", () => {
    const { neurons, metric: checked, ...rest } = check({});
    expect(rest).toMatchObject({
      sentence,
      position: 4,
      positions: [4],
      layers: [0, 1, 2],
      operation: { kind: "suppress" },
      method: "exact",
      steps: 20,
    });
    expect(neurons).toEqual(Array.from({ length: 128 }, (_, i) => i));
    expect(checked).toEqual({ kind: "probability", word: { id: expect.any(Number), text: "these" } });
  });

  it("takes layers, neurons and positions in any order, and the mask that is meant", () => {
    const spec = {
      sentence: "[MASK] dogs see [MASK].",
      mask: 1,
      layers: [2, 0],
      neurons: [100, 9],
      positions: [3, 1],
    };
    expect(check(spec)).toMatchObject({ position: 6, layers: [0, 2], neurons: [9, 100], positions: [1, 3] });
  });

  it.each<[string, Partial<SweepSpec>, string, string]>([
    [
      "a word on both sides",
      { metric: { kind: "log-odds", plus: ["these", "this"], minus: ["this"] } },
      "sweep-words",
      '"this" is on both sides of the contrast.',
    ],
    [
      "a side without a word",
      { metric: { kind: "difference", plus: ["these"], minus: [" "] } },
      "sweep-words",
      "The contrast has no word on its second side.",
    ],
    [
      "a word of several pieces",
      { metric: { kind: "rank", word: "sketches sketches" } },
      "candidate-pieces",
      '"sketches sketches" is 2 tokens for this model (sketches sketches), and [MASK] stands for one.',
    ],
    [
      "a word that the model does not know",
      { metric: { kind: "log-odds", plus: ["these"], minus: ["\u4e16"] } },
      "candidate-unknown",
      '"\u4e16" is not in this model\'s vocabulary.',
    ],
    [
      "no word",
      { metric: { kind: "probability", word: "" } },
      "no-candidates",
      "There is no word to compare.",
    ],
    ["no neuron", { neurons: [] }, "sweep-neurons", "The sweep has no neuron in it."],
    ["a neuron twice", { neurons: [3, 5, 3] }, "sweep-neurons", "The sweep has neuron 3 in it twice."],
    [
      "a neuron that does not exist",
      { layers: [1], neurons: [128] },
      "neuron-range",
      "Layer 1 has no neuron 128: its 128 neurons are numbered 0 to 127.",
    ],
    ["no layer", { layers: [] }, "sweep-neurons", "The sweep has no layer in it."],
    ["a layer twice", { layers: [1, 1] }, "sweep-neurons", "The sweep has layer 1 in it twice."],
    [
      "a layer that does not exist",
      { layers: [3] },
      "layer-range",
      "legacy has no layer 3: its 3 layers are numbered 0 to 2.",
    ],
    [
      "a position outside of the sentence",
      { positions: [8] },
      "position-range",
      "There is no position 8 in a sentence of 8 tokens.",
    ],
    [
      "a position that is none",
      { positions: [-1] },
      "position-range",
      "There is no position -1 in a sentence of 8 tokens.",
    ],
    [
      "a position twice",
      { positions: [4, 4] },
      "sweep-positions",
      "Position 4 is chosen twice, and the operation would act there once.",
    ],
    ["no position", { positions: [] }, "sweep-positions", "The sweep has no position at which it acts."],
    [
      "too few values",
      { layers: [0], operation: { kind: "replace", values: [1, 2] } },
      "edit-values",
      "2 values are given to replace the 128 neurons of a layer.",
    ],
    [
      "one layer's values for several",
      { operation: { kind: "replace", values: Array(128).fill(0) } },
      "edit-values",
      "Each neuron has a value of its own, and those of one layer cannot replace those of 3.",
    ],
    [
      "a value that fp32 does not have",
      { layers: [0], operation: { kind: "replace", values: Array(128).fill(1e39) } },
      "hook-value",
      "1e+39 cannot stand for an activation.",
    ],
    [
      "a number that fp32 does not have",
      { operation: { kind: "scale", factor: 1e39 } },
      "hook-value",
      "1e+39 cannot be used to scale an activation.",
    ],
    [
      "a metric that does not exist",
      { metric: { kind: "perplexity" } as never },
      "sweep-metric",
      "There is no metric perplexity.",
    ],
    [
      "a method that does not exist",
      { method: "ig-layer" },
      "sweep-method",
      "There is no sweep by the method ig-layer.",
    ],
    ["no points on a path", { steps: 0 }, "sweep-method", "A path cannot have 0 points."],
    ["no mask", { sentence: "Raymond is selling." }, "no-mask", "The sentence has no [MASK]."],
    [
      "two masks",
      { sentence: "[MASK] dogs see [MASK]." },
      "several-masks",
      "The sentence has 2 [MASK]s, so it is not clear which one is asked about.",
    ],
  ])("refuses %s", (_, spec, code, message) => {
    expect(() => check(spec)).toThrow(
      expect.objectContaining({ code, message, hint: expect.stringMatching(/\.$/) }),
    );
  });
});
