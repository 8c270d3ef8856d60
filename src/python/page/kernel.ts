// The page's end of a Python kernel: it downloads and starts it when it is first needed, runs one cell after the other,
// and ends and replaces a worker that cannot be stopped otherwise, or has ended by itself.

import { Backlog } from "../../engine/worker/backlog.ts";
import { EngineError, toPlain } from "../../model/index.ts";
import { type FileSpec, type OverflowStore, overflowing } from "../../storage/index.ts";
import { readEmissions } from "../emissions.ts";
import { type Ending, type FromWorker, mostMessages, type ToWorker } from "../messages.ts";
import type {
  Channel,
  Completions,
  Documentation,
  Emission,
  FolderChange,
  Kernel,
  KernelFiles,
  KernelPorts,
  KernelStatus,
  Outcome,
  RunOptions,
  UnrunCell,
} from "../types.ts";
import { readCompletions, readEnding } from "./endings.ts";
import { downloadKernel, dropSnapshot, keepSnapshot, readKernel, readSnapshot } from "./keeping.ts";

export { frameDocument } from "./frame.ts";

/** how long a cell is given to stop before its worker is ended */
const grace = 1000;
/** how long after a start its snapshot is taken */
const later = 3000;

/** a cell that runs or waits */
interface Job {
  id: number;
  source: string;
  cell: string;
  /** 0: it gets the next number when it begins */
  count: number;
  onOutput: (output: Emission) => void;
  /** undefined until it is known */
  folder: FolderChange | undefined;
  unrun: readonly UnrunCell[];
  began: number;
  resolve: (outcome: Outcome) => void;
}

/** A kernel that is off until it is first used. */
export function createKernel(ports: KernelPorts): Kernel {
  return new PageKernel(ports);
}

class PageKernel implements Kernel {
  readonly #ports: KernelPorts;
  #status: KernelStatus = { kind: "off" };
  #channel: Channel | undefined;
  #starting: Promise<void> | undefined;
  /** counts the ends: what was begun before one is of no use after it */
  #ends = 0;
  #store: Promise<OverflowStore> | undefined;
  /** a snapshot is being made */
  #snapping = false;
  #jobs: Job[] = [];
  #next = 1;
  /** the number of the last run since the start */
  #count = 0;
  readonly #completing = new Map<number, (completions: Completions) => void>();
  readonly #inspecting = new Map<number, (found: Documentation | undefined) => void>();
  #onSettled: (() => void) | undefined;
  #stopping: Promise<"kept" | "restarted"> | undefined;

  constructor(ports: KernelPorts) {
    this.#ports = ports;
  }

  get status(): KernelStatus {
    return this.#status;
  }

