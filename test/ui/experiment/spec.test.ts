import { describe, expect, test } from "vitest";
import { errorCodes } from "../../../src/model/errors.ts";
import { listed, tutorial } from "../../../src/model/index.ts";
import {
  check,
  countMasks,
  type FieldName,
  type Fields,
  fieldOf,
  type Limits,
  partOf,
  sameSpec,
  specOf,
  toFields,
  toSpec,
} from "../../../src/ui/experiment/spec.ts";
import { resultOf } from "./helpers.ts";

const fields = toFields(tutorial);
const limits: Limits = { layers: 12, dMlp: 1152, mask: "[MASK]" };
const angle: Limits = { ...limits, mask: "<mask>" };
const unknown: Limits = { ...limits, mask: undefined };

describe("fields and specification", () => {
  test("the tutorial survives the form", () => {
    expect(sameSpec(toSpec(fields, limits), tutorial)).toBe(true);
  });

  test.each([
    ["this, that", ["this", "that"]],
    ["this that;these\nthose", ["this", "that", "these", "those"]],
    [" this,,this ", ["this"]],
    ["天，心，空", ["天", "心", "空"]],
    ["天、心；空､气\u3000天", ["天", "心", "空", "气"]],
    ["هذا، تلك؛ ذلك", ["هذا", "تلك", "ذلك"]],
    ["", []],
  ])("words of %j", (text, expected) => {
    expect(listed(text)).toEqual(expected);
    expect(toSpec({ ...fields, candidates: text }, limits).candidates).toEqual(expected);
  });

  test("which mask is only said when there are several", () => {
    expect(toSpec({ ...fields, mask: 1 }, limits).mask).toBeUndefined();
    const two = { ...fields, sentence: "[MASK] and [MASK]" };
    expect(toSpec({ ...two, mask: 1 }, limits).mask).toBe(1);
    expect(toSpec({ ...two, mask: 7 }, limits).mask).toBe(1);
    // a name in which every character means something in a regular expression, or in HTML
    expect(toSpec({ ...fields, sentence: "<mask> and <mask>", mask: 1 }, angle).mask).toBe(1);
    // [MASK] is understood
    expect(toSpec({ ...two, mask: 1 }, angle)).toMatchObject({ sentence: "<mask> and <mask>", mask: 1 });
    const mixed = toSpec({ ...fields, sentence: "[MASK] and <mask>" }, angle);
    expect(mixed).toMatchObject({ sentence: "[MASK] and <mask>", mask: undefined });
  });

  test("which mask stays as it was said where the mask's name is not known", () => {
    expect(toSpec({ ...fields, mask: 1 }, unknown).mask).toBe(1);
    expect(toSpec({ ...fields, mask: 0 }, undefined).mask).toBeUndefined();
    expect(countMasks("[MASK] <mask>", undefined)).toBeUndefined();
  });

  test.each([
    ["suppress", { kind: "suppress" }],
    ["enhance", { kind: "enhance" }],
    ["scale", { kind: "scale", factor: -0.5 }],
    ["set", { kind: "set", value: -0.5 }],
    ["add", { kind: "add", value: -0.5 }],
  ] as const)("%s", (action, hook) =>
    expect(toSpec({ ...fields, action, amount: "-0.5" }, limits).hook).toEqual(hook));

  test("several edits survive the form, a result and each other", () => {
    const more = [
      { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } },
      { layer: 9, neuron: 1094, hook: { kind: "add", value: -1 } },
    ] as const;
    const spec = { ...tutorial, more };
    expect(toSpec(toFields(spec), limits)).toEqual({ ...spec, mask: undefined });
    expect(sameSpec(specOf(resultOf([], spec).experiment), spec)).toBe(true);
    expect(sameSpec(spec, tutorial)).toBe(false);
    expect(sameSpec(spec, { ...spec, more: more.toReversed() })).toBe(false);
    expect(sameSpec({ ...tutorial, more: [] }, tutorial)).toBe(true);
  });

  test("a result's experiment is the specification it was asked for", () => {
    const spec = { ...tutorial, sentence: "[MASK] dog and [MASK] cat", mask: 1 };
    expect(sameSpec(specOf(resultOf([], spec).experiment), spec)).toBe(true);
    expect(sameSpec(specOf(resultOf([]).experiment), tutorial)).toBe(true);
  });
});

describe("complaints", () => {
  const complaints = (change: Partial<Fields>) => Object.keys(check({ ...fields, ...change }, limits));

  test("none about the tutorial", () => expect(complaints({})).toEqual([]));

  test("name the model's own mask", () => {
    expect(check(fields, angle)).toEqual({});
    expect(check({ ...fields, sentence: "no mask" }, angle)).toEqual({
      sentence: "There is no <mask> in the sentence: put it where a word should be predicted.",
    });
    expect(check({ ...fields, sentence: "a <mask>" }, angle)).toEqual({});
    expect(check({ ...fields, sentence: "" }, angle)).toEqual({
      sentence: "Write a sentence with <mask> in it.",
    });
    // it is left to the engine
    expect(check({ ...fields, sentence: "no gap" }, unknown)).toEqual({});
  });

  test.each<[Partial<Fields>, string]>([
    [{ sentence: "" }, "sentence"],
    [{ sentence: "no gap [mask]" }, "sentence"],
    [{ layer: "12" }, "layer"],
    [{ layer: "" }, "layer"],
    [{ layer: "1.5" }, "layer"],
    [{ neuron: "-1" }, "neuron"],
    [{ neuron: "1152" }, "neuron"],
    [{ action: "scale", amount: "" }, "amount"],
    [{ candidates: " , " }, "candidates"],
  ])("%j is about %s", (change, field) => expect(complaints(change)).toEqual([field]));

  test("about one of several edits name its field", () => {
    const typed = { layer: "12", neuron: "", action: "set", amount: "" } as const;
    expect(complaints({ more: [toFields(tutorial), typed] })).toEqual(["layer-3", "neuron-3", "amount-3"]);
  });

  test("an amount that is not used is not complained about", () =>
    expect(complaints({ action: "suppress", amount: "" })).toEqual([]));

  test("without a model only what is never right", () => {
    expect(check({ ...fields, neuron: "99999" }, undefined)).toEqual({});
    expect(check({ ...fields, neuron: "x" }, undefined)).toEqual({
      neuron: "Neuron is a whole number from 0.",
    });
  });
});

test("an error about the input has its field, any other has none", () => {
  const found = errorCodes.flatMap((code) => (fieldOf(code) ? [[code, fieldOf(code)]] : []));
  expect(Object.fromEntries(found)).toEqual({
    "no-mask": "sentence",
    "several-masks": "mask",
    "too-long": "sentence",
    "no-candidates": "candidates",
    "candidate-pieces": "candidates",
    "candidate-unknown": "candidates",
    "layer-range": "layer",
    "neuron-range": "neuron",
    "mask-range": "mask",
    "hook-value": "amount",
    "edit-count": "edits",
  });
  // of several edits, the engine's sentence says which one it is about
  expect(errorCodes.filter((code) => fieldOf(code, 2) === "edits")).toEqual([
    "layer-range",
    "neuron-range",
    "edit-count",
    "hook-value",
  ]);
  expect(
    ["layer", "neuron-2", "amount-10", "mask", "edits", "candidates"].map((name) =>
      partOf(name as FieldName),
    ),
  ).toEqual(["layer", "neuron", "hook", "sentence", "neuron", "candidates"]);
});
