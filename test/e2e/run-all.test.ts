// "Run all" on the built site: it is there when it works, and takes a reader who waits for it to what comes of it.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { type Cell, newCell, newNotebook, serializeNotebook } from "../../src/storage/index.ts";
import { withExperiment } from "../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../src/ui/notebook/book/experiment-source.ts";
import { course } from "../helpers/page.ts";
import { openFile, openNotebook, openTutorial } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const runAll = (page: Page) => page.getByRole("button", { name: "Run all", exact: true });
const trust = (page: Page) => page.getByRole("button", { name: "Trust this notebook" });

const experiment = (): Cell => {
  const spec = { ...course, model: "minibert-blimp" };
  return { ...newCell("code", toPython(spec, "minibert-blimp")), metadata: withExperiment({}, spec) };
};
const file = (cells: Cell[], metadata = {}) => serializeNotebook({ ...newNotebook(), metadata, cells });
/** many screens of prose, and then an experiment */
const long = () => file([newCell("markdown", "One line of prose.\n\n".repeat(200)), experiment()]);

async function openTrusted(page: Page, text: string): Promise<void> {
  await openFile(page, text);
  await trust(page).click();
  await trust(page).waitFor({ state: "detached" });
}

/** where the first table of a result stands: above what is seen, in it, or below */
const tableAt = (page: Page) =>
  page
    .locator("nn-outputs")
    .getByRole("table")
    .first()
    .evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return bottom < 0 ? "above" : top > innerHeight ? "below" : "seen";
    });

async function runTo(page: Page, meanwhile: () => Promise<void>): Promise<void> {
  await runAll(page).click();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
  await meanwhile();
  await page.locator("nn-outputs").getByRole("table").first().waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor();
}

it("is there where all cells would run, and only there", async () => {
  const page = await openTutorial(here.browser, here.server.url);
  await runAll(page).waitFor();
  // from outside, not trusted
  await openFile(page, file([newCell("code", "1")]), "one.ipynb");
  await trust(page).waitFor();
  expect(await runAll(page).count()).toBe(0);
  await page.locator("nn-toolbar summary", { hasText: "More" }).click();
  expect(await page.getByRole("button", { name: "Restart and run all" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");
  await trust(page).click();
  await runAll(page).waitFor();
  // nothing to run
  await openTrusted(page, file([newCell("markdown", "Prose.")]));
  await expect.poll(() => runAll(page).count()).toBe(0);
  // another language
  await openFile(page, file([newCell("code", "1")], { kernelspec: { name: "ir", language: "R" } }));
  await page.getByRole("heading", { name: "This notebook is written in R" }).waitFor();
  expect(await runAll(page).count()).toBe(0);
  await page.close();
});

it("is not there for Python in a browser that cannot run it, which is said", async () => {
  const page = await openTutorial(here.browser, here.server.url, {
    first: () => Reflect.deleteProperty(WebAssembly, "Suspending"),
  });
  await page.getByText("Python cannot run in this browser").waitFor();
  expect(await runAll(page).count()).toBe(0);
  // experiments need no Python
  await openTrusted(page, file([experiment()]));
  await runAll(page).waitFor();
  await page.close();
});

it("takes a reader who waits to the table", async () => {
  const page = await openNotebook(here.browser, here.server.url);
  await openTrusted(page, long());
  await page.evaluate(() => scrollTo(0, 0));
  await runTo(page, async () => {});
  await expect.poll(() => tableAt(page)).toBe("seen");
  await page.close();
});

it("leaves a reader alone who has gone on to something else", async () => {
  const page = await openNotebook(here.browser, here.server.url);
  await openTrusted(page, long());
  await runTo(page, async () => {
    // from the question, which stands below, back to the beginning
    await page.mouse.move(500, 400);
    await page.mouse.wheel(0, -20_000);
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  });
  // what would have moved it has had its turn
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  expect(await page.evaluate(() => scrollY)).toBe(0);
  expect(await tableAt(page)).toBe("below");
  await page.close();
});
