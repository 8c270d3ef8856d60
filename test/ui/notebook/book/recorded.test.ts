// Outputs that a notebook came with: what a person does to a cell that has some, and what then is said of them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Cell, newCell, parseNotebook, serializeNotebook } from "../../../../src/storage/index.ts";
import { experimentIn } from "../../../../src/ui/notebook/book/experiment-source.ts";
import type { NotebookEvent, NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { recordedText, recordingOf } from "../../../../src/ui/notebook/book/recorded.ts";
import { openState, reduce, staleIds, viewOf } from "../../../../src/ui/notebook/book/state.ts";
import { openInPython } from "../../../../src/ui/notebook/library/open-in-python.ts";
import { fromLink, toLink } from "../../../../src/ui/notebook/library/share.ts";
import { toHtml } from "../../../../src/ui/notebook/render/export-html.ts";

const folder = join(import.meta.dirname, "../../../../notebooks");
const text = readFileSync(join(folder, "suppression.ipynb"), "utf8");
const [printing, form] = ["suppression-22", "suppression-experiment"];

const opened = (source = text) => openState(parseNotebook(source), true);
const find = (state: NotebookState, id: string) => state.notebook.cells.find((cell) => cell.id === id)!;
const when = (state: NotebookState, ...events: NotebookEvent[]) => events.reduce(reduce, state);
const done = { kind: "done", assigned: [], used: [], reimported: [] } as const;
const run = (id: string): NotebookEvent[] => [
  { kind: "started", id },
  { kind: "output", id, output: { output_type: "stream", name: "stdout", text: "own" } },
  { kind: "ended", id, outcome: done },
];

/** What is said of a cell's outputs: how they came, and whether they are out of date. */
function said(state: NotebookState, id: string): string {
  const index = state.notebook.cells.findIndex((cell) => cell.id === id);
  const { recorded, stale, earlier } = viewOf(state, index, staleIds(state));
  return [recorded && recordedText(recorded), stale && "out of date", earlier && "earlier"]
    .filter(Boolean)
    .join(", ");
}

const by = /^Recorded with PyTorch [\d.]+ and TransformerLens 3\.9\.\d+/;
const kept = new RegExp(`${by.source}; not run in this session$`);
const changed = new RegExp(
  `${by.source}, before this cell was changed; not run in this session, out of date$`,
);

test("opening one of the site's notebooks says what is recorded, and changes nothing", () => {
  const state = opened();
  expect(said(state, printing)).toMatch(kept);
  expect(said(state, form)).toBe(
    "Recorded with onnxruntime-web 1.30.0 on CPU (WebAssembly); not run in this session",
  );
  expect(serializeNotebook(state.notebook)).toBe(text);
});

describe("a cell that is changed", () => {
  const edited = when(opened(), { kind: "source", id: printing, source: "print(1)" });

  test("has outputs of another text, also when the notebook is opened again", () => {
    expect(said(edited, printing)).toMatch(changed);
    expect(said(opened(serializeNotebook(edited.notebook)), printing)).toMatch(changed);
    expect(said(edited, form)).not.toContain("out of date");
  });

  test("has its own again when the change is taken back", () => {
    expect(said(when(edited, { kind: "undo" }), printing)).toMatch(kept);
  });

  test("by its form, too", () => {
    const experiment = { ...experimentIn(find(opened(), form))!, neuron: 7 };
    const state = when(opened(), { kind: "experiment", id: form, experiment, source: "another" });
    expect(said(state, form)).toContain("before this cell was changed");
    const ran = when(state, ...run(form), { kind: "undo" });
    // the form goes back, and what has been computed here stays this page's
    expect(find(ran, form).source).toBe(find(opened(), form).source);
    expect(said(ran, form)).toBe("out of date");
  });
});

describe("outputs of this page", () => {
  test("take the place of recorded ones, and are not called so when the notebook is opened again", () => {
    const state = when(opened(), ...run(printing));
    expect(said(state, printing)).toBe("");
    expect(said(opened(serializeNotebook(state.notebook)), printing)).toBe("earlier");
  });

  test("are not called recorded by any undo", () => {
    const state = when(
      opened(),
      { kind: "clear", ids: [printing] },
      ...run(printing),
      { kind: "undo" },
      { kind: "redo" },
      { kind: "undo" },
    );
    expect(find(state, printing).outputs).toMatchObject([{ text: "own" }]);
    expect(said(state, printing)).toBe("");
  });

  test("go into a merged cell as what they are", () => {
    const [above, below] = ["suppression-30", "suppression-31"];
    const [one, two] = [find(opened(), printing), find(opened(), "suppression-13")];
    const cells = [
      { ...one, id: above },
      { ...two, id: below },
    ];
    const state = openState({ ...opened().notebook, cells }, true);
    const merged = when(state, ...run(below), { kind: "merge", id: above, side: "below" });
    expect(merged.notebook.cells).toHaveLength(1);
    expect(recordingOf(merged.notebook.cells[0]!)).toBeUndefined();
    const other = when(state, ...run(above), { kind: "merge", id: above, side: "below" });
    expect(recordingOf(other.notebook.cells[0]!)).toMatchObject({ fits: false });
  });
});

test("clearing takes the outputs and what is said of them, and undo brings both back", () => {
  const cleared = when(opened(), { kind: "clear", ids: [printing] });
  expect(find(cleared, printing)).toMatchObject({ outputs: [], metadata: {} });
  expect(said(cleared, printing)).toBe("");
  expect(said(when(cleared, { kind: "undo" }), printing)).toMatch(kept);
});

test("the lower half of a split cell keeps them, as those of another text", () => {
  const state = when(opened(), { kind: "split", id: printing, at: 5, newId: "new" });
  expect(said(state, "new")).toMatch(changed);
  expect(said(state, printing)).toBe("");
  expect(said(when(state, ...run(printing)), printing)).toBe("");
});

test("a link takes them along, saying what they are", async () => {
  const link = await toLink(text, "https://x.test/");
  if (link.kind !== "link" || link.withoutOutputs) throw new Error("no link with outputs");
  const there = opened((await fromLink(new URL(link.href).hash))!);
  expect(said(there, printing)).toMatch(kept);
});

test("a saved page says what they are", () => {
  const plain = (source: string) => source;
  const page = toHtml(parseNotebook(text), { markdown: plain, code: plain, html: plain });
  const count = parseNotebook(text).cells.filter((cell) => recordingOf(cell)).length;
  expect(count).toBeGreaterThanOrEqual(7);
  expect(page.split("; not run in this session</p>")).toHaveLength(count + 1);
});

test("the exported Python checks none of them, and says nothing of them", () => {
  const exported = openInPython(parseNotebook(text), "https://x.test");
  expect(exported.cells).toHaveLength(parseNotebook(text).cells.length + 1);
  expect(serializeNotebook(exported)).not.toContain('"recorded"');
});

test.each<[string, Cell["metadata"][string]]>([
  ["a text", "yes"],
  ["a list", []],
  ["another text's", { by: 5, crc32: "1" }],
  ["a long one", { by: "x".repeat(1000), crc32: 1 }],
])("a mark from anywhere that is %s is read without harm", (_, recorded) => {
  const outputs: Cell["outputs"] = [{ output_type: "stream", name: "stdout", text: "a" }];
  const cell = { ...newCell("code", "1", { neuron_notebook: { recorded } }), outputs };
  expect(recordedText(recordingOf(cell) ?? { by: "", fits: true }).length).toBeLessThan(200);
});

describe.each([
  ["suppression", ["suppression-30", "suppression-31", "suppression-32"]],
  ["hooks-and-caches", ["hooks-18", "hooks-26", "hooks-28"]],
  ["finding-a-neuron", ["finding-19"]],
])("the notebook %s", (name, exercises) => {
  const { cells } = parseNotebook(readFileSync(join(folder, `${name}.ipynb`), "utf8"));

  test("gives no answer to what it asks", () => {
    const bare = cells.filter(
      ({ metadata }) => Array.isArray(metadata.tags) && metadata.tags.includes("unrecorded"),
    );
    expect(bare.map(({ id }) => id)).toEqual(exercises);
    for (const { outputs } of bare) expect(outputs).toEqual([]);
  });

  test("has recorded outputs of the texts that its cells have", () => {
    const shown = cells.filter(({ outputs }) => outputs.length > 0);
    expect(shown.length).toBeGreaterThan(5);
    for (const cell of shown) expect(recordingOf(cell), cell.id).toMatchObject({ fits: true });
  });
});

test("no recorded number is that of the word a", () => {
  for (const name of ["suppression", "hooks-and-caches", "finding-a-neuron"]) {
    const { cells } = parseNotebook(readFileSync(join(folder, `${name}.ipynb`), "utf8"));
    const shown = JSON.stringify(cells.map(({ outputs }) => outputs));
    expect(shown).not.toMatch(/\\n["']?a["']?[\s:]|"word":"a"|\bbert-base/);
  }
});
