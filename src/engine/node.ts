// The engine in Node, on WASM: for the terminal and for the exporter's check of its own work. Models are folders.

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as ort from "onnxruntime-web";
import { allFiles, EngineError, parseManifest } from "../model/index.ts";
import { createTokenizer, readTokenizer } from "../model/tokenizer/index.ts";
import type { WeightStore } from "../storage/index.ts";
import { LocalEngine } from "./engine.ts";
import type { RuntimeSource } from "./ports.ts";
import { cpu } from "./runtime/device.ts";
import type { Ort } from "./runtime/runtime.ts";
import type { Engine } from "./types.ts";

export { decodeFloat16, encodeFloat16 } from "../model/index.ts";
export type { AddedToken } from "../model/tokenizer/index.ts";
export { type NormalizerOptions, normalize } from "../model/tokenizer/index.ts";
export { type Asked, everywhere, goldenInputs, runSteps, selfTestOf } from "./build/golden.ts";
export type { RuntimeSource } from "./ports.ts";
export { compare, findMask, softmaxAt } from "./run/experiment.ts";
export { askedInputs, batchInputs, headInputs } from "./run/inputs.ts";
export { wasm } from "./runtime/device.ts";
export { type Ort, Runtime } from "./runtime/runtime.ts";
export { allFiles, createTokenizer, ort, readTokenizer };

/** The address of an exported folder's manifest. */
export function manifestUrl(folder: string): string {
  return pathToFileURL(join(resolve(folder), "manifest.json")).href;
}

/**
 * An engine on an exported folder; load it with {@link manifestUrl}. Weights are read from the folder when needed.
 * @param runtime ONNX Runtime as WebAssembly, or the one of {@link nativeRuntime}
 */
export function createNodeEngine(folder: string, runtime: RuntimeSource = wasmRuntime): Engine {
  ort.env.wasm.numThreads = 1;
  return new LocalEngine({
    fetch: fetchFile,
    store: () => folderStore(folder),
    runtime,
    tokenizer: async (json, config) => readTokenizer(json, config),
    sweep: () => import("./sweep/index.ts"),
    build: () => import("./build/index.ts"),
  });
}

const wasmRuntime: RuntimeSource = { files: [], load: async () => ort };

/**
 * onnxruntime-node, where a person has installed it: faster, and the same numbers but for the last digits. It reports
 * nothing to anybody: its telemetry is off before it is loaded.
 * @throws EngineError "runtime-start" where it is not there, or of another version than onnxruntime-web
 */
export async function nativeRuntime(): Promise<RuntimeSource> {
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const install = `Run ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save onnxruntime-node@${ort.env.versions.web}.`;
  // a name that no bundler looks for: it is not among what npm ci installs
  const name = "onnxruntime-node";
  const native: Ort | undefined = await import(/* @vite-ignore */ name).catch((cause: unknown) => {
    const { code } = cause as Partial<NodeJS.ErrnoException>;
    if (code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw new EngineError("runtime-start", `onnxruntime-node does not start: ${cause}.`, install, { cause });
  });
  // under the same name npm puts a package without it, which another one would otherwise bring
  const version = native?.env.versions.node;
  if (native === undefined || version === undefined)
    throw new EngineError("runtime-start", "onnxruntime-node is not installed.", install);
  if (version !== ort.env.versions.web)
    throw new EngineError(
      "runtime-start",
      `onnxruntime-node is version ${version}, and onnxruntime-web ${ort.env.versions.web}.`,
      install,
    );
  return { files: [], load: async () => native, processor: cpu };
}

/** fetch for file: addresses, which Node's own refuses */
const fetchFile: typeof globalThis.fetch = async (input) => {
  const path = fileURLToPath(input instanceof Request ? input.url : input);
  try {
    return new Response(await readFile(path));
  } catch {
    return new Response(null, { status: 404, statusText: `no file ${path}` });
  }
};

/** An exported folder as a store that already keeps everything in it. It is never written to. */
async function folderStore(folder: string): Promise<WeightStore> {
  const path = join(folder, "manifest.json");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EngineError(
      "manifest-missing",
      `${folder} holds no manifest.json.`,
      "Name a folder that npm run export wrote.",
      { cause },
    );
  });
  const files = new Map(allFiles(parseManifest(text, path)).map((file) => [file.sha256, file.file]));
  const nothing = async () => {};
  return {
    kind: "folder",
    keys: async () => new Set(files.keys()),
    get: async (sha256) => {
      const file = files.get(sha256);
      return file === undefined ? undefined : new Uint8Array(await readFile(join(folder, file)));
    },
    set: nothing,
    delete: nothing,
    models: async () => [],
    setModel: nothing,
    deleteModel: async () => 0,
  };
}
