// What the browser has compiled of ONNX Runtime on an earlier visit. Chromium keeps that beside a file in its HTTP cache, and
// for WebAssembly that is compiled from a response alone, so the runtime is let into the HTTP cache too. What is kept here
// (src/storage) stays what counts: where the HTTP cache has nothing, or other bytes, those are compiled.

import type { FileSpec } from "../../storage/index.ts";

type Fetch = typeof globalThis.fetch;

/** milliseconds that the HTTP cache may take: it locks a file while another tab writes it */
const patience = 10_000;

/** The file of the runtime, where the HTTP cache can be asked for all of it: it is one file, and of this origin. */
export function cacheable(files: readonly FileSpec[]): FileSpec | undefined {
  const [file, ...more] = files;
  return file && more.length === 0 && new URL(file.file).origin === location.origin ? file : undefined;
}

/** A fetch that lets the HTTP cache have a file; whatever else is asked for passes unchanged. */
export function throughCache({ file }: FileSpec, fetch: Fetch): Fetch {
  return (input, init) => {
    // a part of it is of no use there
    const whole = init?.cache === "no-store" && init.headers === undefined && String(input) === file;
    return fetch(input, whole ? { ...init, cache: "reload" } : init);
  };
}

/**
 * A file that the HTTP cache has, compiled; no server is asked for it.
 * @returns undefined where the HTTP cache does not have it, or has other bytes
 */
export async function compiledBefore(
  { file, sha256 }: FileSpec,
  fetch: Fetch,
): Promise<WebAssembly.Module | undefined> {
  const digest = Uint8Array.from(sha256.match(/../g)!, (byte) => Number.parseInt(byte, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...digest))}`;
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(file, { cache: "only-if-cached", mode: "same-origin", integrity, signal });
    return await WebAssembly.compileStreaming(response);
  } catch {
    return undefined;
  }
}

/**
 * ONNX Runtime takes bytes, and no module. So the next time that WebAssembly is to be instantiated from these bytes, it is
 * from the module instead, where there is one.
 */
export function instead(
  bytes: Uint8Array<ArrayBuffer>,
  compiled: Promise<WebAssembly.Module | undefined>,
): void {
  const { instantiate } = WebAssembly;
  const once = async (source: BufferSource, imports?: WebAssembly.Imports) => {
    if (!ArrayBuffer.isView(source) || source.buffer !== bytes.buffer) return instantiate(source, imports);
    WebAssembly.instantiate = instantiate;
    const module = await compiled;
    if (!module) return instantiate(source, imports);
    return { module, instance: await instantiate(module, imports) };
  };
  WebAssembly.instantiate = once as typeof instantiate;
}
