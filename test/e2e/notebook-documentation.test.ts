// Documentation in the notebook's page: Shift+Tab in an editor, name? in a cell; and what is said of a name that a cell
// above would have assigned.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Cell } from "../../src/storage/index.ts";
import { makeNotebook, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const here = useSite();

/** A new notebook with these cells of code. */
async function fresh(...sources: string[]): Promise<Page> {
  const page = await openNotebook(here.browser, here.server.url);
  await makeNotebook(page, ...sources);
  return page;
}

const editor = (page: Page, number: number) =>
  page
    .locator("nn-cell")
    .nth(number - 1)
    .locator(".cm-content");

/** All text that a cell has put out. */
const put = (page: Page, number: number) =>
  page.locator("nn-notebook").evaluate((list, i) => {
    const { outputs } = (list as unknown as { cells: Cell[] }).cells[i]!;
    return outputs
      .map((output) => {
        if (output.output_type === "stream") return output.text;
        if (output.output_type === "error") return output.traceback.join("\n");
        return String(output.data["text/plain"]);
      })
      .join("");
  }, number - 1);

/** Run a cell by keyboard, and expect this in what it puts out; what has to be downloaded is agreed to. */
async function expectRun(page: Page, number: number, text: string): Promise<void> {
  await editor(page, number).click();
  await page.keyboard.press("Control+Enter");
  const agree = page.getByRole("button", { name: /^Download/ });
  await expect
    .poll(
      async () => {
        if (await agree.isVisible()) await agree.click();
        return put(page, number);
      },
      { timeout: 120_000 },
    )
    .toContain(text);
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor();
}

it("Shift+Tab shows what the name at the cursor is, before and after Python has run", async () => {
  const page = await fresh("import torch\nprint('there')", "torch.zeros(2, 2)", "    pass", "torch.zeros?");
  const shown = page.getByRole("region", { name: /^Documentation/ });

  await editor(page, 2).click();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < "torch.zer".length; i++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+Tab");
  await expect.poll(() => shown.textContent()).toContain("Python has not started: run a cell first");
  await page.keyboard.press("Escape");
  await expect.poll(() => shown.count()).toBe(0);
  expect(await editor(page, 2).evaluate((element) => element.matches(":focus"))).toBe(true);

  await expectRun(page, 1, "there");
  await editor(page, 2).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("ArrowLeft");
  // in the call's arguments
  await page.keyboard.press("Shift+Tab");
  await expect.poll(() => shown.textContent()).toMatch(/^Signature: zeros\(/);
  expect(await shown.getAttribute("aria-label")).toBe("Documentation of torch.zeros");
  await expect
    .poll(() => page.getByText(/^zeros\(.*Shift\+Tab again reads all of it/).count())
    .toBeGreaterThan(0);

  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: unknown[] }[] }> };
      }
    ).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes)}`);
  });
  expect(found).toEqual([]);

  // again goes into it, Escape back
  await page.keyboard.press("Shift+Tab");
  expect(await shown.evaluate((element) => element.matches(":focus"))).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => shown.count()).toBe(0);
  expect(await editor(page, 2).evaluate((element) => element.matches(":focus"))).toBe(true);

  // writing closes it; on a keyword there is nothing to show, so the line goes out
  await page.keyboard.press("Shift+Tab");
  await shown.waitFor();
  await page.keyboard.type("3");
  await expect.poll(() => shown.count()).toBe(0);
  await editor(page, 3).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Shift+Tab");
  await expect.poll(() => editor(page, 3).innerText()).toBe("pass");

  await expectRun(page, 4, "Signature: zeros(");
  await page.close();
});

it("a name that a cell above assigns, which has not run, is said to come from there", async () => {
  const page = await fresh("tokens = 1", "print(tokens)", "import os\nprint('other')");
  const sentence = (cell: string) =>
    `tokens is assigned in ${cell} above, which has not run in this session: run it first.`;
  await expectRun(page, 2, sentence("cell 1 of the notebook"));
  await editor(page, 1).click();
  await page.keyboard.press("Control+Enter");
  await expectRun(page, 2, "1\n");

  // a new Python has not run it
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await page.getByText("Python is restarted.").first().waitFor({ state: "attached" });
  await expectRun(page, 2, sentence("cell [2]"));
  await page.close();
});
