// .ipynb in and out: files of different makers, byte for byte; edits that touch only what they touch; hostile files.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import {
  type Cell,
  type Notebook,
  newCell,
  newId,
  newNotebook,
  parseNotebook,
  StorageError,
  serializeNotebook,
  titleOf,
  toScript,
} from "../../../src/storage/index.ts";

const folder = join(import.meta.dirname, "../../fixtures/notebooks");
const files = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const load = (name: string) => readFileSync(join(folder, name), "utf8");

/** a notebook with one of its cells changed */
function edited({ cells, ...rest }: Notebook, at: number, change: Partial<Cell>): Notebook {
  return { ...rest, cells: cells.map((cell, i) => (i === at ? { ...cell, ...change } : cell)) };
}

/** lines that a text has and another has not, and the other way round */
function difference(before: string, after: string): { gone: string[]; come: string[] } {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) };
}

/** what may differ in a file that was only opened and saved, taken out of it */
function withoutDemands(text: string, ids: readonly string[]): string {
  const plain = JSON.parse(text);
  plain.nbformat_minor = 5;
  for (const cell of plain.cells) if (ids.includes(cell.id)) delete cell.id;
  return JSON.stringify(plain);
}

describe("files of different makers", () => {
  it("are at least ten", () => {
    expect(files.length).toBeGreaterThanOrEqual(10);
  });

  it.each(files)("%s comes back with nothing but what 4.5 demands", (name) => {
    const text = load(name);
    const notebook = parseNotebook(text);
    const saved = serializeNotebook(notebook);
    const before = JSON.parse(text);
    const own = before.cells.map((cell: { id?: string }) => cell.id);
    const given = notebook.cells.map(({ id }) => id).filter((id) => !own.includes(id));
    if (before.nbformat_minor === 5 && given.length === 0) expect(saved).toBe(text);
    else {
      const { gone, come } = difference(text, saved);
      // compact files are one line
      if (text.includes("\n")) {
        expect(gone.every((line) => /nbformat_minor|[[{]\s*$/.test(line) || line.endsWith("}"))).toBe(true);
        for (const line of come) expect(line).toMatch(/nbformat_minor|"id": "[\w-]+"|[{}[\]],?\s*$/);
      }
      expect(withoutDemands(saved, given)).toBe(withoutDemands(text, given));
    }
    expect(JSON.parse(saved)).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
    // from here on it is the same to the byte
    expect(serializeNotebook(parseNotebook(saved))).toBe(saved);
  });

  it.each(files)("%s: an edited source changes that source and nothing else", (name) => {
    const text = serializeNotebook(parseNotebook(load(name)));
    const notebook = parseNotebook(text);
    const saved = serializeNotebook(edited(notebook, 0, { source: "first\nsecond é" }));
    const [a, b] = [JSON.parse(text), JSON.parse(saved)];
    expect([b.cells[0].source].flat().join("")).toBe("first\nsecond é");
    b.cells[0].source = a.cells[0].source;
    expect(JSON.stringify(b)).toBe(JSON.stringify(a));
    const rest = text.slice(notebook.cells[0]!.origin!.to);
    expect(saved.endsWith(rest)).toBe(true);
  });

  it("keeps numbers, escapes, line breaks, tabs and a key named __proto__ as they stand", () => {
    const text = load("by-hand-windows.ipynb");
    const saved = serializeNotebook(edited(parseNotebook(text), 0, { source: "x = 2" }));
    expect(saved).toBe(text.replace(String.raw`"x = 1\ny = 2"`, '"x = 2"'));
    const { metadata, ...cell } = parseNotebook(text).cells[0]!;
    const other = serializeNotebook({
      ...parseNotebook(text),
      cells: [{ ...cell, metadata: { ...metadata, zoom: 2 } }, parseNotebook(text).cells[1]!],
    });
    expect(other).toBe(text.replace('"zoom": 1.0', '"zoom": 2'));
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it("indents a file's new cells, outputs and metadata as the file is", () => {
    const text = serializeNotebook(parseNotebook(load("by-hand-colab.ipynb")));
    const notebook = parseNotebook(text);
    const ran = edited(notebook, 1, {
      count: 2,
      outputs: [{ output_type: "stream", name: "stdout", text: "7\n8\n" }],
    });
    const cell = { ...newCell("code", "a\nb"), id: "new1" };
    const saved = serializeNotebook({ ...ran, cells: [...ran.cells, cell] });
    expect(saved).toBe(JSON.stringify(JSON.parse(saved), null, 2));
    expect(JSON.parse(saved).cells[2]).toEqual({
      cell_type: "code",
      execution_count: null,
      id: "new1",
      metadata: {},
      outputs: [],
      source: ["a\n", "b"],
    });
  });
});

describe("edits", () => {
  const text = serializeNotebook({
    ...newNotebook(),
    cells: ["one", "two", "three"].map((source) => newCell("code", source)),
  });
  const cells = parseNotebook(text).cells;
  const sources = (saved: string) => parseNotebook(saved).cells.map(({ source }) => source);

  it("writes a new notebook as Jupyter does", () => {
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 1)}\n`);
    expect(serializeNotebook(parseNotebook(serializeNotebook(newNotebook())))).toBe(
      serializeNotebook(newNotebook()),
    );
  });

  it("moves, deletes, duplicates and changes the kind of cells", () => {
    const [one, two, three] = cells as [Cell, Cell, Cell];
    const save = (...cells: Cell[]) => serializeNotebook({ ...parseNotebook(text), cells });
    expect(sources(save(three, one))).toEqual(["three", "one"]);
    expect(save(one, two, three)).toBe(text);
    const copy = parseNotebook(save(one, { ...one, id: newId() })).cells;
    expect(copy.map(({ source }) => source)).toEqual(["one", "one"]);
    expect(copy[0]!.id).not.toBe(copy[1]!.id);
    const prose = JSON.parse(save({ ...two, kind: "markdown" })).cells[0];
    expect(prose).toEqual({ cell_type: "markdown", id: two.id, metadata: {}, source: ["two"] });
    expect(save()).toContain('"cells": []');
    expect(sources(serializeNotebook({ ...parseNotebook(save()), cells: [one] }))).toEqual(["one"]);
  });

  it("takes a cell of another file, with the fields that are unknown here", () => {
    const foreign = parseNotebook(load("by-hand-colab.ipynb")).cells[1]!;
    const saved = JSON.parse(serializeNotebook({ ...parseNotebook(text), cells: [...cells, foreign] }));
    expect(saved.cells[3].metadata.outputId).toBe(foreign.metadata.outputId);
  });

  it("survives structuredClone, which takes away what is known of the cells' places by identity", () => {
    const clone = structuredClone(parseNotebook(load("by-hand-windows.ipynb")));
    expect(serializeNotebook(clone)).toBe(load("by-hand-windows.ipynb"));
  });
});

/** [what is wrong, the text, what the complaint says] */
const cell = (json: string) =>
  `{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"markdown","metadata":{},"source":""},${json}]}`;
const hostile: [string, string, RegExp][] = [
  ["nothing", "", /not a Jupyter notebook/],
  ["a web page", "<!doctype html>", /not a Jupyter notebook/],
  ["a list", "[]", /not a Jupyter notebook/],
  ["another object", '{"a":1}', /not a Jupyter notebook/],
  ["a cut file", '{\n "cells": [\n  {"cell_type"', /cut off: it ends too early at line 3, column 15/],
  ["something after its end", `${cell("{}").replace(/,\{\}/, "")} x`, /something follows after its end/],
  ["a control character", cell('"\u0001"'), /damaged/],
  ["a wrong escape", cell(String.raw`"\x"`), /damaged/],
  ["a depth of a million", `{"a":${"[".repeat(1e6)}`, /nested more than 200/],
  ["format 3", '{"nbformat":3,"worksheets":[]}', /old format 3/],
  ["no format, with worksheets", '{"worksheets":[]}', /old format, /],
  ["format 5", '{"nbformat":5,"cells":[]}', /format 5\.0/],
  ["a format in words", '{"nbformat":"4","cells":[]}', /format "4"\.0/],
  ["no cells", '{"nbformat":4}', /no list of cells/],
  ["cells that are no list", '{"nbformat":4,"cells":{}}', /no list of cells/],
  ["metadata that are no object", '{"nbformat":4,"metadata":[],"cells":[]}', /metadata/],
  ["a cell that is no object", cell("7"), /Cell 2 .* not an object/],
  ["a cell without a kind", cell("{}"), /Cell 2 .* which kind/],
  ["a cell of another kind", cell('{"cell_type":"heading"}'), /Cell 2 .* unknown kind "heading"/],
  ["a source of numbers", cell('{"cell_type":"code","source":[1]}'), /Cell 2 .* source/],
  ["metadata of a cell", cell('{"cell_type":"code","source":"","metadata":3}'), /Cell 2 .* metadata/],
  ["outputs", cell('{"cell_type":"code","outputs":{}}'), /Cell 2 .* outputs that are not a list/],
  ["an output", cell('{"cell_type":"code","outputs":[{}]}'), /Cell 2 .* output .* number 1/],
  ["attachments", cell('{"cell_type":"raw","attachments":1}'), /Cell 2 .* attachments/],
  ["too many characters", " ".repeat(2 ** 26 + 1), /64 MB/],
];

describe("what is no notebook is refused in a sentence", () => {
  it.each(hostile)("%s", (_, text, sentence) => {
    let caught: unknown;
    try {
      parseNotebook(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(StorageError);
    expect(caught).toMatchObject({ code: "notebook-invalid", message: expect.stringMatching(sentence) });
    expect((caught as StorageError).message.length).toBeLessThan(250);
  });
});

it("takes for damaged exactly what JSON.parse refuses, wherever a file was hit", () => {
  const text = load("by-hand-windows.ipynb");
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const pieces = [
    "",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\u0000",
    "0",
    "-",
    ".",
    "e",
    "x",
    "null",
    "\u2028",
  ];
  let refused = 0;
  for (let i = 0; i < 3000; i++) {
    const at = random(text.length);
    const hit = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(3));
    let valid = true;
    try {
      JSON.parse(hit);
    } catch {
      valid = false;
    }
    try {
      const saved = serializeNotebook(parseNotebook(hit));
      expect(valid, hit).toBe(true);
      JSON.parse(saved);
    } catch (error) {
      expect(error, hit).toMatchObject({ code: "notebook-invalid" });
      if (!valid) refused++;
      else expect((error as Error).message, hit).not.toMatch(/damaged/);
    }
  }
  // both happened, often
  expect(refused).toBeGreaterThan(500);
  expect(refused).toBeLessThan(2900);
});

describe("what is merely odd is opened", () => {
  const parsed = (json: string) => parseNotebook(cell(json));

  it("with missing fields, which are added when it is saved", () => {
    const saved = JSON.parse(serializeNotebook(parsed('{"cell_type":"code"}')));
    expect(saved.cells[1]).toEqual({
      cell_type: "code",
      execution_count: null,
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      metadata: {},
      outputs: [],
      source: [],
    });
  });

  it("with ids that are there twice or not allowed, which become others", () => {
    const twice = '{"cell_type":"raw","id":"a","metadata":{},"source":""}';
    const notebook = parsed(
      `${twice},${twice},${twice.replace('"a"', '"no id!"')},${twice.replace('"a"', "5")}`,
    );
    const saved = JSON.parse(serializeNotebook(notebook));
    const ids: string[] = saved.cells.map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids[1]).toBe("a");
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/);
  });

  it("with a byte order mark, NaN, unknown outputs and lists of lines in an image", () => {
    const output =
      '{"output_type":"hologram","data":{}},{"output_type":"display_data","data":{"image/png":["ab\\n","cd"],"x":NaN}}';
    const text = `\ufeff${cell(`{"cell_type":"code","id":"z","metadata":{},"source":"","execution_count":1,"outputs":[${output}]}`)}`;
    const notebook = parseNotebook(text);
    const [first, second] = notebook.cells[1]!.outputs;
    expect(first).toMatchObject({ data: { "text/plain": expect.stringContaining("hologram") } });
    expect(second).toMatchObject({ data: { "image/png": "ab\ncd", x: null } });
    expect(serializeNotebook(notebook)).toContain(output);
    expect(serializeNotebook(notebook).startsWith("{")).toBe(true);
  });

  it("with a hundred thousand cells' worth of text in time that grows with its length", () => {
    const many = `{"cell_type":"code","outputs":[],"source":"${"x".repeat(2000)}"}`;
    const notebook = parsed(Array.from({ length: 5000 }, () => many).join());
    expect(parseNotebook(serializeNotebook(notebook)).cells).toHaveLength(5001);
  });
});

test.each([
  ["# A *fine* [day](https://x.test) #", "A fine day"],
  ["text\n\n## Second `one`", "Second one"],
  ["```\n# not this\n```\n# this", "this"],
  ["Underlined\n=====", "Underlined"],
  ['<h1 align="center">In <b>HTML</b></h1>', "In HTML"],
  ["no heading", "Untitled"],
])("the title of %j is %j", (source, title) => {
  const notebook = { ...newNotebook(), cells: [newCell("code", "# code"), newCell("markdown", source)] };
  expect(titleOf(notebook)).toBe(title);
  expect(titleOf({ ...notebook, metadata: { title: " Mine " } })).toBe("Mine");
});

test("a title of any length is cut, at a whole character", () => {
  const titled = (title: string) => titleOf({ ...newNotebook(), metadata: { title } });
  expect(titled("x".repeat(300))).toHaveLength(300);
  expect(titled("x".repeat(1_000_000))).toHaveLength(300);
  expect(titled(`x${"🙂".repeat(200)}`).isWellFormed()).toBe(true);
});

test.each([
  "x",
  "x ",
  "# ",
  "<h1>",
  "<h1 ",
  "[",
  "<",
  "x\n=",
  "# x\t",
  "```\n",
  "#",
])("a text of many %j is looked through once for a title", (text) => {
  const many = `${text.repeat(200_000 / text.length)}.`;
  const began = performance.now();
  titleOf({ ...newNotebook(), cells: [newCell("markdown", many), newCell("markdown", `# ${many}`)] });
  // what grows by the square takes a minute
  expect(performance.now() - began).toBeLessThan(5000);
});

describe("a script", () => {
  const script = (source: string) => toScript({ ...newNotebook(), cells: [newCell("code", source)] });

  it("has Markdown and raw cells as comments", () => {
    const cells = [newCell("markdown", "# A\n\nb"), newCell("raw", "x"), newCell("code", "y = 1\n")];
    expect(toScript({ ...newNotebook(), cells })).toBe(
      "# %% [markdown]\n# # A\n#\n# b\n\n# %% [raw]\n# x\n\n# %%\ny = 1\n",
    );
  });

  it("is made of a long line as fast", () => {
    const began = performance.now();
    expect(script(`${" ".repeat(200_000)}x`)).toHaveLength(200_007);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it.each([
    ["%pip install x", "# %pip install x"],
    [
      "!ls -l \\\n  /tmp\nx = 1",
      "# !ls -l \\\npass  # /tmp\nx = 1".replace("pass  # /tmp", "  pass  # /tmp"),
    ],
    ["if a:\n    !ls", "if a:\n    pass  # !ls"],
    ["files = !ls", "# files = !ls"],
    ["print?", "# print?"],
    ["%%bash\nls\nx", "# %%bash\n# ls\n# x"],
    ["y = (a\n% b)", "y = (a\n% b)"],
    ['s = """\n%d\n!x\n"""\n!ls', 's = """\n%d\n!x\n"""\n# !ls'],
    ["s = 'it''s ('  # (\n!ls", "s = 'it''s ('  # (\n# !ls"],
    ["z = 7 \\\n% 4", "z = 7 \\\n% 4"],
    ["a = b != c", "a = b != c"],
  ])("of %j is %j", (source, expected) => {
    expect(script(source)).toBe(`# %%\n${expected}\n`);
  });
});
