// The engine in Chromium, in its worker, on WebGPU (SwiftShader) and on WASM, against the same reference values.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Forward } from "../../src/engine/index.ts";
import { launch } from "../helpers/chromium.ts";
import { practice, reference, tiny } from "../helpers/fixtures.ts";
import { type Computes, expectParity } from "../helpers/parity.ts";
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

/** the page's engine, called from here; tensors come over as base64 because plain arrays of numbers are slow */
const remote: Computes = {
  async forward(spec) {
    const packed = await page.evaluate(async (asked) => {
      const { logits, mlpPost } = await window.harness.engine.forward(asked);
      return [logits, mlpPost].map((values) => {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        let text = "";
        for (let i = 0; i < bytes.length; i += 0x8000)
          text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
        return btoa(text);
      });
    }, spec);
    const [logits, mlpPost] = packed.map(
      (text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer),
    );
    return { logits, mlpPost } as Forward;
  },
  run: (spec) => page.evaluate((asked) => window.harness.engine.run(asked), spec),
};

describe.each(["webgpu", "wasm"] as const)("%s in Chromium against the reference", (device) => {
  it.each([...tiny, practice])(
    "%s",
    async (name) => {
      const info = await page.evaluate(
        ([model, kind]) => window.harness.engine.load(`models/${model}/manifest.json`, { device: kind }),
        [name, device] as const,
      );
      expect(info.device.kind).toBe(device);
      await expectParity(remote, reference(name));
    },
    120_000,
  );
});
