// Once per run of the tests in a browser: Chromium is there, the models are exported, the site and the engine's harness are
// built. Tests get the paths by inject().

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { built } from "./built.ts";
import { findChromium } from "./chromium.ts";
import { practice, root } from "./fixtures.ts";
import { exportedModels } from "./setup-models.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** the built site, with the practice model in it */
    site: string;
    /** the built engine harness */
    harness: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  // as deployed: under the name "test" Vite takes packages' builds for developers, which are larger
  process.env.NODE_ENV = "production";
  // whatever a developer's shell says: the site that is tested, and cached, asks no Hub
  delete process.env.HUB;
  findChromium();
  const models = await exportedModels();
  project.provide("models", models);
  project.provide(
    "site",
    await built("site", [...inputs, "test/fixtures/checkpoints"], (folder) => buildSite(models, folder)),
  );
  project.provide("harness", await built("harness", [...inputs, ...harnessInputs], buildHarness));
}

/** what the site and the harness depend on; the models are made from no more */
const inputs = [
  "embed-notebook.html",
  "embed.html",
  "experiment.html",
  "index.html",
  "model-export",
  "notebooks",
  "package-lock.json",
  "public",
  "src",
  "test/helpers/fixtures.ts",
  "test/helpers/setup-models.ts",
  "test/helpers/setup-site.ts",
  "tsconfig.base.json",
  "tsconfig.json",
  "vite",
  "vite.config.ts",
];

/** what the harness depends on besides */
const harnessInputs = ["test/e2e/harness", "test/engine/runtime/ledger.ts", "test/helpers/steps.ts"];

/** the Hub's hosts in the site of {@link siteWithHub}, which stand for those of a test's servers */
export const hubInSite = { hub: "http://localhost:41111", cdn: "http://localhost:42222" };

/**
 * The site as a deployer builds it who allows the Hub.
 * @param models the exported ones
 */
export function siteWithHub(models: string): Promise<string> {
  return built("site-hub", [...inputs, "test/fixtures/checkpoints"], async (folder) => {
    const { NODE_ENV } = process.env;
    Object.assign(process.env, { HUB: `${hubInSite.hub} ${hubInSite.cdn}`, NODE_ENV: "production" });
    try {
      await buildSite(models, folder);
    } finally {
      Object.assign(process.env, { NODE_ENV });
      delete process.env.HUB;
    }
  });
}

const shared = { configFile: join(root, "vite.config.ts"), logLevel: "warn" as const };

/** The site as `npm run build` makes it, but with exactly the practice model in it. */
async function buildSite(models: string, outDir: string): Promise<void> {
  const publicDir = mkdtempSync(join(tmpdir(), "neuron-notebook-public-"));
  try {
    cpSync(join(root, "public"), publicDir, {
      recursive: true,
      filter: (path) => path !== join(root, "public/models"),
    });
    mkdirSync(join(publicDir, "models"));
    cpSync(join(models, practice), join(publicDir, "models", practice), { recursive: true });
    process.env.MODELS_FOLDER = join(publicDir, "models");
    await build({ ...shared, root, publicDir, build: { outDir, emptyOutDir: true } });
  } finally {
    rmSync(publicDir, { recursive: true, force: true });
  }
}

async function buildHarness(outDir: string): Promise<void> {
  await build({
    ...shared,
    root: join(root, "test/e2e/harness"),
    publicDir: false,
    build: { outDir, emptyOutDir: true },
  });
}
