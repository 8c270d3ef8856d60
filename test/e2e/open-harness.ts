// A page of the harness, with the harness typed.

import type { Browser, Page } from "playwright-core";
import type { Forward } from "../../src/engine/index.ts";
import type { Computes } from "../helpers/parity.ts";
import type { Harness } from "./harness/harness.ts";

declare global {
  interface Window {
    harness: Harness;
  }
}

/** Open the harness in a fresh profile of a browser. */
export async function openHarness(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "harness" in window);
  return page;
}

/** A page's engine, called from here. Tensors come over as base64: as plain arrays of numbers they would be slow. */
export function remoteEngine(page: Page): Computes {
  return {
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
      const unpack = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
      const [logits, mlpPost] = packed.map(unpack);
      return { logits, mlpPost } as Forward;
    },
    run: (spec) => page.evaluate((asked) => window.harness.engine.run(asked), spec),
  };
}
