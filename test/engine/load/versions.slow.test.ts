// A model that is replaced on its server, and servers that answer with something else than a model.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LocalEngine } from "../../../src/engine/engine.ts";
import type { Progress } from "../../../src/engine/index.ts";
import { openedAddress } from "../../../src/model/index.ts";
import { memoryStore, type WeightStore } from "../../../src/storage/index.ts";
import { expectRising } from "../../helpers/rising.ts";
import { portsOf, Site, sha256, spec, url } from "./site.ts";

const replaced = "weights/layer-2.0.bin";

let site: Site;
let store: WeightStore;
let engine: LocalEngine;

beforeEach(() => {
  site = Site.ofHalves();
  store = memoryStore();
  engine = new LocalEngine(portsOf(site, store));
});
afterEach(() => engine.dispose());

const load = (seen: Progress[] = []) =>
  engine.load(url, { device: "wasm", onProgress: (progress) => seen.push(progress) });

/** do something once, when this file is asked for */
function when(path: string, action: () => void): void {
  site.answer = (asked) => {
    if (asked !== path) return undefined;
    site.answer = undefined;
    action();
    return undefined;
  };
}

describe("a model that is replaced while it is downloaded", () => {
  it.each<[string, () => void]>([
    ["a chunk has other contents", () => site.replace()],
    [
      "a chunk is gone",
      () => {
        site.replace();
        const manifest = new TextDecoder().decode(site.files.get("manifest.json"));
        site.files.set(
          "manifest.json",
          new TextEncoder().encode(manifest.replace(replaced, "weights/new.bin")),
        );
        site.files.set("weights/new.bin", site.files.get(replaced)!);
        site.files.delete(replaced);
      },
    ],
  ])("%s: the new version is loaded instead, and progress never falls", async (_, replace) => {
    when(replaced, replace);
    const seen: Progress[] = [];
    await load(seen);
    expectRising(seen.flatMap((step) => (step.kind === "downloading" ? [step] : [])));
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(sha256(new TextEncoder().encode(record!.manifest))).toBe(site.hash("manifest.json"));
    expect(new Set(record!.files.map((file) => file.sha256)), "nothing of the old one is left").toEqual(
      await store.keys(),
    );
    expect(site.requests.filter((path) => path === "manifest.json")).toHaveLength(3);
    // what both versions share was fetched once, but for files that the failure cut short
    const twice = site.fetched.filter((path, i, all) => all.indexOf(path) !== i);
    expect(twice.length).toBeLessThan(8);
    expect(twice).not.toContain("tokenizer.json");
  });

  it("again and again: is given up, by name", async () => {
    site.answer = (asked) => {
      if (asked === replaced) site.replace();
      return undefined;
    };
    await expect(load()).rejects.toMatchObject({
      code: "model-changed",
      message: "legacy was replaced on the server while it was being downloaded.",
      hint: expect.stringContaining("kept"),
    });
    expect(
      site.requests.filter((path) => path === "manifest.json"),
      "two attempts",
    ).toHaveLength(4);
    site.answer = undefined;
    await load();
  });

  it("a chunk that is wrong under the same manifest is a damage, not a new version", async () => {
    site.answer = (asked) => (asked === replaced ? new Response(new Uint8Array(16)) : undefined);
    await expect(load()).rejects.toMatchObject({ code: "file-corrupt" });
    site.answer = (asked) => (asked === replaced ? new Response(null, { status: 404 }) : undefined);
    await expect(load()).rejects.toMatchObject({ code: "file-missing" });
  });
});

