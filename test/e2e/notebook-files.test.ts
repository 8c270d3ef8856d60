// Notebooks on the built site, in and out: kept as one types, in two tabs, from files and links that nobody trusts yet,
// saved in every form, deleted and brought back.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { parseNotebook } from "../../src/storage/index.ts";
import { toLink } from "../../src/ui/notebook/library/share.ts";
import { kill, launch, launchProfile } from "../helpers/chromium.ts";
import { expectQuiet, focused } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { openNotebook } from "./opening.ts";

const fixtures = join(import.meta.dirname, "../fixtures/notebooks");
const built = readFileSync(join(import.meta.dirname, "../../notebooks/suppression.ipynb"), "utf8");

let server: StaticServer;
let browser: Browser;
let context: BrowserContext | undefined;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(async () => {
  await context?.close();
  context = undefined;
  expectQuiet();
});

const address = (fragment = "") => `${server.url}${fragment}`;

/** a tab of this test's profile, on the notebook page */
async function open(fragment = "", profile?: BrowserContext, first?: () => void): Promise<Page> {
  const options = { permissions: ["clipboard-read", "clipboard-write"] };
  if (!profile) context ??= await browser.newContext(options);
  return openNotebook((profile ?? context)!, address(fragment), first && { first });
}

const titleField = (page: Page) => page.getByRole("textbox", { name: "Title", exact: true });
const saved = (page: Page) => page.locator("nn-toolbar").getByText("Saved on this device").waitFor();
const cells = (page: Page) => page.locator("nn-cell");
const said = (page: Page) => page.locator("nn-announcer").getByRole("status");

/** the title that stands above the cells */
const titled = (page: Page, title: string) => expect.poll(() => titleField(page).inputValue()).toBe(title);

/** what is kept, newest first: title, source of every cell, trust */
function kept(page: Page): Promise<{ title: string; text: string; trusted: boolean; version: number }[]> {
  return page.evaluate(async () => {
    const request = indexedDB.open("neuron-notebook-notebooks");
    const database = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const objects = database.transaction("notebooks").objectStore("notebooks");
    const ask = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const entries = await ask(objects.getAll(IDBKeyRange.bound(["entry"], ["entry", []])));
    const all = await Promise.all(
      entries.map(async (entry) => ({ ...entry, text: await ask(objects.get(["text", entry.id])) })),
    );
    database.close();
    return all.sort((a, b) => b.changed - a.changed);
  });
}

const sourcesOf = (text: string) => parseNotebook(text).cells.map(({ source }) => source);

/** the list of notebooks, opened */
async function library(page: Page): Promise<Locator> {
  const panel = page.locator("nn-library");
  const details = panel.locator("details");
  // by keyboard: a click while the cells above are still drawn may go to where things were
  if (!(await details.evaluate((it) => (it as HTMLDetailsElement).open)))
    await panel.locator("summary").press("Enter");
  return panel;
}

/** an empty notebook with a cell, in which a text is typed */
async function typed(page: Page, text: string): Promise<void> {
  await (await library(page)).getByRole("button", { name: "New notebook" }).click();
  await titled(page, "Untitled");
  await write(page, text);
}

/** Add a text to the source of the first cell. */
async function write(page: Page, text: string): Promise<void> {
  await cells(page).first().locator("section").focus();
  await page.keyboard.press("Enter");
  await page.locator("nn-editor .cm-content:focus").waitFor();
  await page.keyboard.type(text);
}

/** What a button of the File menu makes. */
async function download(page: Page, name: string): Promise<{ file: string; text: string }> {
  const menu = page.locator("nn-toolbar details").filter({ hasText: "File" });
  if (!(await menu.evaluate((it) => (it as HTMLDetailsElement).open)))
    await page.getByText("File", { exact: true }).click();
  const arriving = page.waitForEvent("download");
  await page.locator("nn-save").getByRole("button", { name }).click();
  const arrived = await arriving;
  return { file: arrived.suggestedFilename(), text: readFileSync(await arrived.path(), "utf8") };
}

/** Open a file by the dialog. */
async function choose(
  page: Page,
  files: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  const asking = page.waitForEvent("filechooser");
  await (await library(page)).getByRole("button", { name: "Open a file…" }).click();
  await (await asking).setFiles(files);
}

/** Hold a file over the page, and let go. */
async function drop(page: Page, name: string, text: string): Promise<boolean> {
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text!], name!));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent("main", "dragenter", { dataTransfer: transfer });
  const shown = await page.getByText("Drop a notebook to open it, or data to keep with this one").isVisible();
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  return shown;
}

