// Python in Chromium against the real PyTorch and TransformerLens: the programs of test/python print the same, and so do
// the built-in notebooks, whose export has run on the real stack with its checks on (model-export/reference).

import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { courseTable } from "../../src/model/format.ts";
import type { Output } from "../../src/python/index.ts";
import { type Cell, type Notebook, parseNotebook, serializeNotebook } from "../../src/storage/index.ts";
import { experimentIn } from "../../src/ui/notebook/book/experiment-source.ts";
import { formOf, joined } from "../../src/ui/notebook/book/outputs.ts";
import { withoutOutputs } from "../../src/ui/notebook/book/recorded.ts";
import { openInPython } from "../../src/ui/notebook/library/open-in-python.ts";
import { comparisonType } from "../../src/ui/notebook/run/comparison.ts";
import { launch } from "../helpers/chromium.ts";
import { oddCheckpoints, practice } from "../helpers/fixtures.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { difference } from "../python/same-output.ts";
import { openHarness } from "./open-harness.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** models that a program opens besides the practice model */
const odd = ["angle", "padded", "added-decoder", "zh"];
const folder = mkdtempSync(join(tmpdir(), "parity-"));

let server: StaticServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const models = inject("models");
  // the course's program opens bert-base-cased by name; the expected values are of the practice model
  const alias = { "/models/bert-base-cased/": join(models, practice) };
  for (const name of odd) {
    const checkpoint = await openFolder(join(oddCheckpoints, name));
    await exportModel(checkpoint, { out: join(folder, name), encoding: "fp32" });
    await checkpoint.close();
  }
  const exported = Object.fromEntries(odd.map((name) => [`/models/${name}/`, join(folder, name)]));
  server = await serve({ "/": inject("harness"), "/models/": models, ...alias, ...exported });
  browser = await launch("webgpu");
  page = await openHarness(browser, server.url);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Start Python on the practice model: every test's kernel, one after the other. */
const start = (device: "webgpu" | "wasm") =>
  page.evaluate(async (kind) => {
    window.harness.kernel.dispose();
    window.harness.kernel = window.harness.createTestKernel(kind);
  }, device);

/** Run a cell. */
const run = (source: string) =>
  page.evaluate((cell) => window.harness.runCell(window.harness.kernel, cell), source);

const printed = (outputs: readonly Output[]) =>
  outputs
    .map((output) => (output.output_type === "stream" && output.name === "stdout" ? output.text : ""))
    .join("");

/** the text of a cell's value */
const value = (outputs: readonly Output[]) =>
  outputs
    .map((output) => (output.output_type === "execute_result" ? output.data["text/plain"] : undefined))
    .at(-1);

describe("a program prints what it prints with the real torch and TransformerLens", () => {
  const programs = readdirSync(join(root, "test/python/programs")).filter((name) => name.endsWith(".py"));

  // a software GPU would take minutes for these
  beforeAll(() => start("wasm"));

  it("there are at least 48", () => {
    expect(programs.length).toBeGreaterThanOrEqual(48);
  });

  it.each(programs)("%s", async (name) => {
    const { outputs, outcome } = await run(read(`test/python/programs/${name}`));
    expect(outcome.kind, JSON.stringify(outputs.at(-1))).toBe("done");
    const expected = read(`test/python/expected/${name.replace(/py$/, "txt")}`);
    expect(difference(expected, printed(outputs))).toBeUndefined();
  });
});

/** what execute_notebooks.py writes */
interface RealRun {
  /** of the executed file */
  sha256: string;
  checks: number;
  cells: Record<string, { printed: string; value: string | null }>;
}

