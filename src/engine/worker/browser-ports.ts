// What the engine is given in a browser's worker. The runtime and the tokenizer are imported when a model is first
// loaded, so that asking for a model's state costs nothing, what sweeps when the first sweep is
// asked for, and what makes models of checkpoints when one is opened.

import { build, files } from "virtual:onnxruntime";
import { EngineError } from "../../model/index.ts";
import { openStore } from "../../storage/index.ts";
import type { Ports, RuntimeSource } from "../ports.ts";
import { cacheable, compiledBefore, instead, throughCache } from "./compiled.ts";

const fetch = globalThis.fetch.bind(globalThis);
const cached = cacheable(files);

const runtime: RuntimeSource = {
  files,
  async load(wasm) {
    const ort = await part(() =>
      build === "jspi" ? import("onnxruntime-web/jspi") : import("onnxruntime-web/webgpu"),
    );
    ort.env.wasm.wasmBinary = wasm.buffer;
    if (cached) instead(wasm, compiledBefore(cached, fetch));
    // without cross-origin isolation there are no threads, and for one sentence they gain little
    ort.env.wasm.numThreads = 1;
    return ort;
  },
};

export const ports: Ports = {
  fetch: cached ? throughCache(cached, fetch) : fetch,
  store: openStore,
  runtime,
  tokenizer: async (json, config) =>
    (await part(() => import("../../model/tokenizer/index.ts"))).readTokenizer(json, config),
  sweep: () => part(() => import("../sweep/index.ts")),
  build: () => part(() => import("../build/index.ts")),
  // the build says so; without it none of this is in the site
  hub: import.meta.env.HUB
    ? { endpoint: import.meta.env.HUB, part: () => part(() => import("../hub/index.ts")) }
    : undefined,
};

/** A part of the engine's own code. A failed import stays failed in its worker, so the client starts a new one. */
async function part<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new EngineError(
      "runtime-start",
      "A part of the engine could not be loaded from this site.",
      "Check the connection and reload the page: the site may have been updated since the page was opened.",
      { cause },
    );
  }
}
