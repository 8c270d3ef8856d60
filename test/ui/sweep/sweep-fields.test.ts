// The sweep's form: what it starts with, what it asks for, and what it says against it before anything is computed.

import { expect, test } from "vitest";
import { type ExperimentSpec, tutorial } from "../../../src/model/index.ts";
import { readPlace } from "../../../src/ui/sweep/place-text.ts";
import {
  checkSweep,
  metricOf,
  type SweepFields,
  startFields,
  toSweepSpec,
  waysOf,
} from "../../../src/ui/sweep/sweep-fields.ts";
import { toSweepLimits } from "../../../src/ui/sweep/sweep-limits.ts";

const limits = toSweepLimits({ layers: 12, dMlp: 1152, mask: "[MASK]" });
const start = startFields(tutorial);
const said = (change: Partial<SweepFields>, experiment: ExperimentSpec = tutorial) =>
  checkSweep({ ...start, ...change }, experiment, limits);

test("the course's words make the course's contrast, in the experiment's layer", () => {
  expect(start).toMatchObject({
    metric: "log-odds",
    plus: "these, those",
    minus: "this, that",
    layer: 9,
    way: "exact",
  });
  expect(toSweepSpec(start, { ...tutorial, hook: { kind: "scale", factor: 0.5 }, mask: 1 })).toEqual({
    sentence: tutorial.sentence,
    mask: 1,
    layers: [9],
    operation: { kind: "scale", factor: 0.5 },
    metric: { kind: "log-odds", plus: ["these", "those"], minus: ["this", "that"] },
    method: "exact",
  });
});

test.each([
  [["is", "are"], { metric: "log-odds", plus: "are", minus: "is" }],
  [["is", "are", "was"], { metric: "log-odds", plus: "are", minus: "is" }],
  [["is"], { metric: "probability", word: "is" }],
  [[], { metric: "probability", word: "" }],
])("words %j start as %j", (candidates, expected) => {
  expect(startFields({ ...tutorial, candidates })).toMatchObject(expected);
});

test("all layers, and a gradient's way, are asked for by their names", () => {
  const spec = toSweepSpec({ ...start, layer: undefined, way: "gradient-exact" }, tutorial);
  expect(spec).toMatchObject({ layers: undefined, method: "gradient" });
  expect(metricOf({ ...start, metric: "kl" })).toEqual({ kind: "kl" });
  expect(metricOf({ ...start, metric: "rank", word: " these " })).toEqual({ kind: "rank", word: "these" });
});

test("a metric offers the ways that it has", () => {
  expect(waysOf("log-odds")).toEqual(["exact", "gradient-exact", "gradient", "ig-neuron", "ig-layer"]);
  expect(waysOf("kl")).toEqual(["exact", "ig-neuron", "ig-layer"]);
  expect(waysOf("rank")).toEqual(["exact"]);
});

test("what can be seen to be wrong is said in one sentence at its field", () => {
  expect(said({})).toEqual({});
  expect(said({ plus: " , " }).plus).toBe("Write at least one word on each side of the contrast.");
  expect(said({ minus: "that these" }).minus).toBe(
    "“these” stands on both sides; take it out of one of the groups.",
  );
  expect(said({ metric: "rank", word: " " }).word).toBe("Write the word whose change is to be measured.");
  expect(said({ metric: "rank", word: "these those" }).word).toBe(
    "Write one word; a contrast takes several.",
  );
  // words of a contrast are no matter to a metric without them
  expect(said({ metric: "kl", plus: "", minus: "" })).toEqual({});
  expect(said({}, { ...tutorial, sentence: "No gap." }).experiment).toContain(
    "There is no [MASK] in the sentence",
  );
  expect(said({}, { ...tutorial, hook: { kind: "set", value: Number.NaN } }).experiment).toContain(
    "Write a number",
  );
});

test.each([
  ["L9 N1094", 9, 1094],
  ["l9n1094", 9, 1094],
  ["9.1094", 9, 1094],
  ["layer 9, neuron 1094", 9, 1094],
  [" 9 1094 ", 9, 1094],
  ["L0/N0", 0, 0],
])("“%s” is layer %i, neuron %i", (text, layer, neuron) => {
  expect(readPlace(text, undefined)).toEqual({ layer, neuron });
});

test("a number alone is a neuron where the layer is known, and other text is nothing", () => {
  expect(readPlace("1094", 9)).toEqual({ layer: 9, neuron: 1094 });
  expect(readPlace("N1094", 9)).toEqual({ layer: 9, neuron: 1094 });
  expect(readPlace("1094", undefined)).toBeUndefined();
  for (const text of ["", "nine", "L9", "9.1094.2", "-1 3", "L9 N1094x"])
    expect(readPlace(text, undefined), text).toBeUndefined();
});
