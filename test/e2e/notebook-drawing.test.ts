// What a long notebook draws, and when: all of a cell when a person asks for it, everything for printing, what is near,
// and what a link, a search or a button leads to. Cells here are heavy, so that a page has room for a part of them.

import type { Page } from "playwright-core";
import { afterEach, expect, it } from "vitest";
import { press } from "./open-notebook.ts";
import { chooseMore, openFile, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let page: Page;

afterEach(async () => {
  await page.context().close();
});

/** Open a notebook of these texts in Markdown. @param first runs in the page before its own scripts */
async function open(sources: readonly string[], title = "Long", first?: () => void): Promise<void> {
  const cells = sources.map((source, i) => ({ cell_type: "markdown", id: `c${i}`, metadata: {}, source }));
  const text = JSON.stringify({ cells, metadata: { title }, nbformat: 4, nbformat_minor: 5 });
  page = await openNotebook(here.browser, here.server.url, first && { first });
  await openFile(page, text);
  await page.getByRole("button", { name: "Trust this notebook" }).waitFor();
}

/** texts of a few lines and 400 elements each, of which a page draws about 22 before it has no more room for what is far */
const heavy = (count: number, more: Record<number, string> = {}) =>
  Array.from({ length: count }, (_, i) => more[i] ?? `part ${i}\n\n${"**a** ".repeat(400)}`);

/** of the cells on the page: which are drawn, from 0 */
const drawn = () =>
  page
    .locator("nn-notebook")
    .evaluate((list) =>
      [...list.shadowRoot!.querySelectorAll("nn-cell")].flatMap((cell, i) =>
        (cell as unknown as { drawn: boolean }).drawn &&
        cell.shadowRoot!.querySelector("nn-markdown")?.shadowRoot?.querySelector(".prose")?.hasChildNodes()
          ? [i]
          : [],
      ),
    );

/** Wait until the page draws nothing more by itself. */
async function settled(): Promise<number[]> {
  let [before, now] = [[-1], await drawn()];
  while (before.join() !== now.join()) {
    before = now;
    // it draws when the browser has nothing else to do, or after a second
    await page.waitForTimeout(1500);
    now = await drawn();
  }
  return now;
}

const cell = (number: number) => page.locator(`nn-cell section[aria-label$="cell ${number}"]`);
const shown = () =>
  page
    .locator("nn-notebook")
    .evaluate((list) =>
      [...list.shadowRoot!.querySelectorAll("nn-cell")].map(
        (each) => (each as unknown as { view: { number: number } }).view.number,
      ),
    );

it("all of a cell is drawn when a person presses Show all, and stays", async () => {
  await open(["# First", `${"words ".repeat(6000)}\n\nthe very end`, ...heavy(60)]);
  const excess = cell(2).getByText(/Only a part is drawn, since there is very long text/);
  await excess.waitFor();
  expect(await cell(2).getByText("the very end").count()).toBe(0);
  await cell(2).getByRole("button", { name: "Show all" }).click();
  await cell(2).getByText("the very end").waitFor();
  expect(await excess.count()).toBe(0);
  // what was asked for is not taken away, however far one goes
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await settled();
  await page.evaluate(() => scrollTo(0, 0));
  await cell(2).getByText("the very end").waitFor();
});

it("far cells are cleared where the page is full, keep their height, and come back", async () => {
  await open(heavy(60));
  // what they are drawn with may take its time to come
  await expect.poll(async () => (await drawn()).length).toBeGreaterThan(20);
  const first = await settled();
  expect(first).toContain(0);
  expect(first.length).toBeLessThan(50);
  const heights = () =>
    page
      .locator("nn-notebook")
      .evaluate((list) =>
        [...list.shadowRoot!.querySelectorAll<HTMLElement>("nn-cell")].map((each) => each.offsetHeight),
      );
  const before = await heights();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await cell(60).getByText("part 59").waitFor();
  const gone = async () => {
    const now = await drawn();
    return first.filter((i) => !now.includes(i));
  };
  await expect.poll(async () => (await gone()).length).toBeGreaterThan(3);
  const cleared = await gone();
  const after = await heights();
  for (const i of cleared) expect([i, after[i]]).toEqual([i, before[i]]);
  // the selected one stays
  expect(cleared).not.toContain(0);
  await page.evaluate(
    (y) => scrollTo(0, y),
    before.slice(0, cleared[0]).reduce((sum, each) => sum + each, 0),
  );
  await cell(cleared[0]! + 1)
    .getByText(`part ${cleared[0]}`, { exact: true })
    .waitFor();
});

it("what is near has the room of what was drawn ahead", async () => {
  const formulas = `many formulas\n\n${"$a$ ".repeat(280)}`;
  const short = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [30 + i, `line ${i}`]));
  await open(heavy(94, { ...short, 90: formulas, 91: formulas, 92: formulas, 93: formulas }));
  await expect.poll(async () => (await drawn()).length).toBeGreaterThan(20);
  await settled();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  for (const number of [91, 92, 93, 94])
    await expect.poll(() => cell(number).locator("math").count()).toBe(280);
  expect(await page.getByText("Only a part is drawn").count()).toBe(0);
});

