// A model of several pieces from the Hub, whose download is ended in the middle: by Cancel, by a reload, by another tab, by a
// browser that grants no space. What has arrived is kept and not asked for again.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PIECE } from "../../src/engine/hub/weights-file.ts";
import { type Answer, file, publishFolder } from "../helpers/hub.ts";
import { keptFiles, keptManifest, keptModels, wronglyKept } from "../helpers/kept.ts";
import { bertBaseCased, writeRandomCheckpoint } from "../helpers/random-checkpoint.ts";
import { ask, dialogOf, exportedManifest, openDialog, useHub } from "./use-hub.ts";

const repo = "someone/large-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const shape = { ...bertBaseCased, layers: 2, vocabulary: 1000, dModel: 512, dMlp: 4096, heads: 8 };
const weights = "/blob/model.safetensors";

const here = useHub();
let bytes: Buffer;
let context: BrowserContext;
beforeAll(async () => {
  const large = join(here.folder, "large");
  await writeRandomCheckpoint(large, shape, 1);
  bytes = readFileSync(join(large, "model.safetensors"));
  expect(bytes.length).toBeGreaterThan(2 * PIECE);
  publishFolder(large, { hub: here.hub, cdn: here.cdn, repo, commit });
});
beforeEach(async () => {
  here.cdn.answers.set(weights, file(bytes));
  here.cdn.asked.length = 0;
  context = await here.browser.newContext();
});
afterEach(() => context.close());

const ranges = () => here.cdn.asked.map(({ range }) => range);
const header = "bytes=0-262143";
const rest = () => `bytes=${PIECE}-${bytes.length - 1}`;
const ready = (page: Page) => page.getByText(/^Ready: CPU \(WebAssembly\)/).waitFor();

/** of a download of which one piece is here */
const price = /^1[67].*MB have arrived before\. The other 2\d.*.MB are downloaded from 127\.0\.0\.1:/;

/** A connection that brings a byte each second after a piece and a half of the weights: one that is silent is given up. */
const stuck: Answer = (request, response) => {
  const whole = request.headers.range === `bytes=0-${bytes.length - 1}`;
  const never = () => new Promise<void>(() => {});
  let sent = 1.5 * PIECE;
  const timer = whole ? setInterval(() => response.write(bytes.subarray(sent, ++sent)), 1000) : undefined;
  response.on("close", () => clearInterval(timer));
  file(bytes, whole ? { breakAfter: 1.5 * PIECE } : {}, never)(request, response);
};

/** Begin a download that stands still when one piece of it is kept. */
async function begin() {
  here.cdn.answers.set(weights, stuck);
  const { page, dialog } = await openDialog(here, context);
  await ask(page, repo);
  await dialog.getByRole("button", { name: "Download and open" }).click();
  await dialog.getByText(/^Downloading the weights from the Hub: 2\d.MB of 4\d.MB$/).waitFor();
  await expect.poll(() => keptFiles(page)).toHaveLength(1);
  here.cdn.answers.set(weights, file(bytes));
  here.cdn.asked.length = 0;
  return { page, dialog };
}

/** The exporter's model is kept, and nothing else but what runs it. */
async function expectComplete(page: Page): Promise<void> {
  expect(await keptManifest(page, "large-bert")).toBe(await exportedManifest(here, repo));
  const [record, ...more] = await keptModels(page);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ name: "large-bert", unfinished: false });
  expect(await keptFiles(page)).toEqual([...new Set(record!.files)].sort());
  expect(await wronglyKept(page)).toEqual([]);
}

describe("a download that is ended in the middle goes on from there", () => {
  it("after Cancel, and a reload", async () => {
    const { page, dialog } = await begin();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByRole("button", { name: "Download and open" }).waitFor();
    await expect.poll(() => keptModels(page)).toMatchObject([{ name: "large-bert", unfinished: true }]);
    await dialog.getByText(price).waitFor();
    await page.reload();
    await dialogOf(page);
    await ask(page, repo);
    await dialog.getByText(price).waitFor();
    await dialog.getByRole("button", { name: "Download and open" }).click();
    await dialog.waitFor({ state: "hidden" });
    await ready(page);
    expect(ranges()).toEqual([header, rest()]);
    await expectComplete(page);
  });

  it("in another tab that waits for it, once this one is closed", async () => {
    const first = await begin();
    const { page, dialog } = await openDialog(here, context);
    await ask(page, repo);
    await dialog.getByRole("button", { name: "Download and open" }).click();
    await dialog
      .getByText("Another tab is opening a model of this name; this one goes on after it")
      .first()
      .waitFor();
    expect(ranges()).toEqual([]);
    await first.page.close();
    await dialog.waitFor({ state: "hidden" });
    await ready(page);
    expect(ranges()).toEqual([header, rest()]);
    await expectComplete(page);
  });
});

it("is not begun where the browser grants too little space, unless it need not be kept", async () => {
  const { page, dialog } = await openDialog(here, context);
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 20_000_000 });
  await ask(page, repo);
  await dialog.getByRole("button", { name: "Download and open" }).click();
  await dialog.getByText(/^The browser lets this site keep .* more, and large-bert needs [^.]*\.$/).waitFor();
  // the weights alone have no room
  expect(ranges()).toEqual([]);
  await dialog.getByRole("button", { name: "Open without keeping it" }).click();
  await ready(page);
  expect(await keptModels(page)).toEqual([]);
});
