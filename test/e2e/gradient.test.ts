// Sweeps by gradients in Chromium on WebGPU (SwiftShader): against torch.autograd in float64, and what they leave on the GPU.

import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { SweepSpec } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
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

it("the weights of graphs that were built leave the GPU when these are closed", async () => {
  const session = await browser.newBrowserCDPSession();
  /** resident memory of the GPU process in MB, which with SwiftShader is the GPU's */
  const resident = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const { id } = processInfo.find(({ type }) => type === "GPU")!;
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))![1]) / 1024;
  };
  const sweep = () =>
    page.evaluate(() =>
      window.harness.engine.sweep({
        sentence: "Raymond is selling [MASK] sketches.",
        metric: { kind: "probability", word: "these" },
        method: "gradient",
      }),
    );
  await page.evaluate(
    (model) => window.harness.engine.load(`models/${model}/manifest.json`, { device: "webgpu" }),
    practice,
  );
  // the first one compiles shaders and fills the pool of buffers
  await sweep();
  const before = await resident();
  for (let i = 0; i < 4; i++) await sweep();
  // each opens all 12 MB of the model's weights; before they were inputs, 17 MB stayed every time
  await expect.poll(async () => (await resident()) - before).toBeLessThan(30);
});
