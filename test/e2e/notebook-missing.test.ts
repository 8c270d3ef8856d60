// The notebook's page where a file of it does not arrive: it says what is missing, and the rest works.

import type { BrowserContext } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { visit } from "../helpers/page.ts";
import { makeNotebook, openFile } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let context: BrowserContext;

beforeEach(async () => {
  // what a service worker fetches is not asked of the routes below
  context = await here.browser.newContext({ serviceWorkers: "block" });
});
afterEach(async () => {
  await context.close();
});

const open = async () => {
  const allowed = /WebGPU|adapter|Service Worker|net::ERR_FAILED|dynamically imported module/;
  return (await visit(context, here.server.url, { allowed })).page;
};

const row = { word: "this", before: 0.25, after: 0.5, delta: 1 };
const comparison = { "application/vnd.neuron-notebook.comparison+json": { rows: [row] } };
const square = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`;

/** a file with one cell that has put out these bundles */
function putOut(...bundles: object[]): string {
  const outputs = bundles.map((data) => ({ output_type: "display_data", metadata: {}, data }));
  const cell = { cell_type: "code", id: "a", execution_count: 1, metadata: {}, source: "x = 1", outputs };
  return JSON.stringify({ cells: [cell], metadata: { title: "T" }, nbformat: 4, nbformat_minor: 5 });
}

it("shows a comparison's text, and says of an image why it is not there, without what draws them", async () => {
  await context.route(/\/assets\/(nn-comparison|image-fits)-.*\.js$/, (route) => route.abort());
  const page = await open();
  await page.locator("nn-cell").first().waitFor();
  await openFile(
    page,
    putOut({ ...comparison, "text/plain": "det\toriginal" }, comparison, {
      "image/svg+xml": square,
      "text/plain": "a square",
    }),
  );
  const outputs = page.locator("nn-outputs .output");
  await outputs.getByText("[Image that is not drawn").waitFor();
  await expect
    .poll(async () => (await outputs.allInnerTexts()).map((text) => text.trim()))
    .toEqual([
      "det\toriginal",
      "[Table that is not drawn, since the script for it did not arrive; reload the page]",
      "[Image that is not drawn, since the script for it did not arrive; reload the page: a square]",
    ]);
  await context.unroute(/\/assets\/(nn-comparison|image-fits)-.*\.js$/);
  await page.reload();
  await page.locator("nn-outputs img").waitFor();
  await expect.poll(() => page.locator("nn-outputs nn-comparison").count()).toBe(2);
});

it("can be used where the tutorial does not arrive", async () => {
  await context.route(/\/suppression[^/]*\.ipynb$/, (route) => route.abort());
  const page = await open();
  await expect.poll(() => page.locator("[inert]").count()).toBe(0);
  await makeNotebook(page, "1");
  expect(await page.locator("nn-cell").count()).toBe(1);
});
