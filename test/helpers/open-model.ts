// An exported folder as an open model on WASM, without an engine around it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ort, Runtime, wasm } from "../../src/engine/node.ts";
import { Model } from "../../src/engine/run/model.ts";
import { memory } from "../../src/engine/runtime/memory.ts";
import type { Manifest } from "../../src/model/index.ts";
import { parseManifest } from "../../src/model/manifest.ts";

/** @param change makes another manifest of the folder's: an older format, fewer splits */
export async function openModel(
  folder: string,
  change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<Model> {
  const manifest = parseManifest(await readFile(join(folder, "manifest.json"), "utf8"));
  return new Model(change(manifest), {
    runtime: new Runtime(ort, wasm("")),
    read: async ({ file }) => Uint8Array.from(await readFile(join(folder, file))),
    check: async () => {},
    memory,
  });
}
