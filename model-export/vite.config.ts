// The commands, bundled for Node. Running them from one plain file instead of through a TypeScript loader saves 50 MB,
// which counts where an export promises to stay below 1.5 times the checkpoint.

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

const outDir = join(import.meta.dirname, "../.cache/commands");
/** hours after which what an earlier version consisted of is removed; a command may load a piece of itself late */
const unused = 24;

/**
 * What is there already is not written again, and nothing is taken away from under a command that is running: several may
 * run at the same time, as parts of a sweep do, and each builds them all.
 */
const leaveUnchanged: Plugin = {
  name: "leave-unchanged",
  generateBundle(_options, bundle) {
    const before = Date.now() - unused * 3_600_000;
    for (const name of existsSync(outDir) ? readdirSync(outDir, { recursive: true }).map(String) : []) {
      const file = join(outDir, name);
      const made = bundle[name.replaceAll("\\", "/")];
      if (!statSync(file).isFile()) continue;
      if (!made && statSync(file).mtimeMs < before) rmSync(file);
      if (made?.type === "chunk" && readFileSync(file, "utf8") === made.code) delete bundle[made.fileName];
    }
  },
};

export default defineConfig({
  plugins: [leaveUnchanged],
  root: import.meta.dirname,
  publicDir: false,
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir,
    emptyOutDir: false,
    rolldownOptions: {
      input: {
        export: "export-command.ts",
        experiment: "experiment-command.ts",
        record: "record-command.ts",
        sweep: "sweep-command.ts",
      },
      output: { entryFileNames: "[name].js" },
    },
  },
});
