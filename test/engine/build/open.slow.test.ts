// Checkpoints opened from files, on WASM in Node: the exporter's model byte for byte, kept like any other, or one sentence.

import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { cp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../../model-export/export.ts";
import type { LocalEngine } from "../../../src/engine/engine.ts";
import type { ChosenFile, OpenProgress } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { allFiles, type Manifest, openedAddress, parseManifest } from "../../../src/model/index.ts";
import { memoryStore, StorageError, sha256, type WeightStore } from "../../../src/storage/index.ts";
import { chosenFolder, engineAlone } from "../../helpers/chosen.ts";
import { checkpoints, root, tiny } from "../../helpers/fixtures.ts";
import { expectRisingTo } from "../../helpers/rising.ts";

const folder = mkdtempSync(join(tmpdir(), "opened-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: WeightStore;
let engine: LocalEngine;
const asked: string[] = [];

const engineOn = (kept: WeightStore) => engineAlone(kept, (url) => asked.push(url));

beforeEach(() => {
  store = memoryStore();
  engine = engineOn(store);
  asked.length = 0;
});
afterEach(() => engine.dispose());

/** The folder of a checkpoint's model as the exporter makes it when it is told nothing. */
async function exportedFrom(source: string): Promise<string> {
  const out = join(mkdtempSync(join(folder, "exported-")), basename(source));
  const checkpoint = await openFolder(source);
  try {
    await exportModel(checkpoint, { out });
  } finally {
    await checkpoint.close();
  }
  return out;
}

const ids = [2, 7, 11, 4, 3];

/** Open a checkpoint and export it: one model, byte for byte, and the same numbers, bit for bit. */
async function expectExported(source: string): Promise<Manifest> {
  const name = basename(source);
  const exported = await exportedFrom(source);
  const entry = await engine.open(await chosenFolder(source), { name });
  const [record, ...more] = await store.models();
  expect(more).toEqual([]);
  expect(record).toMatchObject({ name, url: entry.manifest, unfinished: false });
  expect(entry.version).toBe(await sha256(new TextEncoder().encode(record!.manifest)));
  const manifest = parseManifest(record!.manifest);
  expect(await store.keys()).toEqual(new Set(allFiles(manifest).map((file) => file.sha256)));
  expect(record!.manifest).toBe(readFileSync(join(exported, "manifest.json"), "utf8"));

  await engine.load(entry.manifest, { device: "wasm" });
  const other = createNodeEngine(exported);
  await other.load(manifestUrl(exported), { device: "wasm" });
  const [mine, theirs] = [await engine.forward({ ids }), await other.forward({ ids })];
  await other.dispose();
  expect(mine.logits).toEqual(theirs.logits);
  expect(mine.mlpPost).toEqual(theirs.mlpPost);
  expect(asked).toEqual([]);
  return manifest;
}

describe("the exporter's model, with the same numbers bit for bit", () => {
  it.each(tiny)("%s", async (name) => {
    const { encoding } = await expectExported(join(checkpoints, name));
    // what is fp16 throughout stays so: nothing is rounded
    expect(encoding).toBe(name === "half" ? "fp16" : "fp32");
  });

  const families = join(root, "test/fixtures/families");
  it.each(readdirSync(families).filter((name) => !name.endsWith(".json")))("family %s", async (name) => {
    await expectExported(join(families, name));
  });

  const torch = join(root, "test/fixtures/torch-files");
  it.each([
    [
      "shards with their index",
      "sharded",
      (path: string) => cp(join(torch, "sharded"), path, { recursive: true }),
    ],
    [
      "pytorch_model.bin",
      "torch",
      (path: string) => cp(join(torch, "pytorch_model.bin"), join(path, "pytorch_model.bin")),
    ],
  ])("%s", async (_, name, add) => {
    const path = join(folder, name);
    await cp(join(checkpoints, "legacy"), path, { recursive: true });
    await rm(join(path, "model.safetensors"));
    await add(path);
    // theirs is without a tokenizer
    await cp(join(checkpoints, "legacy", "config.json"), join(path, "config.json"));
    const { shards } = await expectExported(path);
    const whole = parseManifest(readFileSync(join(inject("models"), "legacy", "manifest.json"), "utf8"));
    expect(shards).toEqual(whole.shards);
  });
});

describe("opening", () => {
  const legacy = () => chosenFolder(join(checkpoints, "legacy"));

  it("reports what is read, which never falls and ends at its total", async () => {
    const seen: OpenProgress[] = [];
    await engine.open(await legacy(), { name: "legacy", onProgress: (progress) => seen.push(progress) });
    const reading = seen.flatMap((each) => (each.kind === "reading" && each.total > 0 ? [each] : []));
    expectRisingTo(reading[0]!.total, reading);
    expect(seen.at(-1)).toEqual({ kind: "preparing", waiting: undefined });
  });

  it("is called as it is told, and titled as its folder", async () => {
    const entry = await engine.open(await legacy(), { name: "mine" });
    expect(entry).toMatchObject({
      name: "mine",
      title: "legacy",
      manifest: openedAddress("mine"),
      practice: false,
    });
    expect(await engine.load(entry.manifest, { device: "wasm" })).toMatchObject({
      name: "mine",
      title: "legacy",
    });
  });

  it("is there for the next engine, without its folder and without a network", async () => {
    const { manifest } = await engine.open(await legacy(), { name: "legacy" });
    const next = engineOn(store);
    expect(await next.state(manifest)).toMatchObject({ outdated: false });
    const { bytes, kept } = await next.state(manifest);
    expect(kept).toBe(bytes);
    expect(await next.load(manifest, { device: "wasm" })).toMatchObject({ name: "legacy", repaired: 0 });
    await next.dispose();
    expect(asked).toEqual([]);
  });

  it("takes the place of what was opened under the same name, of which nothing stays", async () => {
    await engine.open(await legacy(), { name: "mine" });
    await engine.open(await chosenFolder(join(checkpoints, "tied-copy")), { name: "mine" });
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ unfinished: false });
    expect(await store.keys()).toEqual(new Set(record!.files.map((file) => file.sha256)));
  });

  it("clears away what a tab has left that was closed in the middle", async () => {
    const left = { file: "weights/head.0.bin", byteLength: 3, sha256: await sha256(Uint8Array.of(1, 2, 3)) };
    await store.setModel({
      name: "legacy",
      manifest: "",
      url: openedAddress("legacy"),
      files: [left],
      verifiedAt: 1,
      unfinished: true,
    });
    await store.set(left.sha256, Uint8Array.of(1, 2, 3));
    await engine.open(await legacy(), { name: "legacy" });
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(await store.keys()).toEqual(new Set(record!.files.map((file) => file.sha256)));
  });

  it("leaves nothing behind when it is cancelled, and what was opened before stays", async () => {
    await engine.open(await legacy(), { name: "mine" });
    const before = [await store.models(), await store.keys()];
    const stop = new AbortController();
    const onProgress = ({ kind, ...rest }: OpenProgress) => {
      if (kind === "reading" && "done" in rest && rest.done > rest.total * 0.7) stop.abort();
    };
    const files = await chosenFolder(join(checkpoints, "untied"));
    const failing = engine.open(files, { name: "mine", signal: stop.signal, onProgress });
    await expect(failing).rejects.toMatchObject({ name: "AbortError" });
    expect([await store.models(), await store.keys()]).toEqual(before);
    const other = engine.open(files, { name: "other", signal: AbortSignal.abort() });
    await expect(other).rejects.toMatchObject({ name: "AbortError" });
    expect([await store.models(), await store.keys()]).toEqual(before);
  });

  it("keeps its files from going with another model that is removed meanwhile", async () => {
    await engine.open(await chosenFolder(join(checkpoints, "untied")), { name: "other" });
    let removed: Promise<number> | undefined;
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "reading" && progress.done > progress.total * 0.8)
        removed ??= store.deleteModel("other");
    };
    const { manifest } = await engine.open(await legacy(), { name: "legacy", onProgress });
    expect(await removed).toBeGreaterThan(0);
    await engine.load(manifest, { device: "wasm" });
  });

  it("says so when it is removed itself while it is being opened", async () => {
    const onProgress = ({ kind }: OpenProgress) => {
      if (kind === "preparing") void store.deleteModel("legacy");
    };
    await expect(engine.open(await legacy(), { name: "legacy", onProgress })).rejects.toMatchObject({
      code: "not-loaded",
      hint: expect.stringContaining("Open a model…"),
    });
    expect(await store.models()).toEqual([]);
    expect([...(await store.keys())]).toEqual([]);
  });

  it("fails with the store's own words where there is no room, and works without keeping", async () => {
    const full = new StorageError("storage-full", "The browser refused to keep it.", "Free disk space.");
    const small: WeightStore = { ...memoryStore(), kind: "indexeddb", set: () => Promise.reject(full) };
    const other = engineOn(small);
    const files = await legacy();
    await expect(other.open(files, { name: "legacy" })).rejects.toMatchObject({ code: "storage-full" });
    expect(await small.models()).toEqual([]);
    const { manifest } = await other.open(files, { name: "legacy", keep: false });
    expect(await other.load(manifest, { device: "wasm", keep: false })).toMatchObject({ store: "memory" });
    expect(await small.models()).toEqual([]);
    await other.dispose();
  });

  it("keeps one model and not another that is being opened meanwhile", async () => {
    const [first, second] = [await legacy(), await chosenFolder(join(checkpoints, "untied"))];
    let kept: Promise<unknown> | undefined;
    const passing = await engine.open(first, {
      name: "passing",
      keep: false,
      onProgress: () => {
        kept ??= engine.open(second, { name: "kept" });
      },
    });
    await kept;
    const [record, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ name: "kept", unfinished: false });
    expect(await store.keys()).toEqual(new Set(record!.files.map((file) => file.sha256)));
    expect(await engine.load(passing.manifest, { device: "wasm", keep: false })).toMatchObject({
      name: "passing",
      store: "memory",
    });
  });

  it("leaves a model of the site alone that has the same name", async () => {
    await store.setModel({
      name: "legacy",
      manifest: "{}",
      url: "https://site.test/models/legacy/manifest.json",
      files: [],
      verifiedAt: 1,
      unfinished: false,
    });
    await expect(engine.open(await legacy(), { name: "legacy" })).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringContaining("legacy"),
    });
    expect(await store.models()).toMatchObject([{ manifest: "{}" }]);
  });

  it("asks for the folder again when a kept file is damaged or gone", async () => {
    const { manifest } = await engine.open(await legacy(), { name: "legacy" });
    const [record] = await store.models();
    const { sha256: key } = record!.files.find(({ file }) => file.startsWith("weights/layer"))!;
    const bytes = (await store.get(key))!;
    bytes[3]! ^= 1;
    await store.set(key, bytes);
    const next = engineOn(store);
    const wrong = {
      code: "not-loaded",
      message: expect.stringContaining("legacy"),
      hint: expect.stringContaining("Open a model…"),
    };
    await expect(next.load(manifest, { device: "wasm" })).rejects.toMatchObject(wrong);
    await expect(next.load(manifest, { device: "wasm" })).rejects.toMatchObject(wrong);
    expect(asked).toEqual([]);
    await next.open(await legacy(), { name: "legacy" });
    expect(await next.load(manifest, { device: "wasm" })).toMatchObject({ repaired: 0 });
    await next.remove("legacy");
    expect([...(await store.keys())]).toEqual([]);
    await expect(engineOn(store).load(manifest)).rejects.toMatchObject(wrong);
    await next.dispose();
  });
});

