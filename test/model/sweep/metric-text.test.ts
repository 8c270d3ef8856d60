// The text of metrics and of lists of numbers: what links, attributes, the terminal and the CSV read and write.

import { describe, expect, test } from "vitest";
import {
  asksFor,
  groupsText,
  type Metric,
  mapWords,
  metricKinds,
  metricText,
  operationText,
  rangesText,
  readGroups,
  readMetric,
  readOperation,
  readRanges,
  readShard,
  shardOf,
  wordsOf,
} from "../../../src/model/sweep/index.ts";
import { dice, pick } from "../../helpers/mutate.ts";

describe("the text of a metric", () => {
  test.each<[string, Metric]>([
    ["probability:these", { kind: "probability", word: "these" }],
    ["log-probability:##s", { kind: "log-probability", word: "##s" }],
    ["rank::", { kind: "rank", word: ":" }],
    ["rank:%2C", { kind: "rank", word: "," }],
    ["rank:%2F", { kind: "rank", word: "/" }],
    ["rank:%25", { kind: "rank", word: "%" }],
    ["rank:%252C", { kind: "rank", word: "%2C" }],
    ["rank:%E3%80%81", { kind: "rank", word: "、" }],
    ["difference:these,those/this", { kind: "difference", plus: ["these", "those"], minus: ["this"] }],
    ["log-odds:je/tu", { kind: "log-odds", plus: ["je"], minus: ["tu"] }],
    ["kl", { kind: "kl" }],
  ])("%s", (text, metric) => {
    expect(metricText(metric)).toBe(text);
    expect(readMetric(text)).toEqual(metric);
  });

  test("may have blanks, Chinese commas and capital letters, and a percent sign that is no code", () => {
    expect(readMetric("Log-Odds: these， those / this, that ")).toEqual(
      readMetric("log-odds:these,those/this,that"),
    );
    expect(readMetric("rank:%")).toEqual({ kind: "rank", word: "%" });
    expect(readMetric("rank:%ff")).toEqual({ kind: "rank", word: "%ff" });
  });

  test.each([
    "",
    "these",
    "probability",
    "probability:",
    "probability: , ",
    "probability:these,those",
    "log-odds:these",
    "log-odds:these/",
    "log-odds:/this",
    "log-odds:these/this/that",
    "kl:",
    "kl:these",
    "surprisal:these",
    "constructor:x",
    "__proto__",
  ])("%j is none", (text) => expect(readMetric(text)).toBeUndefined());

  test("random ones come back as they were", () => {
    const roll = dice(11);
    const letters = [
      "a",
      "Z",
      "é",
      "%",
      "/",
      ",",
      ";",
      ":",
      "，",
      "、",
      "؛",
      "#",
      "2",
      "C",
      "-",
      "😀",
      "\ud800",
      "'",
    ];
    const word = () => Array.from({ length: 1 + Math.floor(roll() * 4) }, () => pick(roll, letters)).join("");
    const words = () => Array.from({ length: 1 + Math.floor(roll() * 3) }, word);
    for (let i = 0; i < 3000; i++) {
      const kind = pick(roll, metricKinds);
      const asks = asksFor(kind);
      const about =
        asks === "word" ? { word: word() } : asks === "groups" ? { plus: words(), minus: words() } : {};
      const metric = { kind, ...about } as Metric;
      expect(readMetric(metricText(metric)), metricText(metric)).toEqual(metric);
      if ("plus" in metric) expect(readGroups(groupsText(metric))).toEqual(about);
    }
  });

  test("words can be exchanged for tokens and back", () => {
    const metric: Metric = { kind: "difference", plus: ["a", "b"], minus: ["c"] };
    expect(wordsOf(metric)).toEqual(["a", "b", "c"]);
    expect(wordsOf({ kind: "kl" })).toEqual([]);
    const tokens = mapWords(metric, (text) => ({ id: 1, text }));
    expect(mapWords(tokens, ({ text }) => text)).toEqual(metric);
    expect(mapWords({ kind: "rank", word: "a" }, (word) => word.length)).toEqual({ kind: "rank", word: 1 });
  });
});

describe("lists of numbers", () => {
  test.each<[string, number[]]>([
    ["9", [9]],
    ["0-3,9", [0, 1, 2, 3, 9]],
    ["5,4,4-5", [5, 4, 4, 5]],
  ])("%s", (text, numbers) => {
    expect(rangesText(numbers)).toBe(text);
    expect(readRanges(text)).toEqual(numbers);
  });

  test("may be separated by blanks, and a range may hold one number", () =>
    expect(readRanges(" 1 2；3-3 ")).toEqual([1, 2, 3]));

  test.each([
    "",
    ",",
    "-1",
    "1-",
    "3-1",
    "1.5",
    "a",
    "0-999999999",
    "0-1048575,7",
    "1234567890",
    "1--2",
  ])("%j is none", (text) => expect(readRanges(text)).toBeUndefined());
});

describe("parts of a list", () => {
  test.each(["0/4", "5/4", "1", "/", "1/0", "a/b", "1/2/3", "-1/2"])("%j is none", (text) =>
    expect(readShard(text)).toBeUndefined());

  test("all parts are all of it, in order, and none is longer by more than one", () => {
    for (const length of [1, 7, 16, 1152])
      for (const of of [1, 3, 7, 16]) {
        const items = Array.from({ length }, (_, i) => i);
        const parts = items.slice(0, of).map((_, i) => shardOf(items, readShard(`${i + 1}/${of}`)!));
        const rest = Array.from({ length: of - parts.length }, (_, i) =>
          shardOf(items, { part: parts.length + i + 1, of }),
        );
        const all = [...parts, ...rest];
        expect(all.flat()).toEqual(items);
        const lengths = all.map((part) => part.length);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }
  });
});

test("an operation is what a hook is, or replaces by values that each neuron has for itself", () => {
  const values = [0.25, -1];
  expect(readOperation("replace", values)).toEqual({ kind: "replace", values });
  expect(readOperation("replace")).toBeUndefined();
  expect(readOperation("scale:0.5")).toEqual({ kind: "scale", factor: 0.5 });
  expect(readOperation("erase")).toBeUndefined();
  expect(operationText({ kind: "replace", values })).toBe("replace");
  expect(operationText({ kind: "replace", values }, 1)).toBe("replace:-1");
  expect(operationText({ kind: "add", value: -1 }, 1)).toBe("add:-1");
});
