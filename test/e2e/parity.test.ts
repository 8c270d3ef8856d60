// The engine in Chromium, in its worker, on WebGPU (SwiftShader) and on WASM, against the same reference values.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { batchModels, expectSeveralEdits } from "../helpers/batches.ts";
import { launch } from "../helpers/chromium.ts";
import { families, familyReference } from "../helpers/families.ts";
import { practice, reference, tiny } from "../helpers/fixtures.ts";
import { expectParity } from "../helpers/parity.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { openHarness, remoteEngine } from "./open-harness.ts";

let server: StaticServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  browser = await launch("webgpu");
  page = await openHarness(browser, server.url);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

describe.each(["webgpu", "wasm"] as const)("%s in Chromium against the reference", (device) => {
  it.each([...tiny, practice, ...families])("%s", async (name) => {
    const info = await page.evaluate(
      ([model, kind]) => window.harness.engine.load(`models/${model}/manifest.json`, { device: kind }),
      [name, device] as const,
    );
    expect(info.device.kind).toBe(device);
    await expectParity(remoteEngine(page), families.includes(name) ? familyReference(name) : reference(name));
  });

  it.each(batchModels)("%s with edits in two layers at once", async (name) => {
    await page.evaluate(
      ([model, kind]) => window.harness.engine.load(`models/${model}/manifest.json`, { device: kind }),
      [name, device] as const,
    );
    await expectSeveralEdits(remoteEngine(page), name);
  });
});
