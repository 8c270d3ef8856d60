// The engine as a page holds it: a thin proxy that starts the module worker at the first call and replaces a worker
// that died, because a failed WebAssembly start is final for the worker it happened in.

import { EngineError, fromPlain } from "./errors.ts";
import type { Method, Request, Response } from "./protocol.ts";
import type { Engine, LoadOptions, Progress } from "./types.ts";

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  onProgress: ((progress: Progress) => void) | undefined;
}

interface Options {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

const startWorker = () =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "engine" });

/** An engine in a worker of its own. Nothing is loaded before the first call. */
export function createEngine(start: () => Worker = startWorker): Engine {
  const calls = new Map<number, Call>();
  let worker: Worker | undefined;
  let next = 0;

  /** End the worker; calls it can no longer answer fail with the error. */
  const stop = (error: Error) => {
    worker?.terminate();
    worker = undefined;
    for (const call of calls.values()) call.reject(error);
    calls.clear();
  };

  const connect = (): Worker => {
    if (worker) return worker;
    worker = start();
    worker.onmessage = ({ data }: MessageEvent<Response>) => receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      stop(stopped(event.message ? `: ${event.message}` : ""));
    };
    return worker;
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

  const call = async <T>(
    method: Method,
    args: unknown[],
    { signal, onProgress }: Options = {},
  ): Promise<T> => {
    signal?.throwIfAborted();
    const id = next++;
    const abort = () => worker?.postMessage({ kind: "abort", id } satisfies Request);
    const result = new Promise((resolve, reject) => calls.set(id, { resolve, reject, onProgress }));
    connect().postMessage({ kind: "call", id, method, args } satisfies Request);
    signal?.addEventListener("abort", abort);
    try {
      return (await result) as T;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  };

  return {
    state: (manifestUrl, options) => call("state", [absolute(manifestUrl)], options),
    load: (manifestUrl, { signal, onProgress, ...options }: LoadOptions = {}) =>
      call("load", [absolute(manifestUrl), options], { signal, onProgress }),
    tokenize: (sentence) => call("tokenize", [sentence]),
    run: (spec, options) => call("run", [spec], options),
    forward: (spec, options) => call("forward", [spec], options),
    remove: (name) => call("remove", [name]),
    dispose: async () => {
      if (!worker) return;
      await call("dispose", []);
      stop(new DOMException("The engine was disposed of.", "AbortError"));
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
