// Sweeps from Python in Chromium: the same bytes as in the terminal, a table, and what is left of one that is stopped.

import { join } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { csvOf, rowsOf } from "../../src/model/sweep/index.ts";
import type { Output } from "../../src/python/index.ts";
import { practice } from "../helpers/fixtures.ts";
import { useHarness } from "./open-harness.ts";

const sentence = "Raymond is selling [MASK] sketches.";

const here = useHarness("no-adapter");
beforeAll(async () => {
  await here.page.evaluate(() => {
    window.harness.kernel.dispose();
    window.harness.kernel = window.harness.createTestKernel("wasm");
  });
  await printed(`
import neuron_notebook
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${practice}")
tokens = model.tokenizer("${sentence}", return_tensors="pt")["input_ids"]`);
});
/** Run a cell; its outputs. */
async function run(source: string): Promise<Output[]> {
  const { outputs, outcome } = await here.page.evaluate(
    (cell) => window.harness.runCell(window.harness.kernel, cell),
    source,
  );
  expect(outcome.kind, JSON.stringify(outputs.at(-1))).toBe("done");
  return outputs;
}

async function printed(source: string): Promise<string> {
  return (await run(source))
    .map((output) => (output.output_type === "stream" && output.name === "stdout" ? output.text : ""))
    .join("");
}

it("writes the file that the terminal writes, byte for byte", async () => {
  const file = await printed(
    `print(neuron_notebook.sweep(model, tokens, layer=9, position=4, metric="probability:these").to_csv(), end="")`,
  );
  const folder = join(inject("models"), practice);
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  const metric = { kind: "probability", word: "these" } as const;
  expect(file).toBe(csvOf(rowsOf(await engine.sweep({ sentence, layers: [9], metric }))));
  await engine.dispose();
});

it("shows a table of the largest effects, and how far it is", async () => {
  const outputs = await run(
    `neuron_notebook.sweep(model, "${sentence}", layer=9, metric="log-odds:these,those/this,that")`,
  );
  const progress = outputs.find(
    (output) => output.output_type === "stream" && output.name === "stderr",
  ) as Output & { text: string };
  expect(progress.text).toMatch(/Sweeping: 100%.*1152\/1152/);
  const shown = outputs.find(({ output_type }) => output_type === "execute_result") as Output & {
    data: Record<string, string>;
  };
  expect(shown.data["text/html"]).toContain("1152 neurons of layer 9; the 20 with the largest effects:");
  expect(shown.data["text/html"]).toMatch(/<td align="right">9<\/td><td align="right">1094<\/td>/);
});

it("estimates by gradients, and says how well they add up", async () => {
  const said = await printed(`
found = neuron_notebook.attribution(model, tokens, layer=9, metric="log-probability:these", method="ig-layer", steps=30)
exact = neuron_notebook.sweep(model, tokens, layer=9, metric="log-probability:these", neurons=[1094])
[whole] = found.completeness
print(found.top(1)[0]["neuron"], found[0]["exact"], exact[0]["exact"], abs(whole["residual"]) < abs(whole["difference"]))`);
  expect(said).toBe("1094 False True True\n");
});

it("keeps what was done when it is stopped", async () => {
  const kind = await here.page.evaluate(async () => {
    const { kernel } = window.harness;
    const source = `neuron_notebook.sweep(model, tokens, metric="kl")`;
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const done = kernel.run(source, {
      cell: "cell",
      onOutput: (output) => {
        if (/[1-9]\d*\/13824/.test(JSON.stringify(output))) begin();
      },
    });
    await begun;
    await kernel.interrupt();
    return (await done).kind;
  });
  expect(kind).toBe("interrupted");
  const [count, total] = (await printed("print(len(neuron_notebook.stopped), neuron_notebook.stopped.total)"))
    .trim()
    .split(" ")
    .map(Number);
  expect(total).toBe(13824);
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(13824);
  // and the next one begins anew
  expect(
    await printed(`print(len(neuron_notebook.sweep(model, tokens, layer=11, neurons=[1, 2], metric="kl")))`),
  ).toBe("2\n");
});
