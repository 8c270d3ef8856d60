// How much keeping the pre half's outputs saves, and what WebGPU costs or gains against WASM, on the practice model.
// Prints ratios from one run; nothing is asserted, because these machines are noisy.

import { inject, it } from "vitest";
import { openHarness } from "../test/e2e/open-harness.ts";
import { launch } from "../test/helpers/chromium.ts";
import { practice } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";

const runs = 15;

it("suppressing another neuron against running a new sentence", async () => {
  const server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  const browser = await launch("webgpu");
  const page = await openHarness(browser, server.url);
  page.setDefaultTimeout(0);
  const medians: Record<string, { fresh: number; again: number }> = {};
  for (const device of ["wasm", "webgpu"] as const) {
    medians[device] = await page.evaluate(
      async ([url, kind, count]) => {
        const { engine, tutorial } = window.harness;
        await engine.load(url, { device: kind });
        const nouns = ["sketches", "dogs"];
        const fresh: number[] = [];
        const again: number[] = [];
        for (let i = 0; i < count; i++) {
          // interleaved, so that a busy moment hits both
          const sentence = `Raymond is selling [MASK] ${nouns[i % 2]}.`;
          fresh.push((await engine.run({ ...tutorial, sentence })).provenance.timing.total);
          again.push((await engine.run({ ...tutorial, sentence, neuron: i })).provenance.timing.total);
        }
        const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
        return { fresh: median(fresh), again: median(again) };
      },
      [`models/${practice}/manifest.json`, device, runs] as const,
    );
  }
  await browser.close();
  await server.close();
  for (const [device, { fresh, again }] of Object.entries(medians))
    console.log(
      `${device}: new sentence ${fresh.toFixed(1)} ms, another neuron ${again.toFixed(1)} ms, ratio ${(again / fresh).toFixed(2)}`,
    );
  console.log(`another neuron, WebGPU / WASM: ${(medians.webgpu!.again / medians.wasm!.again).toFixed(1)}`);
}, 600_000);
