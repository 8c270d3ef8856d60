// Starting Python: its files are downloaded and verified, a worker is made, and Python starts in it, from a snapshot of its
// memory where one is kept. Where none is, one is made and kept a little later.

import type { Progress } from "../../engine/index.ts";
import { type FileSpec, type OverflowStore, overflowing } from "../../storage/index.ts";
import type { KernelFiles, KernelPorts } from "../types.ts";
import { downloadKernel, dropSnapshot, keepSnapshot, readKernel, readSnapshot } from "./kernel-files.ts";
import { type OpenModel, PythonWorker } from "./python-worker.ts";

/** how long after a start its snapshot is taken: not while the first cell runs */
const later = 3000;

interface Options {
  /** ends the start, and the worker that was started */
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  open: OpenModel;
}

export class Starter {
  readonly #ports: KernelPorts;
  #store: Promise<OverflowStore> | undefined;
  /** a snapshot is being made */
  #snapping = false;

  constructor(ports: KernelPorts) {
    this.#ports = ports;
  }

  /** A worker in which Python has started. */
  async start({ signal, onProgress, open }: Options): Promise<PythonWorker> {
    const files = await this.#ports.files();
    this.#store ??= this.#ports.store().then(overflowing);
    const store = await this.#store;
    await downloadKernel(files, { store, fetch: this.#fetch, signal }, onProgress);
    signal.throwIfAborted();
    onProgress({ kind: "preparing", waiting: undefined });
    const snapshot = await readSnapshot(files, store);
    if (snapshot)
      try {
        return await this.#boot(files, snapshot, signal, open);
      } catch {
        signal.throwIfAborted();
        await dropSnapshot(files, store);
      }
    const worker = await this.#boot(files, undefined, signal, open);
    setTimeout(() => this.#takeSnapshot(files, store, signal), later);
    return worker;
  }

  async #boot(
    files: KernelFiles,
    snapshot: Uint8Array<ArrayBuffer> | undefined,
    signal: AbortSignal,
    open: OpenModel,
  ): Promise<PythonWorker> {
    const { script, ...python } = await this.#read(files);
    const worker = new PythonWorker(await this.#ports.connect(script), open);
    const close = () => worker.close(signal.reason);
    signal.addEventListener("abort", close);
    if (signal.aborted) close();
    try {
      signal.throwIfAborted();
      await worker.boot(python, snapshot);
      return worker;
    } catch (error) {
      worker.close();
      signal.throwIfAborted();
      throw error;
    }
  }

  /** Have a worker of its own make a snapshot, and keep it for the next start. Whatever fails, it is made another time. */
  async #takeSnapshot(files: KernelFiles, store: OverflowStore, signal: AbortSignal): Promise<void> {
    if (this.#snapping || signal.aborted) return;
    this.#snapping = true;
    let worker: PythonWorker | undefined;
    try {
      const { script, ...python } = await this.#read(files);
      worker = new PythonWorker(await this.#ports.connect(script), () =>
        Promise.reject(new Error("This Python opens no models.")),
      );
      await keepSnapshot(files, store, await worker.snapshot(python));
    } catch {
      // the next start takes longer, and tries again
    } finally {
      worker?.close();
      this.#snapping = false;
    }
  }

  async #read(files: KernelFiles) {
    const store = (await this.#store)!;
    const read = (file: FileSpec) => readKernel(file, { store, fetch: this.#fetch });
    const [script, wasm, stdlib] = await Promise.all([
      read(files.script),
      read(files.wasm),
      read(files.stdlib),
    ]);
    return { script, wasm, stdlib };
  }

  get #fetch(): typeof globalThis.fetch {
    return this.#ports.fetch ?? globalThis.fetch.bind(globalThis);
  }
}
