// The notebook without a network: after one complete visit the whole tutorial runs again, with the browser offline and
// the server gone, in a tab that is opened anew; with the site's model and with a person's own.

import type { BrowserContext, Page } from "playwright-core";
import { expect, inject, it } from "vitest";
import type { Cell } from "../../src/storage/index.ts";
import { practice, practiceCheckpoint } from "../helpers/fixtures.ts";
import { course, unfold, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { chooseMore } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const list = (page: Page) => page.locator("nn-notebook");
/** everything that the cells have put out, as data */
const outputs = (page: Page) =>
  list(page).evaluate((element) =>
    JSON.parse(
      JSON.stringify((element as unknown as { cells: Cell[] }).cells.flatMap((cell) => cell.outputs)),
    ),
  ) as Promise<Cell["outputs"]>;

/** Run all, agree to a download if there is one, and give the rows of the course's table. */
async function runAll(page: Page): Promise<string[][]> {
  await chooseMore(page, "Clear all output");
  await expect.poll(() => outputs(page)).toEqual([]);
  await page.getByRole("button", { name: "Run all" }).click();
  // it may be asked before the first cell runs, or when a cell needs what is not here; or not at all
  const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
  agree.click().catch(() => {});
  await page.getByRole("button", { name: "Interrupt", disabled: false }).waitFor();
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor();
  const all = await outputs(page);
  expect(all.filter(({ output_type }) => output_type === "error")).toEqual([]);
  const text = all.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
  return text
    .split("\n")
    .filter((line) => /^(this|that|these|those|the|some)\t/.test(line))
    .map((line) => line.split("\t"));
}

/** After a complete visit, all of it again with the browser offline and the server gone. */
async function expectOffline(server: StaticServer, context: BrowserContext): Promise<void> {
  const first = await visit(context, server.url);
  await first.page.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
  await first.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  expectPrinted(await runAll(first.page), expected(course.sentence));
  await first.page.getByText("Saved on this device").waitFor();
  await first.page.close();

  await context.setOffline(true);
  await server.close();
  const before = server.requests.length;
  const { page } = await visit(context, server.url);
  await page
    .getByText("Works offline")
    .or(page.getByText(/^Offline/))
    .first()
    .waitFor();
  expectPrinted(await runAll(page), expected(course.sentence));
  expect(server.requests.length).toBe(before);
}

it("runs the whole tutorial when the network and the server are gone", async () => {
  await expectOffline(here.server, await here.browser.newContext());
});

it("runs it on a model that a person has opened from a folder, on a site that has none", async () => {
  const server = await serve({ "/": inject("site") });
  server.intercept = ({ url = "" }, response) => {
    if (!url.startsWith("/models/")) return false;
    if (url.startsWith("/models/index.json"))
      response.setHeader("Content-Type", "application/json").end("[]");
    else response.writeHead(404).end();
    return true;
  };
  const context = await here.browser.newContext();
  const { page, model } = await visit(context, `${server.url}experiment.html#device=wasm`);
  await unfold({ model });
  await page.getByRole("button", { name: "Open a model…" }).click();
  const dialog = page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByLabel("Folder of a model").setInputFiles(practiceCheckpoint);
  await dialog.getByLabel("Name").fill(practice);
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await model.getByText("Ready:").waitFor();
  await page.close();
  await expectOffline(server, context);
  expect(server.requests.filter((path) => path.includes("/weights/"))).toEqual([]);
});
