// What the browser has compiled before: what is asked of the HTTP cache, and that WebAssembly is instantiated from it.

import { afterEach, describe, expect, it, vi } from "vitest";
import { cacheable, compiledBefore, instead, throughCache } from "../../../src/engine/worker/compiled.ts";

const file = "https://notebook.test/assets/ort.0.wasm";
const runtime = { file, byteLength: 8, sha256: "00ff".repeat(16) };

/** a module with one function, which returns the number */
const returning = (number: number) =>
  Uint8Array.from(
    Buffer.from(`0061736d010000000105016000017f03020100070501016600000a06010400410${number}0b`, "hex"),
  );
const returned = ({ instance }: WebAssembly.WebAssemblyInstantiatedSource) =>
  (instance.exports as { f(): number }).f();

afterEach(() => vi.unstubAllGlobals());

describe("the HTTP cache", () => {
  it("gets the whole runtime, and nothing else", async () => {
    const modes: unknown[] = [];
    const fetch = throughCache(runtime, async (_, init) => {
      modes.push(init?.cache);
      return new Response();
    });
    await fetch(file, { cache: "no-store" });
    await fetch("https://notebook.test/models/weights.bin", { cache: "no-store" });
    await fetch(file, { cache: "no-store", headers: { range: "bytes=5-" } });
    // where nothing is kept
    await fetch(file, { cache: "no-cache" });
    expect(modes).toEqual(["reload", "no-store", "no-store", "no-cache"]);
  });

  it("is asked for these bytes alone, and no server is", async () => {
    const fetch = vi.fn(
      async (..._: Parameters<typeof globalThis.fetch>) =>
        new Response(returning(5), { headers: { "Content-Type": "application/wasm" } }),
    );
    const module = await compiledBefore(runtime, fetch);
    expect(fetch.mock.lastCall).toMatchObject([
      file,
      {
        cache: "only-if-cached",
        mode: "same-origin",
        integrity: "sha256-AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8=",
      },
    ]);
    expect(WebAssembly.Module.exports(module!)).toEqual([{ name: "f", kind: "function" }]);
  });

  it("gives nothing where it has nothing, or what is no WebAssembly", async () => {
    const missing = () => Promise.reject(new TypeError("Failed to fetch"));
    expect(await compiledBefore(runtime, missing)).toBeUndefined();
    expect(await compiledBefore(runtime, async () => new Response("<p>"))).toBeUndefined();
  });

  it("is for a runtime that is one file of the same origin", () => {
    vi.stubGlobal("location", new URL("https://notebook.test/assets/worker.js"));
    expect(cacheable([runtime])).toBe(runtime);
    expect(
      cacheable([runtime, { ...runtime, file: "https://notebook.test/assets/ort.1.wasm" }]),
    ).toBeUndefined();
    vi.stubGlobal("location", new URL("https://course.test/"));
    expect(cacheable([runtime])).toBeUndefined();
  });
});

describe("instead of bytes", () => {
  const { instantiate } = WebAssembly;
  afterEach(() => {
    WebAssembly.instantiate = instantiate;
  });

  it("the module is instantiated, once", async () => {
    const bytes = returning(5);
    const module = new WebAssembly.Module(returning(7));
    instead(bytes, Promise.resolve(module));
    // others go by it
    expect(returned(await WebAssembly.instantiate(returning(6)))).toBe(6);
    expect(await WebAssembly.instantiate(module)).toBeInstanceOf(WebAssembly.Instance);
    const made = await WebAssembly.instantiate(new Uint8Array(bytes.buffer));
    expect(returned(made)).toBe(7);
    expect(made.module).toBe(module);
    expect(WebAssembly.instantiate).toBe(instantiate);
    expect(returned(await WebAssembly.instantiate(bytes))).toBe(5);
  });

  it("they are, where there is no module", async () => {
    const bytes = returning(5);
    instead(bytes, Promise.resolve(undefined));
    expect(returned(await WebAssembly.instantiate(bytes))).toBe(5);
    expect(WebAssembly.instantiate).toBe(instantiate);
  });
});
