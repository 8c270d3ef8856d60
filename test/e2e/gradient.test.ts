// Sweeps by gradients in Chromium on WebGPU (SwiftShader), against torch.autograd in float64.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { SweepSpec } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { brief, expectEstimates, gradientModels } from "../helpers/gradients.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { openHarness } from "./open-harness.ts";

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

it.each(gradientModels)("%s on WebGPU: first order, and both kinds of integrated gradients", async (name) => {
  const info = await page.evaluate(
    (model) => window.harness.engine.load(`models/${model}/manifest.json`, { device: "webgpu" }),
    name,
  );
  expect(info.device.kind).toBe("webgpu");
  const sweep = (spec: SweepSpec) => page.evaluate((asked) => window.harness.engine.sweep(asked), spec);
  await expectEstimates(sweep, name, brief);
});
