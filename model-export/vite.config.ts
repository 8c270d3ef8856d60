// The commands, bundled for Node. Running them from one plain file instead of through a TypeScript loader saves 50 MB,
// which counts where an export promises to stay below 1.5 times the checkpoint.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { replaceFile } from "./replace-file.ts";

/** hours for which a piece of a command stays after the last build that it was part of */
const stays = 24;

/**
 * Several commands may run at the same time, as parts of a sweep do; each is built first, and loads pieces of itself late.
 * So nothing is written that is there already, what is written is there at once, and nothing is taken away from under a
 * command that runs.
 */
const besideOthers: Plugin = {
  name: "beside-others",
  generateBundle({ dir }, bundle) {
    const folder = dir!;
    const now = new Date();
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder, { recursive: true }).map(String)) {
      const file = join(folder, name);
      const known = statSync(file, { throwIfNoEntry: false });
      const gone = bundle[name.replaceAll("\\", "/")] === undefined;
      if (gone && known?.isFile() && now.getTime() - known.mtimeMs > stays * 3_600_000)
        rmSync(file, { force: true });
    }
    for (const [name, made] of Object.entries(bundle)) {
      const file = join(folder, name);
      const text = made.type === "chunk" ? made.code : made.source;
      if (statSync(file, { throwIfNoEntry: false })?.isFile() && readFileSync(file, "utf8") === text)
        utimesSync(file, now, now);
      else {
        mkdirSync(dirname(file), { recursive: true });
        replaceFile(file, text);
      }
      delete bundle[name];
    }
  },
};

export default defineConfig({
  plugins: [besideOthers],
  root: import.meta.dirname,
  publicDir: false,
  logLevel: "warn",
  build: {
    ssr: true,
    target: "node20",
    outDir: "../.cache/commands",
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
