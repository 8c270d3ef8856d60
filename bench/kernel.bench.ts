// What Python costs on top of the engine on WebGPU (python.bench.ts has WASM), and how long it takes to start. Ratios and differences are of one run; nothing is
// asserted, because these machines are noisy.

import { inject, it } from "vitest";
import { openHarness } from "../test/e2e/open-harness.ts";
import { launch } from "../test/helpers/chromium.ts";
import { practice } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";

const rounds = 40;

const prepare = `
import time
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${practice}")
tokens, _, _ = model.to_tokens("Raymond is selling [MASK] sketches.")
def silence(value, hook):
    value[0, 4, 5] = 0
    return value
`;
const hooked = `model.run_with_hooks(tokens, fwd_hooks=[("blocks.LAYER.mlp.hook_post", silence)])`;

it("run_with_hooks against the engine's own forward pass", async () => {
  const server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  const browser = await launch("webgpu");
  const page = await openHarness(browser, server.url);
  page.setDefaultTimeout(0);
  const { own, python, tokens } = await page.evaluate(
    async ([setUp, cell, count]) => {
      const { createTestKernel, runCell, engine } = window.harness;
      const kernel = createTestKernel("webgpu");
      const failed = (await runCell(kernel, setUp)).outputs.find((output) => "ename" in output);
      if (failed) throw new Error(JSON.stringify(failed));
      const ids = (await engine.tokenize("Raymond is selling [MASK] sketches.")).map(({ id }) => id);
      const { defaultLayer: layer } = await (await fetch("models/minibert-blimp/manifest.json")).json();
      const edits = [{ position: 4, neuron: 5, hook: { kind: "suppress" as const } }];
      const own: number[] = [];
      const python: number[] = [];
      const line = cell.replace("LAYER", String(layer));
      for (let i = 0; i < count; i++) {
        // interleaved, so that a busy moment hits both
        const from = performance.now();
        await engine.forward({ ids, layer, edits });
        own.push(performance.now() - from);
        const { outputs } = await runCell(
          kernel,
          `t = time.perf_counter()\n${line}\nprint((time.perf_counter() - t) * 1000)`,
        );
        const [said] = outputs;
        if (said?.output_type !== "stream") throw new Error(JSON.stringify(outputs));
        python.push(Number(said.text));
      }
      const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
      return { own: median(own), python: median(python), tokens: ids.length };
    },
    [prepare, hooked, rounds] as const,
  );
  console.log(
    `webgpu, ${tokens} tokens: engine ${own.toFixed(1)} ms, run_with_hooks ${python.toFixed(1)} ms, ` +
      `ratio ${(python / own).toFixed(2)}, over 1.3 times by ${(python - 1.3 * own).toFixed(1)} ms`,
  );
  await browser.close();
  await server.close();
}, 600_000);

it("from nothing to the first output", async () => {
  const server = await serve({ "/": inject("harness") });
  const browser = await launch("no-adapter");
  const page = await openHarness(browser, server.url);
  page.setDefaultTimeout(0);
  const first = () =>
    page.evaluate(async () => {
      const kernel = window.harness.createTestKernel();
      const from = performance.now();
      await window.harness.runCell(kernel, "print(1)");
      kernel.dispose();
      return performance.now() - from;
    });
  const middle = async () => [await first(), await first(), await first()].sort((a, b) => a - b)[1]!;
  const cold = await first();
  const kept = await middle();
  // one that stays long enough for its snapshot to be taken
  await page.evaluate(() => window.harness.kernel.start());
  await page.waitForFunction(async () => {
    const store = await window.harness.storage.openStore();
    return (await store.models()).some(({ files }) => files.some(({ file }) => file === "snapshot"));
  });
  const snapshot = await middle();
  console.log(
    `Python's start to its first output: downloaded ${cold.toFixed(0)} ms, kept ${kept.toFixed(0)} ms, ` +
      `from the snapshot ${snapshot.toFixed(0)} ms, ratio ${(snapshot / kept).toFixed(2)}`,
  );
  await browser.close();
  await server.close();
}, 600_000);
