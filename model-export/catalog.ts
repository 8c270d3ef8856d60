// The site's list of models: every exported folder under public/models, found when the site is built or served.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { type CatalogEntry, catalogEntry, parseManifest } from "../src/model/index.ts";

/** the practice model comes first: it needs nothing but the site */
export const PRACTICE = "minibert-blimp";

/** Every model below a folder, the practice model first, then by name. A folder without a valid manifest is an error. */
export function catalog(folder: string): CatalogEntry[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith("."),
  );
  return entries
    .map(({ name }) => {
      const path = join(folder, name, "manifest.json");
      const text = readFileSync(path, "utf8");
      const manifest = parseManifest(text, path);
      return catalogEntry(manifest, {
        manifest: `${name}/manifest.json`,
        mask: maskOf(join(folder, name, manifest.tokenizer.config.file)),
        version: createHash("sha256").update(text).digest("hex"),
        practice: manifest.name === PRACTICE,
      });
    })
    .sort((a, b) => Number(b.practice) - Number(a.practice) || a.name.localeCompare(b.name));
}

/** The mask's name, from a completed tokenizer_config.json. */
function maskOf(path: string): string | undefined {
  const { mask_token: mask } = JSON.parse(readFileSync(path, "utf8"));
  return typeof mask === "string" ? mask : undefined;
}

/** Serves and emits models/index.json. */
export function catalogPlugin(folder: string): Plugin {
  const json = () => JSON.stringify({ models: catalog(folder) });
  return {
    name: "model-catalog",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.split("?")[0]?.endsWith("/models/index.json")) return next();
        response.setHeader("Content-Type", "application/json").end(json());
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "models/index.json", source: json() });
    },
  };
}
