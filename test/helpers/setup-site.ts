// Once per run of the tests in a browser: Chromium is there, the models are exported, the site and the engine's harness are
// built. Tests get the paths by inject().

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { findChromium } from "./chromium.ts";
import { practice, root } from "./fixtures.ts";
import { exportModels } from "./setup-models.ts";

declare module "vitest" {
  interface ProvidedContext {
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
  await exportModels(models);

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
