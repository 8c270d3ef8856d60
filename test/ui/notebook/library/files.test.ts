// Notebooks on their way in and out, as far as that needs no page: links, archives, file names, the reading copy, the copy
// for Python, saving as one types.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { roundedText, roundingText, tutorial } from "../../../../src/model/index.ts";
import {
  type Cell,
  type Notebook,
  type NotebookStore,
  newCell,
  newNotebook,
  openNotebooks,
  parseNotebook,
  serializeNotebook,
  titleOf,
} from "../../../../src/storage/index.ts";
import { withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import { Autosave, type SaveState } from "../../../../src/ui/notebook/library/autosave.ts";
import { builtIns } from "../../../../src/ui/notebook/library/builtins.ts";
import { differing, fileName } from "../../../../src/ui/notebook/library/files.ts";
import { openInPython } from "../../../../src/ui/notebook/library/open-in-python.ts";
import { fromLink, linkLimit, toLink } from "../../../../src/ui/notebook/library/share.ts";
import { toZip } from "../../../../src/ui/notebook/library/zip.ts";
import { escapeHtml } from "../../../../src/ui/notebook/render/escape-html.ts";
import { toHtml } from "../../../../src/ui/notebook/render/export-html.ts";
import { comparisonType } from "../../../../src/ui/notebook/run/comparison.ts";

const notebookOf = (...cells: Cell[]): Notebook => ({ ...newNotebook(), cells });
const ran = (source: string, ...outputs: Cell["outputs"]): Cell => ({
  ...newCell("code", source),
  count: 1,
  outputs,
});
const printed = (text: string) => ({ output_type: "stream", name: "stdout", text }) as const;
const value = (data: Record<string, string>) =>
  ({ output_type: "execute_result", data, metadata: {}, execution_count: 1 }) as const;
const rows = [{ word: "this", before: 3.287e-2, after: 1.383e-2, delta: -0.579 }];
const comparison = {
  output_type: "display_data",
  data: { [comparisonType]: { rows }, "text/plain": "det\tthis" },
  metadata: {},
} as const;

const page = "https://x.test/notebook.html";

describe("a link", () => {
  const text = serializeNotebook(
    notebookOf(newCell("markdown", "# Grüße 😀"), ran("print(1)", printed("1\n"))),
  );
  const fragmentOf = (href: string) => new URL(href).hash;

  it("holds the whole notebook, in characters that no program encodes", async () => {
    const link = await toLink(text, `${page}#old`);
    if (link.kind !== "link") throw new Error("too long");
    expect(link.withoutOutputs).toBe(false);
    expect(link.href).toMatch(/^https:\/\/x\.test\/notebook\.html#notebook=[\w-]+$/);
    expect(JSON.parse((await fromLink(fragmentOf(link.href)))!)).toEqual(JSON.parse(text));
  });

  it("holds numbers and all else as they are written", async () => {
    const foreign = String.raw`{"big":12345678901234567890,"one":1.0,"e":1e3,"nan":NaN,"a b":"\u00e9 \" 1 , 2","a b":[ ]}`;
    const spaced = (outputs: string) =>
      `{\r\n "nbformat": 4, "nbformat_minor": 5,\n\t"metadata": ${foreign.replaceAll(',"', ' ,\n"')},
      "cells": [ {"id": "a", "cell_type": "code", "source": "x", "metadata": ${foreign},\n "outputs": ${outputs}, "execution_count": 1} ] }\n`;
    const link = await toLink(spaced('[{"output_type": "stream", "name": "stdout", "text": "1"}]'), page);
    if (link.kind !== "link") throw new Error("too long");
    const there = (await fromLink(fragmentOf(link.href)))!;
    const tight = foreign.replace("[ ]", "[]");
    expect(there).toContain(`"metadata":${tight},"cells":[{"id":"a"`);
    expect(there).toContain(`"source":"x","metadata":${tight},"outputs":[{"output_type":"stream"`);
    const noise = Array.from({ length: 20_000 }, (_, i) => Math.sin(i + 1).toString(36)).join("");
    const long = await toLink(spaced(JSON.stringify([printed(noise)])), page);
    if (long.kind !== "link") throw new Error("too long");
    const left = (await fromLink(fragmentOf(long.href)))!;
    expect(left).toContain(`"source":"x","metadata":${tight},"outputs":[],"execution_count":null}]}`);
  });

  it("leaves outputs out where only so it fits, and says so", async () => {
    // digits that cannot be deflated below the limit
    const noise = Array.from({ length: 20_000 }, (_, i) => Math.sin(i + 1).toString(36)).join("");
    const link = await toLink(serializeNotebook(notebookOf(ran("x", printed(noise)))), page);
    if (link.kind !== "link") throw new Error("too long");
    expect(link.withoutOutputs).toBe(true);
    expect(parseNotebook((await fromLink(fragmentOf(link.href)))!).cells[0]).toMatchObject({
      source: "x",
      outputs: [],
    });
    const long = await toLink(serializeNotebook(notebookOf(newCell("code", noise))), page);
    expect(long.kind === "too-long" && long.length).toBeGreaterThan(linkLimit);
  });

  it("without a notebook is none", async () => {
    expect(await fromLink("")).toBeUndefined();
    expect(await fromLink("#layer=9")).toBeUndefined();
  });

  const encoded = (bytes: Uint8Array) => `#notebook=${Buffer.from(bytes).toString("base64url")}`;
  it.each([
    ["nothing", "#notebook="],
    ["garbage", "#notebook=%%%%"],
    ["bytes that are no deflate", encoded(Buffer.from("not deflated"))],
    ["half of one", encoded(deflateRawSync(text).subarray(0, 60))],
    ["bytes that are no text", encoded(deflateRawSync(Buffer.from([0xff, 0xfe, 0xff])))],
    ["a bomb", encoded(deflateRawSync(Buffer.alloc(64 * 2 ** 20)))],
  ])("of %s is refused in a sentence", async (_, fragment) => {
    await expect(fromLink(fragment)).rejects.toMatchObject({
      code: "notebook-invalid",
      message: expect.stringMatching(/^The link holds no notebook/),
    });
  });
});

/** the files of an archive, read by its directory as any program does, with their sums checked */
function unzipped(bytes: Buffer): Record<string, string> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  expect(at + bytes.readUInt32LE(end + 12)).toBe(end);
  const files: Record<string, string> = {};
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    expect(bytes.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, size, label] = [
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
    ];
    const local = bytes.readUInt32LE(at + 42);
    expect(bytes.readUInt32LE(local)).toBe(0x04034b50);
    // the same facts stand in both places
    expect(bytes.subarray(local + 4, local + 30)).toEqual(bytes.subarray(at + 6, at + 32));
    const content = bytes.subarray(local + 30 + label, local + 30 + label + size);
    expect(crc32(content)).toBe(sum);
    files[bytes.toString("utf8", at + 46, at + 46 + label)] = content.toString();
    at += 46 + label;
  }
  expect(at).toBe(end);
  return files;
}

