// Once per run: Chromium is there, every fixture and the practice model are exported, the site and the engine's harness
// are built. Tests get the paths by inject().

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { openCheckpoint } from "../../model-export/checkpoint/index.ts";
import type { Encoding } from "../../model-export/encode.ts";
import { exportModel } from "../../model-export/export.ts";
import { findChromium } from "./chromium.ts";
import { checkpoints, practice, practiceCheckpoint, root, tiny } from "./fixtures.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** folder of exported models, one folder each */
    models: string;
    /** the built site, with the practice model in it */
    site: string;
    /** the built engine harness */
    harness: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  findChromium();
  const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-"));
  const [models, site, harness, publicDir] = ["models", "site", "harness", "public"].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  for (const name of tiny) await exportFolder(join(checkpoints, name), join(models, name));
  // its weights are stored as fp16 in the checkpoint already, so nothing is rounded; `npm run practice` does the same
  await exportFolder(practiceCheckpoint, join(models, practice), "fp16");

  // the site as `npm run build` makes it, but with exactly the practice model in it
  cpSync(join(root, "public"), publicDir, {
    recursive: true,
    filter: (path) => path !== join(root, "public/models"),
  });
  mkdirSync(join(publicDir, "models"));
  cpSync(join(models, practice), join(publicDir, "models", practice), { recursive: true });
  const shared = { configFile: join(root, "vite.config.ts"), logLevel: "warn" as const };
  process.env.MODELS_FOLDER = join(publicDir, "models");
  await build({ ...shared, root, publicDir, build: { outDir: site, emptyOutDir: true } });
  await build({
    ...shared,
    root: join(root, "test/e2e/harness"),
    publicDir: false,
    build: { outDir: harness, emptyOutDir: true },
  });

  project.provide("models", models);
  project.provide("site", site);
  project.provide("harness", harness);
  return () => rmSync(folder, { recursive: true, force: true });
}

async function exportFolder(from: string, out: string, encoding: Encoding = "fp32"): Promise<void> {
  const checkpoint = await openCheckpoint(from);
  try {
    await exportModel(checkpoint, { out, encoding });
  } finally {
    await checkpoint.close();
  }
}