const isCheck = ({ source }: Cell) => /^check_(printed|value|comparison)\(/.test(source);
const isCode = ({ kind }: Cell) => kind === "code";

/** What a cell puts out on the page, where an experiment is run by the engine. */
async function putOut(cell: Cell): Promise<Output[]> {
  const spec = experimentIn(cell);
  if (!spec) {
    const { outputs, outcome } = await run(cell.source);
    expect(outcome.kind, `${cell.id}: ${JSON.stringify(outputs.at(-1))}`).toBe("done");
    return outputs;
  }
  const { rows } = await page.evaluate((asked) => window.harness.engine.run(asked), spec);
  const data = {
    [comparisonType]: { rows: rows.map((row) => ({ ...row })) },
    "text/plain": courseTable(rows),
  };
  return [{ output_type: "display_data", data, metadata: {} }];
}

/** Both check the same; the numbers are of two runs. */
function expectSameCheck(expected: Cell, actual: Cell): void {
  const rows = ({ source }: Cell) =>
    source.startsWith("check_comparison(") && JSON.parse(source.slice("check_comparison(".length, -1));
  const [a, b] = [rows(expected), rows(actual)];
  if (!a || !b) {
    expect(difference(expected.source, actual.source)).toBeUndefined();
    return;
  }
  const close = (value: number) => expect.closeTo(value, 6);
  const { length } = a;
  expect(b).toHaveLength(length);
  for (const [i, row] of a.entries())
    expect(b[i]).toEqual({
      ...row,
      before: close(row.before),
      after: close(row.after),
      delta: expect.any(Number),
    });
}

describe.each([
  ["suppression", "webgpu"],
  ["hooks-and-caches", "wasm"],
  ["finding-a-neuron", "wasm"],
] as const)("the notebook %s, on %s", (name, device) => {
  const file = `test/python/notebooks/${name}.ipynb`;
  const notebook = parseNotebook(read(`notebooks/${name}.ipynb`));
  /** the same, as it ran here */
  let ran: Notebook;

  beforeAll(async () => {
    await start(device);
    const cells: Cell[] = [];
    for (const cell of notebook.cells)
      cells.push(isCode(cell) ? { ...withoutOutputs(cell), outputs: await putOut(cell) } : cell);
    ran = { ...notebook, cells };
    // how the file came about that execute_notebooks.py executes
    if (process.env.WRITE_EXPORTED)
      writeFileSync(join(root, file), serializeNotebook(openInPython(ran, "https://example.org/notebook")));
    // a sweep of all layers takes as long as it takes on a busy machine
  }, 1_200_000);

  it("puts out here what it puts out with the real torch and TransformerLens", () => {
    const { cells }: RealRun = JSON.parse(read(`test/python/notebooks/${name}.json`));
    for (const cell of ran.cells.filter(isCode)) {
      const there = cells[cell.id]!;
      const table = experimentIn(cell) ? `${textOf(cell.outputs)}\n` : printed(cell.outputs);
      // on the page the engine runs an experiment, and nobody says that a model was loaded
      const said = experimentIn(cell) ? there.printed.replace(/^Loaded .*\n/, "") : there.printed;
      expect(difference(said, table), cell.id).toBeUndefined();
      expect(difference(there.value ?? "", String(value(cell.outputs) ?? "")), cell.id).toBeUndefined();
    }
  });

  it("comes with recorded outputs that look like those here", () => {
    for (const cell of notebook.cells.filter(({ outputs }) => outputs.length > 0)) {
      const all = ran.cells.find(({ id }) => id === cell.id)!.outputs;
      // how far a sweep is, which is said where it takes long, is not recorded
      const here = all.filter((output) => output.output_type !== "stream" || output.name !== "stderr");
      expect(cell.outputs.map(kindOf), cell.id).toEqual(joined(here).map(kindOf));
      const shown = (outputs: readonly Output[]) =>
        `${printed(outputs)}${value(outputs) ?? ""}${textOf(outputs)}`;
      expect(difference(shown(cell.outputs), shown(here)), cell.id).toBeUndefined();
    }
  });

  it("is exported as the file that was executed by them with all checks passed", () => {
    const real: RealRun = JSON.parse(read(`test/python/notebooks/${name}.json`));
    expect(real.sha256).toBe(createHash("sha256").update(read(file)).digest("hex"));
    const executed = parseNotebook(read(file)).cells;
    const exported = openInPython(ran, "https://example.org/notebook").cells;
    expect(exported.map((cell) => isCheck(cell) || cell.source)).toEqual(
      executed.map((cell) => isCheck(cell) || cell.source),
    );
    expect(executed.filter(isCheck)).toHaveLength(real.checks);
    for (const [i, cell] of executed.entries()) if (isCheck(cell)) expectSameCheck(cell, exported[i]!);
  });
});

it("the tutorial's quiz says what is right, and what may be wrong", async () => {
  const { cells } = parseNotebook(read("notebooks/suppression.ipynb"));
  const quiz = (from: string, to: string) =>
    cells.find(({ source }) => source.includes(from))!.source.replace(from, to);
  await start("wasm");
  for (const { source } of cells.filter((cell) => isCode(cell) && !experimentIn(cell))) await run(source);
  const verdict = async (delta: string) => {
    await run(quiz("my_delta = None", `my_delta = ${delta}`));
    return printed((await run(cells.at(-2)!.source)).outputs);
  };
  expect(await verdict("5")).toContain("Fill in my_word");

  await run(quiz("my_word = ''", "my_word = 'many'"));
  const right = "100 * (my_after - my_before) / my_before";
  expect(await verdict(`round(${right}, 2)`)).toBe("That is what your run gives.\n");
  expect(await verdict(`-(${right})`)).toContain("Look at the sign");
  expect(await verdict(`(${right}) / 100`)).toContain("Write it in per cent");
  expect(await verdict("100 * (my_after - my_before) / my_after")).toContain("Divide by the one before");
  expect(await verdict("123456")).toContain("Not yet");
  expect(await verdict("'12 %'")).toContain("as a number");

  const unknown = await run(quiz("my_word = ''", "my_word = 'qqqq'"));
  expect(printed(unknown.outputs)).toContain("not a single token");
  expect(await verdict("5")).toContain("Fill in my_word");
});

/** how an output is shown, beside its numbers */
function kindOf(output: Output): string {
  if (output.output_type === "stream") return output.name;
  return "data" in output ? formOf(output.data).kind : output.output_type;
}

/** the text of what was displayed */
function textOf(outputs: readonly Output[]): string {
  return outputs
    .map((output) => (output.output_type === "display_data" ? output.data["text/plain"] : ""))
    .join("");
}
