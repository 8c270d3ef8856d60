// What a load records, repairs, spills and frees.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalEngine } from "../../../src/engine/engine.ts";
import type { Progress } from "../../../src/engine/index.ts";
import { memoryStore, StorageError, type WeightStore } from "../../../src/storage/index.ts";
import { expectRising } from "../../helpers/rising.ts";
import { portsOf, Site, spec, url } from "./site.ts";

/** a graph that opening the default layer, 2, does not read */
const otherGraph = "graphs/ids-to-0.onnx";

let site: Site;
let store: WeightStore;
let engine: LocalEngine;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1000 });
  site = Site.ofHalves();
  store = memoryStore();
  engine = new LocalEngine(portsOf(site, store));
});
afterEach(async () => {
  await engine.dispose();
  vi.useRealTimers();
});

/** damage a kept file */
async function damage(path: string): Promise<void> {
  const bytes = (await store.get(site.hash(path)))!;
  bytes[bytes.length - 1]! ^= 1;
  await store.set(site.hash(path), bytes);
}

describe("the record", () => {
  it("is an unfinished one while files are missing, and complete after", async () => {
    let during: unknown;
    site.answer = (path) => {
      if (path.startsWith("weights/")) during ??= store.models();
      return undefined;
    };
    await engine.load(url, { device: "wasm" });
    expect(await during).toMatchObject([{ name: "legacy", url, unfinished: true, verifiedAt: 1000 }]);
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ name: "legacy", url, unfinished: false, verifiedAt: 1000 });
    expect(new Set(record!.files.map(({ sha256 }) => sha256))).toEqual(await store.keys());
  });

  it("stays unfinished when the download fails, and the next one fetches only what is missing", async () => {
    site.answer = (path) => (path === "weights/head.0.bin" ? new Response(null, { status: 404 }) : undefined);
    await expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({ code: "file-missing" });
    expect(await store.models()).toMatchObject([{ unfinished: true }]);
    const kept = await store.keys();
    site.answer = undefined;
    site.requests = [];
    await engine.load(url, { device: "wasm" });
    expect(site.fetched.filter((path) => kept.has(site.hash(path)))).toEqual([]);
    expect(site.fetched).toContain("weights/head.0.bin");
    expect(await store.models()).toMatchObject([{ unfinished: false }]);
  });

  it("is given the time of every opening that verified all files", async () => {
    await engine.load(url, { device: "wasm" });
    vi.setSystemTime(5000);
    const second = new LocalEngine(portsOf(site, store));
    expect(await second.load(url, { device: "wasm" })).toMatchObject({ repaired: 0, store: "memory" });
    expect(await store.models()).toMatchObject([{ verifiedAt: 5000 }]);
    await second.dispose();
  });

  it("keeps its time when a file could be neither verified nor fetched", async () => {
    await engine.load(url, { device: "wasm" });
    vi.setSystemTime(5000);
    await damage(otherGraph);
    site.answer = () => new Response(null, { status: 503 });
    // the open layer does not need the damaged graph
    expect(await engine.load(url, { device: "wasm" })).toMatchObject({ repaired: 0 });
    expect(await store.models()).toMatchObject([{ verifiedAt: 1000 }]);
    expect((await engine.run(spec)).rows).toHaveLength(2);
  });

  it("claims no verification that it did not see: files kept by an older version count from then", async () => {
    await engine.load(url, { device: "wasm" });
    vi.setSystemTime(5000);
    site.replace();
    // the download ends, opening fails
    const ports = portsOf(site, store);
    const failing = new LocalEngine({
      ...ports,
      tokenizer: () => Promise.reject(new Error("no tokenizer")),
    });
    await expect(failing.load(url, { device: "wasm" })).rejects.toThrowError("no tokenizer");
    expect(await store.models()).toMatchObject([{ unfinished: false, verifiedAt: 1000 }]);
  });
});

describe("a damaged record", () => {
  it("is found, fetched again and counted; nothing else is fetched", async () => {
    await engine.load(url, { device: "wasm" });
    const { rows } = await engine.run(spec);
    await damage("weights/layer-1.0.bin");
    await damage(otherGraph);
    site.requests = [];
    expect(await engine.load(url, { device: "wasm" })).toMatchObject({ repaired: 2 });
    expect(site.fetched.sort()).toEqual([otherGraph, "weights/layer-1.0.bin"]);
    expect((await engine.run(spec)).rows).toEqual(rows);
    expect(await engine.load(url, { device: "wasm" }), "the next load finds all well").toMatchObject({
      repaired: 0,
    });
  });
});

describe("what opening has to fetch", () => {
  it("says what it waits for, and when it does not wait any more", async () => {
    await engine.load(url, { device: "wasm" });
    await damage("weights/layer-1.0.bin");
    let failures = 1;
    site.answer = (path) =>
      path !== "manifest.json" && failures-- > 0 ? new Response(null, { status: 503 }) : undefined;
    const seen: Progress[] = [];
    await engine.load(url, { device: "wasm", onProgress: (progress) => seen.push(progress) });
    const waits = seen.flatMap((step) => (step.kind === "preparing" ? [step.waiting] : []));
    expect(waits).toEqual([
      undefined,
      { kind: "retry", message: expect.stringContaining("weights/layer-1.0.bin"), seconds: 1 },
      undefined,
    ]);
  });
});

describe("a load that is not to be kept", () => {
  it("leaves no record", async () => {
    await engine.load(url, { device: "wasm", keep: false });
    expect(await store.models()).toEqual([]);
    expect(await store.keys()).toEqual(new Set());
    expect((await engine.run({ ...spec, layer: 0 })).rows).toHaveLength(2);
  });
});