describe("refused in one sentence", () => {
  /** what a changed copy of a checkpoint is refused with; nothing is kept of it */
  async function refusal(
    change: (path: string) => Promise<void> | void,
  ): Promise<{ message: string; hint: string }> {
    const path = mkdtempSync(join(folder, "wrong-"));
    await cp(join(checkpoints, "legacy"), path, { recursive: true });
    await change(path);
    return refused(await chosenFolder(path, "legacy"));
  }

  async function refused(files: ChosenFile[]): Promise<{ message: string; hint: string }> {
    const error = await engine.open(files, { name: "legacy" }).then(
      () => ({ code: "none", message: "", hint: "" }),
      (reason: { code: string; message: string; hint: string }) => reason,
    );
    expect(error).toMatchObject({ name: "EngineError", code: "checkpoint" });
    expect(await store.models()).toEqual([]);
    expect([...(await store.keys())]).toEqual([]);
    const { message, hint } = error;
    expect(message, "one sentence").toMatch(/^[^\n]{10,400}\.$/);
    expect(hint).not.toBe("");
    return { message, hint };
  }

  it.each([
    [
      "cut short",
      (map: string) => map.slice(0, 40),
      /tokenizer of this checkpoint cannot be read: normalizer: it is cut short/,
    ],
    ["no base64", () => "€", /tokenizer of this checkpoint cannot be read: normalizer: it is not base64/],
  ])("a compiled normalizer that is %s, before anything is written", async (_, change, message) => {
    const path = mkdtempSync(join(folder, "wrong-"));
    await cp(join(root, "test/fixtures/families/xlm-roberta"), path, { recursive: true });
    const file = join(path, "tokenizer.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    const { normalizer } = json;
    const part = (normalizer.normalizers ?? [normalizer]).find(
      ({ type }: { type: string }) => type === "Precompiled",
    );
    part.precompiled_charsmap = change(part.precompiled_charsmap);
    writeFileSync(file, JSON.stringify(json));
    const setModel = vi.spyOn(store, "setModel");
    expect((await refused(await chosenFolder(path, "legacy"))).message).toMatch(message);
    expect(setModel).not.toHaveBeenCalled();
  });

  const set = (change: (config: Record<string, unknown>) => void) => (path: string) => {
    const config = JSON.parse(readFileSync(join(path, "config.json"), "utf8"));
    change(config);
    writeFileSync(join(path, "config.json"), JSON.stringify(config));
  };
  const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 435755784\n`;

  it.each([
    [
      "a folder without config.json",
      (path: string) => rm(join(path, "config.json")),
      /legacy has no config\.json/,
    ],
    [
      "without weights",
      (path: string) => rm(join(path, "model.safetensors")),
      /legacy has no model\.safetensors/,
    ],
    ["without a vocabulary", (path: string) => rm(join(path, "vocab.txt")), /vocab\.txt/],
    [
      "of another family",
      set((config) => Object.assign(config, { model_type: "gpt2", architectures: ["GPT2LMHeadModel"] })),
      /gpt2|GPT2/,
    ],
    [
      "cut off in the weights",
      (path: string) => truncateSync(join(path, "model.safetensors"), 5000),
      /model\.safetensors/,
    ],
    [
      "with a pointer of Git LFS in place of the weights",
      (path: string) => writeFileSync(join(path, "model.safetensors"), lfs),
      /model\.safetensors.*Git LFS/,
    ],
    [
      "with config.json that is no JSON",
      (path: string) => writeFileSync(join(path, "config.json"), "{"),
      /config\.json/,
    ],
  ])("%s", async (_, change, words) => {
    const { message } = await refusal(change);
    expect(message).toMatch(words);
  });

  it("an empty folder, and one with two models in it", async () => {
    expect((await refused([])).message).toBe("The folder is empty.");
    const two = [
      ...(await chosenFolder(join(checkpoints, "legacy"), "models/a")),
      ...(await chosenFolder(join(checkpoints, "half"), "models/b")),
    ];
    expect(await refused(two)).toEqual({
      message: "There is a config.json in models/a and in models/b.",
      hint: "Choose the folder of one model.",
    });
  });
});

describe("a folder inside the one that was chosen", () => {
  it("is found by its config.json, and what lies deeper is left alone", async () => {
    const files = await chosenFolder(join(checkpoints, "legacy"), "downloads/legacy");
    const deeper = await chosenFolder(join(checkpoints, "half"), "downloads/legacy/other");
    expect(await engine.open([...deeper, ...files], { name: "legacy" })).toMatchObject({
      title: "legacy",
      layers: 3,
    });
  });
});
