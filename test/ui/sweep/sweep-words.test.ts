// What the view says of a sweep, in sentences and numbers.

import { expect, test } from "vitest";
import { extentText, pictureText, resultOf, runName, runTitle } from "../../../src/ui/sweep/run-text.ts";
import { endText } from "../../../src/ui/sweep/sweep-session.ts";
import {
  agreementText,
  cellText,
  completenessText,
  effectText,
  remainingText,
  topText,
  whereText,
} from "../../../src/ui/sweep/sweep-words.ts";
import { contrast, recordOf, runOf } from "./helpers.ts";

const plain = (text: string) => text.replaceAll("\u202f", " ");

test("where a neuron stands is a sentence with its rank, what is done, and the numbers", () => {
  const asked = { operation: { kind: "suppress" }, metric: contrast } as const;
  expect(whereText(asked, recordOf(9, 1094, -5.721), 1, 18432)).toBe(
    "Layer 9, neuron 1094 is number 1 of 18,432: set to zero, it moves the log-odds of these, those against this, that from 4.000 to −1.721 (effect −5.721, exact).",
  );
  expect(whereText(asked, recordOf(9, 7, 0), 40, 1152)).toBe(
    "Layer 9, neuron 7 is number 40 of 1,152: set to zero, it leaves the log-odds of these, those against this, that at 4.000 (exact).",
  );
  expect(whereText(asked, recordOf(9, 7, -1.5, true), 2, 1152)).toContain(
    "is estimated to move the log-odds of these, those against this, that from 4.000 by −1.500 (gradient, not run)",
  );
  const doubled = { operation: { kind: "enhance" }, metric: { kind: "probability", word: "these" } } as const;
  const record = { ...recordOf(3, 1, 0.1), before: 0.4, after: 0.5 };
  expect(plain(whereText(doubled, record, 3, 10))).toBe(
    "Layer 3, neuron 1 is number 3 of 10: doubled, it moves the probability of “these” from 40.0 % to 50.0 % (effect +10.0 pp, exact).",
  );
});

test.each([
  ["log-odds", -5.72, "−5.720"],
  ["log-odds", 0, "0"],
  ["probability", -0.354, "−35.4 pp"],
  ["difference", 0.0000001, "+1.0e−5 pp"],
  ["rank", 29, "+29"],
  ["rank", -3, "−3"],
  ["kl", 0.0123, "+0.01230"],
  ["log-odds", Number.NEGATIVE_INFINITY, "−∞"],
] as const)("an effect on %s of %f is %s", (kind, effect, text) => {
  expect(plain(effectText(kind, effect))).toBe(text);
});

test("the largest effect is said beside the next one", () => {
  const [first, second] = [recordOf(9, 1094, -5.72), recordOf(9, 3, 0.25)];
  expect(topText("log-odds", [first, second])).toBe(
    "The largest effect is that of layer 9, neuron 1094: −5.720; the next, layer 9, neuron 3, has +0.2500.",
  );
  expect(topText("log-odds", [first])).toBe("The largest effect is that of layer 9, neuron 1094: −5.720.");
  expect(topText("log-odds", [recordOf(9, 1, 2, true)])).toBe(
    "The largest estimated effect is that of layer 9, neuron 1: +2.000.",
  );
  expect(topText("log-odds", [recordOf(0, 0, 0)])).toBe("No neuron has any effect.");
});

test("a cell of the map that was not computed says so", () => {
  expect(cellText("log-odds", { layer: 1, neuron: 2 }, undefined)).toEqual([
    "Layer 1, neuron 2",
    "not computed",
  ]);
  expect(cellText("log-odds", { layer: 9, neuron: 8 }, recordOf(9, 8, -1))).toEqual([
    "Layer 9, neuron 8",
    "effect −1.000 (exact)",
    "4.000 → 3.000",
    "activation 1.000",
  ]);
});

test("remaining time is rounded to what one can say", () => {
  expect(plain(remainingText(12_400))).toBe("about 12 s left");
  expect(plain(remainingText(200))).toBe("about 1 s left");
  expect(plain(remainingText(7_200_000))).toBe("about 120 min left");
  expect(remainingText(undefined)).toBe("");
});

test("a sweep that was stopped says how much there is of it, everywhere", () => {
  const run = runOf([recordOf(9, 1, 2), recordOf(3, 1, 1, true)], { status: { kind: "stopped" } });
  expect(extentText(run)).toBe("1 of 20 neurons computed exactly, 1 estimated, then stopped");
  expect(endText(run)).toBe(
    "Stopped at 2 of 20 neurons. The largest effect is that of layer 9, neuron 1: +2.000; the next, layer 3, neuron 1, has +1.000.",
  );
  expect(pictureText(run).notes.join(" ")).toContain("then stopped. tiny · revision 0123456 · fp32 weights");
  expect(resultOf(run)).toMatchObject({ total: 20, records: [{ layer: 3 }, { layer: 9 }] });
  expect(resultOf({ ...run, grid: undefined })).toBeUndefined();
});

test("a title and a file's name say what was asked", () => {
  const run = runOf([]);
  expect(runTitle(run)).toBe(
    "The log-odds of these, those against this, that, layer 3, 9, each neuron set to zero",
  );
  expect(runName(run)).toBe("sweep-log-odds-layer-3-9");
  expect(runName({ ...run, spec: { ...run.spec, layers: undefined } })).toBe("sweep-log-odds-all-layers");
});

test("agreement of estimates with exact effects is a sentence, once there is enough of both", () => {
  const overlaps = [{ k: 20, share: 0.85 }];
  expect(agreementText({ neurons: 448, spearman: 0.98765, overlaps })).toBe(
    "Of 448 neurons both the estimate and the exact effect are known: their rank correlation (Spearman) is 0.9877, and the estimates have 17 of the 20 largest among theirs.",
  );
  expect(agreementText({ neurons: 1, spearman: undefined, overlaps: [] })).toBe("");
});

test("how well integrated gradients add up is said of the worst path", () => {
  const path = { layer: 9, neuron: undefined, attributed: 7, difference: 6.9, residual: 0.1 };
  expect(completenessText("log-odds", [path])).toBe(
    "Along the joint path of layer 9, attributions add up to +7.000 where the metric changes by +6.900: a residual of +0.1000.",
  );
  expect(
    completenessText("log-odds", [
      { ...path, residual: -0.01, neuron: 3 },
      { ...path, neuron: 5 },
    ]),
  ).toBe(
    "Along the path of layer 9, neuron 5, attributions add up to +7.000 where the metric changes by +6.900: a residual of +0.1000, the worst of 2 paths.",
  );
  expect(completenessText("log-odds", [])).toBe("");
});
