import { expect, it } from "vitest";
import { sharingText } from "../../../src/ui/kit/sharing.ts";

it("says which layers compute with the same weights", () => {
  expect(sharingText()).toBe("");
  expect(sharingText([0, 1, 2])).toBe("");
  expect(sharingText([0, 0, 0])).toBe(
    "All 3 layers compute with the same weights: a neuron there is the same one at every depth, and only its activation differs.",
  );
  expect(sharingText([0, 0, 2])).toBe(
    "Layers 0–1 compute with the same weights: a neuron there is the same one at every depth, and only its activation differs.",
  );
  expect(sharingText([0, 0, 2, 2])).toBe(
    "Layers 0–1, and Layers 2–3 compute with the same weights (each group with its own): a neuron there is the same one at every depth, and only its activation differs.",
  );
});
