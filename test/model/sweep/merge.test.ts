// Parts of a sweep joined: the bytes of one run, what is missing, and parts that do not belong together.

import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/model/index.ts";
import {
  csvOf,
  inOrder,
  mergeParts,
  missingBlocks,
  missingText,
  rowsOf,
  type SweepRow,
  shardOf,
} from "../../../src/model/sweep/index.ts";
import { sampleResult } from "./sample.ts";

const rows = rowsOf(sampleResult({}, [0.1, -0.3, 0, 0.2, 0.01, -0.02, 0.3]));
const neurons = [0, 1, 2, 3, 4, 5, 6];
const part = (number: number, of: number) => {
  const own = shardOf(neurons, { part: number, of });
  return { name: `parts/${number}.csv`, rows: rows.filter(({ neuron }) => own.includes(neuron)) };
};

describe("parts", () => {
  test.each([1, 2, 3, 7])("%i of them, in any order, are one run's bytes", (of) => {
    const parts = Array.from({ length: of }, (_, i) => part(i + 1, of));
    const merged = mergeParts([...parts.slice(1).reverse(), parts[0]!]);
    expect(csvOf(merged.rows)).toBe(csvOf(rows));
    expect(merged.notes).toEqual([]);
    expect(missingText(missingBlocks(merged.rows))).toBeUndefined();
  });

  test("that hold the same neurons with the same values count once", () =>
    expect(mergeParts([part(1, 2), { name: "all.csv", rows }]).rows).toEqual(rows));

  test("of values for each neuron are joined", () => {
    const own = rowsOf(sampleResult({ operation: { kind: "replace", values: [1, 2, 3] } }));
    const halves = [own.slice(0, 2), own.slice(2)].map((rows, i) => ({ name: `${i}`, rows }));
    expect(mergeParts(halves).rows).toEqual(own);
  });

  test("from another device are joined, and it is said", () => {
    const gpu = part(2, 2).rows.map((row) => ({
      ...row,
      device: "SwiftShader",
      runtime: "onnxruntime-web 9",
    }));
    const { notes, rows: joined } = mergeParts([part(1, 2), { name: "b", rows: gpu }]);
    expect(joined).toHaveLength(rows.length);
    expect(notes).toEqual([
      "Not all parts have the same device: CPU (WebAssembly) (6 neurons), SwiftShader (8 neurons). The last digits of numbers may differ between them.",
      "Not all parts have the same runtime: onnxruntime-web 1.30.0 (6 neurons), onnxruntime-web 9 (8 neurons). The last digits of numbers may differ between them.",
    ]);
  });

  test.each<[Partial<SweepRow>, string]>([
    [{ model: "other" }, "its model is other, and there it is minibert-blimp."],
    [{ repo: "a/b" }, "its repository is a/b, and there it is ."],
    [{ revision: "x" }, "its revision of the model is x, "],
    [{ encoding: "fp32" }, "its encoding of the weights is fp32, "],
    [{ sentence: "[MASK]" }, "its sentence is [MASK], "],
    [{ position: 5 }, "its position is 5, and there it is 4."],
    [{ positions: "0-7" }, "its positions of the operation is 0-7, "],
    [{ metric: "kl" }, "its metric is kl, "],
    [{ operation: "enhance" }, "its operation is enhance, and there it is suppress."],
    [{ operation: "replace:0.5" }, "its operation is replace, and there it is suppress."],
    [{ method: "gradient" }, "its method is gradient, and there it is exact."],
    [{ steps: 50 }, "its number of steps is 50, and there it is none."],
  ])("with another %j are refused", (change, message) => {
    const other = {
      name: "b.csv",
      rows: part(2, 2).rows.map((row, i) => (i === 3 ? { ...row, ...change } : row)),
    };
    const merge = () => mergeParts([part(1, 2), other]);
    expect(merge).toThrow(EngineError);
    expect(merge).toThrow(`b.csv does not belong to parts/1.csv: ${message}`);
  });

  test("that have one neuron with two values are refused, and so is nothing at all", () => {
    const again = rows.filter(({ neuron }) => neuron === 0).map((row) => ({ ...row, effect: 0.25 }));
    expect(() => mergeParts([part(1, 2), { name: "b.csv", rows: again }])).toThrow(
      "Neuron 0 of layer 9 has an effect of 0.1 in parts/1.csv and of 0.25 in b.csv.",
    );
    expect(() => mergeParts([])).toThrow("There are no rows to merge.");
    expect(() => mergeParts([{ name: "a", rows: [] }])).toThrow(EngineError);
  });
});

describe("what is missing", () => {
  test("is said by neurons and layers", () => {
    const merged = mergeParts([part(1, 7), part(3, 7), part(4, 7), part(7, 7)]).rows;
    expect(missingText(missingBlocks(merged))).toBe("Missing: neurons 1,4-5 of layers 9-10.");
    const one = merged.filter(({ layer, neuron }) => layer === 10 || neuron !== 3);
    expect(missingText(missingBlocks(one))).toBe(
      "Missing: neurons 1,3-5 of layer 9; neurons 1,4-5 of layer 10.",
    );
  });

  test("may go by what was asked, which rows alone do not say", () => {
    const asked = { layers: [9, 10, 11], neurons: [0, 8] };
    expect(missingBlocks(rows, asked)).toEqual([
      { layers: [9, 10], neurons: [8] },
      { layers: [11], neurons: [0, 8] },
    ]);
    expect(missingBlocks([], asked)).toEqual([asked]);
    expect(missingBlocks(rows, { layers: [9], neurons })).toEqual([]);
  });
});

test("rows are put in order of layer and neuron", () => expect(inOrder([...rows].reverse())).toEqual(rows));
