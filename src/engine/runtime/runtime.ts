/// <reference path="./webgpu.d.ts" />
// ONNX Runtime behind the few calls we need: open a graph over shards, run it, free what it made. Traps that are
// handled here: options objects are mutated by the runtime, so each session gets a fresh one; a device must be inside
// the execution provider's object; outputs on the GPU leak unless disposed.

import type * as OrtModule from "onnxruntime-web";
import { EngineError } from "../../model/index.ts";
import { isAbort } from "../../storage/index.ts";
import type { Processor } from "./device.ts";

export type Ort = typeof OrtModule;
export type Tensor = OrtModule.Tensor;
export type Session = OrtModule.InferenceSession;
export type Feeds = Record<string, Tensor>;

/** a shard as a session is given it: external data under a name */
export interface ExternalFile {
  path: string;
  data: Uint8Array;
}

interface OpenOptions {
  /** names of outputs that stay on the GPU; on WASM all outputs are in memory */
  keep?: readonly string[];
  /** on WASM, hold each weight once: slower runs, half the memory */
  lean?: boolean;
}

/** a weight that a session is given as an input, fp32 */
export interface FedWeight {
  name: string;
  shape: readonly number[];
  bytes: Uint8Array;
}

export class Runtime {
  readonly ort: Ort;
  readonly processor: Processor;
  readonly #onStarted: () => void;
  /** the weights of sessions that take them as inputs */
  readonly #fed = new Map<Session, Feeds>();
  /** why the GPU was lost; undefined while it is there */
  #lost: string | undefined;
  /** an error of the GPU that no call reported: numbers after it cannot be trusted */
  #uncaptured: string | undefined;

  /** @param onStarted called when a session is open: ONNX Runtime has compiled its WebAssembly */
  constructor(ort: Ort, processor: Processor, onStarted = () => {}) {
    this.ort = ort;
    this.processor = processor;
    this.#onStarted = onStarted;
    processor.gpu?.lost.then(({ message, reason }) => {
      this.#lost = message || reason;
    });
    processor.gpu?.addEventListener("uncapturederror", ({ error }) => {
      this.#uncaptured ??= error.message;
    });
  }

  /** true once the GPU device is gone; sessions and tensors on it are dead */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  get version(): string {
    const { web, node } = this.ort.env.versions;
    return this.#isNative ? `onnxruntime-node ${node}` : `onnxruntime-web ${web ?? ""}`.trim();
  }

