// The engine as a page holds it: a thin proxy that starts the module worker at the first call and replaces a worker
// that died, because a failed WebAssembly start is final for the worker it happened in.

import { EngineError, errorCodes, type SweepRecord } from "../../model/index.ts";
import { type CallOptions, type PlainError, RpcClient } from "../../rpc/index.ts";
import { serveStore, type WeightStore } from "../../storage/index.ts";
import type { Engine, LoadOptions, OpenProgress, Progress, SweepProgress } from "../types.ts";
import type { EngineCalls, Report } from "./protocol.ts";
import { notStarted, startWorker } from "./start.ts";

/** a worker that runs, and the calls to it */
interface Running {
  worker: Worker;
  rpc: RpcClient<EngineCalls, Report>;
}

/** An engine in a worker of its own. Nothing is loaded before the first call. */
export function createEngine(start: () => Worker = startWorker): Engine {
  let running: Running | undefined;
  /** name of the model that the worker has open */
  let model: string | undefined;
  /** who wants to know that the worker has ended */
  const onStops = new Set<() => void>();
  /** the store that the worker uses instead of its own, and our end of the channel to it */
  let used: WeightStore | undefined;
  let served: MessagePort | undefined;

  /** End the worker; calls it can no longer answer fail with the error. */
  const stop = (error: Error) => {
    const stopped = running;
    running = undefined;
    model = undefined;
    stopped?.worker.terminate();
    served?.close();
    stopped?.rpc.end(error);
    for (const onStop of onStops) onStop();
    onStops.clear();
  };

  const connect = (): Running => {
    if (running) return running;
    let worker: Worker;
    try {
      worker = start();
    } catch (cause) {
      throw notStarted(cause);
    }
    const rpc = new RpcClient<EngineCalls, Report>(worker, rebuild);
    /** the worker has said something, so its script has arrived */
    let arrived = false;
    worker.onmessage = ({ data }) => {
      arrived = true;
      rpc.receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // an exception has a message; a script that did not arrive has none
      const why = event.message ? `: ${event.message}` : "";
      stop(arrived ? stopped(why) : notStarted(event));
    };
    running = { worker, rpc };
    // what makes this fail makes the call fail that the worker is started for
    if (used) lend(running, used).catch(() => {});
    return running;
  };

  /** Have the worker keep files in a store of the page. */
  const lend = ({ rpc }: Running, store: WeightStore): Promise<void> => {
    served?.close();
    const { port1, port2 } = new MessageChannel();
    served = port1;
    serveStore(port1, store);
    return rpc.call("use", [port2, store.kind], { transfer: [port2] });
  };

  const call = async <M extends keyof EngineCalls>(
    method: M,
    args: Parameters<EngineCalls[M]>,
    options?: CallOptions<Report>,
  ): Promise<Awaited<ReturnType<EngineCalls[M]>>> => {
    options?.signal?.throwIfAborted();
    const to = connect();
    try {
      return await to.rpc.call(method, args, options);
    } catch (error) {
      // WebAssembly that failed to start stays failed in its worker; the next call gets a new one
      if (error instanceof EngineError && error.code === "runtime-start" && running === to) stop(stopped(""));
      throw error;
    }
  };

  return {
    get model() {
      return model;
    },
    state: (manifestUrl, options) => call("state", [absolute(manifestUrl)], options),
    load: async (manifestUrl, { signal, onProgress, ...options }: LoadOptions = {}) => {
      const info = await call("load", [absolute(manifestUrl), options], {
        signal,
        onProgress: (report) => onProgress?.(report as Progress),
      });
      model = info.name;
      return info;
    },
    find: (question, options) => call("find", [question], options as CallOptions<Report>),
    open: (from, { signal, onProgress, ...options }) =>
      call("open", [from, options], {
        signal,
        onProgress: (report) => onProgress?.(report as OpenProgress),
      }),
    tokenize: (sentence) => call("tokenize", [sentence]),
    words: () => call("words", []),
    run: (spec, options) => call("run", [spec], options),
    forward: (spec, options) => call("forward", [spec], options),
    sweep: async (spec, { signal, onProgress } = {}) => {
      const records: SweepRecord[] = [];
      const rest = await call("sweep", [spec], {
        signal,
        onProgress: (report) => {
          const progress = report as SweepProgress;
          records.push(...progress.records);
          onProgress?.(progress);
        },
      });
      return { ...rest, records };
    },
    connect: async (port, onStop) => {
      await call("connect", [port], { transfer: [port] });
      if (onStop) onStops.add(onStop);
    },
    remove: (name) => call("remove", [name]),
    use: async (store) => {
      used = store;
      if (running) await lend(running, store);
    },
    dispose: async () => {
      const disposed = running;
      if (!disposed) return;
      try {
        await call("dispose", []);
      } finally {
        // one that died may have been replaced by now
        if (running === disposed) stop(new DOMException("The engine was disposed of.", "AbortError"));
      }
    },
  };
}

/** An abort stays an abort, everything else is an EngineError. */
function rebuild({ name, code, message, hint }: PlainError): Error {
  if (name === "AbortError") return new DOMException(message, name);
  const known = errorCodes.find((each) => each === code) ?? "runtime";
  return new EngineError(known, message, hint || "Reload the page and try again.");
}

function stopped(why: string): EngineError {
  return new EngineError(
    "runtime",
    `The engine stopped${why}.`,
    "Load the model again; what was downloaded is kept.",
  );
}

/** A worker's base address is its script's, so addresses are made absolute on the page's side. */
function absolute(url: string): string {
  return new URL(url, globalThis.location?.href).href;
}
