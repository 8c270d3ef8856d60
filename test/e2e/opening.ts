// Opens the notebook's page, and in it a file, or a new notebook.

import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { type VisitOptions, visit } from "../helpers/page.ts";
import { cells, texts } from "./open-notebook.ts";

/** Open an address of the notebook's page, in a fresh profile or in one more tab of a context; a cell is there. */
export async function openNotebook(
  to: Browser | BrowserContext,
  url: string,
  options: VisitOptions = {},
): Promise<Page> {
  const { page } = await visit(to, url, {
    // what computes in none of these tests misses no GPU
    allowed: /WebGPU|adapter/,
    viewport: { width: 1000, height: 900 },
    ...options,
  });
  await page.locator("nn-cell").first().waitFor();
  return page;
}

/** Open the page as a fresh visitor finds it: with the tutorial, 33 cells, many screens. */
export async function openTutorial(to: Browser, url: string, options: VisitOptions = {}): Promise<Page> {
  const page = await openNotebook(to, url, options);
  await page.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
  return page;
}

/** Open a file by the File menu. */
export async function openFile(page: Page, text: string, name = "opened.ipynb"): Promise<void> {
  const asking = page.waitForEvent("filechooser");
  await page.locator("nn-toolbar summary", { hasText: "File" }).click();
  await page.locator("nn-toolbar").getByRole("button", { name: "Open a file…" }).click();
  await (await asking).setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
}

/** Choose from the menu of all that is needed less often, which is there once a notebook is open. */
export async function chooseMore(page: Page, name: string): Promise<void> {
  await page.locator("nn-toolbar summary", { hasText: "More" }).click();
  await page.locator("nn-toolbar").getByRole("button", { name, exact: true }).click();
}

/** Make a new notebook with these cells of code, one after the other; the first is selected. */
export async function makeNotebook(page: Page, ...sources: string[]): Promise<void> {
  await page.locator("nn-library").evaluate((library) => {
    library.dispatchEvent(new CustomEvent("nn-notebook-new", { bubbles: true, composed: true }));
  });
  await expect.poll(async () => (await cells(page)).length).toBe(1);
  await page.locator("nn-notebook").evaluate((list, sources) => {
    const send = (type: string, detail: unknown) =>
      list.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    const ids = () => (list as unknown as { cells: { id: string }[] }).cells.map(({ id }) => id);
    sources.forEach((source, i) => {
      if (i > 0) send("nn-insert", { id: ids().at(-1), side: "below", kind: "code" });
      send("nn-source", { id: ids().at(-1), source });
    });
    send("nn-select", { id: ids()[0], mode: "command" });
  }, sources);
  await expect.poll(() => texts(page)).toEqual(sources.length > 0 ? sources : [""]);
}
