// Answer sheets: what is written is read again, whatever carries the text; what was changed is seen; numbers that are not
// those of the experiment are named.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { tutorial } from "../../../../src/model/index.ts";
import { type Cell, newCell } from "../../../../src/storage/index.ts";
import { beside, confirm, experimentOf } from "../../../../src/ui/notebook/answers/compare.ts";
import { answersOf } from "../../../../src/ui/notebook/answers/make.ts";
import { readSheet, type Sheet, writeSheet } from "../../../../src/ui/notebook/answers/sheet.ts";
import { isAnswer, startsSheet, withAnswer } from "../../../../src/ui/notebook/book/answers.ts";
import { withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import { resultOutput, resultType } from "../../../../src/ui/notebook/book/result-output.ts";
import { openState, reduce } from "../../../../src/ui/notebook/book/state.ts";
import { dice } from "../../../helpers/mutate.ts";
import { resultOf } from "../../experiment/helpers.ts";

const hash = async (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const spec = { ...tutorial, sentence: "Tracy passed [MASK] art [MASK] galleries.", mask: 1, neuron: 5 };
const result = resultOf(
  [
    ["this", 0.1 + 0.2, 1e-9],
    ["these", 0.25, 0.5],
  ],
  spec,
);
const experiment: Cell = {
  ...newCell("code", toPython(spec, "tiny")),
  metadata: withExperiment({ tags: ["answer"] }, { ...spec, model: "tiny" }),
};
const text: Cell = withAnswer(newCell("markdown", "It *falls*,\n\n    | because"), true);
const code: Cell = withAnswer(newCell("code", "my_delta = 25"), true);

/** what a student's page holds, after running the two that run */
function book() {
  const started = openState(
    { metadata: {}, cells: [newCell("code", "x"), text, code, experiment], origin: undefined },
    true,
  );
  const outcome = { kind: "done", assigned: [], used: [], reimported: [] } as const;
  return [
    { kind: "started", id: code.id } as const,
    {
      kind: "output",
      id: code.id,
      output: { output_type: "stream", name: "stdout", text: "\u001b[31m25\n\nok\n" },
    } as const,
    { kind: "ended", id: code.id, outcome } as const,
    { kind: "started", id: experiment.id } as const,
    { kind: "output", id: experiment.id, output: resultOutput(result) } as const,
    { kind: "ended", id: experiment.id, outcome } as const,
  ].reduce(reduce, started);
}

const sheetOf = (state = book()): Sheet => ({
  name: "Ada | Lovelace",
  notebook: "Week 5",
  made: "2026-11-29T03:00:00.000Z",
  page: "https://notebook.test/",
  answers: answersOf(state),
});

describe("a sheet", () => {
  test("holds the marked cells alone, with what they put out and whether they ran here", () => {
    const { answers } = sheetOf();
    expect(answers.map(({ kind, run, output }) => [kind, run, output.split("\n")[0]])).toEqual([
      ["text", "", ""],
      ["code", "run in this session, as [1]", "25"],
      ["experiment", "run in this session, as [2]", "det\toriginal\tafter erase kn\tdelta"],
    ]);
    expect(answers[2]!.experiment).toMatchObject({ model: "tiny", revision: "0123456789" });
  });

  test("is made of what a file keeps of a result, and of a whole one, as files of earlier days keep it", () => {
    const output = resultOutput(result);
    if (!("data" in output)) throw new Error("a result is a bundle");
    expect(Object.keys(output.data[resultType] as object)).toEqual(["experiment", "rows", "provenance"]);
    const answerOf = (data: object) => {
      const outputs = [{ ...output, data }] as Cell["outputs"];
      const cells = [{ ...experiment, outputs }];
      return answersOf(openState({ metadata: {}, cells, origin: undefined }, true))[0]!.experiment;
    };
    expect(answerOf(output.data)).toMatchObject({
      model: "tiny",
      rows: [{ word: "this" }, { word: "these" }],
    });
    const whole = { ...result, likeliest: { before: result.rows, after: result.rows } };
    for (const kept of [whole, { ...whole, likeliest: undefined }])
      expect(answerOf({ ...output.data, [resultType]: kept })).toEqual(answerOf(output.data));
  });

  test("says what was run earlier, not at all, or has changed since", () => {
    const runs = (state: ReturnType<typeof book>) => answersOf(state).map(({ run }) => run);
    const edited = reduce(book(), { kind: "source", id: code.id, source: "my_delta = 26" });
    expect(runs(edited)[1]).toBe("run in this session, as [1]; it, or a value it uses, has changed since");
    expect(runs(reduce(book(), { kind: "restarted" }))[1]).toBe("run in an earlier session, as [1]");
    expect(runs(reduce(book(), { kind: "clear", ids: [code.id] }))[1]).toBe("not run");
  });

  test("is read as it was written, to the last digit, and is small", async () => {
    const sheet = sheetOf();
    const written = await writeSheet(sheet, hash);
    expect(await readSheet(written, hash)).toEqual({ ...sheet, intact: true });
    expect(written.length).toBeLessThan(4000);
    expect(await startsSheet(new Blob([written]))).toBe(true);
    expect(await startsSheet(new Blob(["word,before"]))).toBe(false);
  });

  test("comes through what programs do to texts that they carry", async () => {
    const written = await writeSheet(sheetOf(), hash);
    for (const carried of [
      written.replaceAll("\n", "\r\n"),
      `\n\n  ${written}\n\nSent from my phone`,
      written.replace(/^/gm, "  "),
      written.replace(/$/gm, "  "),
    ]) {
      const read = await readSheet(carried, hash);
      expect(read.intact).toBe(true);
      expect(read.answers[1]!.source).toBe("my_delta = 25");
    }
  });

  test("that was changed anywhere does not fit its checksum", async () => {
    const written = await writeSheet(sheetOf(), hash);
    const random = dice(3);
    const end = written.indexOf("checksum:");
    let seen = 0;
    for (let i = 0; i < 300; i++) {
      const at = written.indexOf("name:") + Math.floor(random() * (end - written.indexOf("name:")));
      if (/\s/.test(written[at]!)) continue;
      const changed = written.slice(0, at) + (written[at] === "x" ? "y" : "x") + written.slice(at + 1);
      expect((await readSheet(changed, hash)).intact, String(at)).toBe(false);
      seen++;
    }
    expect(seen).toBeGreaterThan(200);
  });

  test.each([
    ["", /does not begin with/],
    ["Answer sheet of a Neuron Notebook, format 2\nchecksum: sha256:1", /does not begin with/],
    ["Answer sheet of a Neuron Notebook, format 1\nname: x", /its end is missing/],
    ["x".repeat(2_000_001), /longer than a sheet can be/],
  ])("that is none is refused: %.40s", async (given, message) => {
    await expect(readSheet(given, hash)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe("a teacher's page", () => {
  test("sets an answer beside the cell of the same name", () => {
    const [, answer] = sheetOf().answers;
    const solved = {
      ...code,
      source: "my_delta = 25.0",
      outputs: [{ output_type: "stream", name: "stdout", text: "25 \nok" }],
    } as Cell;
    expect(beside(answer!, [solved])).toMatchObject({ sameSource: false, sameOutput: true });
    expect(beside(answer!, [])).toBeUndefined();
  });

  test("finds the experiment again that the numbers are of", async () => {
    const [, , answer] = (await readSheet(await writeSheet(sheetOf(), hash), hash)).answers;
    const asked = experimentOf(answer!.experiment!)!;
    expect(asked).toMatchObject({ sentence: spec.sentence, mask: 1, layer: 9, neuron: 5, model: "tiny" });
    expect(asked.candidates).toEqual(spec.candidates);
    expect(experimentOf({ ...answer!.experiment!, settings: "neuron=x" })).toBeUndefined();
  });

  test("confirms the same numbers, and names one that is not", () => {
    const claimed = sheetOf().answers[2]!.experiment!;
    const [first, second] = claimed.rows as [(typeof claimed.rows)[0], (typeof claimed.rows)[0]];
    expect(confirm(claimed, result)).toEqual({
      kind: "same",
      text: "Computed again here: the same numbers.",
    });
    const nearly = { ...claimed, rows: [{ ...first, before: first.before * 1.0001 }, second] };
    expect(confirm(nearly, result).kind).toBe("same");
    const wrong = { ...claimed, rows: [first, { ...second, after: 0.51 }], revision: "sha256:abcdefghij" };
    expect(confirm(wrong, result)).toEqual({
      kind: "differs",
      text: "“these” after: 5.100e-1 on the sheet, 5.000e-1 here. It names another version of the model (sha256:abcdefg) than this site has (0123456).",
    });
    expect(confirm({ ...claimed, rows: [first] }, result).kind).toBe("differs");
    expect(confirm({ ...claimed, rows: [{ ...first, word: "them" }, second] }, result).text).toMatch(
      /“them”/,
    );
    expect(confirm({ ...claimed, rows: [{ ...first, after: Number.NaN }, second] }, result).kind).toBe(
      "differs",
    );
  });
});

test("a cell is marked by a tag beside its others", () => {
  const cell = { ...newCell("code"), metadata: { tags: ["x"], y: 1 } };
  const marked = withAnswer(cell, true);
  expect(marked.metadata).toEqual({ tags: ["x", "answer"], y: 1 });
  expect([isAnswer(cell), isAnswer(marked)]).toEqual([false, true]);
  expect(withAnswer(marked, false).metadata).toEqual({ tags: ["x"], y: 1 });
  expect(withAnswer(withAnswer(newCell("code"), true), false).metadata).toEqual({});
});
