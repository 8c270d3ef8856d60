// The CSV that a sweep writes as it goes, and merging files.

import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { replaceFile } from "../../../model-export/replace-file.ts";
import { merge } from "../../../model-export/sweep/merge.ts";
import { checkJson } from "../../../model-export/sweep/outputs.ts";
import { search } from "../../../model-export/sweep/search.ts";
import { SweepFile } from "../../../model-export/sweep/sweep-file.ts";
import { csvOf, jsonOf, rowsOf } from "../../../src/model/sweep/index.ts";
import { sampleResult } from "../../model/sweep/sample.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sweep-file-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
  process.exitCode = undefined;
});
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");

const rows = rowsOf(sampleResult());
const text = csvOf(rows);

describe("the file", () => {
  test("has every row as soon as it was added, and in the end all in order", () => {
    const file = new SweepFile(at("a.csv"));
    file.open();
    file.add(rows.slice(4));
    expect(read("a.csv")).toBe(csvOf(rows.slice(4)));
    file.add(rows.slice(0, 4));
    expect(read("a.csv")).toBe(csvOf([...rows.slice(4), ...rows.slice(0, 4)]));
    file.finish();
    expect(read("a.csv")).toBe(text);
    expect(readdirSync(folder)).toEqual(["a.csv"]);
  });

  test.each([0, 1, 30, 100])("cut off by %i bytes, goes on after the last whole line", (bytes) => {
    writeFileSync(at("a.csv"), text);
    truncateSync(at("a.csv"), text.length - bytes);
    const file = new SweepFile(at("a.csv"));
    const lost = bytes > 1 ? 1 : 0;
    expect(file.rows).toEqual(rows.slice(0, rows.length - lost));
    file.open();
    file.add(rows.slice(rows.length - lost));
    file.finish();
    expect(read("a.csv")).toBe(text);
  });

  test("does not add to a file into which something else writes", () => {
    const file = new SweepFile(at("a.csv"));
    file.open();
    file.add(rows.slice(0, 1));
    appendFileSync(at("a.csv"), csvOf(rows).split("\n")[2]!);
    expect(() => file.add(rows.slice(1))).toThrow(/^Something else writes into .*a\.csv\.$/);
    file.close();
  });

  test("in a folder that is not there, and a JSON in one, are refused in a sentence", () => {
    const nowhere = at("nowhere/a.csv");
    expect(() => new SweepFile(nowhere).open()).toThrow(
      `${nowhere} cannot be written: its folder is not there.`,
    );
    expect(() => checkJson(nowhere)).toThrow(`${nowhere} cannot be written: its folder is not there.`);
    expect(() => replaceFile(folder, "")).toThrow(`${folder} cannot be written: `);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of something else stays as it is", () => {
    writeFileSync(at("a.csv"), "word,count\nthis,1\n");
    expect(() => new SweepFile(at("a.csv"))).toThrow(/is not the CSV of a sweep/);
    expect(read("a.csv")).toBe("word,count\nthis,1\n");
  });
});

describe("merging", () => {
  const quiet = () => {
    const [out, error] = [vi.spyOn(console, "log"), vi.spyOn(console, "error")].map((spy) =>
      spy.mockImplementation(() => {}),
    );
    return { out: out!, error: error! };
  };
  const parts = (...texts: string[]) =>
    texts.map((text, i) => {
      writeFileSync(at(`${i}.csv`), text);
      return at(`${i}.csv`);
    });

  test("writes CSV and JSON, prints the table, and says what is missing", () => {
    const { out, error } = quiet();
    const files = parts(
      csvOf(rows.filter(({ neuron }) => neuron === 0)),
      csvOf(rows.filter(({ neuron }) => neuron === 2)),
    );
    merge({ csv: at("all.csv"), json: at("all.json"), top: "2" }, files);
    const joined = rows.filter(({ neuron }) => neuron !== 1);
    expect(read("all.csv")).toBe(csvOf(joined));
    expect(read("all.json")).toBe(jsonOf(joined));
    expect(out.mock.calls.flat().join().split("\n")).toHaveLength(3);
    expect(error.mock.calls).toEqual([["Missing: neuron 1 of layers 9-10."]]);
    expect(process.exitCode).toBeUndefined();
  });

  test("fails where neurons are missing that were asked for, and keeps what there is", () => {
    const { error } = quiet();
    merge({ csv: at("all.csv"), layer: "9-11", neurons: "0-2" }, parts(text));
    expect(error.mock.calls).toEqual([["Missing: neurons 0-2 of layer 11."]]);
    expect(process.exitCode).toBe(1);
    expect(read("all.csv")).toBe(text);
  });

  test("may be done again with more, and does not take the place of anything else", () => {
    quiet();
    const files = parts(csvOf(rows.slice(0, 2)), csvOf(rows.slice(2)));
    merge({ csv: at("all.csv") }, files.slice(0, 1));
    merge({ csv: at("all.csv") }, files);
    expect(read("all.csv")).toBe(text);
    expect(() => merge({ csv: at("all.csv") }, files.slice(0, 1))).toThrow(
      /all\.csv is there already, with rows/,
    );
    writeFileSync(at("x.json"), "{}");
    expect(() => checkJson(at("x.json"))).toThrow(/x\.json is there already, and is not the JSON of a sweep/);
    expect(read("all.csv")).toBe(text);
  });

  test.each<[string[], RegExp]>([
    [[], /^--merge has no files to merge/],
    [
      [text, csvOf(rows.map((row) => ({ ...row, model: "other" })))],
      /1\.csv does not belong to .*0\.csv: its model is other, and there it is minibert-blimp/,
    ],
    [[text.slice(0, -20)], /0\.csv breaks off in the middle of a line/],
    [[""], /0\.csv breaks off/],
    [["a,b\n1,2\n"], /0\.csv is not the CSV of a sweep/],
  ])("refuses parts: %#", (texts, message) => expect(() => merge({}, parts(...texts))).toThrow(message));

  test("refuses a file that is not there, and options of a sweep", () => {
    expect(() => merge({}, [at("nowhere.csv")])).toThrow(/^There is no file .*nowhere\.csv/);
    expect(() => merge({ word: "these" }, [])).toThrow("--merge does not take --word.");
  });
});

test("sweeps that differ in more than the sentence are not searched", () => {
  const other = rows.map((row) => ({ ...row, sentence: "A [MASK].", position: 2, positions: "2" }));
  const kl = other.map((row) => ({ ...row, metric: "kl" }));
  expect(() => search([rows, kl], {})).toThrow(
    'The sweep of "A [MASK]." cannot be compared with that of "Raymond is selling [MASK] sketches.": its metric is kl, and there it is probability:these.',
  );
  const out = vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  search([rows, other], {});
  const table = out.mock.calls.flat().join().split("\n");
  expect(table.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["layer", "neuron", "mean score", "kept by"],
    ["9", "0", "3.750e-1", "2 of 2"],
  ]);
});
