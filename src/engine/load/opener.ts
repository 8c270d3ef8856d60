// Opens models: starts ONNX Runtime when it is first needed, chooses the processor, and lets a model run its self-test. The
// processor outlives models, and with it the pipelines compiled on it.

import { EngineError, tensorNames } from "../../model/index.ts";
import { isAbort, StorageError } from "../../storage/index.ts";
import type { RuntimeSource } from "../ports.ts";
import { Model } from "../run/model.ts";
import { selfTest } from "../run/self-test.ts";
import { type Processor, wasm, webgpu } from "../runtime/device.ts";
import { checkFits } from "../runtime/fits.ts";
import type { Memory } from "../runtime/memory.ts";
import { type Ort, Runtime } from "../runtime/runtime.ts";
import type { Device } from "../types.ts";
import type { ModelFiles } from "./files.ts";

/** the processor that a person wants; "auto": WebGPU where it works, else WASM */
export type Wanted = "auto" | "webgpu" | "wasm";

export class Opener {
  readonly #source: RuntimeSource;
  readonly #memory: Memory;
  #ort: Ort | undefined;
  /** the runtime's WebAssembly until it has started, when the browser holds a copy of its own */
  #wasm: Uint8Array<ArrayBuffer> | undefined;
  #runtime: Runtime | undefined;

  constructor(source: RuntimeSource, memory: Memory) {
    this.#source = source;
    this.#memory = memory;
  }

  /** Start ONNX Runtime, unless it runs. */
  async start(files: ModelFiles, signal: AbortSignal | undefined): Promise<void> {
    if (this.#ort) return;
    this.#wasm = await files.readAll(this.#source.files, signal);
    this.#ort = await this.#source.load(this.#wasm);
  }

  /** The WebAssembly has been compiled, and its bytes are of no more use. */
  #forgetWasm(): void {
    if (!this.#wasm || !this.#ort) return;
    delete this.#ort.env.wasm.wasmBinary;
    this.#memory.free(this.#wasm);
    this.#wasm = undefined;
  }

  /** The CPU, beside whatever models run on. ONNX Runtime has been started. */
  onCpu(): Runtime {
    const { processor = () => wasm("") } = this.#source;
    return new Runtime(this.#ort!, processor(), () => this.#forgetWasm());
  }

  /** Open on the wanted processor and pass the self-test, or with "auto" fall back to WASM and say why. */
  async open(files: ModelFiles, wanted: Wanted, signal: AbortSignal | undefined): Promise<Model> {
    const { processor } = this.#source;
    if (processor) return this.#openOn(processor().device.kind, async () => processor(), files, signal);
    if (wanted !== "wasm") {
      try {
        return await this.#openOn("webgpu", webgpu, files, signal);
      } catch (error) {
        if (wanted === "webgpu" || isOfFiles(error)) throw error;
        const reason = error instanceof EngineError ? error.message : String(error);
        return this.#openOn("wasm", async () => wasm(reason), files, signal);
      }
    }
    return this.#openOn("wasm", async () => wasm(""), files, signal);
  }

  async #openOn(
    kind: Device["kind"],
    processor: () => Promise<Processor>,
    files: ModelFiles,
    signal: AbortSignal | undefined,
  ): Promise<Model> {
    if (!this.#ort)
      throw new EngineError("not-loaded", "ONNX Runtime has not been loaded.", "Load the model first.");
    if (kind !== "webgpu" || this.#runtime?.processor.device.kind !== kind || this.#runtime.lost) {
      if (this.#runtime && !this.#runtime.lost) this.#runtime.destroy();
      this.#runtime = new Runtime(this.#ort, await processor(), () => this.#forgetWasm());
    }
    const { gpu, device } = this.#runtime.processor;
    const { manifest } = files.version;
    checkFits(manifest, gpu?.limits, device.name);
    const model = new Model(manifest, {
      runtime: this.#runtime,
      read: (file, abort, allocate) => files.read(file, abort, allocate),
      check: (wanted) => files.check(wanted),
      memory: this.#memory,
    });
    try {
      await model.open([tensorNames.mlpPost(manifest.defaultLayer)], signal);
      await selfTest(model, signal);
      signal?.throwIfAborted();
    } catch (error) {
      await model.close();
      throw error;
    }
    return model;
  }

  /** Release the processor. */
  destroy(): void {
    this.#runtime?.destroy();
    this.#runtime = undefined;
  }
}

/** An error of the files, not of the processor: another processor would meet it too. */
function isOfFiles(error: unknown): boolean {
  if (isAbort(error)) return true;
  const { code } = error as Partial<EngineError>;
  return error instanceof StorageError || code === "model-changed" || code === "not-loaded";
}