it("printing has every cell, and afterwards the page is as it was", async () => {
  const sources = Array.from({ length: 1100 }, (_, i) => `line ${i}\n\n${"- a\n".repeat(4)}`);
  await open(sources, "Long", () => {
    // before the page's own scripts, so that it is told before the page takes cells away again
    addEventListener("afterprint", () => {
      const list = document.querySelector("nn-notebook")!.shadowRoot!;
      const texts = [...list.querySelectorAll("nn-cell")].map(
        (each) =>
          each.shadowRoot!.querySelector("nn-markdown")?.shadowRoot?.querySelector(".prose p")?.textContent,
      );
      Object.assign(window, { printed: texts.filter((text, i) => text === `line ${i}`).length });
    });
  });
  expect((await drawn()).length).toBeLessThan(1100);
  const pdf = await page.pdf({ format: "A4" });
  expect(await page.evaluate(() => (window as unknown as { printed: number }).printed)).toBe(1100);
  // five lines of 25 px each cell, and a page has about 1,000 px
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(100);
  await expect.poll(async () => (await shown()).length).toBe(1000);
});

it.each([
  60, 1500,
])("a link to a heading in a cell that is not drawn leads there, among %i cells", async (count) => {
  const target = count - 3;
  await open(
    heavy(count, {
      0: "[go](#far-away-heading) [again](#far-away-heading-1)",
      [target]: "## Far *away* heading\n\nhere",
      [target + 1]: "## Far away heading\n\nthe second",
    }),
  );
  await settled();
  expect(await drawn()).not.toContain(target);
  await cell(1).getByRole("link", { name: "go" }).click();
  await expect
    .poll(() =>
      page.evaluate(() => {
        let active = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        const { top } = active!.getBoundingClientRect();
        return [active!.textContent, top >= 0 && top < innerHeight];
      }),
    )
    .toEqual(["Far away heading", true]);
  await cell(target + 1)
    .getByText("here")
    .waitFor();
});

