// Data files of a notebook on the built site: dropped or chosen, opened by name from Python, kept over a reload, taken
// away, removed and brought back; and what Python writes is listed.

import { readFileSync } from "node:fs";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { read } from "../helpers/page.ts";
import { chooseMore, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let context: BrowserContext;
beforeEach(async () => {
  context = await here.browser.newContext();
});
afterEach(async () => {
  await context.close();
});

const open = (fragment = "") => openNotebook(context, here.server.url + fragment);

/** Drop files anywhere on the page. */
async function drop(page: Page, files: Record<string, string>): Promise<void> {
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent("main", "dragenter", { dataTransfer: transfer });
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
}

const panel = (page: Page): Locator => page.locator("nn-files");
const summary = (page: Page) => panel(page).locator("summary");
const trouble = (page: Page) => page.locator("nn-notice#trouble");
const saved = (page: Page) => page.locator("nn-toolbar").getByText("Saved on this device").waitFor();

/** the names and sizes that are listed */
const listed = async (page: Page) =>
  (await panel(page).locator("li .row").allTextContents()).map((text) =>
    text.replace(/\s+/g, " ").replace(" Download Remove", "").trim(),
  );

/** an empty notebook with a source in its cell */
async function notebookOf(page: Page, source: string): Promise<void> {
  const library = page.locator("nn-library");
  await library.locator("summary").press("Enter");
  await library.getByRole("button", { name: "New notebook" }).click();
  await expect.poll(() => page.locator("nn-cell").count()).toBe(1);
  await write(page, source);
}

/** Replace the source of the first cell. */
async function write(page: Page, source: string): Promise<void> {
  await page.locator("nn-cell").first().locator(".gutter").click();
  await page.keyboard.press("Enter");
  await page.locator("nn-editor .cm-content").first().waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(source);
  await page.keyboard.press("Escape");
}

/** Run the first cell; resolves to the text that it has put out. */
async function run(page: Page): Promise<string> {
  const cell = page.locator("nn-cell").first();
  const count = cell.locator(".gutter .count");
  // Python counts anew when it starts anew
  await chooseMore(page, "Clear all output");
  await expect.poll(() => count.textContent()).toContain("[ ]");
  await cell.locator(".gutter").click();
  await page.keyboard.press("Control+Enter");
  const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
  await expect
    .poll(
      async () => {
        if (await agree.isVisible()) await agree.click();
        return count.textContent();
      },
      { timeout: 120_000 },
    )
    .toMatch(/\[\d+\]/);
  const outputs = cell.locator("nn-outputs");
  return (await outputs.count()) > 0 ? read(outputs) : "";
}

const reads = `import csv, json
rows = list(csv.DictReader(open("data.csv")))
tabs = list(csv.reader(open("tabs.tsv"), delimiter="\\t"))
print(rows[1]["word"], tabs[0][1], json.load(open("list.json"))["a"], open("words.txt").read())
open("out.csv", "w").write("word,delta\\nthis,1\\n")
open("made/deep.txt", "w").write("é") if __import__("os").makedirs("made", exist_ok=True) is None else None
`;
const data = {
  "data.csv": "word,n\nthis,1\nthat,2\n",
  "tabs.tsv": "a\tb\n",
  "list.json": '{"a": [1, 2]}',
  "words.txt": "naïve",
};

describe("data files", () => {
  it("are dropped, opened by name, written, kept over a reload, and taken away", async () => {
    const page = await open();
    await notebookOf(page, reads);
    expect(await summary(page).innerText()).toBe("Files of this notebook: none");
    await drop(page, data);
    await panel(page).getByText("words.txt").waitFor();
    expect(await run(page)).toContain("that b [1, 2] naïve");
    await panel(page).getByText("made/deep.txt").waitFor();
    const before = await listed(page);
    expect(before).toEqual([
      "data.csv 21 B",
      "list.json 13 B",
      "made/deep.txt 2 B",
      "out.csv 18 B",
      "tabs.tsv 4 B",
      "words.txt 6 B",
    ]);

    const arriving = page.waitForEvent("download");
    await panel(page).getByRole("button", { name: "Download out.csv" }).click();
    const arrived = await arriving;
    expect(arrived.suggestedFilename()).toBe("out.csv");
    expect(readFileSync(await arrived.path(), "utf8")).toBe("word,delta\nthis,1\n");

    await saved(page);
    await page.reload();
    await page.locator("nn-cell").first().waitFor();
    await summary(page).press("Enter");
    await expect.poll(() => listed(page)).toEqual(before);
    // another Python, which has the files, too: what it wrote itself, as well
    await write(
      page,
      'print(open("out.csv").read().split()[1], open("made/deep.txt").read(), open("words.txt").read())',
    );
    expect(await run(page)).toContain("this,1 é naïve");

    // another notebook has none of them
    await page.locator("nn-library").locator("summary").press("Enter");
    await page.locator("nn-library").getByRole("button", { name: "New notebook" }).click();
    await expect.poll(() => summary(page).innerText()).toBe("Files of this notebook: none");
    await write(page, "import os; os.listdir()");
    expect(await run(page)).toContain("[]");
    await page.goBack();
    await expect.poll(() => listed(page)).toEqual(before);
  });

  it("are chosen, removed, and brought back; Python sees each of it", async () => {
    const page = await open();
    await notebookOf(page, "import os; sorted(os.listdir())");
    await summary(page).press("Enter");
    const asking = page.waitForEvent("filechooser");
    await panel(page).getByRole("button", { name: "Add files…" }).click();
    const files = Object.entries(data).map(([name, text]) => ({
      name,
      mimeType: "text/plain",
      buffer: Buffer.from(text),
    }));
    await (await asking).setFiles(files);
    await panel(page).getByText("words.txt").waitFor();
    expect(await run(page)).toContain("['data.csv', 'list.json', 'tabs.tsv', 'words.txt']");
    await panel(page).getByRole("button", { name: "Remove tabs.tsv" }).click();
    await panel(page).getByText("“tabs.tsv” is removed.").waitFor();
    expect(await run(page)).toContain("['data.csv', 'list.json', 'words.txt']");
    await panel(page).getByRole("button", { name: "Undo" }).click();
    await panel(page).getByRole("button", { name: "Remove tabs.tsv" }).waitFor();
    expect(await run(page)).toContain("['data.csv', 'list.json', 'tabs.tsv', 'words.txt']");
    // what Python removes can be brought back as well
    await write(page, 'import os; os.remove("data.csv")');
    await run(page);
    await panel(page).getByText("“data.csv” is removed.").waitFor();
    await panel(page).getByRole("button", { name: "Undo" }).click();
    await write(page, 'open("data.csv").read()');
    expect(await run(page)).toContain("that,2");
    // a Python that is started anew has them
    await page.getByRole("button", { name: "Restart", exact: true }).first().click();
    await page.getByText("Python is restarted.").first().waitFor();
    expect(await run(page)).toContain("that,2");
  });

  it("that are too large are refused in a sentence, and the others stay", async () => {
    const page = await open();
    await notebookOf(page, 'open("large.bin", "wb").truncate(40 * 2 ** 20)');
    await drop(page, { "small.txt": "x", "large.txt": "x".repeat(33 * 2 ** 20) });
    await trouble(page)
      .getByText("large.txt is 33 MB and is not kept: a notebook keeps files of up to 32 MB, 64 MB in all.")
      .waitFor();
    expect(await listed(page)).toEqual(["small.txt 1 B"]);
    await run(page);
    await trouble(page).getByText("large.bin is 40 MB and is not kept").waitFor();
    expect(await listed(page)).toEqual(["small.txt 1 B"]);
  });

  it("go with a notebook that is deleted, and come back with it; a saved .ipynb is without them", async () => {
    const page = await open();
    await notebookOf(page, "'no data in here'");
    await drop(page, { "data.csv": "secret-in-data" });
    await panel(page).getByText("data.csv").first().waitFor();
    await saved(page);
    await page.getByText("File", { exact: true }).click();
    const arriving = page.waitForEvent("download");
    await page.locator("nn-save").getByRole("button", { name: "Save .ipynb" }).click();
    const text = readFileSync(await (await arriving).path(), "utf8");
    expect(text).toContain("no data in here");
    expect(text).not.toContain("secret-in-data");
    await page.locator("nn-save").getByText("The 1 file of this notebook is not in any of these").waitFor();

    const library = page.locator("nn-library");
    await library.getByRole("button", { name: "Delete Untitled" }).click();
    await expect.poll(() => summary(page).innerText()).toBe("Files of this notebook: none");
    await library.getByRole("button", { name: "Undo" }).click();
    await library.getByRole("button", { name: "Untitled", exact: true }).click();
    await expect.poll(() => listed(page)).toEqual(["data.csv 14 B"]);
  });
});
