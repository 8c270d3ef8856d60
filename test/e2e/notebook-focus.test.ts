// Where the focus goes and what is in sight: nothing happens to a cell that the person was not looking at.

import { readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect, it } from "vitest";
import { visit } from "../helpers/page.ts";
import { hold } from "../helpers/server.ts";
import {
  count,
  expectSelected,
  focusOf,
  fromFileMenu,
  press,
  section,
  selected,
  texts,
} from "./open-notebook.ts";
import { openFile, openTutorial } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const tutorial = (options: BrowserContextOptions = {}) =>
  openTutorial(here.browser, here.server.url, options);

/** A new notebook. */
async function fresh(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await tutorial(options);
  await fromFileMenu(page, "New notebook");
  await expect.poll(() => count(page)).toBe(1);
  await expectSelected(page, 1, "edit");
  return page;
}

const inSight = async (page: Page, place: number) => {
  const box = (await section(page, place).boundingBox())!;
  return box.y + box.height > 80 && box.y < 900;
};
/** the places of the cells whose text differs from what it was */
const changes = async (page: Page, before: readonly string[]) =>
  (await texts(page)).flatMap((text, i) => (text === before[i] ? [] : [i + 1]));

it("takes no press before it can act on it", async () => {
  const { page } = await visit(here.browser, here.server.url, {
    // before the page's own scripts: its databases open late
    first: () => {
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        const set = (heard: EventListener) =>
          request.addEventListener("success", (event) => setTimeout(heard, 1500, event));
        return Object.defineProperty(request, "onsuccess", { set });
      };
    },
  });
  await openFile(page, readFileSync(new URL("../fixtures/notebooks/vscode.ipynb", import.meta.url), "utf8"));
  await page.getByRole("button", { name: "Trust this notebook" }).waitFor();
});

it("writes into a new notebook at once, and into a new cell wherever its button was", async () => {
  const page = await fresh();
  await page.keyboard.type("drama");
  await page.getByRole("button", { name: "+ Text" }).click();
  await expectSelected(page, 2, "edit");
  await page.keyboard.type("my axe");
  await page.getByRole("button", { name: "+ Code" }).click();
  await expectSelected(page, 3, "edit");
  await page.keyboard.type("x");
  expect(await texts(page)).toEqual(["drama", "my axe", "x"]);
});

it("leaves the focus to a person who has gone elsewhere before the editor's code came", async () => {
  const { release } = hold(here.server, /\/codemirror-[^/]*\.js$/);
  const page = await tutorial();
  await fromFileMenu(page, "New notebook");
  await expect.poll(() => selected(page)).toEqual([1, "edit", "elsewhere"]);
  const title = page.getByRole("textbox", { name: "Title", exact: true });
  await title.click();
  release();
  await section(page, 1).locator(".cm-content").waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  await page.keyboard.type(" of mine");
  expect(await title.inputValue()).toBe("Untitled of mine");
  expect(await texts(page)).toEqual([""]);
});

it("shows a cell that is out of sight before a key changes it", async () => {
  const page = await tutorial();
  const before = await texts(page);
  const code = before.findIndex((_, i) => i > 2);
  await section(page, code + 1).focus();
  await page.mouse.move(500, 450);
  for (const keys of ["d d", "x", "m", "Shift+M", "1", "Alt+ArrowDown", "o", "r"]) {
    // as a person does, which ends what scrolls by itself
    await page.mouse.wheel(0, 50_000);
    await expect.poll(() => inSight(page, code + 1)).toBe(false);
    await press(page, keys);
    await page
      .getByRole("status")
      .getByText(/was out of sight/)
      .waitFor({ state: "attached" });
    await expect.poll(() => inSight(page, code + 1)).toBe(true);
    expect(await texts(page)).toEqual(before);
  }
  await press(page, "d d");
  await expect.poll(() => count(page)).toBe(before.length - 1);
  // undone from far away, it is seen
  await page.mouse.wheel(0, 50_000);
  await press(page, "z");
  await expect.poll(() => texts(page)).toEqual(before);
  await expect.poll(() => inSight(page, code + 1)).toBe(true);
});