test("an archive holds every file", async () => {
  const files = new Map([
    ["Grüße.ipynb", "{}"],
    ["two.ipynb", "é".repeat(70_000)],
  ]);
  expect(unzipped(Buffer.from(await toZip(files).arrayBuffer()))).toEqual(Object.fromEntries(files));
  expect(unzipped(Buffer.from(await toZip(new Map()).arrayBuffer()))).toEqual({});
});

test.each([
  ["A day", "A day.ipynb"],
  ['a/b\\c:d*?<e>|"f"', "a b c d e f.ipynb"],
  ["../../etc", "etc.ipynb"],
  ["", "Untitled.ipynb"],
  ["Ünï 中文", "Ünï 中文.ipynb"],
  ["x".repeat(300), `${"x".repeat(80)}.ipynb`],
])("the file of %j is %j", (title, name) => {
  expect(fileName(title, ".ipynb")).toBe(name);
});

test("files of equal titles get different names", () => {
  expect(differing(["A", "a", "B", "A"], ".x")).toEqual(["A.x", "a (2).x", "B.x", "A (3).x"]);
});

describe("the reading copy", () => {
  const render = {
    // whatever passes through html is harmless, and nothing else may come from a notebook
    markdown: (source: string) => `<p onclick="evil()">${source}</p>`,
    code: (source: string) => escapeHtml(source),
    html: (source: string) => `<div>${escapeHtml(source)}</div>`,
  };
  const notebook = notebookOf(
    newCell("markdown", "# A </title><script>alert(1)</script>"),
    newCell("raw", "<script>raw</script>"),
    ran(
      "print('<b>')",
      printed("\u001b[31mred\u001b[0m <i>"),
      { output_type: "stream", name: "stderr", text: "careful" },
      value({ "text/html": "<script>evil</script>", "text/plain": "x" }),
      { output_type: "display_data", data: { "image/png": "iVBORw0KGgo=" }, metadata: {} },
      { output_type: "error", ename: "E", evalue: "<v>", traceback: [] },
      comparison,
    ),
  );
  const html = toHtml(notebook, render, 'https://x.test/"><script>');

  it("has no script, no handler and nothing to fetch", () => {
    expect(html).not.toMatch(/<script|<[^>]*\son\w+=|<link|<iframe|@import|url\(/i);
    expect(html).not.toMatch(/(?:src|href)="(?!data:|https:\/\/x\.test)/);
    expect(html).toContain("default-src 'none'");
  });

  it("keeps what came from outside in its box", () => {
    expect(html).toContain('<div class="prose contained"><div>');
    expect(html.match(/<div class="output contained">/g)).toHaveLength(6);
    expect(html).toMatch(/\.contained \{\s*contain: layout paint style;/);
  });

  it("shows prose, code and outputs", () => {
    for (const part of [
      "red &lt;i&gt;",
      "careful",
      "E: &lt;v&gt;",
      "data:image/png;base64,iVBORw0KGgo=",
      "3.287e-02",
      "[1]",
    ])
      expect(html).toContain(part);
    expect(html).toContain('<pre class="raw">&lt;script&gt;raw');
    expect(html).not.toContain("\u001b");
  });
});

test("the reading copy has bars, dots and the fields of a form, and what is hidden behind its title", () => {
  const experiment = { ...tutorial, hook: { kind: "scale", factor: 0.5 }, model: "tiny" } as const;
  const source = toPython(experiment, "tiny");
  const form: Cell = { ...newCell("code", source), metadata: withExperiment({}, experiment) };
  const hidden = {
    ...ran('#@title Check <it> { display-mode: "form" }\nprint(1)', printed("2")),
    metadata: { collapsed: true },
  };
  const render = { markdown: escapeHtml, code: escapeHtml, html: escapeHtml };
  const html = toHtml(notebookOf(form, ran("", comparison), hidden), render);
  expect(html).toContain("<dt>Sentence</dt><dd>Raymond is selling [MASK] sketches.</dd>");
  expect(html).toContain("<dt>Neuron</dt><dd>1094</dd>");
  expect(html).toContain("<dt>What is done to it</dt><dd>multiplied by 0.5</dd>");
  expect(html.match(/class="bar (up|down)?" style="width:\d+\.\d\d%"/g)!.length).toBeGreaterThan(1);
  expect(html).toMatch(/<rect class="down"|<circle class="up"/);
  expect(html).toMatch(/<summary>Check &lt;it&gt;<\/summary><pre class="code">/);
  expect(html).toMatch(/<summary>Output<\/summary><div class="outputs">/);
  expect(html).toContain("print-color-adjust: exact");
});

describe("the copy for Python", () => {
  const sources = (notebook: Notebook) =>
    openInPython(notebook, "https://x.test/site/").cells.map(({ source }) => source);

  it("begins with what installs and imports the real thing, and knows the site", () => {
    const [first] = sources(notebookOf(newCell("markdown", "a")));
    expect(first).toContain("transformer_lens");
    expect(first).toContain('SITE_URL = "https://x.test/site"');
    expect(first).not.toContain("__SITE_URL__");
  });

  it("checks what was printed, the value and the last comparison", () => {
    const older = { ...comparison, data: { [comparisonType]: { rows: [] } } };
    const cell = ran("c", older, printed("a "), printed("b\n"), comparison, value({ "text/plain": "0.5" }));
    expect(sources(notebookOf(cell)).slice(1)).toEqual([
      "c",
      'check_printed("a b\\n")',
      'check_value("0.5")',
      `check_comparison(${JSON.stringify(rows)})`,
    ]);
  });

  it("checks nothing that rounded weights gave, and has models by their own names", () => {
    const rounding = { sentences: 32, logit: 0.2, probability: 0.02 };
    const said = [
      { ...printed(`${roundingText({ encoding: "int8", rounding })}\n`), name: "stderr" } as const,
      value({ "text/plain": `int8 weights (${roundedText({ rounding })})` }),
    ];
    for (const output of said) {
      const [first, ...rest] = sources(notebookOf(ran("load", output), ran("c", printed("0.5\n"))));
      expect(first).toContain('re.sub("-(fp16|int8)$", "", name)');
      expect(rest).toEqual(["load", "c"]);
    }
    expect(sources(notebookOf(ran("c", printed("a"))))[0]).not.toContain("fp16|int8");
  });

  it.each<[string, Cell]>([
    ["outputs", ran("c")],
    ["a value that differs each time", ran("c", value({ "text/plain": "<object at 0x7f>" }))],
    ["a value that is more than text", ran("c", value({ "text/plain": "t", "text/html": "<b>t</b>" }))],
    ["success", ran("c", printed("a"), { output_type: "error", ename: "E", evalue: "", traceback: [] })],
    [
      "numbers",
      ran("c", { ...comparison, data: { [comparisonType]: { rows: [{ ...rows[0]!, delta: null }] } } }),
    ],
  ])("checks nothing without %s", (_, cell) => {
    expect(sources(notebookOf(cell)).slice(1)).toEqual(["c"]);
  });

  it.each([
    null,
    "a text",
    {},
    { rows: null },
    { rows: [] },
    { rows: [null] },
    { rows: [{ word: "this", before: 2, after: 0, delta: 1 }] },
  ])("checks nothing of a comparison that is none: %j", (data) => {
    const cell = ran("c", { ...comparison, data: { [comparisonType]: data } });
    expect(sources(notebookOf(cell)).slice(1)).toEqual(["c"]);
  });

  it("checks what the source of an experiment prints", () => {
    const cell = { ...ran("print", comparison), metadata: { neuron_notebook: { experiment: { layer: 9 } } } };
    expect(sources(notebookOf(cell)).slice(1)).toEqual(["print", 'check_printed("det\\tthis")']);
  });

  it("is a notebook without outputs whose kernel is Python 3, and leaves the original as it was", () => {
    const notebook = notebookOf(ran("c", printed("a")));
    const copy = JSON.parse(serializeNotebook(openInPython(notebook, "https://x.test")));
    expect(copy.metadata.kernelspec.name).toBe("python3");
    for (const cell of copy.cells) expect(cell).toMatchObject({ outputs: [], execution_count: null });
    expect(notebook.cells[0]!.outputs).toHaveLength(1);
  });
});

test("the notebooks of the site can be read, in order, each with a title and a sentence", async () => {
  const all = builtIns();
  expect(all.map(({ name }) => name)).toEqual(["suppression", "hooks-and-caches", "finding-a-neuron"]);
  for (const { name, title, summary } of all) {
    const text = readFileSync(join(import.meta.dirname, `../../../../notebooks/${name}.ipynb`), "utf8");
    expect(titleOf(parseNotebook(text))).toBe(title);
    expect(summary).toMatch(/\.$/);
    expect(serializeNotebook(parseNotebook(text))).toBe(text);
  }
});

describe("saving as one types", () => {
  let store: NotebookStore;
  const states: SaveState[] = [];
  const copies: string[] = [];
  beforeEach(async () => {
    vi.useFakeTimers();
    vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
    const window = new EventTarget();
    vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
    vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
    states.length = 0;
    copies.length = 0;
    store = await openNotebooks();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const begin = async () => {
    const record = await store.create({ title: "T", source: { kind: "new" }, text: "0", trusted: true });
    const ports = {
      onState: (state: SaveState) => states.push(state),
      onConflict: ({ title }: { title: string }) => copies.push(title),
    };
    return { id: record.id, autosave: new Autosave(store, record, ports) };
  };
  const textOf = async (id: string) => (await store.read(id))?.text;

  it("waits for a pause, and not for ever", async () => {
    const { id, autosave } = await begin();
    for (let i = 1; i <= 30; i++) {
      autosave.change(() => ({ text: String(i), title: "T" }));
      await vi.advanceTimersByTimeAsync(100);
    }
    const during = Number(await textOf(id));
    expect(during).toBeGreaterThan(0);
    expect(during).toBeLessThan(30);
    await vi.advanceTimersByTimeAsync(500);
    expect(await textOf(id)).toBe("30");
    expect(states.at(-1)).toBe("saved");
  });

  it("saves what changed while it saved", async () => {
    const { id, autosave } = await begin();
    autosave.change(() => {
      autosave.change(() => ({ text: "second", title: "T" }));
      return { text: "first", title: "T" };
    });
    await autosave.flush();
    expect(await textOf(id)).toBe("second");
    expect(autosave.pending).toBe(false);
  });

  it("saves when the page is hidden", async () => {
    const { id, autosave } = await begin();
    autosave.change(() => ({ text: "1", title: "T" }));
    Object.assign(document, { visibilityState: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
    expect(await textOf(id)).toBe("1");
  });

  it("goes on in a copy when another tab has written, once", async () => {
    const { id, autosave } = await begin();
    const theirs = await store.write(id, "theirs", "T", 1);
    autosave.change(() => ({ text: "mine", title: "T" }));
    if (theirs.kind !== "written") throw new Error("not written");
    expect(autosave.entry(theirs.record)).toBe("ignore");
    await autosave.flush();
    autosave.change(() => ({ text: "more", title: "T" }));
    await autosave.flush();
    expect(copies).toEqual(["T (from the other tab)"]);
    expect(await textOf(id)).toBe("theirs");
    expect(await textOf(autosave.record.id)).toBe("more");
    expect((await store.list()).map(({ title }) => title).sort()).toEqual(["T", "T (from the other tab)"]);
  });

  it("lets another tab's version be shown when nothing of this one's is unsaved", async () => {
    const { id, autosave } = await begin();
    const theirs = await store.write(id, "theirs", "T", 1);
    if (theirs.kind !== "written") throw new Error("not written");
    expect(autosave.entry(theirs.record)).toBe("reload");
    expect(autosave.entry({ ...theirs.record, id: "another" })).toBe("ignore");
  });

  it("says a failure, keeps the content and tries again with the next change", async () => {
    const { id, autosave } = await begin();
    const write = vi
      .spyOn(store, "write")
      .mockRejectedValueOnce(Object.assign(new Error("Full."), { hint: "Free some." }));
    autosave.change(() => ({ text: "1", title: "T" }));
    await autosave.flush();
    expect(states.at(-1)).toEqual({ message: "Full.", hint: "Free some." });
    expect(autosave.pending).toBe(true);
    await autosave.flush();
    expect(await textOf(id)).toBe("1");
    expect(write).toHaveBeenCalledTimes(2);
  });

  it("closes only when everything is saved, and keeps nothing that comes after", async () => {
    const { id, autosave } = await begin();
    vi.spyOn(store, "write").mockRejectedValueOnce(new Error("Full."));
    autosave.change(() => ({ text: "1", title: "T" }));
    expect(await autosave.close()).toBe(false);
    autosave.change(() => ({ text: "2", title: "T" }));
    expect(await autosave.close()).toBe(true);
    autosave.change(() => ({ text: "3", title: "T" }));
    await autosave.flush();
    expect(await textOf(id)).toBe("2");
  });
});
