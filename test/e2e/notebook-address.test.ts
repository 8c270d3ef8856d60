// Every notebook has an address: the site's own by name, files of the site, and those kept on this device. Back, forward
// and a reload lead to them, nothing typed is lost, and an address that leads nowhere says so.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { forever, misbehave, servesHtml, status } from "../helpers/misbehave.ts";
import { expectQuiet } from "../helpers/page.ts";
import { type Intercept, type StaticServer, serve } from "../helpers/server.ts";
import { openNotebook } from "./opening.ts";

const odd = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures/notebooks-odd", name));
const tutorial = "Knowledge neuron suppression";
const finding = "Finding a neuron";

/** a file of the site that no page names */
const file = JSON.stringify({
  cells: [
    { cell_type: "markdown", id: "m", metadata: {}, source: "# From the course" },
    {
      cell_type: "code",
      id: "c",
      metadata: {},
      execution_count: null,
      outputs: [],
      source: "print('hello')",
    },
  ],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
});

const answers: Record<string, Buffer> = {
  "/week 1/course.ipynb": Buffer.from(file),
  "/latin1.ipynb": odd("latin1.ipynb"),
  "/r.ipynb": odd("r-kernel.ipynb"),
};
const ours: Intercept = (request, response) => {
  const found = answers[decodeURIComponent(new URL(request.url!, "http://x").pathname)];
  if (found) response.writeHead(200, { "Content-Type": "application/octet-stream" }).end(found);
  return found !== undefined;
};

let server: StaticServer;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  server.intercept = ours;
  context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
});
afterEach(async () => {
  await context.close();
  expectQuiet();
});

const open = (fragment = "") =>
  openNotebook(context, server.url + fragment, { allowed: /WebGPU|adapter|Failed to load resource/ });

const titled = (page: Page, title: string | RegExp) =>
  expect
    .poll(() => page.getByRole("textbox", { name: "Title", exact: true }).inputValue())
    .toMatch(typeof title === "string" ? new RegExp(`^${title}`) : title);
const fragment = (page: Page) => new URL(page.url()).hash;
const at = (page: Page, hash: string | RegExp) => expect.poll(() => fragment(page)).toMatch(hash);
const own = /^#notebook=[0-9a-f]{32}$/;
const trouble = (page: Page) => page.locator("nn-notice#trouble");
const saved = (page: Page) => page.locator("nn-toolbar").getByText("Saved on this device").waitFor();

/** Type into the first code cell. */
async function type(page: Page, text: string): Promise<void> {
  await page
    .getByRole("region", { name: /^Code cell/ })
    .first()
    .locator(".gutter")
    .click();
  await page.keyboard.press("Enter");
  await page.locator("nn-editor .cm-content").first().waitFor();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(text);
  await saved(page);
}

async function choose(page: Page, title: string): Promise<void> {
  const panel = page.locator("nn-library");
  if (!(await panel.locator("details").evaluate((it) => (it as HTMLDetailsElement).open)))
    await panel.locator("summary").press("Enter");
  await panel.getByRole("button", { name: title, exact: true }).first().click();
}