it("buttons lead to the cells after and before the thousand on the page, and to where they begin", async () => {
  await open(Array.from({ length: 2300 }, (_, i) => `line ${i}`));
  const inView = (number: number) =>
    expect
      .poll(() =>
        cell(number).evaluateAll(([section]) => {
          if (!section) return "not there";
          const { top, bottom } = section.getBoundingClientRect();
          return bottom > 0 && top < innerHeight;
        }),
      )
      .toBe(true);
  const ends = async () => {
    const all = await shown();
    return [all[0], all.at(-1), all.length];
  };
  expect(await ends()).toEqual([1, 1000, 1000]);
  await page.getByText("This notebook has 2300 cells, 1300 of them after these.").waitFor();
  await page.getByRole("button", { name: "Show the 1000 cells after these" }).click();
  await inView(1001);
  expect(await ends()).toEqual([1001, 2000, 1000]);
  await page.getByRole("button", { name: "Show the 300 cells after these" }).click();
  await inView(2001);
  expect(await ends()).toEqual([1301, 2300, 1000]);
  await page.getByRole("button", { name: "Show the 1000 cells before these" }).click();
  await inView(1300);
  expect(await ends()).toEqual([301, 1300, 1000]);
  await page.getByRole("button", { name: "Show the 300 cells before these" }).click();
  await inView(300);
  expect(await ends()).toEqual([1, 1000, 1000]);
  // the focus is where one reads on
  expect(await cell(300).evaluate((section) => section.matches(":focus-within"))).toBe(true);
});

it("find goes to a place in a cell that is not on the page, and replaces there", async () => {
  await open(
    Array.from({ length: 1500 }, (_, i) => (i === 40 || i === 1399 ? `a needle ${i}` : `line ${i}`)),
  );
  await chooseMore(page, "Find and replace");
  await page.getByRole("searchbox", { name: "Find" }).fill("needle");
  await page.getByText("1 of 2", { exact: true }).waitFor();
  await press(page, "Enter");
  await page.getByText("2 of 2", { exact: true }).waitFor();
  const found = cell(1400);
  await found.locator(".cm-content", { hasText: "a needle 1399" }).waitFor();
  await expect
    .poll(() => found.evaluate((section) => section.getBoundingClientRect().top < innerHeight))
    .toBe(true);
  expect((await shown()).length).toBe(1000);
  await page.getByRole("textbox", { name: "Replace with" }).fill("thread");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  await page.getByText("1 of 1", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  const sources = await page
    .locator("nn-notebook")
    .evaluate((list) =>
      (list as unknown as { cells: { source: string }[] }).cells.map(({ source }) => source),
    );
  expect([sources[40], sources[1399]]).toEqual(["a needle 40", "a thread 1399"]);
});

it("a notebook is marked as being drawn until all that is near is drawn", async () => {
  await open(
    Array.from({ length: 40 }, (_, i) => `slow ${i}`),
    "Slow",
    () => {
      const { parseFromString } = DOMParser.prototype;
      const marked: Record<string, boolean> = {};
      Object.assign(window, { marked });
      DOMParser.prototype.parseFromString = function (text, type) {
        const [name] = /slow \d+/.exec(String(text)) ?? [];
        // each takes more than a slice, so that the page turns to other things after it
        const until = performance.now() + (name ? 40 : 0);
        while (performance.now() < until);
        if (name) marked[name] = Object.keys(localStorage).some((key) => /drawing/.test(key));
        return parseFromString.call(this, text, type);
      };
    },
  );
  await page.locator("nn-cell").getByText("slow 11", { exact: true }).waitFor();
  const marks = await page.evaluate(() => (window as unknown as { marked: Record<string, boolean> }).marked);
  for (let i = 0; i < 12; i++) expect([i, marks[`slow ${i}`]]).toEqual([i, true]);
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => /drawing/.test(key))))
    .toEqual([]);
});

it("names from anywhere are short, and turn nothing around, in what the page says", async () => {
  await open(["words"], `\u202e${"title ".repeat(50_000)}`);
  const length = await page.evaluate(() => [
    document.title.length,
    /[\u202a-\u202e\u2066-\u2069]/.test(document.title),
  ]);
  expect(length[0]).toBeLessThan(250);
  expect(length[1]).toBe(false);
  expect((await page.getByRole("textbox", { name: "Title" }).inputValue()).length).toBeLessThan(400);
  const listed = () => page.locator("nn-library").evaluate((panel) => panel.shadowRoot!.textContent);
  await expect.poll(listed).toContain("title title");
  const list = await listed();
  expect(list.length).toBeLessThan(6000);
  expect(list).not.toMatch(/[\u202a-\u202e]/);
});
