// A sweep as CSV and JSON: every column, the same numbers when read again, and files that are not ours.

import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/model/index.ts";
import {
  columnNames,
  csvHead,
  csvLine,
  csvOf,
  jsonOf,
  readCsv,
  rowsOf,
  type SweepRow,
} from "../../../src/model/sweep/index.ts";
import { dice, mutateText, pick, thrownWithinBounds } from "../../helpers/mutate.ts";
import { sampleResult } from "./sample.ts";

const rows = rowsOf(sampleResult());
const text = csvOf(rows);

describe("the rows", () => {
  test("are what stands in the CSV", () => {
    expect(text.split("\n").slice(0, 2)).toEqual([
      "model,repo,revision,encoding,device,runtime,sentence,position,positions,layer,neuron,activation,operation,metric,before,after,effect,delta_tutorial,delta_paper,log_odds,kl,rank_before,rank_after,method,steps,exact",
      "minibert-blimp,,sha256:31c0ffc4e8d9,fp16,CPU (WebAssembly),onnxruntime-web 1.30.0,Raymond is selling [MASK] sketches.,4,4,9,0,-0.17000000178813934,suppress,probability:these,0.5,0.125,-0.375,-0.75,-3,-1.945910149055313,0,1,2,exact,,true",
    ]);
    expect(text.endsWith("\n")).toBe(true);
  });

  test("have the tutorial's delta and the paper's, and the change of log-odds", () => {
    const [fell, rose] = rows;
    expect(fell!.delta_tutorial).toBeCloseTo((0.125 - 0.5) / 0.5, 12);
    expect(fell!.delta_paper).toBeCloseTo((0.125 - 0.5) / 0.125, 12);
    expect(fell!.log_odds).toBeCloseTo(Math.log(0.125 / 0.875), 12);
    expect(rose!.delta_tutorial).toBeCloseTo(0.25, 12);
    expect(rose!.delta_paper).toBeCloseTo(0.25, 12);
  });

  test("of a log-probability have those of the probability", () => {
    const result = sampleResult({ metric: { kind: "log-probability", word: { id: 8, text: "these" } } });
    const record = {
      ...result.records[0]!,
      before: Math.log(0.5),
      after: Math.log(0.125),
      effect: Math.log(0.25),
    };
    const [row] = rowsOf({ ...result, records: [record] });
    expect(row!.delta_paper).toBeCloseTo(rows[0]!.delta_paper!, 12);
    expect(row!.log_odds).toBeCloseTo(rows[0]!.log_odds!, 12);
  });

  test("leave a delta empty where it has no meaning", () => {
    const word = { id: 8, text: "these" };
    const none = { delta_tutorial: undefined, delta_paper: undefined, log_odds: undefined };
    const of = (
      metric: Parameters<typeof sampleResult>[0],
      record: Partial<(typeof sample.records)[0]> = {},
    ) => {
      const result = sampleResult(metric);
      return rowsOf({ ...result, records: [{ ...result.records[0]!, ...record }] })[0]!;
    };
    const sample = sampleResult();
    expect(of({ metric: { kind: "rank", word } }, { before: 1, after: 3, effect: 2 })).toMatchObject(none);
    expect(of({ metric: { kind: "difference", plus: [word], minus: [word] } })).toMatchObject(none);
    expect(
      of({ metric: { kind: "kl" } }, { before: 0, after: 0.5, effect: 0.5, kl: undefined }),
    ).toMatchObject({ ...none, kl: 0.5 });
    expect(of({ metric: { kind: "log-odds", plus: [word], minus: [word] } }, { effect: -2.5 })).toMatchObject(
      { ...none, log_odds: -2.5 },
    );
    expect(of({}, { before: 0, after: 0.5 })).toMatchObject(none);
    // an estimate below 0 is no probability, and above 1 neither
    expect(of({}, { before: 0.5, after: -0.125 })).toMatchObject({
      delta_tutorial: -1.25,
      delta_paper: undefined,
      log_odds: undefined,
    });
    expect(of({}, { before: 0.5, after: 1.25 })).toMatchObject({ log_odds: undefined });
  });

  test("name steps for integrated gradients alone, and each neuron's own value", () => {
    const result = sampleResult({ steps: 50, operation: { kind: "replace", values: [0.5, -0.25, 0] } });
    const records = result.records.map((record, i) => ({
      ...record,
      method: i === 0 ? ("ig-neuron" as const) : record.method,
    }));
    const [first, second] = rowsOf({ ...result, records });
    expect(first).toMatchObject({ method: "ig-neuron", steps: 50, operation: "replace:0.5" });
    expect(second).toMatchObject({ method: "exact", steps: undefined, operation: "replace:-0.25" });
  });
});

