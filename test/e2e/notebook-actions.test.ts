// Everything that changes cells, by each way there is to ask for it: a button, a cell's menu, a key. Each time: where the
// focus is afterwards, that what is typed then harms no cell, that undo brings back exactly what was there, and that redo
// repeats it.

import type { Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { tutorial } from "../../src/model/index.ts";
import { withExperiment } from "../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../src/ui/notebook/book/experiment-source.ts";
import { cells, focusOf, press, section, selected, texts } from "./open-notebook.ts";
import { chooseMore, openFile, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let page: Page;
beforeAll(async () => {
  page = await open();
});
afterEach(async ({ task }) => {
  // the next one starts with the file as it is, whatever this one has left
  if (task.result?.state === "fail") {
    await page.close();
    page = await open();
  }
});

const output = { output_type: "stream", name: "stdout", text: "said\n" };
const code = (id: string, source: string, count: number) => ({
  cell_type: "code",
  id,
  metadata: {},
  source,
  outputs: [output],
  execution_count: count,
});
/** one of each kind; the first of code is in the middle, and selected */
const file = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: "markdown", id: "prose", metadata: {}, source: "# Title" },
    code("first", "alpha = 1\nbeta = 2", 3),
    code("second", "gamma = 3", 4),
    { cell_type: "raw", id: "raw", metadata: {}, source: "as it is" },
    {
      ...code("form", toPython(tutorial, "minibert-blimp"), 5),
      metadata: withExperiment({}, { ...tutorial, model: "minibert-blimp" }),
    },
  ],
});

async function open(): Promise<Page> {
  const page = await openNotebook(here.browser, here.server.url);
  await openFile(page, file);
  await page.getByRole("heading", { name: "Title", exact: true }).waitFor();
  return page;
}

const state = async () => JSON.stringify({ cells: await cells(page), selected: (await selected(page))[0] });
/** the selected cell is seen, at least in part */
const isShown = async () => {
  const box = await section(page, Number((await selected(page))[0])).boundingBox();
  return box !== null && box.y < 900 && box.y + box.height > 0;
};

/** Choose from the bar's menu, a cell's menu, or press a button. */
const more = (name: string) => chooseMore(page, name);
const button = (name: string) =>
  page.locator("nn-toolbar").getByRole("button", { name, exact: true }).click();
const menu = async (cell: number, name: string) => {
  await section(page, cell).hover();
  await page.getByRole("button", { name: `More for cell ${cell}`, exact: true }).click();
  await section(page, cell).getByRole("button", { name, exact: true }).click();
};
const replace = async (all: boolean) => {
  await press(page, "Control+f");
  await page.getByRole("searchbox", { name: "Find" }).fill("gamma");
  await page.getByRole("textbox", { name: "Replace with" }).fill("delta");
  await page.getByRole("button", { name: all ? "Replace all" : "Replace", exact: true }).click();
};

interface Action {
  readonly name: string;
  /** by each way there is */
  readonly ways: Readonly<Record<string, () => Promise<unknown>>>;
  /** the kinds of all cells afterwards, by their first letters: m, c, r */
  readonly kinds?: string;
  /** where the focus is afterwards; cells have it after a key, by default */
  readonly focus?: Readonly<Record<string, string>>;
  /** before it: which cell is selected, and what is to be done first */
  readonly at?: number;
  /** it is typing itself */
  readonly typing?: boolean;
}

