// A folder of this computer as a browser hands over one that a person has chosen: files that are read where they lie.

import { openAsBlob, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { LocalEngine } from "../../src/engine/engine.ts";
import type { ChosenFile } from "../../src/engine/index.ts";
import { ort } from "../../src/engine/node.ts";
import { readTokenizer } from "../../src/model/tokenizer/index.ts";
import type { WeightStore } from "../../src/storage/index.ts";

/** @param name what the folder is called; default: as it is */
export function chosenFolder(folder: string, name = basename(folder)): Promise<ChosenFile[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name: file }) => {
      const path = join(parentPath, file);
      return { path: `${name}${path.slice(folder.length)}`, file: await openAsBlob(path) };
    }),
  );
}

/** An engine on WASM that keeps models in a store and has no network; `asked` is told what it wanted of one. */
export function engineAlone(store: WeightStore, asked: (url: string) => void): LocalEngine {
  return new LocalEngine({
    fetch: async (input) => {
      asked(String(input));
      throw new TypeError("There is no network.");
    },
    store: async () => store,
    runtime: { files: [], load: async () => ort },
    tokenizer: async (json, config) => readTokenizer(json, config),
    sweep: () => import("../../src/engine/sweep/index.ts"),
    build: () => import("../../src/engine/build/index.ts"),
    patience: { attempts: 1, wait: 1, stall: 100, longest: 100 },
  });
}

/** An engine on WASM that keeps models in a store and may ask a Hub. */
export function engineWithHub(store: WeightStore, endpoint: string, fetch = globalThis.fetch): LocalEngine {
  return new LocalEngine({
    fetch,
    store: async () => store,
    runtime: { files: [], load: async () => ort },
    tokenizer: async (json, config) => readTokenizer(json, config),
    sweep: () => import("../../src/engine/sweep/index.ts"),
    build: () => import("../../src/engine/build/index.ts"),
    hub: { endpoint, part: () => import("../../src/engine/hub/index.ts") },
    patience: { attempts: 3, wait: 1, stall: 5_000, longest: 1_500 },
  });
}
