// Sweeps in Chromium, in the engine's worker: on WebGPU (SwiftShader) and on WASM they are the plain experiment's, a lost GPU
// does not end one, and what sweeps is downloaded when the first one is asked for.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import type { SweepSpec } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { expectFamilySweep, families } from "../helpers/families.ts";
import { practice, reference, tiny } from "../helpers/fixtures.ts";
import { holdDevice } from "../helpers/gpu.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { expectSweep, type Plain, sweepsOf } from "../helpers/sweeps.ts";
import { openHarness, remoteEngine, unpack } from "./open-harness.ts";

let server: StaticServer;
let browser: Browser;

beforeAll(async () => {
  server = await serve({ "/": inject("harness"), "/models/": inject("models") });
  browser = await launch("webgpu");
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

const sweepsIn = (page: Page) => ({
  forward: remoteEngine(page).forward,
  sweep: (spec: SweepSpec) => page.evaluate((asked) => window.harness.engine.sweep(asked), spec),
});

/** Plain passes as a notebook's Python makes them: rows of one batch, written to where it stands at the layer. */
const plainIn =
  (page: Page): Plain =>
  async (ids, layer, rows, position) => {
    const packed = await page.evaluate(
      async ([tokens, at, edits, asked]) => {
        const { connectSteps, engine, pack } = window.harness;
        const call = await connectSteps(engine);
        const { name } = await call<{ name: string }>("describe");
        const point = `blocks.${at}.mlp.hook_post`;
        type Step = { run: number; at: string; data: Float32Array; shape: number[] };
        const batch = { ids: edits.map(() => tokens) };
        const step = await call<Step>("start", name, batch, [point], []);
        const [, length, width] = step.shape as [number, number, number];
        for (const [row, changes] of edits.entries())
          for (const [where, neuron, value] of changes)
            step.data[(row * length + where) * width + neuron] = value;
        const end = await call<Step>("resume", step.run, step.data);
        const places = edits.map((_, row) => [row, asked]);
        return pack([await call<Float32Array>("predict", name, batch, end.at, end.data, places)]);
      },
      [
        ids,
        layer,
        rows.map((edits) => edits.map(({ position, neuron, value }) => [position, neuron, value] as const)),
        position,
      ] as const,
    );
    const [logits] = packed.map(unpack);
    const width = logits!.length / rows.length;
    return rows.map((_, i) => logits!.subarray(i * width, (i + 1) * width));
  };

const load = (page: Page, name: string, device: "webgpu" | "wasm") =>
  page.evaluate(([url, kind]) => window.harness.engine.load(url, { device: kind }), [
    `models/${name}/manifest.json`,
    device,
  ] as const);

describe.each(["webgpu", "wasm"] as const)("%s in Chromium against plain passes", (device) => {
  let page: Page;
  beforeAll(async () => {
    page = await openHarness(browser, server.url);
  });
  afterAll(() => page.context().close());

  it.each([...tiny, practice])("%s", async (name) => {
    await load(page, name, device);
    // WASM is the same as in Node, where all kinds of sweeps are compared, and a GPU in software takes its time
    const some = device === "wasm" ? [1] : name === practice ? [1, 3] : [0, 1, 2, 3];
    const neurons = Array.from({ length: 100 }, (_, i) => 11 * i);
    const fewer = name === practice ? { neurons } : {};
    for (const i of some)
      await expectSweep(sweepsIn(page), { ...sweepsOf(reference(name).model)[i]!, ...fewer }, plainIn(page));
  });

  it.each(families)("a family: %s", async (name) => {
    await load(page, name, device);
    const folder = join(inject("models"), name);
    const node = createNodeEngine(folder);
    await node.load(manifestUrl(folder), { device: "wasm" });
    await expectFamilySweep({ ...remoteEngine(page), ...sweepsIn(page) }, name, node);
    await node.dispose();
  });
});

const sentence = "Raymond is selling [MASK] sketches.";
const spec: SweepSpec = { sentence, metric: { kind: "probability", word: "these" } };

it("a GPU that is lost in the middle does not end a sweep", async () => {
  const page = await openHarness(browser, server.url);
  const started = page.waitForEvent("worker");
  await page.evaluate(() => void window.harness.engine.state("models/untied/manifest.json"));
  const worker = await started;
  await holdDevice(worker);
  await load(page, "untied", "webgpu");
  const clean = await sweepsIn(page).sweep(spec);
  await page.evaluate((asked) => {
    const { engine } = window.harness;
    const reports: number[] = [];
    const swept = engine.sweep(asked, { onProgress: ({ done }) => reports.push(done) });
    Object.assign(window, { reports, swept });
  }, spec);
  await page.waitForFunction(() => (window as unknown as { reports: number[] }).reports.at(-1)! > 0);
  await worker.evaluate(() => (self as unknown as { device: GPUDevice }).device.destroy());
  const [reports, swept] = await page.evaluate(() => {
    const { reports, swept } = window as unknown as {
      reports: number[];
      swept: Promise<unknown>;
    };
    return Promise.all([reports, swept]);
  });
  expect(reports).toEqual([...reports].sort((a, b) => a - b));
  expect(swept).toEqual(clean);
  await page.context().close();
});

it("is downloaded when the first sweep is asked for, and not before", async () => {
  const page = await openHarness(browser, server.url);
  const scripts = () => server.requests.filter((path) => /\.js$/.test(path));
  // a name that only the graphs of a sweep have
  const writesOnnx = (path: string) => server.read(path)!.includes("word_logits");
  server.requests.length = 0;
  await load(page, "legacy", "wasm");
  await page.evaluate((asked) => window.harness.engine.run({ ...asked, neuron: 1, candidates: ["this"] }), {
    sentence,
    layer: 1,
  });
  expect(scripts().length).toBeGreaterThan(0);
  expect(scripts().filter(writesOnnx)).toEqual([]);
  server.requests.length = 0;
  await sweepsIn(page).sweep(spec);
  expect(scripts().some(writesOnnx)).toBe(true);
  server.requests.length = 0;
  await sweepsIn(page).sweep(spec);
  expect(scripts()).toEqual([]);
  await page.context().close();
});
