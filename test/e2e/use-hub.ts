// What tests of models from the Hub need: the site as it is built with the Hub, a browser, and two real servers on hosts of
// their own that stand for the Hub and for where it keeps its files, so that the browser's rules about other sites hold.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, inject } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { exportedFromHub } from "../helpers/exported-from-hub.ts";
import { type Origin, startOrigin } from "../helpers/hub.ts";
import { unfold } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { hubInSite, siteWithHub } from "../helpers/setup-site.ts";

/** there before the first test of a file, closed after the last */
export interface HubUnderTest {
  readonly hub: Origin;
  readonly cdn: Origin;
  readonly server: StaticServer;
  readonly browser: Browser;
  /** a folder for the test's own files */
  readonly folder: string;
  /** where the site lies that is served */
  readonly site: string;
}

export function useHub(): HubUnderTest {
  const here = {} as { -readonly [K in keyof HubUnderTest]: HubUnderTest[K] };
  beforeAll(async () => {
    const [hub, cdn] = await Promise.all([startOrigin(), startOrigin()]);
    const folder = mkdtempSync(join(tmpdir(), "open-hub-"));
    const site = join(folder, "site");
    cpSync(await siteWithHub(inject("models")), site, { recursive: true });
    for (const file of readdirSync(site, { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|html)$|_headers$/.test(file)) continue;
      const path = join(site, file);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replaceAll(hubInSite.hub, hub.url).replaceAll(hubInSite.cdn, cdn.url));
    }
    const server = await serve({ "/": site });
    const browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
    Object.assign(here, { hub, cdn, folder, site, server, browser });
  });
  afterAll(async () => {
    await here.browser.close();
    await Promise.all([here.server.close(), here.hub.close(), here.cdn.close()]);
    rmSync(here.folder, { recursive: true, force: true });
  });
  return here;
}

/** what pages said in their consoles, or threw */
export const complaints: string[] = [];

/** Open the page in one more tab, and the dialog in it. */
export async function openDialog({ server }: HubUnderTest, context: BrowserContext) {
  const page = await context.newPage();
  complaints.length = 0;
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.setDefaultTimeout(150_000);
  await page.goto(`${server.url}experiment.html#device=wasm`);
  return { page, dialog: await dialogOf(page) };
}

/** The dialog, opened, with the fields for the Hub. */
export async function dialogOf(page: Page | Frame) {
  await unfold({ model: page.getByRole("region", { name: "Model", exact: true }) });
  await page.getByRole("button", { name: "Open a model…" }).click();
  const dialog = page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByLabel("Or a model on the Hugging Face Hub").waitFor();
  return dialog;
}

/** Name a model in the dialog, and press the button that asks for it. */
export async function ask(page: Page | Frame, id: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByLabel("Or a model on the Hugging Face Hub").fill(id);
  await dialog.getByRole("button", { name: /^Ask / }).click();
}

/** The manifest of a model as npm run export makes it of the same repository. */
export const exportedManifest = ({ hub, folder }: HubUnderTest, repo: string): Promise<string> =>
  exportedFromHub(repo, { endpoint: hub.url, folder, name: repo.split("/").at(-1)! });