describe("the CSV", () => {
  test("comes back as it was, byte for byte", () => {
    const read = readCsv(text, "a.csv");
    expect(read).toEqual({ rows, torn: false });
    expect(csvOf(read.rows)).toBe(text);
    expect(csvHead() + rows.map(csvLine).join("")).toBe(text);
    expect(readCsv(csvOf([]), "a.csv")).toEqual({ rows: [], torn: false });
  });

  test.each([
    ['=HYPERLINK("https://x.test")&[MASK]', `"'=HYPERLINK(""https://x.test"")&[MASK]"`],
    ["-1 [MASK]", "'-1 [MASK]"],
    ["'tis [MASK]", "''tis [MASK]"],
    ["\t[MASK]", "'\t[MASK]"],
    ["＝[MASK]", "'＝[MASK]"],
    ['She said "[MASK]", and left.', '"She said ""[MASK]"", and left."'],
    ["two\nlines [MASK]", '"two\nlines [MASK]"'],
    ["two\r\nlines [MASK]", '"two\r\nlines [MASK]"'],
    ["plain [MASK] - 1 = 'x'", "plain [MASK] - 1 = 'x'"],
  ])("keeps the sentence %j, and no spreadsheet takes it for a formula", (sentence, cell) => {
    const one = rowsOf(sampleResult({ sentence }));
    const written = csvOf(one);
    expect(written).toContain(`,${cell},4,4,9,0,`);
    expect(readCsv(written, "a.csv").rows).toEqual(one);
  });

  test("random numbers and sentences come back as they were", () => {
    const roll = dice(3);
    const number = () =>
      pick(roll, [
        (roll() - 0.5) * 10 ** (roll() * 600 - 300),
        Math.fround(roll()),
        -0,
        5e-324,
        1e21,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
      ]);
    const letters = ['"', ",", "\n", "\r", "'", "=", "a", " ", "é", "😀", "\ufeff", ";"];
    const sample: SweepRow[] = Array.from({ length: 500 }, () => ({
      ...pick(roll, rows),
      sentence: Array.from({ length: 12 }, () => pick(roll, letters)).join(""),
      model: pick(roll, ["", "'", "x,y"]),
      activation: number(),
      effect: number(),
      kl: pick(roll, [undefined, number()]),
    }));
    expect(readCsv(csvOf(sample), "a.csv")).toEqual({ rows: sample, torn: false });
  });

  test("that a spreadsheet has saved again is still read", () => {
    const again = `\ufeff${text.replaceAll("true", "TRUE").replaceAll("\n", "\r\n")}`;
    expect(readCsv(again, "a.csv")).toEqual({ rows, torn: false });
  });

  test("cut off anywhere has every line that was complete", () => {
    const odd = rowsOf(sampleResult({ sentence: 'a "b",\nc [MASK]' }));
    const whole = csvOf(odd);
    const ends = [csvHead().length, ...odd.map((row) => csvLine(row).length)].map((_, i, all) =>
      all.slice(0, i + 1).reduce((a, b) => a + b),
    );
    for (let end = 0; end <= whole.length; end++) {
      const read = readCsv(whole.slice(0, end), "a.csv");
      // the line's end itself may be missing
      const lines = ends.filter((each) => each <= end + 1).length;
      expect(read.rows, `${end}`).toEqual(odd.slice(0, Math.max(0, lines - 1)));
      expect(read.torn, `${end}`).toBe(!ends.some((each) => each === end || each === end + 1));
    }
  });

  test.each([
    ["word,before,after\nthis,1,2\n", /^a\.csv is not the CSV of a sweep: its first line does not name/],
    ["x", /is not the CSV of a sweep/],
    [`${csvHead()}a,b\n`, /^Line 2 of a\.csv is not one of a sweep: it has 2 cells instead of 26\.$/],
    [text.replace("0.5,0.125", "0.5,1O"), /^Line 2 of a\.csv is not one of a sweep: its after is "1O/],
    [text.replace(",4,4,9,0,", ",4,4,9,0.5,"), /its neuron is "0.5"/],
    [text.replace(/true\n$/, "yes\n"), /^Line 7 .* its exact is "yes"/],
    [text.replace(/,9,0,/, ',9,"0"x,'), /^a\.csv is not comma-separated values after its row 0\.$/],
    [text.replaceAll(",", ";"), /is not the CSV of a sweep/],
  ])("a file that is not ours is refused in a sentence: %#", (wrong, message) => {
    expect(() => readCsv(wrong, "a.csv")).toThrow(EngineError);
    expect(() => readCsv(wrong, "a.csv")).toThrow(message);
  });

  test("damaged anyhow is read or refused, at once", async () => {
    const roll = dice(5);
    for (let i = 0; i < 400; i++) {
      const damaged = mutateText(text, roll);
      const thrown = await thrownWithinBounds(damaged, () => readCsv(damaged, "a.csv"));
      if (thrown !== undefined) expect(thrown, damaged.slice(0, 500)).toBeInstanceOf(EngineError);
    }
    const long = `${csvHead()}"${'""'.repeat(2_000_000)}`;
    expect(await thrownWithinBounds(long, () => readCsv(long, "a.csv"))).toBeUndefined();
  });
});

describe("the JSON", () => {
  test("says what the rows have in common once, and of each the rest", () => {
    const { sweep, records } = JSON.parse(jsonOf(rows));
    expect(Object.keys({ ...sweep, ...records[0] }).sort()).toEqual([...columnNames].sort());
    for (const [i, row] of rows.entries())
      for (const name of columnNames)
        expect({ ...sweep, ...records[i] }[name], name).toEqual(row[name] ?? null);
  });

  test("writes numbers as the CSV does, and as texts those that JSON does not have", () => {
    const odd = { ...rows[0]!, activation: -0, effect: Number.NEGATIVE_INFINITY };
    expect(jsonOf([odd])).toContain('"activation": -0, ');
    expect(JSON.parse(jsonOf([odd])).records[0].effect).toBe("-Infinity");
    expect(JSON.parse(jsonOf([]))).toEqual({ sweep: null, records: [] });
  });
});
