// The notebook without a network: after one complete visit the whole tutorial runs again, with the browser offline and
// the server gone, in a tab that is opened anew.

import type { BrowserContext, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import type { Cell } from "../../src/storage/index.ts";
import { course, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let context: BrowserContext;
beforeAll(async () => {
  context = await here.browser.newContext();
});

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
  await list(page).evaluate((element) =>
    element.dispatchEvent(
      new CustomEvent("nn-command", { detail: { command: "clear-all" }, bubbles: true, composed: true }),
    ),
  );
  await expect.poll(() => outputs(page)).toEqual([]);
  await page.getByRole("button", { name: "Run all" }).click();
  const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
  const running = page.getByRole("button", { name: "Interrupt", disabled: false });
  await agree.or(running).first().waitFor();
  if (await agree.isVisible()) await agree.click();
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor({ timeout: 120_000 });
  const all = await outputs(page);
  expect(all.filter(({ output_type }) => output_type === "error")).toEqual([]);
  const text = all.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
  return text
    .split("\n")
    .filter((line) => /^(this|that|these|those|the|some)\t/.test(line))
    .map((line) => line.split("\t"));
}

it("runs the whole tutorial when the network and the server are gone", async () => {
  const first = await visit(context, here.server.url);
  await first.page.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
  await first.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  expectPrinted(await runAll(first.page), expected(course.sentence));
  await first.page.getByText("Saved on this device").waitFor();
  await first.page.close();

  await context.setOffline(true);
  await here.server.close();
  const before = here.server.requests.length;
  const { page } = await visit(context, here.server.url);
  await page
    .getByText("Works offline")
    .or(page.getByText(/^Offline/))
    .first()
    .waitFor();
  expectPrinted(await runAll(page), expected(course.sentence));
  expect(here.server.requests.length).toBe(before);
});
