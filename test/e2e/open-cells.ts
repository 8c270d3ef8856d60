// Cells without a notebook around them, built and served under the site's own policy.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { contentSecurityPolicy } from "../../vite/policy.ts";
import { root } from "../helpers/fixtures.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

/** Build the page of cells into a folder of its own, and serve it. */
export async function serveCells(): Promise<StaticServer> {
  const outDir = mkdtempSync(join(tmpdir(), "neuron-cells-"));
  await build({
    configFile: join(root, "vite.config.ts"),
    logLevel: "error",
    root: join(root, "test/e2e/cells"),
    publicDir: false,
    plugins: [contentSecurityPolicy()],
    build: { outDir, emptyOutDir: true },
  });
  const server = await serve({ "/": outDir });
  const { close } = server;
  server.close = async () => {
    await close();
    rmSync(outDir, { recursive: true, force: true });
  };
  return server;
}
