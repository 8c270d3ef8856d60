// A random model of bert-base-cased's exact shape (12 x 768, vocabulary 28,996, 433 MB): made from a seed, exported and
// run in Chromium, and compared with what transformers and TransformerLens compute for the same weights.

import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ElementHandle, Page } from "playwright-core";
import { expect, inject } from "vitest";
import { openHarness, remoteEngine } from "../e2e/open-harness.ts";
import { launch } from "../helpers/chromium.ts";
import { reference, root } from "../helpers/fixtures.ts";
import { expectParity } from "../helpers/parity.ts";
import { bertBaseCased, writeRandomCheckpoint } from "../helpers/random-checkpoint.ts";
import { serve } from "../helpers/server.ts";

const folder = join(root, ".cache/full-size");

/** The exported model's folder. The checkpoint is made once and kept for the next run. */
export async function makeModel(): Promise<string> {
  const [source, out] = [join(folder, "checkpoint"), join(folder, "model")];
  if (!existsSync(join(source, "config.json"))) await writeRandomCheckpoint(source, bertBaseCased, 1);
  const said = execFileSync("npm", ["run", "--silent", "export", "--", source, "--out", out], {
    cwd: root,
    stdio: "pipe",
  });
  // the reference values belong to exactly these weights
  expect(said.toString()).toContain("revision sha256:6ceef456b64c");
  const peak = Number(/peak memory (\d+)\u202fMB/.exec(said.toString())?.[1]) * 1e6;
  const { size } = statSync(join(source, "model.safetensors"));
  expect(peak, "memory of an export").toBeLessThan(1.5 * size);
  return out;
}

/** An input on a page in which this folder has been chosen. */
export async function chooseInHarness(page: Page, folder: string): Promise<ElementHandle<HTMLInputElement>> {
  const input = await page.evaluateHandle(() => {
    const chosen = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true });
    document.body.append(chosen);
    return chosen;
  });
  await input.setInputFiles(folder);
  return input;
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
