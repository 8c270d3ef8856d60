// Models with rounded weights in Chromium: an int8 one computes there what it computes in Node, bit for bit.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { tutorial } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { checkpoints, practice, practiceCheckpoint } from "../helpers/fixtures.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { openHarness } from "./open-harness.ts";

const folder = mkdtempSync(join(tmpdir(), "rounded-"));
let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  for (const [name, from] of [
    [practice, practiceCheckpoint],
    ["half", join(checkpoints, "half")],
  ] as const) {
    const checkpoint = await openFolder(from);
    await exportModel(checkpoint, { out: join(folder, `${name}-int8`), encoding: "int8" });
    await checkpoint.close();
  }
  server = await serve({ "/": inject("harness"), "/models/": folder });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("int8 in Chromium and in Node", () => {
  it.each([
    [practice, tutorial],
    ["half", { sentence: "The [MASK] is here.", layer: 1, neuron: 5, candidates: ["this", "these"] }],
  ])("%s: the same numbers, bit for bit", async (name, spec) => {
    const experiment = { ...spec, hook: tutorial.hook };
    const engine = createNodeEngine(join(folder, `${name}-int8`));
    await engine.load(manifestUrl(join(folder, `${name}-int8`)), { device: "wasm" });
    const { rows } = await engine.run(experiment);
    await engine.dispose();

    const page = await openHarness(browser, server.url);
    const found = await page.evaluate(
      async ([model, asked]) => {
        const { engine: there } = window.harness;
        const { encoding } = await there.load(`models/${model}-int8/manifest.json`, { device: "wasm" });
        return { encoding, rows: (await there.run(asked)).rows };
      },
      [name, experiment] as const,
    );
    expect(found).toEqual({ encoding: "int8", rows });
    await page.context().close();
  });
});