const actions: readonly Action[] = [
  {
    name: "insert code",
    ways: {
      button: () => button("+ Code"),
      menu: () => menu(2, "Insert code below"),
      key: () => press(page, "b"),
    },
    kinds: "mcccrc",
    focus: { button: "editor 3", menu: "editor 3", key: "cell 3" },
  },
  {
    name: "insert code above",
    ways: { key: () => press(page, "a") },
    kinds: "mcccrc",
    focus: { key: "cell 2" },
  },
  {
    name: "insert text",
    ways: { button: () => button("+ Text"), menu: () => menu(2, "Insert text below") },
    kinds: "mcmcrc",
    focus: { button: "editor 3", menu: "editor 3" },
  },
  {
    name: "insert an experiment",
    ways: { button: () => button("+ Experiment") },
    kinds: "mcccrc",
    focus: { button: "Sentence" },
  },
  {
    name: "delete",
    ways: { menu: () => menu(2, "Delete"), key: () => press(page, "d d") },
    kinds: "mcrc",
    focus: { menu: "More for cell 2", key: "cell 2" },
  },
  { name: "cut", ways: { key: () => press(page, "x") }, kinds: "mcrc", focus: { key: "cell 2" } },
  { name: "paste", ways: { key: () => press(page, "c v") }, kinds: "mcccrc", focus: { key: "cell 3" } },
  {
    name: "paste above",
    ways: { key: () => press(page, "c Shift+V") },
    kinds: "mcccrc",
    focus: { key: "cell 2" },
  },
  {
    name: "duplicate",
    ways: { menu: () => menu(2, "Duplicate") },
    kinds: "mcccrc",
    focus: { menu: "More for cell 3" },
  },
  {
    name: "move up",
    ways: { menu: () => menu(2, "Move up"), key: () => press(page, "Alt+ArrowUp") },
    kinds: "cmcrc",
    focus: { menu: "More for cell 1", key: "cell 1" },
  },
  {
    name: "move down",
    ways: { menu: () => menu(2, "Move down"), key: () => press(page, "Alt+ArrowDown") },
    focus: { menu: "More for cell 3", key: "cell 3" },
  },
  { name: "merge", ways: { key: () => press(page, "Shift+M") }, kinds: "mcrc", focus: { key: "cell 2" } },
  {
    name: "split",
    ways: { key: () => press(page, "Enter Control+Home ArrowDown Control+Shift+Minus") },
    kinds: "mcccrc",
    focus: { key: "editor 3" },
  },
  {
    name: "make it text",
    ways: { menu: () => menu(2, "Make it text"), key: () => press(page, "m") },
    kinds: "mmcrc",
    focus: { menu: "More for cell 2", key: "cell 2" },
  },
  {
    name: "make it code",
    ways: { menu: () => menu(1, "Make it code"), key: () => press(page, "y") },
    at: 1,
    kinds: "cccrc",
    focus: { menu: "More for cell 1", key: "cell 1" },
  },
  { name: "make it raw", ways: { key: () => press(page, "r") }, kinds: "mrcrc", focus: { key: "cell 2" } },
  {
    name: "make it a heading",
    ways: { key: () => press(page, "2") },
    kinds: "mmcrc",
    focus: { key: "cell 2" },
  },
  {
    name: "hide output",
    ways: { menu: () => menu(2, "Hide output"), key: () => press(page, "o") },
    focus: { menu: "More for cell 2", key: "cell 2" },
  },
  {
    name: "clear output",
    ways: { menu: () => menu(2, "Clear output") },
    focus: { menu: "More for cell 2" },
  },
  { name: "clear all output", ways: { more: () => more("Clear all output") }, focus: { more: "More" } },
  { name: "replace one", at: 3, ways: { button: () => replace(false) }, focus: { button: "Find" } },
  { name: "replace all", at: 3, ways: { button: () => replace(true) }, focus: { button: "Find" } },
  {
    name: "change a form's field",
    at: 5,
    ways: { key: () => page.getByRole("spinbutton", { name: "Neuron" }).fill("7") },
    focus: { key: "Neuron" },
  },
  {
    name: "give up a form for its Python",
    at: 5,
    ways: {
      menu: () => menu(5, "Edit as Python"),
      button: async () => {
        await page.getByText("Show Python").click();
        await page.getByRole("button", { name: "Edit as Python" }).click();
      },
    },
    focus: { menu: "editor 5", button: "editor 5" },
  },
  {
    name: "type in a cell",
    typing: true,
    ways: {
      key: async () => {
        await press(page, "Enter");
        await page.keyboard.type("5");
      },
    },
    focus: { key: "editor 2" },
  },
  {
    name: "paste into a cell",
    typing: true,
    ways: {
      key: async () => {
        await press(page, "Enter");
        await page.keyboard.insertText("\npasted = 1");
      },
    },
    focus: { key: "editor 2" },
  },
];

/** each way to undo and to redo, one after the other */
const undos = [
  { undo: () => press(page, "z"), redo: () => press(page, "Shift+Z") },
  { undo: () => press(page, "Control+z"), redo: () => press(page, "Control+Shift+Z") },
  { undo: () => press(page, "Control+z"), redo: () => press(page, "Control+y") },
  { undo: () => more("Undo"), redo: () => more("Redo") },
];

const cases = actions.flatMap((action) =>
  Object.keys(action.ways).map((way): [string, string, Action] => [action.name, way, action]),
);

describe("each action on cells", () => {
  it.each(cases)("%s, by %s", async (_, way, { ways, focus: places, kinds, at = 2, typing }) => {
    await section(page, at).focus();
    await expect.poll(() => focusOf(page)).toBe(`cell ${at}`);
    const before = await state();
    const place = places![way]!;

    await ways[way]!();
    await expect.poll(state).not.toBe(before);
    await expect.poll(() => focusOf(page)).toBe(place);
    if (kinds) expect((await cells(page)).map(({ kind }) => kind[0]).join("")).toBe(kinds);
    expect(await isShown()).toBe(true);
    const after = await state();

    // letters are text or nothing, but on a cell itself, where who used its keys means them as keys
    if (!place.startsWith("cell") && !typing) {
      await press(page, "x d d m r");
      if (/^(editor|Sentence)/.test(place)) {
        await expect.poll(state).not.toBe(after);
        const changed = (await texts(page)).filter((text, i) => text !== JSON.parse(after).cells[i].source);
        expect(changed).toEqual([expect.stringContaining("xddmr")]);
        // in an editor they are one step of undo; in a field, what the browser makes of them
        for (let i = 0; i < (place === "Sentence" ? 5 : 1); i++) await press(page, "Control+z");
      }
      await expect.poll(state).toBe(after);
    }

    // undo, by each of its ways, brings back all of it and shows where; redo repeats it
    for (const { undo, redo } of undos) {
      await leave();
      await undo();
      await expect.poll(state).toBe(before);
      expect(await isShown()).toBe(true);
      await leave();
      await redo();
      await expect.poll(state).toBe(after);
      expect(await isShown()).toBe(true);
    }
    await leave();
    await more("Undo");
    await expect.poll(state).toBe(before);
  });
});

/** Out of an editor or a field, to the cell: the notebook's own undo. */
async function leave(): Promise<void> {
  const close = page.locator("nn-find").getByRole("button", { name: "Close" });
  if (await close.isVisible()) await close.click();
  const [place] = await selected(page);
  await section(page, Number(place)).focus();
}