describe("a full disk", () => {
  /** what the disk below holds */
  let disk: WeightStore;
  let room: number;
  beforeEach(() => {
    disk = memoryStore();
    room = 60_000;
    store = {
      ...disk,
      kind: "indexeddb",
      set: async (sha256, bytes) => {
        room -= bytes.byteLength;
        if (room >= 0) return disk.set(sha256, bytes);
        throw new StorageError("storage-full", "The disk is full.", "Free some space.");
      },
    };
    engine = new LocalEngine(portsOf(site, store));
  });

  it("is named; without keeping the rest it goes on, and nothing is fetched twice", async () => {
    await expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({ code: "storage-full" });
    const info = await engine.load(url, { device: "wasm", keep: false });
    expect(info.store).toBe("memory");
    expect((await engine.state(url)).store).toBe("memory");
    expect(site.fetched.filter((path, i, all) => all.indexOf(path) !== i)).toEqual([]);
    expect((await engine.run(spec)).rows).toHaveLength(2);
    // another layer needs no network either
    site.requests = [];
    await engine.run({ ...spec, layer: 0 });
    expect(site.requests).toEqual([]);
    expect(
      (await disk.models()).filter(({ unfinished }) => !unfinished),
      "no visit after this one believes it complete",
    ).toEqual([]);
  });

  it("with room again, the next load keeps what was in memory, and fetches nothing", async () => {
    await engine.load(url, { device: "wasm", keep: false });
    room = Number.POSITIVE_INFINITY;
    site.requests = [];
    expect((await engine.load(url, { device: "wasm" })).store).toBe("indexeddb");
    expect(site.fetched).toEqual([]);
    expect(await disk.models()).toMatchObject([{ unfinished: false }]);
    expect((await disk.models())[0]!.files.length).toBe((await disk.keys()).size);
  });
});

describe("removing", () => {
  it("says what it freed; the open layer stays, another is not downloaded unasked", async () => {
    await engine.load(url, { device: "wasm" });
    const { bytes, kept } = await engine.state(url);
    expect(kept).toBe(bytes);
    expect(await engine.remove("legacy")).toBe(bytes);
    expect(await store.keys()).toEqual(new Set());
    expect((await engine.run(spec)).rows).toHaveLength(2);
    site.requests = [];
    await expect(engine.run({ ...spec, layer: 0 })).rejects.toMatchObject({
      code: "not-loaded",
      message: expect.stringContaining("removed"),
    });
    expect(site.requests).toEqual([]);
    expect((await engine.run(spec)).rows, "refused before the open layer is closed").toHaveLength(2);
    expect(await engine.remove("legacy")).toBe(0);
  });

  it("by another tab is as good: another layer is not downloaded unasked", async () => {
    await engine.load(url, { device: "wasm" });
    const other = new LocalEngine(portsOf(site, store));
    await other.remove("legacy");
    site.requests = [];
    await expect(engine.run({ ...spec, layer: 0 })).rejects.toMatchObject({ code: "not-loaded" });
    expect(site.requests).toEqual([]);
    expect((await engine.run(spec)).rows).toHaveLength(2);
    // unless somebody has asked for it again
    await other.load(url, { device: "wasm" });
    expect((await engine.run({ ...spec, layer: 0 })).rows).toHaveLength(2);
    await other.dispose();
  });

  it("while it is downloaded: what went is fetched once more, and progress never falls", async () => {
    let removals = 0;
    site.answer = (path) => {
      if (path === "weights/head.0.bin" && removals++ === 0) void store.deleteModel("legacy");
      return undefined;
    };
    /** files that were not there when a complete record was written */
    const promised: string[] = [];
    const { setModel } = store;
    store.setModel = async (model) => {
      const keys = await store.keys();
      if (!model.unfinished)
        promised.push(...model.files.filter(({ sha256 }) => !keys.has(sha256)).map(({ file }) => file));
      return setModel(model);
    };
    const seen: Progress[] = [];
    await engine.load(url, { device: "wasm", onProgress: (progress) => seen.push(progress) });
    expect(removals).toBe(1);
    expect(promised).toEqual([]);
    expectRising(seen.flatMap((step) => (step.kind === "downloading" ? [step] : [])));
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ unfinished: false });
    expect(new Set(record!.files.map(({ sha256 }) => sha256))).toEqual(await store.keys());
  });

  it("while it is downloaded, again and again: no record claims that it is there", async () => {
    site.answer = () => {
      void store.deleteModel("legacy");
      return undefined;
    };
    await expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({
      code: "not-loaded",
      message: "legacy was removed from this device while it was being downloaded.",
    });
    expect((await store.models()).filter(({ unfinished }) => !unfinished)).toEqual([]);
    site.answer = undefined;
    await engine.load(url, { device: "wasm" });
    expect(await store.models()).toMatchObject([{ unfinished: false }]);
  });
});

describe("another store", () => {
  it("is used for the next load; what is open stays open", async () => {
    await engine.load(url, { device: "wasm" });
    const other = memoryStore();
    await engine.use(other);
    expect((await engine.state(url)).kept).toBe(0);
    site.requests = [];
    await engine.run({ ...spec, layer: 0 });
    expect(site.requests, "from the store it was opened from").toEqual([]);
    await engine.load(url, { device: "wasm" });
    expect(await other.keys()).toEqual(await store.keys());
    expect(await other.models()).toMatchObject([{ name: "legacy", unfinished: false }]);
  });
});

describe("the state", () => {
  it("tells what is free where the browser does, and nothing where it does not", async () => {
    expect((await engine.state(url)).free).toBeUndefined();
    vi.stubGlobal("navigator", { storage: { estimate: async () => ({ quota: 900, usage: 200 }) } });
    expect((await engine.state(url)).free).toBe(700);
    vi.unstubAllGlobals();
  });
});
