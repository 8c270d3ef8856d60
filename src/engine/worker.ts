// The engine's worker: receives calls, reports progress, aborts. The runtime and the tokenizer are imported when a
// model is first loaded, so that asking for a model's state costs nothing.

import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";
import { openStore } from "../storage/index.ts";
import { LocalEngine, type RuntimeSource } from "./engine.ts";
import { toPlain } from "./errors.ts";
import type { Method, Request, Response } from "./protocol.ts";
import type { ExperimentSpec, ForwardSpec, LoadOptions } from "./types.ts";

declare const self: DedicatedWorkerGlobalScope;
/** length and hash of the runtime's WebAssembly file, known when the site is built */
declare const __ORT_WASM_BYTES__: number;
declare const __ORT_WASM_SHA256__: string;

const runtime: RuntimeSource = {
  files: [
    {
      file: new URL(wasmUrl, self.location.href).href,
      byteLength: __ORT_WASM_BYTES__,
      sha256: __ORT_WASM_SHA256__,
    },
  ],
  async load(wasm) {
    const ort = await import("onnxruntime-web/webgpu");
    ort.env.wasm.wasmBinary = wasm.buffer;
    // without cross-origin isolation there are no threads, and for one sentence they gain little
    ort.env.wasm.numThreads = 1;
    return ort;
  },
};

const engine = new LocalEngine({
  fetch: self.fetch.bind(self),
  store: openStore,
  runtime,
  tokenizer: async (json, config) => (await import("./tokenizer.ts")).createTokenizer(json, config),
});

const controllers = new Map<number, AbortController>();

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const { id } = data;
  if (data.kind === "abort") return controllers.get(id)?.abort();
  const controller = new AbortController();
  controllers.set(id, controller);
  const post = (response: Response) => self.postMessage(response);
  try {
    post({ kind: "result", id, value: await call(data.method, data.args, id, controller.signal) });
  } catch (error) {
    post({ kind: "error", id, error: toPlain(error) });
  } finally {
    controllers.delete(id);
  }
};

function call(method: Method, args: unknown[], id: number, signal: AbortSignal): Promise<unknown> {
  switch (method) {
    case "state":
      return engine.state(args[0] as string, { signal });
    case "load": {
      const onProgress: LoadOptions["onProgress"] = (progress) =>
        self.postMessage({ kind: "progress", id, progress });
      return engine.load(args[0] as string, { ...(args[1] as LoadOptions), signal, onProgress });
    }
    case "tokenize":
      return engine.tokenize(args[0] as string);
    case "run":
      return engine.run(args[0] as ExperimentSpec, { signal });
    case "forward":
      return engine.forward(args[0] as ForwardSpec, { signal });
    case "remove":
      return engine.remove(args[0] as string);
    case "dispose":
      return engine.dispose();
    default:
      return method satisfies never;
  }
}
