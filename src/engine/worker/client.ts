// The engine as a page holds it: a thin proxy that starts the module worker at the first call and replaces a worker
// that died, because a failed WebAssembly start is final for the worker it happened in.

import { EngineError, fromPlain } from "../../model/index.ts";
import { serveStore, type WeightStore } from "../../storage/index.ts";
import type { Engine, LoadOptions, ModelInfo, Progress } from "../types.ts";
import type { Method, Request, Response } from "./protocol.ts";
import { notStarted, startWorker } from "./start.ts";

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  onProgress: ((progress: Progress) => void) | undefined;
}

interface Options {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
  transfer?: Transferable[];
}

/** An engine in a worker of its own. Nothing is loaded before the first call. */
export function createEngine(start: () => Worker = startWorker): Engine {
  const calls = new Map<number, Call>();
  let worker: Worker | undefined;
  /** the worker has said something, so its script has arrived */
  let started = false;
  let next = 0;
  /** name of the model that the worker has open */
  let model: string | undefined;
  /** who wants to know that the worker has ended */
  const onStops = new Set<() => void>();
  /** the store that the worker uses instead of its own, and our end of the channel to it */
  let used: WeightStore | undefined;
  let served: MessagePort | undefined;

  /** End the worker; calls it can no longer answer fail with the error. */
  const stop = (error: Error) => {
    worker?.terminate();
    worker = undefined;
    model = undefined;
    started = false;
    served?.close();
    for (const call of calls.values()) call.reject(error);
    calls.clear();
    for (const onStop of onStops) onStop();
    onStops.clear();
  };

  const connect = (): Worker => {
    if (worker) return worker;
    try {
      worker = start();
    } catch (cause) {
      throw notStarted(cause);
    }
    worker.onmessage = ({ data }: MessageEvent<Response>) => {
      started = true;
      receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // an exception has a message; a script that did not arrive has none
      const why = event.message ? `: ${event.message}` : "";
      stop(started ? stopped(why) : notStarted(event));
    };
    // what makes this fail makes the call fail that the worker is started for
    if (used) lend(worker, used).catch(() => {});
    return worker;
  };

  /** Have the worker keep files in a store of the page. */
  const lend = (to: Worker, store: WeightStore): Promise<unknown> => {
    served?.close();
    const { port1, port2 } = new MessageChannel();
    served = port1;
    serveStore(port1, store);
    return send(to, "use", [port2, store.kind], { transfer: [port2] });
  };

  const receive = (response: Response) => {
    const call = calls.get(response.id);
    if (!call) return;
    if (response.kind === "progress") return call.onProgress?.(response.progress);
    calls.delete(response.id);
    if (response.kind === "result") call.resolve(response.value);
    else call.reject(fromPlain(response.error));
    // WebAssembly that failed to start stays failed in its worker; the next call gets a new one
    if (response.kind === "error" && response.error.code === "runtime-start") stop(stopped(""));
  };

  const send = (
    to: Worker,
    method: Method,
    args: unknown[],
    { onProgress, transfer = [] }: { onProgress?: Call["onProgress"]; transfer?: Transferable[] | undefined },
    id = next++,
  ): Promise<unknown> => {
    const result = new Promise((resolve, reject) => calls.set(id, { resolve, reject, onProgress }));
    to.postMessage({ kind: "call", id, method, args } satisfies Request, transfer);
    return result;
  };

  const call = async <T>(
    method: Method,
    args: unknown[],
    { signal, onProgress, transfer }: Options = {},
  ): Promise<T> => {
    signal?.throwIfAborted();
    const to = connect();
    const id = next++;
    const abort = () => to.postMessage({ kind: "abort", id } satisfies Request);
    signal?.addEventListener("abort", abort);
    try {
      return (await send(to, method, args, { onProgress, transfer }, id)) as T;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  };

  return {
    get model() {
      return model;
    },
    state: (manifestUrl, options) => call("state", [absolute(manifestUrl)], options),
    load: async (manifestUrl, { signal, onProgress, ...options }: LoadOptions = {}) => {
      const args = [absolute(manifestUrl), options];
      const info = await call<ModelInfo>("load", args, { signal, onProgress });
      model = info.name;
      return info;
    },
    tokenize: (sentence) => call("tokenize", [sentence]),
    run: (spec, options) => call("run", [spec], options),
    forward: (spec, options) => call("forward", [spec], options),
    connect: async (port, onStop) => {
      await call("connect", [port], { transfer: [port] });
      if (onStop) onStops.add(onStop);
    },
    remove: (name) => call("remove", [name]),
    use: async (store) => {
      used = store;
      if (worker) await lend(worker, store);
    },
    dispose: async () => {
      const disposed = worker;
      if (!disposed) return;
      try {
        await call("dispose", []);
      } finally {
        // one that died may have been replaced by now
        if (worker === disposed) stop(new DOMException("The engine was disposed of.", "AbortError"));
      }
    },
  };
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