describe("one of the site's own", () => {
  it("opens by its name, and the address stays while nothing is changed", async () => {
    const page = await open("#notebook=finding-a-neuron");
    await titled(page, finding);
    expect(fragment(page)).toBe("#notebook=finding-a-neuron");
    await page.reload();
    await titled(page, finding);
    expect(fragment(page)).toBe("#notebook=finding-a-neuron");
  });

  it("that is changed gets an address of its own, which a reload opens with what was typed", async () => {
    const page = await open();
    await at(page, /^#notebook=suppression$/);
    await type(page, "# mine");
    await at(page, own);
    await page.reload();
    await titled(page, tutorial);
    await page.locator("nn-cell").getByText("# mine").waitFor();
  });
});

describe("back and forward", () => {
  it("lead through what was open, and lose nothing typed", async () => {
    const page = await open();
    await type(page, "# first");
    await choose(page, finding);
    await titled(page, finding);
    await at(page, /^#notebook=finding-a-neuron$/);
    await type(page, "# second");
    await at(page, own);
    // not saved yet when it is left
    await page.keyboard.type("# third");
    await page.goBack();
    await titled(page, tutorial);
    await page.locator("nn-cell").getByText("# first").waitFor();
    await page.goForward();
    await titled(page, finding);
    await page.locator("nn-cell").getByText("# second# third").waitFor();
  });

  it("an address typed into the open page opens what it names", async () => {
    const page = await open();
    await titled(page, tutorial);
    await page.evaluate(() => location.assign("#notebook=hooks-and-caches"));
    await titled(page, /^(?!Knowledge)/);
    await page.goBack();
    await titled(page, tutorial);
  });
});

describe("a file of the site", () => {
  const address = "#notebook-url=week%201/course.ipynb";

  it("opens, is not trusted, and runs only after that", async () => {
    const page = await open(address);
    await titled(page, "From the course");
    expect(fragment(page)).toBe(address);
    await page.getByText(/This notebook came from .*course\.ipynb; nothing in it has run\./).waitFor();
    await page.getByRole("button", { name: "Run cell 2" }).click();
    await page.getByText("Not run: it has to be trusted first.").waitFor();
    expect(page.frames()).toHaveLength(1);
    await page.reload();
    await titled(page, "From the course");
    expect(fragment(page)).toBe(address);
    // a reload makes no second copy
    const panel = page.locator("nn-library");
    await panel.locator("summary").press("Enter");
    const copies = panel.getByRole("button", { name: "From the course", exact: true });
    await copies.first().waitFor();
    expect(await copies.count()).toBe(1);
  });

  it("that is changed here stays on this device, and its address can be passed on", async () => {
    const page = await open(address);
    await type(page, "# changed");
    await at(page, own);
    await page.getByText("File", { exact: true }).click();
    await page.locator("nn-save").getByRole("button", { name: "Copy address" }).click();
    await page.locator("nn-save").getByText("Copied.").waitFor();
    const href = await page.evaluate(() => navigator.clipboard.readText());
    expect(href).toBe(`${server.url}${address}`);
    const other = await open(new URL(href).hash);
    await titled(other, "From the course");
    await other.locator("nn-cell").getByText("print('hello')").waitFor();
    expect(await other.locator("nn-cell").getByText("# changed").count()).toBe(0);
    await page.reload();
    await page.locator("nn-cell").getByText("# changed").waitFor();
  });

  it("that fails twice comes with the third request", async () => {
    const good = Buffer.from(file);
    let left = 2;
    server.intercept = (request, response) => {
      if (!request.url!.endsWith("/late.ipynb")) return false;
      if (left-- > 0) response.writeHead(503).end();
      else response.writeHead(200).end(good);
      return true;
    };
    const page = await open("#notebook-url=late.ipynb");
    await titled(page, "From the course");
    expect(left).toBe(-1);
  });
});

describe("an address that leads nowhere is said, and the tutorial opens:", () => {
  const missing = "0".repeat(32);
  it.each<[string, string, RegExp]>([
    ["no notebook of the site", "#notebook=no-such", /^This site has no notebook called “no-such”/],
    ["one that another device keeps", `#notebook=${missing}`, /^This device does not have the notebook/],
    ["half a link", `#notebook=${"q".repeat(80)}`, /^The link holds no notebook that can be read/],
    [
      "another site",
      "#notebook-url=https://example.com/a.ipynb",
      /^Notebooks are opened from this site only/,
    ],
    ["garbage", "#%00garbage%", /^This address names no notebook/],
    ["a file that is missing", "#notebook-url=none.ipynb", /does not give out .*none\.ipynb \(status 404\)/],
    ["a file in Latin-1", "#notebook-url=latin1.ipynb", /is not in UTF-8.*byte 0xFC in line 8/],
  ])("%s", async (_, hash, sentence) => {
    const page = await open(hash);
    await titled(page, tutorial);
    await trouble(page).getByText(sentence).waitFor();
    await at(page, /^#notebook=suppression$/);
    // the next one, in the same page, is said as well, and what is typed stays
    await type(page, "# kept");
    await page.evaluate((next) => location.assign(next), "#notebook=nothing-there");
    await trouble(page).getByText("no notebook called “nothing-there”").waitFor();
    await page.goBack();
    await page.locator("nn-cell").getByText("# kept").waitFor();
  });

  it("a server that answers with a web page", async () => {
    answers["/x.ipynb"] = Buffer.from(file);
    server.intercept = misbehave(
      { ...server, read: () => Buffer.from(file) },
      "/x.ipynb",
      forever(servesHtml),
    );
    const page = await open("#notebook-url=x.ipynb");
    await trouble(page).getByText("The server answered with a web page instead of").waitFor();
    server.intercept = misbehave({ ...server, read: () => Buffer.from(file) }, "/x.ipynb", [status(404)]);
    await page.evaluate(() => location.assign("#notebook-url=x.ipynb"));
    await trouble(page).getByText("(status 404)").waitFor();
    await titled(page, tutorial);
  });
});

it("a notebook in R is shown and cannot be run, which a banner says", async () => {
  const page = await open("#notebook-url=r.ipynb");
  await page
    .getByRole("heading", { name: "This notebook is written in R, and this page runs Python alone." })
    .waitFor();
  await page.locator("nn-cell").getByText("mean(x)").waitFor();
  await page.getByRole("button", { name: "Run cell 1" }).click();
  expect(await page.getByRole("button", { name: "Trust this notebook" }).count()).toBe(0);
  expect(page.frames()).toHaveLength(1);
  await page.getByText("File", { exact: true }).click();
  await page.locator("nn-save").getByRole("button", { name: "Save .py" }).click();
  await trouble(page)
    .getByText("This notebook is written in R, so there is no Python of it to save.")
    .waitFor();
  // the next one is not
  await choose(page, tutorial);
  await titled(page, tutorial);
  expect(await page.getByText("written in R").first().isVisible()).toBe(false);
});

it("a new notebook is named by its first heading, until a person names it", async () => {
  const page = await open();
  const panel = page.locator("nn-library");
  await panel.locator("summary").press("Enter");
  await panel.getByRole("button", { name: "New notebook" }).click();
  await titled(page, "Untitled");
  // the title may come before the cells do
  await expect.poll(() => page.locator("nn-cell").count()).toBe(1);
  await page.locator("nn-cell").first().locator(".gutter").click();
  await page.keyboard.press("m");
  await page.keyboard.press("Enter");
  await page.locator("nn-editor .cm-focused").first().waitFor();
  await page.keyboard.type("# My findings");
  await titled(page, "My findings");
  await saved(page);
  await panel.getByRole("button", { name: "My findings", exact: true }).waitFor();
  const title = page.getByRole("textbox", { name: "Title", exact: true });
  await title.fill("Named by hand");
  await title.press("Enter");
  await page.locator("nn-cell").first().locator(".gutter").click();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" and more");
  await saved(page);
  await titled(page, "Named by hand");
});
