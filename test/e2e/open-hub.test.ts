// A model from the Hub on a site that was built with it: who is asked and when, the price, the exporter's model, refusals, and
// what the policy then allows. Downloads that are ended in the middle are in open-hub-download.test.ts.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { checkpoints, root } from "../helpers/fixtures.ts";
import { addresses, file, publishFolder, startOrigin } from "../helpers/hub.ts";
import { keptFiles, keptManifest, keptModels } from "../helpers/kept.ts";
import { inSandbox } from "../helpers/page.ts";
import { ask, complaints, dialogOf, exportedManifest, openDialog, useHub } from "./use-hub.ts";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const repo = "someone/tiny-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const at = addresses(repo, commit);

const here = useHub();
let context: BrowserContext;
beforeEach(async () => {
  const { hub, cdn, browser } = here;
  hub.asked.length = cdn.asked.length = 0;
  publishFolder(join(checkpoints, "legacy"), { hub, cdn, repo, commit });
  context = await browser.newContext();
});
afterEach(() => context.close());

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
    const { page, dialog } = await openDialog(here, context);
    const { hub, cdn } = here;
    await dialog.getByText(`${new URL(hub.url).host} is then asked which files the model has`).waitFor();
    await expectAccessible(page);
    expect(hub.asked).toEqual([]);
    await ask(page, repo);
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
    expect(await keptManifest(page, "tiny-bert")).toBe(await exportedManifest(here, repo));
    expect(complaints).toEqual([]);
  });

  it("that is refused is so in a sentence, beside the fields", async () => {
    const { page, dialog } = await openDialog(here, context);
    const { hub, cdn } = here;
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
    // what was typed can be mended
    const field = dialog.getByLabel("Or a model on the Hugging Face Hub");
    expect(await field.inputValue()).toBe("nobody/nothing");
    await expectAccessible(page);
    hub.answers.set(at.info, (_, response) => response.writeHead(401).end());
    await ask(page, repo);
    await dialog
      .getByText(/^The Hub does not give out someone\/tiny-bert at revision main: .* \(status 401\)\.$/)
      .waitFor();
    await dialog.getByText(/If the model is private or gated: .* open their folder here\.$/).waitFor();

    publishFolder(join(checkpoints, "legacy"), { hub, cdn, repo, commit });
    const oid = `sha256:${"a".repeat(64)}`;
    const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid ${oid}\nsize 435755784\n`);
    cdn.answers.set("/blob/model.safetensors", file(pointer, { ranges: false }));
    await ask(page, repo);
    await dialog.getByRole("button", { name: "Download and open" }).click();
    await dialog
      .getByText("The server sent a Git LFS pointer instead of someone/tiny-bert/model.safetensors.", {
        exact: true,
      })
      .waitFor();
    expect(await keptModels(page)).toEqual([]);
    expect(await keptFiles(page)).toEqual([]);
  });

  it("is asked for again where the Hub has too many to answer", async () => {
    const { hub, cdn } = here;
    let refused = 0;
    for (const [origin, path] of [
      [hub, at.info],
      [hub, at.file("config.json")],
      [cdn, "/blob/model.safetensors"],
    ] as const) {
      const usual = origin.answers.get(path)!;
      origin.answers.set(path, (_, response) => {
        origin.answers.set(path, usual);
        refused++;
        response.writeHead(429, { "retry-after": "1" }).end();
      });
    }
    const { page, dialog } = await openDialog(here, context);
    await ask(page, repo);
    await dialog.getByRole("button", { name: "Download and open" }).click();
    await page.getByText("Ready: CPU (WebAssembly).", { exact: true }).waitFor();
    expect(refused).toBe(3);
  });

  it("is not to be had where the site's policy lacks the host that its files are on, and says what works", async () => {
    const { server, hub } = here;
    // a host's own header, beside the policy in the page; a build that was told of the mirror alone is the same
    server.headers = { "Content-Security-Policy": `connect-src 'self' ${hub.url}` };
    try {
      const { page, dialog } = await openDialog(here, context);
      await ask(page, repo);
      await dialog.getByRole("button", { name: "Download and open" }).click();
      const { host } = new URL(hub.url);
      await dialog
        .getByText(
          `This site's policy does not let a page ask ${host}, or a host that it keeps its files on.`,
          {
            exact: true,
          },
        )
        .waitFor();
      await dialog
        .locator("nn-notice", {
          hasText: /choose their folder here\. Whoever deploys .* HUB=1 npm run build/,
        })
        .waitFor();
    } finally {
      server.headers = {};
    }
  });

  it("is opened in a sandboxed frame, until the tab closes", async () => {
    await inSandbox(await context.newPage(), here.server, async (frame) => {
      const dialog = await dialogOf(frame);
      await ask(frame, repo);
      await dialog.getByText("the model is here until this tab closes").waitFor();
      await dialog.getByRole("button", { name: "Download and open" }).click();
      await frame.locator("nn-model-card").getByText("Ready:").waitFor();
    });
  });
});

describe("the policy of such a site", () => {
  const connect = /connect-src ([^;]*)/g;
  const policies = (site: string) =>
    ["_headers", "index.html", "experiment.html", "embed.html"].map((name) =>
      readFileSync(join(site, name), "utf8").replaceAll("&#39;", "'").match(connect),
    );

  it("names exactly the Hub's hosts, in the headers and in every page", () => {
    const allowed = `connect-src 'self' ${here.hub.url} ${here.cdn.url}`;
    for (const found of policies(here.site)) expect(new Set(found)).toEqual(new Set([allowed]));
    // and without the Hub none
    for (const found of policies(inject("site")))
      expect(new Set(found)).toEqual(new Set(["connect-src 'self'"]));
  });

  it("lets the page ask these hosts and no other", async () => {
    const other = await startOrigin();
    try {
      const { page } = await openDialog(here, context);
      const status = (url: string) =>
        page.evaluate(
          async (address) =>
            fetch(address).then(
              (answer) => answer.status,
              () => "refused",
            ),
          url,
        );
      expect(await status(`${here.hub.url}${at.info}`)).toBe(200);
      expect(await status(`${other.url}/`)).toBe("refused");
      expect(other.asked).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
