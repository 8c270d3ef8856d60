// What helps one find one's way in a notebook, on the built site: its outline beside it where the window is wide, plots that
// say in words what they show, and what one can do in a new one.

import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstLines } from "../../src/ui/notebook/book/first-lines.ts";
import { practice } from "../helpers/fixtures.ts";
import { expectSelected, focusOf, kinds, section, texts } from "./open-notebook.ts";
import { makeNotebook, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let page: Page;

/** what axe-core finds serious or critical, in both themes */
async function expectAccessible(): Promise<void> {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    });
    expect(found, colorScheme).toEqual([]);
  }
}

describe("in a wide window", () => {
  const outline = () => page.getByRole("navigation", { name: "Outline of this notebook" });
  const entry = (name: string) => outline().getByRole("button", { name, exact: true });
  const current = () => outline().locator("[aria-current=true]").textContent();
  const heading = (name: string) => page.locator("nn-cell").getByRole("heading", { name, exact: true });
  const width = (place: ReturnType<Page["locator"]>) => place.evaluate(({ clientWidth }) => clientWidth);

  beforeAll(async () => {
    page = await openNotebook(here.browser, `${here.server.url}#notebook=finding-a-neuron`, {
      viewport: { width: 1920, height: 1080 },
    });
  });
  afterAll(() => page.close());

  it("an outline lists the headings, and marks the one that is read", async () => {
    // it comes when somebody begins to read on
    await page.mouse.move(900, 600);
    await page.mouse.wheel(0, 10);
    await outline().waitFor();
    expect(await outline().getByRole("button").allTextContents()).toEqual([
      "Finding a neuron",
      "One number to measure",
      "The plain loop",
      "The whole layer at once",
      "Every neuron of every layer",
      "A guess that costs a thousandth",
      "Is it the number, or this one sentence?",
      "What this does not show",
      "Exercises",
    ]);
    expect(await current()).toBe("Finding a neuron");
    await heading("Every neuron of every layer").evaluate((element) => element.scrollIntoView());
    await expect.poll(current).toBe("Every neuron of every layer");
    // it stays in view
    expect((await entry("Finding a neuron").boundingBox())!.y).toBeGreaterThan(0);
  });

  it("leads to a heading by pointer and by key, and the focus goes there", async () => {
    await entry("The plain loop").click();
    await expect.poll(() => focusOf(page)).toBe("The plain loop");
    await expect.poll(current).toBe("The plain loop");
    const below = async () => {
      const { y } = (await heading("The plain loop").boundingBox())!;
      return y > 77 && y < 160 ? "the bar" : y;
    };
    await expect.poll(below).toBe("the bar");
    await entry("Exercises").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => focusOf(page)).toBe("Exercises");
    await expect
      .poll(() => heading("Exercises").evaluate((element) => element.getBoundingClientRect().top))
      .toBeLessThan(1080);
  });

  it("follows what is written", async () => {
    await entry("One number to measure").click();
    await page.keyboard.press("Escape");
    await section(page, 3).dblclick();
    await page.locator("nn-editor .cm-content:focus").waitFor();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("End");
    await page.keyboard.type(", and why");
    await expect.poll(() => entry("One number to measure, and why").count()).toBe(1);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Enter");
  });

  it("code is wider than prose, and a narrower window has no outline", async () => {
    const code = page.locator("nn-cell .source").first();
    expect(await width(code)).toBeGreaterThan(800);
    expect(await width(page.locator("nn-cell nn-markdown").first())).toBeLessThanOrEqual(642);
    const wider = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    for (const size of [1400, 1920]) {
      await page.setViewportSize({ width: size, height: 1080 });
      expect(await wider()).toBeLessThanOrEqual(0);
      const box = (await outline().boundingBox())!;
      const menu = (await section(page, 2).locator("nn-cell-menu").boundingBox())!;
      expect(box.x).toBeGreaterThan(menu.x + menu.width);
      expect(box.x + box.width).toBeLessThan(size);
      expect(box.width).toBeGreaterThan(150);
    }
    await page.setViewportSize({ width: 1300, height: 1080 });
    expect(await outline().count()).toBe(0);
    expect(await width(code)).toBeLessThanOrEqual(640);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await outline().waitFor();
  });

  it("the recorded plots are drawn, and say in words what they show", async () => {
    const plots = page.getByRole("img", { name: /^Plot\. / });
    await entry("Exercises").click();
    await expect.poll(() => plots.count()).toBe(3);
    const said = await plots.evaluateAll((images) => images.map((image) => image.getAttribute("alt")));
    expect(said[0]).toMatch(
      /^Plot\. Effect of each of 1152 neurons of layer 9, .* The largest: N1094 -1\.146, /,
    );
    expect(said[1]).toMatch(/13824 neurons of layers 0 to 11.* The largest: layer 9 N1094 -1\.146, /);
    expect(said[2]).toMatch(/exact effect .* against its estimated effect.* N1094 -1\.146 against -0\.462/);
    for (const plot of await plots.all()) {
      await plot.scrollIntoViewIfNeeded();
      await expect.poll(() => plot.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(600);
    }
  });

  it("has nothing that axe-core finds serious", expectAccessible);
});

describe("a new notebook", () => {
  const hints = () => page.getByRole("region", { name: "Nothing here yet. You can" });

  beforeAll(async () => {
    page = await openNotebook(here.browser, here.server.url);
  });
  afterAll(() => page.close());

  it("says what one can do, until something is written", async () => {
    await makeNotebook(page);
    await hints().waitFor();
    await expectAccessible();
    await section(page, 1).locator(".cm-content").click();
    await page.keyboard.type("x");
    await hints().waitFor({ state: "detached" });
    await page.keyboard.press("Backspace");
    await hints().waitFor();
  });

  it("gets a form or a text above the empty cell by a press, with the focus in it", async () => {
    await hints().getByRole("button", { name: "Add a form" }).click();
    await expect.poll(() => kinds(page)).toEqual(["code", "code"]);
    await section(page, 1).getByRole("textbox", { name: "Sentence" }).waitFor();
    expect(await hints().count()).toBe(0);
    await makeNotebook(page);
    await hints().getByRole("button", { name: "Add a text" }).click();
    await expect.poll(() => kinds(page)).toEqual(["markdown", "code"]);
    await expectSelected(page, 1, "edit");
  });

  it("gets a few lines to begin with, which run", async () => {
    await makeNotebook(page);
    await hints().getByRole("button", { name: "Begin with a few lines" }).click();
    await expectSelected(page, 1, "edit");
    expect(await texts(page)).toEqual([firstLines(practice)]);
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
    const rows = section(page, 1).locator("nn-outputs tbody tr");
    await expect.poll(() => rows.count(), { timeout: 170_000 }).toBe(5);
    expect((await rows.locator("td:first-child").allTextContents()).slice(0, 2)).toEqual(["those", "these"]);
  });

  it("fits a phone", async () => {
    await makeNotebook(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await hints().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
});
