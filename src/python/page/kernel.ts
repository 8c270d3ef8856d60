// The page's end of a Python kernel: it starts it when it is first needed, runs one cell after the other, and ends and
// replaces a worker that cannot be stopped otherwise, or has ended by itself.

import { toPlain } from "../../rpc/index.ts";
import { StorageError } from "../../storage/index.ts";
import type {
  Completions,
  Documentation,
  Kernel,
  KernelPorts,
  KernelStatus,
  Outcome,
  RunOptions,
} from "../types.ts";
import { checkBrowser } from "./errors.ts";
import { type Job, settle } from "./job.ts";
import type { OpenModel, PythonWorker } from "./python-worker.ts";
import type { Starter } from "./start.ts";

export { frameDocument } from "./frame.ts";

const retry = "Check the connection, and run the cell again.";

/** A kernel that is off until it is first used. */
export function createKernel(ports: KernelPorts): Kernel {
  return new PageKernel(ports);
}

class PageKernel implements Kernel {
  readonly #ports: KernelPorts;
  #starter: Promise<Starter> | undefined;
  #status: KernelStatus = { kind: "off" };
  #worker: PythonWorker | undefined;
  #starting: Promise<void> | undefined;
  /** ends what has been started */
  #life = new AbortController();
  /** counts the ends: each worker begins with an empty folder */
  #ends = 0;
  #jobs: Job[] = [];
  /** the number of the last run since the start */
  #count = 0;
  #onSettled: (() => void) | undefined;
  #stopping: Promise<"kept" | "restarted"> | undefined;

  constructor(ports: KernelPorts) {
    this.#ports = ports;
  }

  get status(): KernelStatus {
    return this.#status;
  }

  start(): Promise<void> {
    const { signal } = this.#life;
    this.#starting ??= this.#start(signal).catch((error: unknown) => {
      signal.throwIfAborted();
      this.#close();
      const { message, hint } = toPlain(error);
      this.#say({ kind: "stopped", message, hint });
      throw error;
    });
    return this.#starting;
  }

  async run(source: string, { cell, count = 0, onOutput, folder, unrun = [] }: RunOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const job: Job = { source, cell, count, onOutput, folder: undefined, unrun, began: 0, resolve };
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
    const { grace = 3000 } = this.#ports;
    const stopped = new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), grace);
      this.#onSettled = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
    this.#worker?.interrupt();
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
    const nothing = { from: position, options: [] };
    if (this.#status.kind !== "idle" || !this.#worker) return nothing;
    return this.#worker.complete(source, position).catch(() => nothing);
  }

  async inspect(source: string, position: number): Promise<Documentation | undefined> {
    if (this.#status.kind !== "idle") return undefined;
    return this.#worker?.inspect(source, position).catch(() => undefined);
  }

  dispose(): void {
    this.#lose();
    this.#close();
    this.#say({ kind: "off" });
  }

  /** What starts it is a script of its own: a page that runs no Python is spared it. */
  async #prepare(): Promise<Starter> {
    try {
      const { Starter } = await import("./start.ts");
      return new Starter(this.#ports);
    } catch (cause) {
      this.#starter = undefined;
      throw new StorageError("network", "The script that starts Python did not arrive.", retry, { cause });
    }
  }

  async #start(signal: AbortSignal): Promise<void> {
    checkBrowser();
    this.#say({ kind: "starting", progress: undefined });
    this.#starter ??= this.#prepare();
    const starter = await this.#starter;
    signal.throwIfAborted();
    const worker = await starter.start({
      signal,
      open: this.#open,
      onProgress: (progress) => {
        if (!signal.aborted) this.#say({ kind: "starting", progress });
      },
    });
    signal.throwIfAborted();
    this.#worker = worker;
    worker.onDeath = (why) => this.#died(why);
    this.#say({ kind: "idle" });
  }

  /** Give the worker the next cell, unless it has one. */
  #proceed(): void {
    const [job] = this.#jobs;
    if (!job?.folder || job.began > 0 || !this.#worker) return;
    job.began = performance.now();
    job.count ||= this.#count + 1;
    this.#count = job.count;
    const { source, cell, count, unrun, folder, onOutput } = job;
    this.#say({ kind: "busy", cell });
    this.#worker.run({ source, cell, count, unrun, folder }, onOutput).then(
      ({ ending: { kind, ...names }, folder: changed }) => {
        // one that was lost meanwhile has been settled
        if (this.#jobs[0] !== job) return;
        this.#jobs.shift();
        settle(job, kind, names, changed);
        this.#settled();
        this.#say({ kind: "idle" });
        this.#proceed();
      },
      // of a worker that ended, what ran is lost, and settled
      () => {},
    );
  }

  /** Have the model loaded, and give the worker a port to the engine that has it. */
  readonly #open: OpenModel = async (name, onStop) => {
    await this.#ports.open(name);
    const { port1, port2 } = new MessageChannel();
    // browsers do not tell a port's other end that a worker was ended
    await this.#ports.engine.connect(port2, onStop);
    return port1;
  };

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
    this.#settled();
  }

  #settled(): void {
    this.#onSettled?.();
    this.#onSettled = undefined;
  }

  #close(): void {
    this.#ends++;
    this.#life.abort(new DOMException("The kernel was ended.", "AbortError"));
    this.#life = new AbortController();
    this.#worker = undefined;
    this.#starting = undefined;
  }

  #say(status: KernelStatus): void {
    this.#status = status;
    this.#ports.onStatus?.(status);
  }
}
