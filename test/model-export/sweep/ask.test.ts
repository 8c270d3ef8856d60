// The options of npm run sweep: what they ask, and those that contradict each other.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ExportError } from "../../../model-export/errors.ts";
import { type Options, only, toAsked, toShard, toSpec } from "../../../model-export/sweep/ask.ts";
import { promptsOf } from "../../../model-export/sweep/search.ts";
import { readMetric } from "../../../src/model/sweep/index.ts";

const folder = mkdtempSync(join(tmpdir(), "sweep-ask-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("the metric", () => {
  test.each<[Options, string]>([
    [{ word: "these" }, "probability:these"],
    [{ word: ",", metric: "rank" }, "rank:%2C"],
    [{ contrast: "these,those/this,that" }, "log-odds:these,those/this,that"],
    [{ contrast: "these/this", metric: "difference" }, "difference:these/this"],
    [{ metric: "log-probability:these" }, "log-probability:these"],
    [{ metric: "kl" }, "kl"],
  ])("%j", (given, text) => expect(toAsked(given).metric).toEqual(readMetric(text)));

  test.each<[Options, RegExp]>([
    [{}, /^Nothing says what to measure\.$/],
    [{ word: "these", contrast: "a/b" }, /^--word and --contrast exclude each other/],
    [{ word: "these", metric: "rank:these" }, /^--word and --metric rank:these exclude each other/],
    [{ word: "these", metric: "kl" }, /^--metric kl is about the whole prediction, and --word is given/],
    [{ word: "these", metric: "log-odds" }, /is about two groups of words, and --word is given/],
    [{ contrast: "a/b", metric: "rank" }, /is about one word, and --contrast is given/],
    [{ contrast: "these,those" }, /^--contrast these,those cannot be read/],
    [{ metric: "probability" }, /^--metric probability cannot be read/],
    [{ word: "these", metric: "surprise" }, /^--metric surprise cannot be read/],
  ])("%j is refused", (given, message) => {
    expect(() => toAsked(given)).toThrow(ExportError);
    expect(() => toAsked(given)).toThrow(message);
  });
});

describe("the rest", () => {
  const asked = (given: Options) => toAsked({ metric: "kl", ...given });

  test("has the tutorial's layer, the mask, and suppresses, exactly", () =>
    expect(asked({})).toEqual({
      layers: [9],
      metric: { kind: "kl" },
      operation: { kind: "suppress" },
      method: "exact",
    }));

  test("is read", () =>
    expect(
      asked({
        layer: "0-2,9",
        neurons: "5",
        positions: "4,5",
        operation: "set:2.5",
        method: "ig-layer",
        steps: "50",
        mask: "1",
      }),
    ).toEqual({
      ...{ layers: [0, 1, 2, 9], neurons: [5], positions: [4, 5], mask: 1, steps: 50 },
      ...{ metric: { kind: "kl" }, operation: { kind: "set", value: 2.5 }, method: "ig-layer" },
    }));

  test("leaves all layers and all positions to the model and the sentence", async () => {
    const all = asked({ "all-layers": true, positions: "all" });
    expect(all.layers).toBeUndefined();
    const spec = await toSpec(all, "a b c", async (text) => text.split(" "));
    expect(spec).toMatchObject({ sentence: "a b c", positions: [0, 1, 2], metric: { kind: "kl" } });
    expect((await toSpec(asked({}), "a", async () => [])).positions).toBeUndefined();
  });

  test("takes values for each neuron from a file", () => {
    const values = file("values.json", "[0.5, -1]");
    expect(asked({ operation: "replace", values }).operation).toEqual({ kind: "replace", values: [0.5, -1] });
  });

  test.each<[Options, RegExp]>([
    [{ layer: "9", "all-layers": true }, /^--layer and --all-layers exclude each other/],
    [{ layer: "nine" }, /^--layer nine cannot be read/],
    [{ neurons: "5-" }, /^--neurons 5- cannot be read/],
    [{ positions: "mask" }, /^--positions mask cannot be read/],
    [{ operation: "erase" }, /^--operation erase cannot be read/],
    [{ operation: "replace" }, /^--operation replace needs the values/],
    [{ values: "x.json" }, /^--values are for --operation replace/],
    [{ operation: "replace", values: "/nowhere.json" }, /^--values \/nowhere\.json cannot be read as JSON/],
    [{ operation: "replace", values: file("odd.json", '["1"]') }, /odd\.json is not a list of numbers/],
    [{ method: "ig" }, /^--method ig cannot be read/],
    [{ steps: "20" }, /^--steps is about integrated gradients, and the method is exact/],
    [{ steps: "many", method: "ig-neuron" }, /^--steps many is not a number/],
    [{ mask: "first" }, /^--mask first is not a number/],
  ])("%j is refused", (given, message) => {
    expect(() => asked(given)).toThrow(ExportError);
    expect(() => asked(given)).toThrow(message);
  });

  test("a shard is one of those there are, and a form of the command takes its own options alone", () => {
    expect(toShard("3/16")).toEqual({ part: 3, of: 16 });
    for (const text of ["0/16", "17/16", "3"])
      expect(() => toShard(text)).toThrow(/^--shard .* cannot be read/);
    expect(() => only({ csv: "a", word: "b" }, "--merge", ["csv"])).toThrow("--merge does not take --word.");
    expect(() => only({ csv: "a" }, "--merge", ["csv"])).not.toThrow();
  });
});

describe("the prompts of a search", () => {
  test("are the lines of a file or those of a template, its slots filled", () => {
    const prompts = file("prompts.txt", "\ufeffA [MASK].\r\n\r\n{who} is selling [MASK] {what}.\n");
    expect(promptsOf({ prompts, slot: ["who=Raymond", "what=sketches, old chairs"] })).toEqual([
      "A [MASK].",
      "Raymond is selling [MASK] sketches.",
      "Raymond is selling [MASK] old chairs.",
    ]);
    expect(promptsOf({ template: "A [MASK]." })).toEqual(["A [MASK]."]);
  });

  test.each<[Options, RegExp]>([
    [{}, /^Nothing says which prompts to search/],
    [{ prompts: "a", template: "b" }, /^--prompts and --template exclude each other/],
    [{ prompts: "/nowhere.txt" }, /^--prompts \/nowhere\.txt cannot be read/],
    [{ prompts: file("empty.txt", "\n") }, /^There is no sentence/],
    [{ template: "[MASK]", slot: ["x"] }, /^--slot x cannot be read/],
    [{ template: "{x} [MASK]", slot: ["x=a", "x=b"] }, /^--slot x is given twice/],
    [{ template: "{x} [MASK]" }, /has a slot \{x\}, and there are no words for it/],
  ])("%j is refused", (given, message) => expect(() => promptsOf(given)).toThrow(message));
});
