// Cells whose text or outputs are folded away, as Jupyter, Jupyter Book and Colab write it, on the built site: a title or a
// word in their place, shown and hidden by buttons, run as ever, saved as they came; and the page on paper.

import { readFileSync } from "node:fs";
import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { cells, count, section } from "./open-notebook.ts";
import { openFile, openNotebook, openTutorial } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const code = (id: string, metadata: object, source: string, outputs: object[] = []) => ({
  id,
  cell_type: "code",
  metadata,
  execution_count: null,
  outputs,
  source,
});
const said = (text: string) => ({ output_type: "stream", name: "stdout", text });

const file = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { title: "Hidden" },
  cells: [
    code("title", { cellView: "form" }, '#@title Say it { display-mode: "form" }\nprint("it is " + "said")'),
    code("input", { tags: ["hide-input"] }, "secret_one = 1", [said("seen one")]),
    code("output", { tags: ["hide-output"] }, "open_two = 2", [said("unseen two")]),
    { id: "text", cell_type: "markdown", metadata: { tags: ["hide-cell"] }, source: "A *hint*." },
    code("plain", {}, "plain_three = 3"),
  ],
});

const button = (cell: Locator, name: string) => cell.getByRole("button", { name, exact: true });

async function opened(): Promise<Page> {
  const page = await openNotebook(here.browser, here.server.url);
  await openFile(page, file, "hidden.ipynb");
  await expect.poll(() => count(page)).toBe(5);
  return page;
}

it("are folded as other programs write it, shown and hidden by buttons, and saved with their own metadata", async () => {
  const page = await opened();
  const [title, input, output, text, plain] = [1, 2, 3, 4, 5].map((number) => section(page, number)) as [
    Locator,
    Locator,
    Locator,
    Locator,
    Locator,
  ];
  await title.getByText("Say it").waitFor();
  expect(await title.locator("nn-editor").count()).toBe(0);
  await input.getByText("The code is hidden.").waitFor();
  await input.getByText("seen one").waitFor();
  await output.locator("nn-editor").waitFor();
  expect(await output.locator("nn-editor").count()).toBe(1);
  expect(await output.getByText("unseen two").count()).toBe(0);
  await text.getByText("The text is hidden.").waitFor();

  await button(text, "Show text").click();
  await text.getByText("hint").waitFor();
  await button(output, "Show output").click();
  await output.getByText("unseen two").waitFor();
  await button(title, "Show code").click();
  await title.locator("nn-editor").waitFor();
  await button(title, "Hide code").click();
  await expect.poll(() => title.locator("nn-editor").count()).toBe(0);
  expect((await cells(page)).map(({ metadata }) => metadata)).toEqual([
    { cellView: "form" },
    { tags: ["hide-input"] },
    { tags: ["hide-output"], jupyter: { outputs_hidden: false } },
    { tags: ["hide-cell"], jupyter: { source_hidden: false } },
    {},
  ]);

  // by the menu of a cell, for good
  await plain.hover();
  await plain.getByRole("button", { name: "More for cell 5" }).click();
  await button(plain, "Hide code").click();
  await plain.getByText("The code is hidden.").waitFor();
  const arriving = page.waitForEvent("download");
  await page.locator("nn-toolbar summary", { hasText: "File" }).click();
  await page.locator("nn-save").getByRole("button", { name: "Save .ipynb" }).click();
  const saved = JSON.parse(readFileSync(await (await arriving).path(), "utf8"));
  expect(saved.cells[0]).toEqual(JSON.parse(file).cells[0]);
  expect(saved.cells[1]).toEqual(JSON.parse(file).cells[1]);
  expect(saved.cells[4].metadata).toEqual({ jupyter: { source_hidden: true } });
  await page.context().close();
});

it("run as ever, are edited by Enter and found by the search", async () => {
  const page = await opened();
  const trust = page.getByRole("button", { name: "Trust this notebook" });
  await trust.click();
  await trust.waitFor({ state: "detached" });
  const title = section(page, 1);
  await title.hover();
  await title.getByRole("button", { name: "Run cell 1" }).click();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
  await title.getByText("it is said").waitFor();
  expect(await title.locator("nn-editor").count()).toBe(0);

  const input = section(page, 2);
  await input.focus();
  await page.keyboard.press("Enter");
  await input.locator("nn-editor .cm-content:focus").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => input.locator("nn-editor").count()).toBe(0);

  await page.keyboard.press("f");
  await page.locator("nn-find").getByRole("searchbox", { name: "Find", exact: true }).fill("secret_one");
  await input.locator("nn-editor").getByText("secret_one").waitFor();
  await page.context().close();
});

it("have no serious accessibility finding", async () => {
  const page = await opened();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { axe: here } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await here.run(document);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id }) => id);
    });
    expect(found, colorScheme).toEqual([]);
  }
  await page.context().close();
});

it("on paper there are no buttons and no lists of notebooks, but forms with their values and all colours", async () => {
  const page = await openTutorial(here.browser, here.server.url);
  const form = page.locator("nn-experiment-form");
  await form.scrollIntoViewIfNeeded();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  for (const name of ["Sentence", "Layer", "Neuron", "Words to compare"])
    expect(await form.getByLabel(name, { exact: true }).first().isVisible(), name).toBe(true);
  expect(await form.getByLabel("Neuron", { exact: true }).inputValue()).toBe("1094");
  expect(await page.getByRole("button").count()).toBe(0);
  for (const part of ["nn-toolbar", "nn-library", "nn-files", "nn-find-neurons"])
    expect(await page.locator(part).first().isVisible(), part).toBe(false);
  const look = await form.evaluate((element) => {
    const style = getComputedStyle(element);
    return [style.printColorAdjust, style.colorScheme, getComputedStyle(document.body).backgroundColor];
  });
  expect(look).toEqual(["exact", "light", "rgb(255, 255, 255)"]);
  await page.context().close();
});
