// The notebook's page in a real Chromium, by keyboard as people are used to from Jupyter; the tutorial from top to
// bottom; what a screen reader meets and hears; and axe in both modes.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import type { Cell } from "../../src/storage/index.ts";
import { course } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { cells, count, expectSelected, kinds, press, section, selected, texts } from "./open-notebook.ts";
import { chooseMore, makeNotebook, openNotebook, openTutorial } from "./opening.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

import { useSite } from "./use-site.ts";

const here = useSite("webgpu");

const open = () => openTutorial(here.browser, here.server.url);

/** A new notebook with these cells of code, one after the other; the first is selected. */
async function fresh(...sources: string[]): Promise<Page> {
  const page = await openNotebook(here.browser, here.server.url);
  await makeNotebook(page, ...sources);
  await section(page, 1).focus();
  return page;
}

/** Agree to the download, if it is asked for, and wait until nothing runs. */
async function finish(page: Page): Promise<void> {
  const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
  const idle = page.getByRole("button", { name: "Interrupt", disabled: true });
  await agree.or(idle).first().waitFor();
  if (await agree.isVisible()) await agree.click();
  await idle.waitFor();
}

const printed = async (page: Page, place: number): Promise<string> => {
  const { outputs } = (await cells(page))[place - 1]!;
  return outputs
    .map((output) =>
      output.output_type === "stream"
        ? output.text
        : output.output_type === "error"
          ? `${output.ename}: ${output.evalue}`
          : String(output.data["text/plain"]),
    )
    .join("");
};