/** a notebook that would show the world that it has run */
const loud = JSON.stringify({
  cells: [
    {
      cell_type: "markdown",
      id: "m",
      metadata: {},
      source: ["# Loud\n", "<img src=x onerror=\"document.title='ran'\">"],
    },
    {
      cell_type: "code",
      execution_count: 1,
      id: "c",
      metadata: {},
      outputs: [
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/html": ["<script>document.title='ran'</script><b>kept output</b>"] },
        },
      ],
      source: ["print('ran')"],
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

/** Nothing of it has run, the page says where it came from, and running it is refused until it is trusted. */
async function expectUntrusted(page: Page, origin: string): Promise<void> {
  await titled(page, "Loud");
  const banner = page.getByRole("region", {
    name: `This notebook came from ${origin}; nothing in it has run.`,
  });
  await banner.waitFor();
  await page.getByText("kept output").waitFor();
  expect(await page.title()).not.toBe("ran");
  const refusal = banner.getByText("Not run: it has to be trusted first.");
  // of a text nothing would run
  await cells(page).first().locator(".gutter").click();
  await page.keyboard.press("Shift+Enter");
  await expect.poll(() => focused(page)).toMatchObject({ name: "Code cell 2" });
  expect(await refusal.count()).toBe(0);
  await page.getByRole("button", { name: "Run cell 2" }).click();
  await expect.poll(() => focused(page)).toMatchObject({ name: "Trust this notebook" });
  expect(await refusal.isVisible()).toBe(true);
  // no Python was asked for, and no frame for it was made
  expect(page.frames()).toHaveLength(1);
  expect(await page.getByText("kept output").isVisible()).toBe(true);
  expect((await kept(page)).find(({ title }) => title === "Loud")).toMatchObject({ trusted: false });
  await banner.getByRole("button", { name: "Trust this notebook" }).click();
  await banner.waitFor({ state: "detached" });
  await expect.poll(async () => (await kept(page)).find(({ title }) => title === "Loud")?.trusted).toBe(true);
}

describe("a first visit", () => {
  it("opens the tutorial, which is trusted, and a reload finds the same copy", async () => {
    const page = await open();
    await titled(page, "Knowledge neuron suppression");
    expect(await page.locator("nn-trust section").count()).toBe(0);
    expect(await kept(page)).toMatchObject([{ text: built, trusted: true, version: 1 }]);
    await page.reload();
    await cells(page).first().waitFor();
    expect(await kept(page)).toHaveLength(1);
  });
});

describe("what is typed", () => {
  it("is kept, and there after a reload", async () => {
    const page = await open();
    await typed(page, "x = 1");
    await saved(page);
    await expect.poll(async () => sourcesOf((await kept(page))[0]!.text)).toEqual(["x = 1"]);
    await page.reload();
    await page.locator("nn-cell").getByText("x = 1").waitFor();
  });

  it("is there when the page was left at once, by a reload and by closing the tab", async () => {
    const page = await open();
    await typed(page, "first = 1");
    await page.reload();
    await page.locator("nn-cell").getByText("first = 1").waitFor();
    await write(page, "; second = 2");
    await page.close();
    const next = await open();
    await next.locator("nn-cell").getByText("first = 1; second = 2").waitFor();
    expect((await kept(next)).map(({ title }) => title)).toEqual([
      "Untitled",
      "Knowledge neuron suppression",
    ]);
    expect(await next.evaluate(() => Object.keys(localStorage).filter((key) => /unsaved/.test(key)))).toEqual(
      [],
    );
  });

  it("is there after the browser was killed, as far as the page called it saved", async () => {
    const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-profile-"));
    try {
      const first = await launchProfile(folder, "no-adapter");
      const page = await open("", first);
      await typed(page, "kept = 'before the crash'");
      await expect
        .poll(async () => sourcesOf((await kept(page))[0]!.text))
        .toEqual(["kept = 'before the crash'"]);
      await kill(first, folder);
      const second = await launchProfile(folder, "no-adapter");
      const again = await open("", second);
      await again.locator("nn-cell").getByText("before the crash").waitFor();
      await second.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("that could not be kept is not lost by closing the tab unasked, and is kept when there is room again", async () => {
    const page = await open();
    await typed(page, "x = 1");
    await saved(page);
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...given) {
        const { transaction } = this;
        // as a browser without room does, once it has looked
        queueMicrotask(() => {
          try {
            transaction.abort();
          } catch {
            // the put before this one has done it
          }
        });
        return put.apply(this, given);
      };
      Object.assign(window, { makeRoom: () => Object.assign(IDBObjectStore.prototype, { put }) });
    });
    await write(page, " + 1");
    await page
      .locator("nn-toolbar")
      .getByText(/^Not saved: The browser did not keep/)
      .waitFor();
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await page.evaluate(() => (window as unknown as { makeRoom: () => void }).makeRoom());
    await saved(page);
    expect(sourcesOf((await kept(page))[0]!.text)).toEqual(["x = 1 + 1"]);
    // and then it is closed without a question
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => page.isClosed()).toBe(true);
  });

  it("in two tabs at once is all kept", async () => {
    // neither hears of the other before it writes, however slow this machine is
    const deaf = () => {
      BroadcastChannel.prototype.postMessage = () => {};
    };
    const one = await open("", undefined, deaf);
    await typed(one, "a");
    await expect.poll(async () => sourcesOf((await kept(one))[0]!.text)).toEqual(["a"]);
    const two = await open("", undefined, deaf);
    await two.locator("nn-cell").getByText("a", { exact: true }).waitFor();
    await Promise.all([write(one, "1"), write(two, "2")]);
    await expect
      .poll(async () =>
        (await kept(one))
          .map(({ text }) => sourcesOf(text)[0]!)
          .filter((text) => /^a/.test(text))
          .sort(),
      )
      .toEqual(["a1", "a2"]);
    const titles = (await kept(one)).map(({ title }) => title);
    expect(titles).toContain("Untitled (from the other tab)");
  });

  it("in one tab is shown in the other, where nothing was typed", async () => {
    const one = await open();
    await typed(one, "a");
    await expect.poll(async () => sourcesOf((await kept(one))[0]!.text)).toEqual(["a"]);
    const two = await open();
    await write(one, "b");
    await two.locator("nn-cell").getByText("ab", { exact: true }).waitFor();
  });
});

describe("from elsewhere", () => {
  it("a file does not run by itself", async () => {
    const page = await open();
    await choose(page, { name: "loud.ipynb", mimeType: "application/json", buffer: Buffer.from(loud) });
    await expectUntrusted(page, "the file loud.ipynb");
  });

  it("what is trusted in one tab runs in the other, too", async () => {
    const one = await open();
    await choose(one, { name: "loud.ipynb", mimeType: "application/json", buffer: Buffer.from(loud) });
    await titled(one, "Loud");
    const two = await open();
    await titled(two, "Loud");
    await two.getByRole("button", { name: "Trust this notebook" }).click();
    await one.getByRole("button", { name: "Trust this notebook" }).waitFor({ state: "detached" });
    await one.getByRole("button", { name: "Run cell 2" }).click();
    await one.getByText(/^To run this, .* downloaded/).waitFor();
  });

  it("a link does not run by itself, is opened once, and gives its place in the address to its copy", async () => {
    const link = await toLink(loud, address());
    if (link.kind !== "link") throw new Error("too long");
    const page = await open(new URL(link.href).hash);
    await expectUntrusted(page, "a link");
    expect(new URL(page.url()).hash).toMatch(/^#notebook=[0-9a-f]{32}$/);
    await page.reload();
    await titled(page, "Loud");
    expect((await kept(page)).filter(({ title }) => title === "Loud")).toHaveLength(1);
  });

  it("what a page hangs over is not opened again by itself, and can be opened or deleted", async () => {
    const hanging = JSON.stringify({
      ...JSON.parse(loud),
      metadata: { title: "Hanging" },
    });
    const link = await toLink(hanging, address());
    if (link.kind !== "link") throw new Error("too long");
    await (await open()).close();
    const hung = await context!.newPage();
    await hung.addInitScript(() => {
      const { parseFromString } = DOMParser.prototype;
      DOMParser.prototype.parseFromString = function (text, type) {
        if (String(text).includes("Loud")) {
          console.log("hangs");
          for (;;);
        }
        return parseFromString.call(this, text, type);
      };
    });
    const hangs = hung.waitForEvent("console", (message) => message.text() === "hangs");
    await hung.goto(link.href, { waitUntil: "commit" });
    await hangs;
    await hung.close();
    // a while later
    const page = await open("", undefined, () => {
      const { now } = Date;
      Date.now = () => now() + 60_000;
    });
    await titled(page, "Knowledge neuron suppression");
    await page.getByText("“Hanging” was not opened, since the page did not finish").first().waitFor();
    await (await library(page)).getByRole("button", { name: "Hanging", exact: true }).click();
    await titled(page, "Hanging");
    await page.getByText("kept output").waitFor();
    // now it is like any other
    await page.reload();
    await titled(page, "Hanging");
    await (await library(page)).getByRole("button", { name: "Delete Hanging" }).click();
    await titled(page, "Knowledge neuron suppression");
    await expect
      .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => /drawing/.test(key))))
      .toEqual([]);
  });

  it("a dropped file opens, and the page says that it may be dropped", async () => {
    const page = await open();
    expect(await drop(page, "loud.ipynb", loud)).toBe(true);
    expect(
      await page.getByText("Drop a notebook to open it, or data to keep with this one").isVisible(),
    ).toBe(false);
    await expectUntrusted(page, "the file loud.ipynb");
  });

  it.each([
    ["a file that is no notebook", (page: Page) => drop(page, "a.ipynb", "<html>"), /not a Jupyter notebook/],
    [
      "a notebook of an old format",
      (page: Page) => drop(page, "a.ipynb", '{"nbformat":3,"worksheets":[]}'),
      /old format 3/,
    ],
    [
      "a broken link",
      (page: Page) => page.evaluate(() => location.assign("#notebook=xyz")),
      /This site has no notebook called “xyz”/,
    ],
  ])("%s is refused, and the open notebook stays", async (_, act, sentence) => {
    const page = await open();
    // where the list of notebooks is, far below the place where it is said
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await act(page);
    await page.getByText(sentence).first().waitFor();
    const top = () => page.locator("#trouble").evaluate((notice) => notice.getBoundingClientRect().top);
    await expect.poll(top).toBeGreaterThan(0);
    await titled(page, "Knowledge neuron suppression");
    expect(await kept(page)).toHaveLength(1);
  });
});

