// A random model of bert-base-cased's exact shape (12 x 768, vocabulary 28,996, 433 MB): made from a seed, exported and
// run in Chromium, and compared with what transformers and TransformerLens compute for the same weights.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { openCheckpoint } from "../../model-export/checkpoint/index.ts";
import { exportModel } from "../../model-export/export.ts";
import { openHarness, remoteEngine } from "../e2e/open-harness.ts";
import { launch } from "../helpers/chromium.ts";
import { reference, root } from "../helpers/fixtures.ts";
import { expectParity } from "../helpers/parity.ts";
import { bertBaseCased, writeRandomCheckpoint } from "../helpers/random-checkpoint.ts";
import { serve } from "../helpers/server.ts";

const folder = join(root, ".cache/full-size");

/** The exported model's folder; made once, and kept for the next run. */
async function makeModel(): Promise<string> {
  const [source, out] = [join(folder, "checkpoint"), join(folder, "model")];
  if (!existsSync(join(source, "config.json"))) await writeRandomCheckpoint(source, bertBaseCased, 1);
  const checkpoint = await openCheckpoint(source);
  try {
    // the reference values belong to exactly these weights
    expect(checkpoint.source.revision).toBe("sha256:6ceef456b64c");
    await exportModel(checkpoint, { out });
  } finally {
    await checkpoint.close();
  }
  return out;
}

/** Load the model in Chromium on one processor and compare it with the reference. */
export async function expectFullSize(device: "wasm" | "webgpu"): Promise<void> {
  const server = await serve({ "/": inject("harness"), "/model/": await makeModel() });
  const browser = await launch(device === "webgpu" ? "webgpu" : "no-adapter");
  try {
    const page = await openHarness(browser, server.url);
    page.setDefaultTimeout(0);
    const info = await page.evaluate(
      (kind) => window.harness.engine.load("model/manifest.json", { device: kind }),
      device,
    );
    expect(info).toMatchObject({
      layers: 12,
      dModel: 768,
      dMlp: 3072,
      vocabulary: 28_996,
      device: { kind: device },
    });
    await expectParity(remoteEngine(page), reference("full-size"));
  } finally {
    await browser.close();
    await server.close();
  }
}