describe("a model that is replaced while it is open", () => {
  it("by another tab: another layer says so, the open one still runs, and loading again mends it", async () => {
    await load();
    const { rows } = await engine.run(spec);
    site.replace();
    expect(await engine.state(url)).toMatchObject({ outdated: true });
    const other = new LocalEngine(portsOf(site, store));
    await other.load(url, { device: "wasm" });
    expect(await other.state(url)).toMatchObject({ outdated: false });
    expect(await store.models(), "the old version is gone").toHaveLength(1);

    expect((await engine.run(spec)).rows).toEqual(rows);
    site.requests = [];
    for (const layer of [0, 2])
      await expect(engine.run({ ...spec, layer })).rejects.toMatchObject({
        code: "model-changed",
        message: "legacy was replaced on the server since it was opened.",
      });
    await load();
    expect(new Set(site.fetched), "nothing but the chunk that was asked for in vain").toEqual(
      new Set([replaced]),
    );
    expect((await engine.run({ ...spec, layer: 0 })).rows).toHaveLength(2);
    await other.dispose();
  });

  it("and what was opened from files under its name is no version of it, and stays", async () => {
    const record = { name: "legacy", manifest: "{}", files: [], verifiedAt: 1, unfinished: false };
    const own = { ...record, url: openedAddress("legacy") };
    await store.setModel(own);
    expect(await engine.state(url)).toMatchObject({ outdated: false });
    await load();
    expect(await store.models()).toHaveLength(2);
    expect(await store.models()).toContainEqual(own);
    expect(await engine.state(url)).toMatchObject({ outdated: false });
  });

  it("an older version is replaced as a whole: what both share is not fetched again", async () => {
    await load();
    const before = await store.keys();
    site.replace();
    expect(await engine.state(url)).toMatchObject({ outdated: true });
    site.requests = [];
    await load();
    expect(site.fetched).toEqual([replaced]);
    const after = await store.keys();
    expect(after.size).toBe(before.size);
    expect([...after].filter((hash) => !before.has(hash))).toEqual([site.hash(replaced)]);
  });

  it("an older version stays whole until the new one is", async () => {
    await load();
    const before = await store.keys();
    site.replace();
    site.answer = (asked) => (asked === replaced ? new Response(null, { status: 403 }) : undefined);
    await expect(load()).rejects.toMatchObject({ code: "file-missing" });
    const now = await store.keys();
    expect([...before].filter((hash) => !now.has(hash))).toEqual([]);
    expect((await store.models()).map(({ unfinished }) => unfinished).sort()).toEqual([false, true]);
    // and is what there is without a network
    site.answer = () => Promise.reject(new TypeError("offline"));
    expect(await engine.state(url)).toMatchObject({ outdated: false });
    await load();
    expect((await engine.run({ ...spec, layer: 0 })).rows).toHaveLength(2);
  });
});

/** answers to a request for a manifest that are none */
const answers: [string, () => Response | Promise<Response>, string][] = [
  ["a log-in page", () => new Response("<!doctype html>", { status: 200 }), "manifest-invalid"],
  ["JSON of something else", () => new Response("{}"), "manifest-invalid"],
  ["a text without an end", () => new Response("x".repeat(17_000_000)), "manifest-invalid"],
  ["status 500", () => new Response(null, { status: 500 }), "network"],
  ["status 429", () => new Response(null, { status: 429 }), "network"],
  ["no connection", () => Promise.reject(new TypeError("failed to fetch")), "network"],
  ["no answer", () => new Promise<Response>(() => {}), "network"],
  [
    "an answer that stops",
    () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array([123])) })),
    "network",
  ],
];

describe.each(answers)("a manifest's address that answers with %s", (_, answer, code) => {
  it("is named when nothing is kept", async () => {
    site.answer = answer;
    await expect(load()).rejects.toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
    expect(site.requests).toHaveLength(code === "network" ? 3 : 1);
  });

  it("is overlooked when the model is kept", async () => {
    await load();
    const { rows } = await engine.run(spec);
    site.answer = answer;
    await load();
    expect((await engine.run({ ...spec, layer: 0 })).rows).toHaveLength(2);
    expect((await engine.run(spec)).rows).toEqual(rows);
  });
});

describe("a manifest that cannot be fetched", () => {
  it("comes with the next attempt", async () => {
    let failures = 2;
    site.answer = () => (failures-- > 0 ? new Response(null, { status: 503 }) : undefined);
    await load();
    expect(failures).toBeLessThan(0);
  });

  it("an unfinished model is not taken for a kept one", async () => {
    site.answer = (asked) => (asked === replaced ? new Response(null, { status: 403 }) : undefined);
    await expect(load()).rejects.toMatchObject({ code: "file-missing" });
    site.answer = () => new Response("<!doctype html>");
    await expect(load()).rejects.toMatchObject({ code: "manifest-invalid" });
  });

  it("a server that says there is no such model is believed", async () => {
    await load();
    site.answer = () => new Response(null, { status: 404 });
    await expect(load()).rejects.toMatchObject({ code: "manifest-missing" });
  });

  it("waiting for the next attempt can be cancelled", async () => {
    const controller = new AbortController();
    site.answer = () => {
      setTimeout(() => controller.abort(), 0);
      return new Response(null, { status: 503 });
    };
    const patience = { attempts: 2, wait: 1e6, stall: 100, longest: 1 };
    engine = new LocalEngine({ ...portsOf(site, store), patience });
    await expect(engine.load(url, { signal: controller.signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });
});
