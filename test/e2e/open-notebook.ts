// What a notebook that is open in a page holds, which cell is selected there, and keys for it.

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Cell } from "../../src/storage/index.ts";

export const section = (page: Page, number: number): Locator =>
  page
    .locator("nn-cell")
    .nth(number - 1)
    .locator("section");
export const count = (page: Page) => page.locator("nn-cell").count();
/** what the notebook holds, as data */
export const cells = (page: Page): Promise<Cell[]> =>
  page
    .locator("nn-notebook")
    .evaluate((list) => JSON.parse(JSON.stringify((list as unknown as { cells: Cell[] }).cells)));
export const texts = async (page: Page) => (await cells(page)).map(({ source }) => source);
export const kinds = async (page: Page) => (await cells(page)).map(({ kind }) => kind);
/** the selected cell's place from 1, its mode, and whether the focus is there */
export const selected = (page: Page) =>
  page.evaluate(() => {
    const list = document.querySelector("nn-notebook")!;
    const all = [...list.shadowRoot!.querySelectorAll("nn-cell")] as (HTMLElement & {
      view: { selected: boolean; mode: string };
    })[];
    const cell = all.find(({ view }) => view.selected)!;
    const focused = list.shadowRoot!.activeElement === cell;
    const editor = cell.shadowRoot!.activeElement?.localName === "nn-editor";
    return [all.indexOf(cell) + 1, cell.view.mode, focused ? (editor ? "editor" : "cell") : "elsewhere"];
  });
export const expectSelected = (page: Page, place: number, mode: "command" | "edit") =>
  expect.poll(() => selected(page)).toEqual([place, mode, mode === "edit" ? "editor" : "cell"]);

/** Press keys one after the other: "D D", "Control+Enter". */
export async function press(page: Page, keys: string): Promise<void> {
  for (const key of keys.split(" ")) await page.keyboard.press(key);
}

/** what has the focus, in words */
export const focusOf = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let active = document.activeElement;
    let cell = 0;
    while (active?.shadowRoot?.activeElement) {
      if (active.localName === "nn-notebook") {
        const all = [...active.shadowRoot.querySelectorAll("nn-cell")];
        cell = all.indexOf(active.shadowRoot.activeElement as never) + 1;
      }
      active = active.shadowRoot.activeElement;
    }
    if (!active || active === document.body) return "nothing";
    if (active.matches(".cm-content")) return `editor ${cell}`;
    if (active.matches("section") && cell > 0) return `cell ${cell}`;
    const name = active.getAttribute("aria-label") ?? (active as HTMLInputElement).labels?.[0]?.textContent;
    return (name ?? active.textContent).trim().replace(/\s+/g, " ");
  });

/** Open the File menu and press one of its buttons. */
export async function fromFileMenu(page: Page, name: string): Promise<void> {
  await page.locator("nn-toolbar summary", { hasText: "File" }).click();
  await page.locator("nn-toolbar").getByRole("button", { name, exact: true }).click();
}
