// What a neuron of an exact sweep takes: bert-base-cased's shape where .cache/full-size/model is exported, on WASM in Node,
// in CPU time, against one whole forward pass and against TransformerLens's own loop over batches of 64 where PEER_PYTHON
// has it; and a whole layer of the practice model in the page, on WebGPU a part of it. Beside each ratio stands the limit:
// multiplications in the rows that are new, of those of a forward pass. Nothing is asserted, because these machines are noisy.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, inject, it } from "vitest";
import type { Engine } from "../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import { workOf } from "../src/engine/sweep/pace.ts";
import type { Metric, SweepSpec } from "../src/model/index.ts";
import { openHarness } from "../test/e2e/open-harness.ts";
import { launch } from "../test/helpers/chromium.ts";
import { practice, root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { browserCpu, compare, ownCpu, type Took, text } from "./measure.ts";

const fullSize = join(root, ".cache/full-size");
const sentence = "a b x [MASK] y z";
const metrics: Record<string, Metric> = {
  probability: { kind: "probability", word: "a" },
  contrast: { kind: "log-odds", plus: ["a"], minus: ["b"] },
};
const python = process.env.PEER_PYTHON;

/** What each neuron takes after the first batch, which opens the graphs and finds out how many fit: the lowest of some sweeps. */
async function perNeuron(engine: Engine, spec: SweepSpec, turns: number): Promise<Took> {
  let lowest: Took = { cpu: Number.POSITIVE_INFINITY, wall: 0 };
  for (let turn = 0; turn < turns; turn++) {
    let start: (Took & { done: number }) | undefined;
    const { total } = await engine.sweep(spec, {
      onProgress: ({ done }) => {
        if (done > 0) start ??= { cpu: ownCpu(), wall: performance.now(), done };
      },
    });
    const count = total - start!.done;
    const took = { cpu: (ownCpu() - start!.cpu) / count, wall: (performance.now() - start!.wall) / count };
    if (took.cpu < lowest.cpu) lowest = took;
  }
  return lowest;
}

describe.runIf(existsSync(join(fullSize, "model")))("bert-base-cased's shape, WASM in Node", () => {
  it("a neuron of the last layers", async () => {
    const engine = createNodeEngine(join(fullSize, "model"));
    const { layers, dModel, dMlp, vocabulary } = await engine.load(manifestUrl(join(fullSize, "model")), {
      device: "wasm",
    });
    const tokens = await engine.tokenize(sentence);
    const ids = tokens.map(({ id }) => id);
    const position = tokens.findIndex(({ text: token }) => token === "[MASK]");
    const { whole } = await compare(12, ownCpu, {
      whole: (turn) => engine.forward({ ids: ids.with(1, 1000 + turn), layer: 9, positions: [position] }),
    });
    const model = { layers, dModel, dMlp, vocabulary } as Parameters<typeof workOf>[0];
    const forward =
      layers * ids.length * (4 * dModel ** 2 + 2 * dModel * dMlp) + dModel ** 2 + vocabulary * dModel;
    const speed = (work: number, { cpu }: Took) => `${((2 * work) / cpu / 1e6).toFixed(1)} GFLOP/s`;
    console.log(
      `${ids.length} tokens, a whole forward pass (Engine.forward): ${text(whole)}, ${speed(forward, whole)}`,
    );
    const lens = python && peers(python, ids, position, Math.min(64, dMlp));
    for (const layer of [9, 10, 11])
      for (const [name, metric] of Object.entries(metrics)) {
        const count = layer === 9 ? 250 : 1000;
        const neurons = Array.from({ length: count }, (_, i) => i);
        const spec: SweepSpec = { sentence, layers: [layer], neurons, metric };
        const took = await perNeuron(engine, spec, 3);
        const { sweep } = await engine.sweep({ ...spec, neurons: [0] });
        const work = workOf(model, sweep, layer);
        const against = lens
          ? `, ${(took.cpu / lens.whole.cpu).toFixed(3)} of TransformerLens's batched loop`
          : "";
        console.log(
          `layer ${layer}, ${name}: ${took.cpu.toFixed(2)} ms CPU (${took.wall.toFixed(2)} ms) a neuron, ` +
            `${(took.cpu / whole.cpu).toFixed(4)} of a whole pass (limit ${(work / forward).toFixed(4)}), ${speed(work, took)}${against}`,
        );
      }
    if (lens)
      console.log(
        `TransformerLens, batch 64, one thread, a neuron of layer 9: ${text(lens.whole)}, from layer 9 ${text(lens["from the layer"])}`,
      );
    await engine.dispose();
  }, 1_800_000);
});

function peers(command: string, ids: readonly number[], position: number, batch: number) {
  const script = join(root, "bench/peers/sweep.py");
  const args = [script, join(fullSize, "checkpoint"), "9", String(position), "5", String(batch)];
  const said = execFileSync(command, args, {
    input: JSON.stringify([ids]),
    env: { ...process.env, OMP_NUM_THREADS: "1" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  return JSON.parse(said.toString()) as Record<"whole" | "from the layer", Took>;
}

/** neurons that are swept on WebGPU, which may be software */
const few = Array.from({ length: 128 }, (_, i) => i);

it("a whole layer of the practice model in the page", async () => {
  const server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  for (const device of ["wasm", "webgpu"] as const) {
    const browser = await launch(device === "webgpu" ? "webgpu" : "no-adapter");
    const page = await openHarness(browser, server.url);
    page.setDefaultTimeout(0);
    const { layers, dModel, dMlp, vocabulary } = await page.evaluate(
      ([url, kind]) => window.harness.engine.load(url, { device: kind }),
      [`models/${practice}/manifest.json`, device] as const,
    );
    const model = { layers, dModel, dMlp, vocabulary } as Parameters<typeof workOf>[0];
    const cpu = await browserCpu(browser);
    for (const [name, metric] of Object.entries({
      probability: { kind: "probability", word: "these" },
      contrast: { kind: "log-odds", plus: ["these", "those"], minus: ["this", "that"] },
    } as Record<string, Metric>)) {
      const neurons = device === "webgpu" ? few : undefined;
      const spec: SweepSpec = {
        sentence: "Raymond is selling [MASK] sketches.",
        layers: [9],
        neurons,
        metric,
      };
      const sweep = () =>
        page.evaluate(async (asked) => (await window.harness.engine.sweep(asked)).total, spec);
      const asked = await page.evaluate(async (one) => (await window.harness.engine.sweep(one)).sweep, {
        ...spec,
        neurons: [0],
      });
      const { layer } = await compare(device === "wasm" ? 5 : 2, cpu, {
        layer: async () => {
          const from = performance.now();
          await sweep();
          return performance.now() - from;
        },
      });
      const total = await sweep();
      // opening the graphs is in it
      const speed = (2 * total * workOf(model, asked, 9)) / layer.cpu / 1e6;
      console.log(
        `${practice}, ${device}, layer 9, ${name}: ${text(layer)} for ${total} neurons, ${speed.toFixed(2)} GFLOP/s`,
      );
    }
    await browser.close();
  }
  await server.close();
}, 1_200_000);

it("a whole layer of the practice model from Python, on WASM", async () => {
  const server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  const browser = await launch("no-adapter");
  const page = await openHarness(browser, server.url);
  page.setDefaultTimeout(0);
  const run = (source: string) =>
    page.evaluate((cell) => window.harness.runCell(window.harness.kernel, cell), source);
  await page.evaluate(() => {
    window.harness.kernel.dispose();
    window.harness.kernel = window.harness.createTestKernel("wasm");
  });
  await run(`
import time, neuron_notebook
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${practice}")
def took(metric):
    began = time.perf_counter()
    neuron_notebook.sweep(model, "Raymond is selling [MASK] sketches.", layer=9, metric=metric)
    return time.perf_counter() - began`);
  for (const metric of ["probability:these", "log-odds:these,those/this,that"]) {
    const { outputs } = await run(`print(f"{min(took('${metric}') for _ in range(5)):.2f}")`);
    const [said] = outputs.flatMap((output) =>
      output.output_type === "stream" && output.name === "stdout" ? [output.text.trim()] : [],
    );
    console.log(`${practice}, from Python, layer 9, ${metric}: ${said} s by the clock, the lowest of five`);
  }
  await browser.close();
  await server.close();
}, 600_000);