describe("taken along", () => {
  it("an edited notebook of another maker differs in the edited cell alone", async () => {
    const page = await open();
    const file = join(fixtures, "by-hand-windows.ipynb");
    await choose(page, file);
    await page.getByText("came from the file by-hand-windows.ipynb").waitFor();
    const before = readFileSync(file, "utf8");
    expect((await download(page, "Save .ipynb")).text).toBe(before);
    await page.keyboard.press("Escape");
    await write(page, "  # new");
    await saved(page);
    const after = await download(page, "Save .ipynb");
    expect(after).toEqual({
      file: "Untitled.ipynb",
      text: before.replace(String.raw`"x = 1\ny = 2"`, String.raw`"x = 1\ny = 2  # new"`),
    });
  });

  it("as .py, as a page without scripts, and for the real TransformerLens", async () => {
    const page = await open();
    const script = await download(page, "Save .py");
    expect(script.file).toBe("Knowledge neuron suppression.py");
    expect(script.text).toContain("# %% [markdown]");
    expect(script.text).toContain("run_with_hooks");
    const copy = await download(page, "Open in Python");
    const [first] = sourcesOf(copy.text);
    expect(first).toContain("import transformer_lens");
    expect(first).toContain(server.url.replace(/\/$/, ""));

    const { file, text } = await download(page, "Save .html");
    expect(file).toBe("Knowledge neuron suppression.html");
    expect(text).not.toMatch(/<script|<[^>]*\son\w+=/i);
    const reader = await context!.newPage();
    const asked: string[] = [];
    reader.on("request", (request) => asked.push(request.url()));
    await reader.setContent(text);
    await reader.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
    expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([]);
    await reader.setViewportSize({ width: 320, height: 600 });
    expect(await reader.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  it("as a link, which another profile opens as a copy that is not trusted", async () => {
    const page = await open();
    await typed(page, "shared = 1");
    await saved(page);
    await page.getByText("File", { exact: true }).click();
    await page.locator("nn-save").getByRole("button", { name: "Copy link" }).click();
    await page.locator("nn-save").getByText("Copied.").waitFor();
    const href = await page.evaluate(() => navigator.clipboard.readText());
    expect(href.startsWith(`${address()}#notebook=`)).toBe(true);
    await context!.close();
    context = undefined;
    const other = await open(new URL(href).hash);
    await other.locator("nn-cell").getByText("shared = 1").waitFor();
    await other.getByText("came from a link").waitFor();
  });

  it("all in one archive", async () => {
    const page = await open();
    await typed(page, "x");
    const arriving = page.waitForEvent("download");
    await (await library(page)).getByRole("button", { name: "Export all" }).click();
    const arrived = await arriving;
    expect(arrived.suggestedFilename()).toBe("notebooks.zip");
    const bytes = readFileSync(await arrived.path(), "latin1");
    for (const name of ["Untitled.ipynb", "Knowledge neuron suppression.ipynb"])
      expect(bytes).toContain(name);
  });
});

describe("the library", () => {
  const list = async (page: Page) => {
    const items = (await library(page))
      .getByRole("list", { name: "Notebooks kept on this device" })
      .locator(".title");
    return (await items.allTextContents()).map((text) => text.trim());
  };

  it("renames, duplicates, deletes and undoes", async () => {
    const page = await open();
    await typed(page, "x");
    await saved(page);
    const panel = await library(page);
    await panel.getByRole("button", { name: "Rename Untitled" }).click();
    await panel.getByRole("textbox", { name: "Title" }).fill("Mine");
    await page.keyboard.press("Enter");
    await titled(page, "Mine");
    await expect.poll(async () => (await kept(page)).map(({ title }) => title)).toContain("Mine");
    await expect.poll(() => focused(page)).toMatchObject({ name: "Rename Mine" });

    await panel.getByRole("button", { name: "Duplicate Knowledge neuron suppression" }).click();
    await expect.poll(() => list(page)).toContain("Knowledge neuron suppression (copy)");
    await panel.getByRole("button", { name: "Delete Mine" }).click();
    await expect.poll(() => list(page)).not.toContain("Mine");
    expect(await said(page).textContent()).toMatch(/Deleted Mine/);
    await expect.poll(() => focused(page)).toMatchObject({ name: "Undo" });
    // what was open is deleted: another one is
    expect(await titleField(page).inputValue()).toMatch(/^Knowledge neuron suppression/);
    await page.keyboard.press("Enter");
    await expect.poll(() => list(page)).toContain("Mine");
    await panel.getByRole("button", { name: "Mine", exact: true }).click();
    await page.locator("nn-cell").getByText("x", { exact: true }).waitFor();
  });

  it("duplicates what is open with the last of what was typed", async () => {
    const page = await open();
    await typed(page, "x");
    await saved(page);
    const duplicate = (await library(page)).getByRole("button", { name: "Duplicate Untitled" });
    await duplicate.waitFor();
    await write(page, " = 1");
    // before the pause after which it is saved by itself
    await duplicate.evaluate((button) => (button as HTMLElement).click());
    await expect.poll(() => list(page)).toContain("Untitled (copy)");
    const copy = (await kept(page)).find(({ title }) => title === "Untitled (copy)")!;
    expect(sourcesOf(copy.text)).toEqual(["x = 1"]);
  });

  it("is opened from the File menu, which closes", async () => {
    const page = await open();
    await page.getByText("File", { exact: true }).click();
    const button = page.getByRole("button", { name: "All notebooks" });
    await button.click();
    await page.getByRole("list", { name: "From this site" }).waitFor();
    expect(await button.isVisible()).toBe(false);
    await expect.poll(() => focused(page)).toMatchObject({ name: "Notebooks: yours (1) and 3 of this site" });
  });

  it("goes to the beginning of what is opened, and to the banner where it is not trusted", async () => {
    const page = await open();
    const panel = await library(page);
    await panel.getByRole("button", { name: "Hooks and caches" }).click();
    await titled(page, "Hooks and caches");
    await expect.poll(() => focused(page)).toMatchObject({ name: "Text cell 1", inView: true });
    expect(await page.evaluate(() => scrollY)).toBe(0);
    expect(await said(page).textContent()).toMatch(/Opened Hooks and caches/);
    await panel
      .getByRole("button", { name: "Knowledge neuron suppression" })
      .first()
      .scrollIntoViewIfNeeded();
    await choose(page, { name: "loud.ipynb", mimeType: "application/json", buffer: Buffer.from(loud) });
    await titled(page, "Loud");
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    await expect.poll(() => focused(page)).toMatchObject({ name: "Text cell 1" });
  });

  it("gives a built-in notebook untouched, and keeps the edited copy", async () => {
    const page = await open();
    await write(page, "My words. ");
    await saved(page);
    await (await library(page))
      .getByRole("list", { name: "From this site" })
      .getByRole("button", { name: "Knowledge neuron suppression" })
      .click();
    await expect.poll(async () => (await kept(page)).some(({ text }) => text === built)).toBe(true);
    expect(await kept(page)).toHaveLength(2);
  });

  it("has nothing that keeps anybody from using it, at 320 px, light and dark", async () => {
    const page = await open();
    await drop(page, "loud.ipynb", loud);
    await titled(page, "Loud");
    const panel = await library(page);
    await panel.getByRole("button", { name: "Rename Loud" }).click();
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe: here } = globalThis as unknown as { axe: typeof axe };
        const found = await here.run({ include: [["nn-library"], ["nn-trust"]] });
        return found.violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
      });
      expect(violations).toEqual([]);
    }
  });
});
