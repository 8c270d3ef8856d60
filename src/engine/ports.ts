// What an engine is given of the outside world: by a browser's worker (worker/browser-ports.ts), by Node (node.ts), by tests.

import type { Tokenizer } from "../model/tokenizer/index.ts";
import type { FileSpec, Patience, WeightStore } from "../storage/index.ts";
import type { Processor } from "./runtime/device.ts";
import type { Memory } from "./runtime/memory.ts";
import type { Ort } from "./runtime/runtime.ts";

/** where ONNX Runtime comes from */
export interface RuntimeSource {
  /** what it needs besides its code; kept and verified like a model's files. Addresses may be absolute. */
  files: FileSpec[];
  /** the module, ready to open sessions; is given the files' bytes */
  load(bytes: Uint8Array<ArrayBuffer>): Promise<Ort>;
  /** the one processor that it computes on; default: WebGPU or WASM, as somebody wants */
  processor?: (() => Processor) | undefined;
}

export interface Ports {
  fetch: typeof globalThis.fetch;
  store: () => Promise<WeightStore>;
  runtime: RuntimeSource;
  tokenizer: (json: string, config: string) => Promise<Tokenizer>;
  /** the part of the engine that sweeps, loaded when it is first needed */
  sweep: () => Promise<typeof import("./sweep/index.ts")>;
  /** the part of the engine that makes models of checkpoints, loaded when one is opened */
  build: () => Promise<typeof import("./build/index.ts")>;
  /** the Hub's address, or a mirror's, and the part of the engine that asks it; undefined on a site that was built without */
  hub?: { endpoint: string; part: () => Promise<typeof import("./hub/index.ts")> } | undefined;
  /** where the bytes of weights live; default: plain arrays */
  memory?: Memory | undefined;
  /** how often and how long a server is given another chance; default: as long as a person will wait */
  patience?: Patience | undefined;
}
