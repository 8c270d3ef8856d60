// Opening goes on beside a first download, file by file; what is open already is not given up for a download that may fail.

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { LocalEngine } from "../../../src/engine/engine.ts";
import type { Ports } from "../../../src/engine/ports.ts";
import { memoryStore, type WeightStore } from "../../../src/storage/index.ts";
import { portsOf, quick, Site, spec, url } from "./site.ts";

/** the last file of a download */
const last = "weights/layer-2.0.bin";

let site: Site;
let store: WeightStore;
let ports: Ports;
/** how many sessions were created */
let sessions: number;
let engine: LocalEngine;
/** answers the request for the last file */
let release: (response?: Response) => void;

beforeEach(() => {
  site = new Site(join(inject("models"), "legacy"));
  store = memoryStore();
  sessions = 0;
  const plain = portsOf(site, store);
  ports = {
    ...plain,
    // the file that is held back must not be taken for a server that has stopped
    patience: { ...quick, stall: 60_000 },
    runtime: {
      files: [],
      load: async (bytes) => {
        const ort = await plain.runtime.load(bytes);
        const create = (...args: Parameters<typeof ort.InferenceSession.create>) => {
          sessions++;
          return ort.InferenceSession.create(...args);
        };
        return { ...ort, InferenceSession: { create } } as unknown as typeof ort;
      },
    },
  };
  engine = new LocalEngine(ports);
  const held = new Promise<Response | undefined>((resolve) => {
    release = resolve;
  });
  site.answer = (path) =>
    path === last ? held.then((response) => response ?? new Response(site.files.get(last))) : undefined;
});
afterEach(() => engine.dispose());

describe("while the last file is on its way", () => {
  it("sessions are open already, and none is missing afterwards", async () => {
    const loading = engine.load(url, { device: "wasm" });
    // the embeddings, the head, and two of three layers with two segments each
    await expect.poll(() => sessions).toBe(6);
    expect(engine.model).toBeUndefined();
    await expect(engine.run(spec)).rejects.toMatchObject({ code: "not-loaded" });
    release();
    await loading;
    expect((await engine.run(spec)).rows).toHaveLength(2);
    expect(await store.models()).toMatchObject([{ unfinished: false }]);
  });

  it("a download that fails says so itself, and the next load opens everything", async () => {
    const failed = expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({
      code: "file-missing",
    });
    await expect.poll(() => sessions).toBe(6);
    release(new Response(null, { status: 404 }));
    await failed;
    expect(engine.model).toBeUndefined();
    site.answer = undefined;
    await engine.load(url, { device: "wasm" });
    expect((await engine.run(spec)).rows).toHaveLength(2);
  });

  it("a load that is cancelled, or whose engine is disposed of, ends at once", async () => {
    const controller = new AbortController();
    const cancelled = expect(
      engine.load(url, { device: "wasm", signal: controller.signal }),
    ).rejects.toThrowError("enough");
    await expect.poll(() => sessions).toBe(6);
    controller.abort(new Error("enough"));
    await cancelled;
    const disposed = expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({
      name: "AbortError",
    });
    await expect.poll(() => sessions).toBe(12);
    await engine.dispose();
    await disposed;
  });

  it("a model that is open stays so", async () => {
    const other = Site.ofHalves();
    // else the two have the same weights
    site.replace(last);
    const both: Ports = {
      ...ports,
      fetch: (input, init) =>
        String(input).includes("/other/")
          ? other.fetch(String(input).replace("/other/", "/"), init)
          : site.fetch(input, init),
    };
    engine = new LocalEngine(both);
    await engine.load(url.replace("manifest", "other/manifest"), { device: "wasm" });
    const before = sessions;
    const failed = expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({
      code: "file-missing",
    });
    await vi.waitFor(() => expect(site.requests).toContain(last));
    expect((await engine.run(spec)).rows).toHaveLength(2);
    release(new Response(null, { status: 404 }));
    await failed;
    expect((await engine.run(spec)).rows).toHaveLength(2);
    expect(sessions).toBe(before);
  });
});

describe("what a load has downloaded", () => {
  it("is hashed once; what was kept before is hashed when it is opened", async () => {
    release();
    const digest = vi.spyOn(crypto.subtle, "digest");
    const hashed = () => digest.mock.calls.splice(0).length;
    try {
      await engine.load(url, { device: "wasm" });
      const files = site.fetched.length;
      expect(hashed()).toBe(files);
      const second = new LocalEngine(ports);
      await second.load(url, { device: "wasm" });
      expect(site.fetched.length).toBe(files);
      expect(hashed()).toBe(files);
      await second.dispose();
    } finally {
      digest.mockRestore();
    }
  });
});