describe("cells by keyboard", () => {
  it("lets a double click on prose write, and takes nothing typed on the way to an editor for a command", async () => {
    const page = await fresh("a = 1", "# Title");
    await press(page, "j m");
    await page.getByRole("heading", { name: "Title" }).dblclick();
    await expectSelected(page, 2, "edit");
    await page.keyboard.type("dd");
    expect(await texts(page)).toEqual(["a = 1", "# Titledd"]);
    await press(page, "Escape k");
    await expectSelected(page, 1, "command");
    // edit mode, and the focus still on the cell
    await page.locator("nn-notebook").evaluate((list) => {
      const [{ id }] = (list as unknown as { cells: [Cell] }).cells;
      list.dispatchEvent(
        new CustomEvent("nn-select", { detail: { id, mode: "edit" }, bubbles: true, composed: true }),
      );
    });
    await expect.poll(() => selected(page)).toEqual([1, "edit", "cell"]);
    await press(page, "d d");
    expect(await count(page)).toBe(2);
  });

  it("goes between cells, into an editor and out of it, and Tab is no trap", async () => {
    const page = await fresh("a = 1", "b = 2", "c = 3");
    await expectSelected(page, 1, "command");
    await press(page, "j");
    await expectSelected(page, 2, "command");
    await press(page, "ArrowDown");
    await expectSelected(page, 3, "command");
    await press(page, "j k ArrowUp");
    await expectSelected(page, 1, "command");
    await press(page, "Enter");
    await expectSelected(page, 1, "edit");
    await page.keyboard.type("0");
    await expect.poll(() => texts(page)).toEqual(["a = 10", "b = 2", "c = 3"]);
    // at its end, the arrow goes on into the next cell's editor
    await press(page, "ArrowDown");
    await expectSelected(page, 2, "edit");
    await press(page, "Escape");
    await expectSelected(page, 2, "command");
    await press(page, "Enter");
    await expectSelected(page, 2, "edit");
    await press(page, "Control+m");
    await expectSelected(page, 2, "command");
    await press(page, "Tab Tab Tab Tab Tab Tab");
    expect((await selected(page)).at(-1)).not.toBe("editor");
  });

  it("inserts, deletes, takes back, moves, copies and merges, and types letters as text in an editor", async () => {
    const page = await fresh("a", "b");
    await press(page, "b");
    await expectSelected(page, 2, "command");
    await press(page, "Enter");
    await expectSelected(page, 2, "edit");
    await page.keyboard.type("abdmyz");
    await press(page, "Escape");
    await expectSelected(page, 2, "command");
    await press(page, "a");
    await expect.poll(() => texts(page)).toEqual(["a", "", "abdmyz", "b"]);
    await press(page, "d d");
    await expect.poll(() => texts(page)).toEqual(["a", "abdmyz", "b"]);
    await expectSelected(page, 2, "command");
    await press(page, "d d");
    await expect.poll(() => texts(page)).toEqual(["a", "b"]);
    await press(page, "z");
    await expect.poll(() => texts(page)).toEqual(["a", "abdmyz", "b"]);
    await press(page, "z z Shift+Z");
    await expect.poll(() => texts(page)).toEqual(["a", "", "abdmyz", "b"]);
    await press(page, "Shift+Z Shift+Z");
    await expect.poll(() => texts(page)).toEqual(["a", "b"]);
    await section(page, 1).focus();
    await press(page, "Alt+ArrowDown");
    await expect.poll(() => texts(page)).toEqual(["b", "a"]);
    await press(page, "x v");
    await expect.poll(() => texts(page)).toEqual(["b", "a"]);
    await press(page, "c Shift+V");
    await expect.poll(() => texts(page)).toEqual(["b", "a", "a"]);
    await section(page, 1).focus();
    await press(page, "Shift+M");
    await expect.poll(() => texts(page)).toEqual(["b\na", "a"]);
    // one press of D, then another key: nothing is deleted
    await press(page, "d j d");
    expect(await count(page)).toBe(2);
  });

  it("splits at the cursor, changes kinds, makes headings", async () => {
    const page = await fresh("one\ntwo");
    await press(page, "Enter");
    await expectSelected(page, 1, "edit");
    await press(page, "Control+Home ArrowDown Control+Shift+Minus");
    await expect.poll(() => texts(page)).toEqual(["one", "two"]);
    await expectSelected(page, 2, "edit");
    await press(page, "Escape");
    await expectSelected(page, 2, "command");
    await press(page, "m");
    await expect.poll(() => kinds(page)).toEqual(["code", "markdown"]);
    await press(page, "2");
    await page.getByRole("heading", { name: "two", level: 2 }).waitFor();
    await press(page, "y");
    await expect.poll(() => kinds(page)).toEqual(["code", "code"]);
    await press(page, "r");
    await expect.poll(() => kinds(page)).toEqual(["code", "raw"]);
    await press(page, "z z z");
    await expect.poll(() => texts(page)).toEqual(["one", "two"]);
  });

  it("finds and replaces in all cells, and takes it back", async () => {
    const page = await fresh("alpha = 1", "beta = 2", "alpha + beta");
    await press(page, "f");
    const field = page.getByRole("searchbox", { name: "Find" });
    await expect.poll(() => field.evaluate((input) => input.matches(":focus"))).toBe(true);
    await field.fill("ALPHA");
    await page.getByText("1 of 2", { exact: true }).waitFor();
    const status = page.locator("nn-announcer").getByRole("status");
    await status.getByText("Place 1 of 2.").waitFor();
    await press(page, "Enter");
    await page.getByText("2 of 2", { exact: true }).waitFor();
    await status.getByText("Place 2 of 2.").waitFor();
    expect((await selected(page))[0]).toBe(3);
    await page.getByLabel("Match case").check();
    await page.getByText("nothing found", { exact: true }).waitFor();
    await status.getByText("Nothing found.").waitFor();
    await page.getByLabel("Match case").uncheck();
    await page.getByRole("textbox", { name: "Replace with" }).fill("gamma");
    await page.getByRole("button", { name: "Replace all" }).click();
    await expect.poll(() => texts(page)).toEqual(["gamma = 1", "beta = 2", "gamma + beta"]);
    await press(page, "Escape");
    await expect.poll(() => field.isVisible()).toBe(false);
    await press(page, "z");
    await expect.poll(() => texts(page)).toEqual(["alpha = 1", "beta = 2", "alpha + beta"]);
  });

  it("lists the keys, and switches single ones off for good", async () => {
    const page = await fresh("a");
    await press(page, "h");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.getByText("delete the cell", { exact: true }).waitFor();
    await dialog.getByRole("checkbox", { name: /Single keys work/ }).uncheck();
    await press(page, "Escape");
    await section(page, 1).focus();
    await press(page, "b");
    await press(page, "Alt+ArrowDown j d d h");
    expect(await count(page)).toBe(1);
    expect(await dialog.isVisible()).toBe(false);
    await page.reload();
    await section(page, 1).waitFor();
    await section(page, 1).focus();
    await press(page, "b");
    expect(await count(page)).toBe(1);
    await chooseMore(page, "Keys");
    await dialog.getByRole("checkbox", { name: /Single keys work/ }).check();
    await press(page, "Escape");
    await section(page, 1).focus();
    await press(page, "b");
    await expect.poll(() => count(page)).toBe(2);
  });

  it("runs and goes on where nothing has the focus yet, and changes nothing by a stray key", async () => {
    const page = await open();
    await press(page, "x d d ArrowDown");
    expect(await count(page)).toBe(33);
    expect(await selected(page)).toEqual([1, "command", "elsewhere"]);
    await press(page, "Shift+Enter");
    await expectSelected(page, 2, "command");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await press(page, "j");
    await expectSelected(page, 3, "command");
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await press(page, "h");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      (active as HTMLElement).blur();
    });
    await press(page, "j");
    expect((await selected(page))[0]).toBe(3);
  });

  it("leaves letters alone in fields that are no editor", async () => {
    const page = await fresh("a");
    await page.getByRole("textbox", { name: "Title" }).fill("abdd");
    await press(page, "d d a b Enter");
    expect(await count(page)).toBe(1);
    await expect.poll(() => page.title()).toContain("abddddab");
  });
});

