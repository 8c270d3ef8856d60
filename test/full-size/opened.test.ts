// A checkpoint of bert-base-cased's shape opened in Chromium from its folder: the exporter's model, to the byte, and the
// reference's numbers.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { openHarness, remoteEngine } from "../e2e/open-harness.ts";
import { launch } from "../helpers/chromium.ts";
import { reference, root } from "../helpers/fixtures.ts";
import { expectParity } from "../helpers/parity.ts";
import { serve } from "../helpers/server.ts";
import { chooseInHarness, makeModel } from "./full-size.ts";

it("of bert-base-cased's shape, from its folder", async () => {
  const manifest = join(await makeModel(), "manifest.json");
  const server = await serve({ "/": inject("harness") });
  const browser = await launch("no-adapter");
  try {
    const page = await openHarness(browser, server.url);
    page.setDefaultTimeout(0);
    const input = await chooseInHarness(page, join(root, ".cache/full-size/checkpoint"));
    const entry = await input.evaluate(({ files }) => {
      const chosen = [...files!].map((file) => ({ path: file.webkitRelativePath, file }));
      return window.harness.engine.open(chosen, { name: "model" });
    });
    // the exporter's model is called so, too, and a version is the hash of its manifest
    expect(entry.version).toBe(createHash("sha256").update(readFileSync(manifest)).digest("hex"));
    await page.evaluate((url) => window.harness.engine.load(url, { device: "wasm" }), entry.manifest);
    await expectParity(remoteEngine(page), reference("full-size"));
  } finally {
    await browser.close();
    await server.close();
  }
}, 900_000);