it("shows the text that it undoes, and undoes in the order of all changes", async () => {
  const page = await tutorial();
  const before = await texts(page);
  const [first, last] = [1, before.length - 1];
  for (const place of [first, last]) {
    await section(page, place).focus();
    await press(page, "Enter");
    await expectSelected(page, place, "edit");
    await page.keyboard.type("#");
    await press(page, "Escape");
    await expectSelected(page, place, "command");
  }
  expect(await changes(page, before)).toEqual([first, last]);
  await section(page, 10).focus();
  await expect.poll(() => inSight(page, first)).toBe(false);
  await press(page, "Control+z");
  await expectSelected(page, last, "command");
  await expect.poll(() => inSight(page, last)).toBe(true);
  expect(await changes(page, before)).toEqual([first]);
  // from a button outside the cells, and from nowhere
  await page.locator("nn-toolbar summary", { hasText: "More" }).focus();
  await press(page, "Control+z");
  await expect.poll(() => changes(page, before)).toEqual([]);
  await expect.poll(() => inSight(page, first)).toBe(true);
  expect((await selected(page))[0]).toBe(first);
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await press(page, "Control+Shift+z");
  await expect.poll(() => changes(page, before)).toEqual([first]);
});

it("undoes in an editor that editor's text alone, and says so when there is no more", async () => {
  const page = await fresh();
  await page.keyboard.type("one = 1");
  await page.getByRole("button", { name: "+ Code" }).click();
  await expectSelected(page, 2, "edit");
  await page.keyboard.type("two = 2");
  await press(page, "Enter");
  await page.keyboard.type("three");
  await press(page, "Control+z");
  await expect.poll(() => texts(page)).toEqual(["one = 1", "two = 2"]);
  await press(page, "Control+z");
  await expect.poll(() => texts(page)).toEqual(["one = 1", ""]);
  await press(page, "Control+z");
  const status = page.getByRole("status");
  await status.getByText(/Nothing to undo in this text/).waitFor({ state: "attached" });
  await expectSelected(page, 2, "edit");
  expect(await texts(page)).toEqual(["one = 1", ""]);
  await press(page, "Control+y Control+Shift+z");
  await expect.poll(() => texts(page)).toEqual(["one = 1", "two = 2\nthree"]);
  // it goes on where it was redone
  await page.keyboard.type("!");
  expect(await texts(page)).toEqual(["one = 1", "two = 2\nthree!"]);
  // the first cell's text is still its own to undo
  await section(page, 1).focus();
  await press(page, "Enter");
  await expectSelected(page, 1, "edit");
  await press(page, "Control+z");
  await expect.poll(() => texts(page)).toEqual(["", "two = 2\nthree!"]);
});

it("comes back from find to where one was writing", async () => {
  const page = await fresh();
  await page.keyboard.type("dad = mum");
  await press(page, "Control+f");
  await page.getByRole("searchbox", { name: "Find" }).fill("mum");
  await page.getByText("1 of 1", { exact: true }).waitFor();
  await press(page, "Escape");
  await expectSelected(page, 1, "edit");
  await page.keyboard.type("dd");
  expect(await texts(page)).toEqual(["dad = dd"]);
});

it("keeps the focus in a form that runs, and on a button that was pressed", async () => {
  const page = await fresh();
  await page.getByRole("button", { name: "+ Experiment" }).click();
  await expect.poll(() => focusOf(page)).toBe("Sentence");
  await press(page, "Enter");
  // nothing is loaded before it is agreed to
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect.poll(() => focusOf(page)).toBe("More for cell 2");
  const before = await texts(page);
  await press(page, "x d d m r a b");
  expect(await texts(page)).toEqual(before);
  await page.getByRole("button", { name: "+ Code" }).click();
  await expectSelected(page, 3, "edit");
  await page.keyboard.type("1");
  await page.getByRole("button", { name: "Run cell 3" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await press(page, "x d d m r a b");
  expect(await texts(page)).toEqual([...before, "1"]);
});

it("writes where a finger taps, at 390 px", async () => {
  const page = await fresh({ viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true });
  await page.keyboard.type("first");
  await page.getByRole("button", { name: "+ Code" }).tap();
  await expectSelected(page, 2, "edit");
  await page.keyboard.type("second");
  await page.locator("nn-toolbar summary", { hasText: "More" }).tap();
  await page.getByRole("button", { name: "Insert text", exact: true }).tap();
  await expectSelected(page, 3, "edit");
  await page.keyboard.type("# Heading");
  await page.getByText("first").tap();
  await expectSelected(page, 1, "edit");
  await press(page, "End");
  await page.keyboard.type("xdd");
  const heading = page.getByRole("heading", { name: "Heading" });
  await heading.tap();
  await expectSelected(page, 3, "command");
  await heading.tap();
  await expectSelected(page, 3, "edit");
  await page.keyboard.type("dd");
  expect(await texts(page)).toEqual(["firstxdd", "second", "# Headingdd"]);
  // by its menu, too
  await press(page, "Escape");
  await page.getByText("second").tap();
  await heading.tap();
  await page.getByRole("button", { name: "More for cell 3" }).tap();
  await page.getByRole("button", { name: "Edit", exact: true }).tap();
  await expectSelected(page, 3, "edit");
});