  start(): Promise<void> {
    const ends = this.#ends;
    this.#starting ??= this.#start(ends).catch((error: unknown) => {
      if (ends !== this.#ends) throw error;
      this.#close();
      const { message, hint } = toPlain(error);
      this.#say({ kind: "stopped", message, hint });
      throw error;
    });
    return this.#starting;
  }

  async run(source: string, { cell, count = 0, onOutput, folder, unrun = [] }: RunOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const job: Job = {
        id: this.#next++,
        source,
        cell,
        count,
        onOutput,
        folder: undefined,
        unrun,
        began: 0,
        resolve,
      };
      this.#jobs.push(job);
      const ready = async () => {
        await this.start();
        job.folder = (await folder?.(this.#ends)) ?? { put: [], remove: [] };
      };
      ready().then(
        () => this.#proceed(),
        (error) => {
          if (!this.#jobs.includes(job)) return;
          this.#jobs = this.#jobs.filter((each) => each !== job);
          reject(error);
        },
      );
    });
  }

  async interrupt(): Promise<"kept" | "restarted" | "idle"> {
    const [running, ...waiting] = this.#jobs;
    if (!running) return "idle";
    this.#jobs = [running];
    for (const job of waiting) settle(job, "interrupted");
    if (running.began === 0) {
      this.#jobs = [];
      settle(running, "interrupted");
      return "idle";
    }
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  /** Stop what runs; whoever asks meanwhile gets the same answer. */
  async #stop(): Promise<"kept" | "restarted"> {
    const stopped = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), grace);
      this.#onSettled = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
    this.#post({ kind: "interrupt" });
    if (await stopped) return "kept";
    await this.restart();
    return "restarted";
  }

  async restart(): Promise<void> {
    this.#lose();
    this.#close();
    this.#count = 0;
    await this.start();
  }

  async complete(source: string, position: number): Promise<Completions> {
    if (this.#status.kind !== "idle") return { from: position, options: [] };
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#completing.set(id, (completions) => resolve(readCompletions(completions, position)));
      this.#post({ kind: "complete", id, source, position });
    });
  }

  async inspect(source: string, position: number): Promise<Documentation | undefined> {
    if (this.#status.kind !== "idle") return undefined;
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#inspecting.set(id, resolve);
      this.#post({ kind: "inspect", id, source, position });
    });
  }

  dispose(): void {
    this.#lose();
    this.#close();
    this.#say({ kind: "off" });
  }

  async #start(ends: number): Promise<void> {
    checkBrowser();
    this.#say({ kind: "starting", progress: undefined });
    const files = await this.#ports.files();
    this.#store ??= this.#ports.store().then(overflowing);
    const store = await this.#store;
    const fetch = this.#ports.fetch ?? globalThis.fetch.bind(globalThis);
    await downloadKernel(files, { store, fetch }, (progress) => {
      if (ends === this.#ends) this.#say({ kind: "starting", progress });
    });
    this.#still(ends);
    this.#say({ kind: "starting", progress: { kind: "preparing", waiting: undefined } });
    const read = (file: FileSpec) => readKernel(file, { store, fetch });
    const snapshot = await readSnapshot(files, store);
    let whole = snapshot === undefined;
    await this.#boot(files, read, snapshot, ends).catch(async (error: unknown) => {
      this.#still(ends);
      if (!snapshot) throw error;
      this.#channel?.close();
      await dropSnapshot(files, store);
      whole = true;
      return this.#boot(files, read, undefined, ends);
    });
    this.#say({ kind: "idle" });
    // not while the first cell runs
    if (whole) setTimeout(() => this.#takeSnapshot(files, read, store), later);
  }

  /** Start a worker, and Python in it. */
  async #boot(
    files: KernelFiles,
    read: (file: FileSpec) => Promise<Uint8Array<ArrayBuffer>>,
    snapshot: Uint8Array<ArrayBuffer> | undefined,
    ends: number,
  ): Promise<void> {
    const [script, wasm, stdlib] = await Promise.all([
      read(files.script),
      read(files.wasm),
      read(files.stdlib),
    ]);
    const channel = await this.#ports.connect(script);
    if (ends !== this.#ends) channel.close();
    this.#still(ends);
    this.#channel = channel;
    return new Promise((resolve, reject) => {
      let booted = false;
      const fail = (why: string) => {
        if (!booted) reject(notStarted(why));
        else if (this.#channel === channel) this.#died(why);
      };
      channel.onFailure = fail;
      const backlog = new Backlog(mostMessages);
      channel.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (this.#channel !== channel) return;
        if (!backlog.add()) {
          fail("it sent more messages than the page can read");
          return;
        }
        void backlog.done();
        if (data.kind === "booted") {
          booted = true;
          resolve();
        } else if (data.kind === "fatal") fail(data.message);
        else this.#receive(data);
      };
      const transfer = [wasm.buffer, stdlib.buffer, ...(snapshot ? [snapshot.buffer] : [])];
      this.#post({ kind: "boot", wasm, stdlib, snapshot }, transfer);
    });
  }

  /** Have a worker of its own make a snapshot, and keep it for the next start. Whatever fails, it is made another time. */
  async #takeSnapshot(
    files: KernelFiles,
    read: (file: FileSpec) => Promise<Uint8Array<ArrayBuffer>>,
    store: OverflowStore,
  ): Promise<void> {
    if (this.#snapping || !this.#channel) return;
    this.#snapping = true;
    let channel: Channel | undefined;
    try {
      const [script, wasm, stdlib] = await Promise.all([
        read(files.script),
        read(files.wasm),
        read(files.stdlib),
      ]);
      channel = await this.#ports.connect(script);
      const bytes = await snapshotFrom(channel, wasm, stdlib);
      await keepSnapshot(files, store, bytes);
    } catch {
      // the next start takes longer, and tries again
    } finally {
      channel?.close();
      this.#snapping = false;
    }
  }

  /** @throws AbortError when the kernel was ended since */
  #still(ends: number): void {
    if (ends !== this.#ends) throw new DOMException("The kernel was ended while it started.", "AbortError");
  }

  /** Give the worker the next cell, unless it has one. */
  #proceed(): void {
    const [job] = this.#jobs;
    if (!job?.folder || job.began > 0 || !this.#channel) return;
    job.began = performance.now();
    job.count ||= this.#count + 1;
    this.#count = job.count;
    const { id, source, cell, count, unrun, folder } = job;
    this.#say({ kind: "busy", cell });
    const transfer = folder.put.map(({ bytes }) => bytes.buffer);
    this.#post({ kind: "run", id, source, cell, count, unrun, folder }, transfer);
  }

  #receive(message: Exclude<FromWorker, { kind: "booted" | "fatal" }>): void {
    const [job] = this.#jobs;
    switch (message.kind) {
      case "outputs": {
        this.#post({ kind: "taken" });
        if (job?.id !== message.id) return;
        const outputs = readEmissions(message.outputs);
        if (!outputs) this.#died("it put out what is no output");
        else for (const output of outputs) job.onOutput(output);
        return;
      }
      case "ran": {
        if (job?.id !== message.id) return;
        this.#jobs.shift();
        const { kind, ...names } = readEnding(message.ending);
        settle(job, kind, names, message.folder);
        this.#onSettled?.();
        this.#onSettled = undefined;
        this.#say({ kind: "idle" });
        this.#proceed();
        return;
      }
      case "completed":
        this.#completing.get(message.id)?.(message.completions);
        this.#completing.delete(message.id);
        return;
      case "inspected":
        this.#inspecting.get(message.id)?.(message.found);
        this.#inspecting.delete(message.id);
        return;
      case "open":
        void this.#open(message.id, message.name);
        return;
      case "snapshot":
        return;
      default:
        message satisfies never;
    }
  }

  /** Have the model loaded, and give the worker a port to the engine that has it. */
  async #open(id: number, name: string): Promise<void> {
    const channel = this.#channel;
    try {
      await this.#ports.open(name);
      const { port1, port2 } = new MessageChannel();
      // browsers do not tell a port's other end that a worker was ended
      await this.#ports.engine.connect(port2, () => {
        if (this.#channel === channel) this.#post({ kind: "disconnected" });
      });
      if (this.#channel === channel) this.#post({ kind: "opened", id, error: undefined }, [port1]);
    } catch (error) {
      const { message, hint, code } = toPlain(error);
      if (this.#channel === channel)
        this.#post({ kind: "opened", id, error: `${message} ${hint}`.trim(), code });
    }
  }

  /** The worker has ended by itself. */
  #died(why: string): void {
    this.#close();
    this.#lose();
    this.#say({
      kind: "stopped",
      message: `Python stopped${why ? `: ${why.replace(/\.$/, "")}` : ""}.`,
      hint: "The next run starts it again, without the variables.",
    });
  }

  /** What runs is lost, and what waits is forgotten. */
  #lose(): void {
    const jobs = this.#jobs;
    this.#jobs = [];
    for (const job of jobs) settle(job, job.began > 0 ? "lost" : "interrupted");
    this.#onSettled?.();
    this.#onSettled = undefined;
  }

  #close(): void {
    this.#ends++;
    this.#channel?.close();
    this.#channel = undefined;
    this.#starting = undefined;
    for (const [id, resolve] of this.#completing) {
      resolve({ from: 0, options: [] });
      this.#completing.delete(id);
    }
    for (const resolve of this.#inspecting.values()) resolve(undefined);
    this.#inspecting.clear();
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#channel?.port.postMessage(message, transfer);
  }

  #say(status: KernelStatus): void {
    this.#status = status;
    this.#ports.onStatus?.(status);
  }
}