describe("running", () => {
  it("asks before it downloads, runs by all three keys, marks what is stale, interrupts and restarts", async () => {
    const page = await fresh("x = 1", "y = x + 1", "print(y)");
    here.server.requests.length = 0;
    await press(page, "Shift+Enter");
    await expectQuestion(page);
    expect(here.server.requests.filter((path) => /python-|\.wasm|weights/.test(path))).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect((await cells(page))[0]!.count).toBeUndefined();
    await section(page, 1).focus();
    await press(page, "Shift+Enter");
    await finish(page);
    await section(page, 2).focus();
    await press(page, "Control+Enter");
    await finish(page);
    await expectSelected(page, 2, "command");
    await press(page, "j Shift+Enter");
    await finish(page);
    expect(await printed(page, 3)).toBe("2\n");
    expect((await cells(page)).map((cell) => cell.count)).toEqual([1, 2, 3, undefined]);
    // after the last cell comes a new one to write in
    await expectSelected(page, 4, "edit");
    await press(page, "Escape");

    const stale = page.getByText("out of date", { exact: true });
    expect(await stale.count()).toBe(0);
    await section(page, 1).focus();
    await press(page, "Enter");
    await page.keyboard.type("0");
    await expect.poll(() => stale.count()).toBe(3);
    await press(page, "Control+Enter");
    await finish(page);
    await expect.poll(() => stale.count()).toBe(2);
    await press(page, "j Shift+Enter Shift+Enter");
    await finish(page);
    await expect.poll(() => stale.count()).toBe(0);
    expect(await printed(page, 3)).toBe("11\n");

    await section(page, 4).focus();
    await press(page, "Enter");
    await page.keyboard.insertText("print('on', flush=True)\nwhile True: pass");
    await press(page, "Alt+Enter");
    await expect.poll(() => count(page)).toBe(5);
    await expectSelected(page, 5, "edit");
    await press(page, "Escape k");
    await page.getByText("running", { exact: true }).first().waitFor();
    await expect.poll(() => printed(page, 4)).toBe("on\n");
    await press(page, "i i");
    await finish(page);
    expect(await printed(page, 4)).toContain("KeyboardInterrupt");

    await press(page, "0 0");
    await page.getByRole("status").getByText("Python is restarted.").waitFor({ state: "attached" });
    const earlier = page.getByTitle("run in an earlier session, not run in this session");
    await expect.poll(() => earlier.count()).toBe(4);
    await section(page, 3).focus();
    await press(page, "Control+Enter");
    await finish(page);
    expect(await printed(page, 3)).toContain("NameError");
    expect(await earlier.count()).toBe(3);
    expect((await cells(page))[2]!.count).toBe(1);
    await page
      .getByRole("status")
      .getByText(/failed: NameError/)
      .waitFor({ state: "attached" });
    await page.getByText("Saved on this device").waitFor();
    await page.reload();
    await expect.poll(() => earlier.count()).toBe(4);
    await section(page, 3).getByText("[1], run in an earlier session, not run in this session").waitFor();
  });

  it("runs all of the tutorial to the table, and a screen reader meets each output after its source", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Run all" }).click();
    await expectQuestion(page);
    await finish(page);
    const table = (await cells(page)).flatMap(({ outputs }) => outputs);
    expect(table.filter(({ output_type }) => output_type === "error")).toEqual([]);
    const text = table.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
    expect(text).toMatch(/^det\toriginal\tafter erase kn\tdelta$/m);
    const rows = text.split("\n").filter((line) => /^(this|that|these|those|the|some)\t/.test(line));
    // the numbers that transformers computes from the same weights
    expectPrinted(
      rows.map((line) => line.split("\t")),
      expected(course.sentence),
    );
    // the experiment of the last cell says what Python has printed
    const shown = (await cells(page)).find(({ metadata }) => metadata.neuron_notebook)!.outputs[0]!;
    const same = shown.output_type === "display_data" ? String(shown.data["text/plain"]) : "";
    // it computes the last layer at [MASK] alone and Python at every token, so the digits that rounding decides may differ
    expectPrinted(
      same
        .split("\n")
        .slice(1)
        .map((line) => line.split("\t")),
      expected(course.sentence),
    );
    const parts = () =>
      page.locator("nn-cell").evaluateAll((all) =>
        all.map((cell) => {
          const parts = [
            ...cell.shadowRoot!.querySelectorAll(
              "nn-editor, nn-experiment-cell, nn-markdown, nn-outputs, .source.folded",
            ),
          ];
          return parts.map(({ localName }) => (localName === "div" ? "folded" : localName)).join(" ");
        }),
      );
    // those that nobody looks at are drawn one after the other
    await expect
      .poll(async () =>
        (await parts()).filter(
          (names) => !/^(nn-markdown|(nn-editor|nn-experiment-cell|folded)( nn-outputs)?)$/.test(names),
        ),
      )
      .toEqual([]);
    const order = await parts();
    // the quiz's check
    expect(order.filter((names) => names.startsWith("folded"))).toHaveLength(1);
    expect(order.filter((names) => names.endsWith("nn-outputs")).length).toBeGreaterThan(6);
    await axeClean(page);
  });
});

describe("accessibility", () => {
  it.each([
    "light",
    "dark",
  ] as const)("axe finds nothing in command and edit mode, %s", async (colorScheme) => {
    const page = await open();
    await page.emulateMedia({ colorScheme });
    await section(page, 3).focus();
    await axeClean(page);
    await press(page, "Enter");
    await expectSelected(page, 3, "edit");
    await axeClean(page);
    await press(page, "Escape h");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await axeClean(page);
  });

  it.each([390, 320])("nothing scrolls sideways at %i px", async (width) => {
    const page = await open();
    await page.setViewportSize({ width, height: 800 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(width);
  });
});

/** It says what it costs, and has the focus. */
async function expectQuestion(page: Page): Promise<void> {
  const agree = page.getByRole("button", { name: /^Download .*MB and go on$/ });
  await agree.waitFor();
  await expect.poll(() => agree.evaluate((button) => button.matches(":focus"))).toBe(true);
}

async function axeClean(page: Page): Promise<void> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(
      ({ id, impact, nodes }) =>
        `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
    );
  });
  expect(found).toEqual([]);
}
