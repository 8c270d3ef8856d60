// The built site, and the harness, with models of a test's own in the place of the practice model.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import type { CatalogEntry } from "../../src/model/index.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

/**
 * @param folder holds exported models; their list is written into it
 * @param models what the list says
 */
export function serveModels(folder: string, models: readonly CatalogEntry[]): Promise<StaticServer> {
  writeFileSync(join(folder, "index.json"), JSON.stringify({ models }));
  return serve({
    "/": inject("site"),
    "/models/": folder,
    "/harness/": inject("harness"),
    "/harness/models/": folder,
  });
}