/** What Python's memory is in a worker that is good for nothing else. */
function snapshotFrom(
  channel: Channel,
  wasm: Uint8Array<ArrayBuffer>,
  stdlib: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    channel.onFailure = (why) => reject(notStarted(why));
    channel.port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.kind === "snapshot") resolve(data.bytes);
      else if (data.kind === "fatal") reject(notStarted(data.message));
    };
    const message: ToWorker = { kind: "snapshot", wasm, stdlib };
    channel.port.postMessage(message, [wasm.buffer, stdlib.buffer]);
  });
}

function settle(
  { began, count, resolve }: Job,
  kind: Outcome["kind"],
  names: Omit<Ending, "kind"> = { assigned: [], used: [], reimported: [] },
  folder?: FolderChange,
): void {
  resolve({ kind, count, milliseconds: began > 0 ? performance.now() - began : 0, ...names, folder });
}

/** @throws EngineError "no-jspi" where Python could not wait for the engine */
function checkBrowser(): void {
  if ("Suspending" in WebAssembly && "promising" in WebAssembly) return;
  throw new EngineError(
    "no-jspi",
    "This browser cannot run the notebook's Python: it lacks WebAssembly's JavaScript Promise Integration.",
    "Open the page in Chrome or Edge 137, Firefox 153, Safari 27 or later, or open the notebook in Jupyter.",
  );
}

function notStarted(why: string): EngineError {
  return new EngineError(
    "kernel-start",
    `Python could not be started: ${why.replace(/\.$/, "")}.`,
    "Run again; if it stays so, close other tabs, or reload the page.",
  );
}
