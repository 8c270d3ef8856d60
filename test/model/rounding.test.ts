// What is said of rounded weights.

import { expect, it } from "vitest";
import { roundedText, roundingText, weightsText } from "../../src/model/rounding.ts";

const measured = { sentences: 32, logit: 0.17531, probability: 0.0177482 };

it.each([
  [
    { ...measured, tutorial: { word: "this", exact: 113.456, rounded: 115.919 } },
    " The tutorial’s change of “this” is +11,592\u202f% instead of +11,346\u202f%.",
  ],
  [
    { ...measured, tutorial: { word: "some", exact: 0.0002, rounded: 0.00021 } },
    " The tutorial’s change of “some” stays at +0.02\u202f%.",
  ],
  [measured, ""],
])("%j", (rounding, tutorial) => {
  const said =
    "Its weights are rounded to int8: on 32 test sentences a probability was off by at most 1.77 percentage points, a logit by 0.18.";
  expect(roundingText({ encoding: "int8", rounding })).toBe(said + tutorial);
  expect(roundedText({ rounding })).toBe(
    "rounded, a probability off by at most 1.77 percentage points on 32 sentences",
  );
});

it("a result's weights, with what rounding changed where it did", () => {
  expect(weightsText({ encoding: "fp32" })).toBe("fp32 weights");
  const rounded = roundedText({ rounding: measured });
  expect(weightsText({ encoding: "int8", rounded })).toBe(
    "int8 weights (rounded, a probability off by at most 1.77 percentage points on 32 sentences)",
  );
});

it("nothing, where nothing is rounded", () => {
  expect([roundingText({ encoding: "fp16" }), roundedText({})]).toEqual([undefined, undefined]);
});
