// A model from the Hub on a site that was built with it: who is asked and when, the price, a download that is stopped, the
// exporter's model. The Hub is two real servers on hosts of their own, so that the browser's rules about other sites hold.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { fetchFromHub } from "../../model-export/hub.ts";
import { launch } from "../helpers/chromium.ts";
import { checkpoints, root } from "../helpers/fixtures.ts";
import { addresses, type Origin, publishFolder, startOrigin } from "../helpers/hub.ts";
import { keptManifest } from "../helpers/kept.ts";
import { unfold } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { hubInSite, siteWithHub } from "../helpers/setup-site.ts";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const repo = "someone/tiny-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const at = addresses(repo, commit);

const folder = mkdtempSync(join(tmpdir(), "open-hub-"));
let hub: Origin;
let cdn: Origin;
let server: StaticServer;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [hub, cdn] = await Promise.all([startOrigin(), startOrigin()]);
  const site = join(folder, "site");
  cpSync(await siteWithHub(inject("models")), site, { recursive: true });
  for (const file of readdirSync(site, { recursive: true, encoding: "utf8" })) {
    if (!/\.(js|html)$|_headers$/.test(file)) continue;
    const path = join(site, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll(hubInSite.hub, hub.url).replaceAll(hubInSite.cdn, cdn.url));
  }
  server = await serve({ "/": site });
  browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
});
afterAll(async () => {
  await browser.close();
  await Promise.all([server.close(), hub.close(), cdn.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  hub.asked.length = cdn.asked.length = 0;
  publishFolder(join(checkpoints, "legacy"), { hub, cdn, repo, commit });
  context = await browser.newContext();
});
afterEach(() => context.close());

const complaints: string[] = [];
async function openDialog() {
  const page = await context.newPage();
  complaints.length = 0;
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.setDefaultTimeout(150_000);
  await page.goto(`${server.url}experiment.html#device=wasm`);
  await unfold({ model: page.getByRole("region", { name: "Model", exact: true }) });
  await page.getByRole("button", { name: "Open a model…" }).click();
  const dialog = page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByLabel("Or a model on the Hugging Face Hub").waitFor();
  return { page, dialog };
}

async function ask(page: Page, id = repo) {
  const dialog = page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByLabel("Or a model on the Hugging Face Hub").fill(id);
  await dialog.getByRole("button", { name: /^Ask / }).click();
}

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as { axe: { run: () => Promise<{ violations: { id: string }[] }> } }
    ).axe.run();
    return violations.map(({ id }) => id);
  });
  expect(violations).toEqual([]);
}

describe("a model on the Hub", () => {
  it("is asked for when a button names the host, priced, downloaded, and the exporter's model", async () => {
    const { page, dialog } = await openDialog();
    await dialog.getByText(`${new URL(hub.url).host} is then asked which files the model has`).waitFor();
    await expectAccessible(page);
    expect(hub.asked).toEqual([]);
    await ask(page);
    const download = dialog.getByRole("button", { name: "Download and open" });
    await download.waitFor();
    expect(await dialog.innerText()).toMatch(/main, commit 0123456789ab, licence apache-2.0, [\d.]+.kB/);
    expect(await dialog.innerText()).toContain(`are downloaded from ${new URL(hub.url).host}`);
    expect(hub.asked.map(({ path }) => path)).toEqual([at.info, at.tree]);
    expect(cdn.asked).toEqual([]);
    await expectAccessible(page);
    await download.click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Ready: CPU (WebAssembly).", { exact: true }).waitFor();
    const checkpoint = await openFolder(
      await fetchFromHub(repo, { cacheDir: join(folder, "cache"), endpoint: hub.url }),
    );
    await exportModel(checkpoint, { out: join(folder, "tiny-bert") });
    await checkpoint.close();
    expect(await keptManifest(page, "tiny-bert")).toBe(
      readFileSync(join(folder, "tiny-bert", "manifest.json"), "utf8"),
    );
    expect(complaints).toEqual([]);
  });

  it("that is refused is so in a sentence, beside the fields", async () => {
    const { page, dialog } = await openDialog();
    hub.answers.set(at.file("model.safetensors"), (_, response) => response.writeHead(403).end());
    await ask(page, `${hub.url}/${repo}`);
    await dialog.getByRole("button", { name: "Download and open" }).click();
    await dialog
      .getByText("The Hub refuses model.safetensors to anonymous visitors (status 403).", { exact: true })
      .waitFor();
    await dialog.getByRole("button", { name: "Choose another" }).click();
    await ask(page, "nobody/nothing");
    await dialog
      .getByText("The Hub has no nobody/nothing at revision main (status 404).", { exact: true })
      .waitFor();
    await expectAccessible(page);
  });
});