  /** not WebAssembly */
  get #isNative(): boolean {
    return this.processor.device.kind === "cpu";
  }

  /** Open a graph. */
  async open(
    graph: Uint8Array,
    shards: ExternalFile[],
    { keep = [], lean = false }: OpenOptions = {},
  ): Promise<Session> {
    const { gpu } = this.processor;
    const options: OrtModule.InferenceSession.SessionOptions = {
      executionProviders: gpu ? [{ name: "webgpu", device: gpu }] : [this.#isNative ? "cpu" : "wasm"],
      externalData: shards,
      // graphs are written with the fused operators: optimising costs a tenth of opening a model, and changed no bit and no
      // run's time, measured on WASM and SwiftShader
      graphOptimizationLevel: "disabled",
      // 3 = errors: that shape arithmetic runs on the CPU is intended, and would be a warning at every start
      logSeverityLevel: 3,
    };
    // one thread, as on WASM: sums in one order, and who wants more cores cuts a sweep into shards
    if (this.#isNative) options.intraOpNumThreads = 1;
    // memory as it is needed, not in blocks that double: less of it stays, at the same speed
    if (!gpu) options.enableCpuMemArena = false;
    if (lean) {
      options.enableMemPattern = false;
      options.extra = { session: { disable_prepacking: "1" } };
    }
    if (gpu) options.preferredOutputLocation = Object.fromEntries(keep.map((name) => [name, "gpu-buffer"]));
    const session = await this.#guard(() => this.ort.InferenceSession.create(graph, options));
    this.#onStarted();
    return session;
  }

  /**
   * Open a graph on the GPU whose weights are inputs. Weights that belong to a session stay on the GPU, whoever releases it,
   * until the last session of all goes; these go with {@link release}.
   */
  async openFed(
    graph: Uint8Array,
    weights: readonly FedWeight[],
    options: Pick<OpenOptions, "keep"> = {},
  ): Promise<Session> {
    const session = await this.open(graph, [], options);
    const feeds: Feeds = {};
    this.#fed.set(session, feeds);
    try {
      await this.#guard(async () => {
        for (const { name, shape, bytes } of weights) feeds[name] = this.#upload(bytes, shape);
      });
    } catch (error) {
      await this.release(session);
      throw error;
    }
    return session;
  }

  #upload(bytes: Uint8Array, shape: readonly number[]): Tensor {
    const gpu = this.processor.gpu!;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const buffer = gpu.createBuffer({ size: bytes.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
    gpu.queue.writeBuffer(buffer, 0, bytes as Uint8Array<ArrayBuffer>);
    return this.ort.Tensor.fromGpuBuffer(buffer, { dataType: "float32", dims: shape });
  }

  /** Release a session, and what {@link openFed} gave it. */
  async release(session: Session): Promise<void> {
    const feeds = this.#fed.get(session) ?? {};
    this.#fed.delete(session);
    try {
      await session.release();
    } finally {
      for (const { gpuBuffer } of Object.values(feeds)) (gpuBuffer as GPUBuffer).destroy();
    }
  }

  /** Run a session; feeds it does not name are left out. The caller disposes the outputs. */
  async run(session: Session, feeds: Feeds, fetches: readonly string[]): Promise<Feeds> {
    const given = { ...this.#fed.get(session), ...feeds };
    const wanted = Object.fromEntries(session.inputNames.map((name) => [name, given[name]!]));
    return this.#guard(() => session.run(wanted, fetches)) as Promise<Feeds>;
  }

  int64(values: readonly number[], shape: readonly number[]): Tensor {
    return new this.ort.Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  }

  float32(values: Float32Array, shape: readonly number[]): Tensor {
    return new this.ort.Tensor("float32", values, shape);
  }

  /** All of an fp32 tensor, copied; the tensor stays where it is. */
  async read(tensor: Tensor): Promise<Float32Array> {
    if (tensor.location !== "gpu-buffer") return (tensor.data as Float32Array).slice();
    return this.#copyOut(tensor.gpuBuffer as GPUBuffer, 0, tensor.size);
  }

  /** One fp32 element of a tensor. */
  async readElement(tensor: Tensor, index: number): Promise<number> {
    if (tensor.location !== "gpu-buffer") return (tensor.data as Float32Array)[index]!;
    return (await this.#copyOut(tensor.gpuBuffer as GPUBuffer, index, 1))[0]!;
  }

  /** fp32 elements [first, first + count) of a GPU buffer. The tensor's own getData would move it off the GPU for good. */
  #copyOut(buffer: GPUBuffer, first: number, count: number): Promise<Float32Array> {
    return this.#guard(async () => {
      const gpu = this.processor.gpu!;
      const staging = gpu.createBuffer({
        size: count * 4,
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      try {
        const encoder = gpu.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, first * 4, staging, 0, count * 4);
        gpu.queue.submit([encoder.finish()]);
        await staging.mapAsync(GPUMapMode.READ);
        return new Float32Array(staging.getMappedRange()).slice();
      } finally {
        staging.destroy();
      }
    });
  }

  /** Write one fp32 element of a tensor where it lies: four bytes, nothing else moves. */
  writeElement(tensor: Tensor, index: number, value: number): void {
    if (tensor.location === "gpu-buffer")
      this.processor.gpu!.queue.writeBuffer(tensor.gpuBuffer as GPUBuffer, index * 4, Float32Array.of(value));
    else (tensor.data as Float32Array)[index] = value;
  }

  /** Give up the device. Sessions must have been released. */
  destroy(): void {
    this.processor.gpu?.destroy();
  }

  /** Turn the runtime's failures into ours: a lost GPU, memory that ran out, anything else by its own words. */
  async #guard<T>(task: () => Promise<T>): Promise<T> {
    if (this.lost) throw this.#lostError();
    try {
      const result = await task();
      if (this.#uncaptured === undefined) return result;
      const text = this.#uncaptured;
      this.#uncaptured = undefined;
      throw new Error(text);
    } catch (cause) {
      if (isAbort(cause) || cause instanceof EngineError) throw cause;
      // a lost device fails the run first and says so a moment later
      await new Promise((resolve) => setTimeout(resolve, 50));
      const text = cause instanceof Error ? cause.message : String(cause);
      if (this.lost || /device (was|is) lost|device was destroyed/i.test(text)) throw this.#lostError(cause);
      if (/out of memory|bad_alloc|allocat|Aborted\(OOM/i.test(text))
        throw new EngineError(
          "out-of-memory",
          `There was not enough memory on ${this.processor.device.name}.`,
          "Close other tabs, or choose a smaller model or the other processor.",
          { cause },
        );
      if (/no available backend|initWasm|WebAssembly/i.test(text))
        throw new EngineError(
          "runtime-start",
          `ONNX Runtime could not start: ${text}.`,
          "Reload the page; if it stays so, the site's Content-Security-Policy must allow 'wasm-unsafe-eval'.",
          { cause },
        );
      throw new EngineError(
        "runtime",
        `The run failed: ${text}.`,
        "Run again, or choose the other processor.",
        { cause },
      );
    }
  }

  #lostError(cause?: unknown): EngineError {
    return new EngineError(
      "gpu-lost",
      `The GPU was lost${this.#lost ? ` (${this.#lost})` : ""}.`,
      "Run again: the model is opened anew from what is kept.",
      { cause },
    );
  }
}
