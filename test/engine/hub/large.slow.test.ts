// A model of several pieces from the Hub: each asked for once, kept, gone on with, given up. The Hub is a real server.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { LocalEngine } from "../../../src/engine/engine.ts";
import { PIECE } from "../../../src/engine/hub/weights-file.ts";
import type { OpenOptions, OpenProgress } from "../../../src/engine/index.ts";
import { parseManifest } from "../../../src/model/index.ts";
import { memoryStore, StorageError, type StoredModel, type WeightStore } from "../../../src/storage/index.ts";
import { engineWithHub } from "../../helpers/chosen.ts";
import { expectExported } from "../../helpers/exported-from-hub.ts";
import { checkpoints } from "../../helpers/fixtures.ts";
import { addresses, file, json, type Origin, publishFolder, startOrigin } from "../../helpers/hub.ts";
import { bertBaseCased, writeRandomCheckpoint } from "../../helpers/random-checkpoint.ts";
import { expectRisingTo } from "../../helpers/rising.ts";

const repo = "someone/large-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const question = { repo, revision: "main" };

const folder = mkdtempSync(join(tmpdir(), "hub-tab-"));
const large = join(folder, "large");
/** three pieces and a part of one */
const tall = { ...bertBaseCased, layers: 3, vocabulary: 1000, dModel: 512, dMlp: 4096, heads: 8 };
beforeAll(() => writeRandomCheckpoint(large, tall, 1));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let hub: Origin;
let cdn: Origin;
let store: WeightStore;
let engine: LocalEngine;

beforeEach(async () => {
  [hub, cdn] = await Promise.all([startOrigin(), startOrigin()]);
  store = memoryStore();
  engine = engineWithHub(store, hub.url);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await engine.dispose();
  await Promise.all([hub.close(), cdn.close()]);
});

const publish = (from: string) => publishFolder(from, { hub, cdn, repo, commit });
const open = async (options: Partial<OpenOptions> = {}) =>
  engine.open(await engine.find(question), { name: "mine", ...options });

const expectModel = () => expectExported(store, repo, { endpoint: hub.url, folder, name: "mine" });

it("of several pieces, of which each is asked for once", async () => {
  publish(large);
  const size = readFileSync(join(large, "model.safetensors")).length;
  expect(size).toBeGreaterThan(3 * PIECE);
  const seen: OpenProgress[] = [];
  await open({ onProgress: (progress) => seen.push(progress) });
  // the header, and then all of it
  expect(cdn.asked.map(({ range }) => range)).toEqual(["bytes=0-262143", `bytes=0-${size - 1}`]);
  await expectModel();
  const fetching = seen.flatMap((each) => (each.kind === "fetching" ? [each] : []));
  expectRisingTo(size, fetching);
});

it("takes little more room than the model itself, since what was read goes", async () => {
  publish(large);
  let most = 0;
  const watched: WeightStore = {
    ...store,
    async set(sha256, bytes) {
      await store.set(sha256, bytes);
      let sum = 0;
      for (const key of await store.keys()) sum += (await store.get(key))!.byteLength;
      most = Math.max(most, sum);
    },
  };
  const other = engineWithHub(watched, hub.url);
  await other.open(await other.find(question), { name: "mine" });
  await other.dispose();
  await expectModel();
  const [{ files }] = (await store.models()) as [StoredModel];
  const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  // half of it beside it, where all of it would be twice as much
  expect(most).toBeLessThan(1.5 * bytes);
});

/** A disk of so many bytes, and a browser that says so. */
function disk(quota: number): { full: WeightStore; most: () => number } {
  const sizes = new Map<string, number>();
  let most = 0;
  const usage = async () => {
    const keys = await store.keys();
    return [...sizes].reduce((sum, [key, size]) => sum + (keys.has(key) ? size : 0), 0);
  };
  const estimate = async () => ({ quota, usage: await usage() });
  vi.stubGlobal("navigator", { storage: { estimate, persisted: async () => true } });
  const full: WeightStore = {
    ...store,
    kind: "indexeddb",
    async set(sha256, bytes) {
      const before = await store.get(sha256);
      const after = (await usage()) + (before ? 0 : bytes.byteLength);
      if (after > quota) throw new StorageError("storage-full", "The disk is full.", "Free some.");
      sizes.set(sha256, bytes.byteLength);
      most = Math.max(most, after);
      await store.set(sha256, bytes);
    },
  };
  return { full, most: () => most };
}

describe("what has arrived, while the model is made of it", () => {
  const size = () => readFileSync(join(large, "model.safetensors")).length;
  const ranges = () => cdn.asked.map(({ range }) => range);
  /** Give up in the middle of making the model. */
  async function cancelled(other: LocalEngine): Promise<void> {
    const stop = new AbortController();
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "reading" && progress.done > 0.6 * progress.total) stop.abort();
    };
    const opening = other.open(await other.find(question), { name: "mine", signal: stop.signal, onProgress });
    await expect(opening).rejects.toMatchObject({ name: "AbortError" });
  }

  it("stays where there is room for both, and nothing of it is asked for again", async () => {
    publish(large);
    const other = engineWithHub(disk(3 * size()).full, hub.url);
    await cancelled(other);
    const [left] = await store.models();
    expect(left!.files.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(size());
    expect((await store.keys()).size).toBe(left!.files.length);
    cdn.asked.length = 0;
    await other.open(await other.find(question), { name: "mine" });
    expect(ranges()).toEqual(["bytes=0-262143"]);
    await other.dispose();
    await expectModel();
  });

  it("goes as it is read where there is room for less, of which no more is asked than that takes", async () => {
    publish(large);
    const small = engineWithHub(disk(1.05 * size()).full, hub.url);
    await expect(small.open(await small.find(question), { name: "mine" })).rejects.toMatchObject({
      code: "storage-full",
      message: expect.stringMatching(/lets this site keep .* more, and mine needs/),
    });
    expect(ranges()).toEqual(["bytes=0-262143"]);
    expect(await store.models()).toEqual([]);
    await small.dispose();
    const { full, most } = disk(1.6 * size());
    const other = engineWithHub(full, hub.url);
    await other.open(await other.find(question), { name: "mine" });
    expect(most()).toBeGreaterThan(1.05 * size());
    await other.dispose();
    await expectModel();
  });
});

describe("a download that does not come to its end", () => {
  const size = () => readFileSync(join(large, "model.safetensors")).length;
  const ranges = () => cdn.asked.map(({ range }) => range);

  it("is asked for the rest where the connection breaks", async () => {
    publish(large);
    cdn.answers.set("/blob/model.safetensors", (request, response) => {
      const manners = request.headers.range === `bytes=0-${size() - 1}` ? { breakAfter: PIECE + 1000 } : {};
      file(readFileSync(join(large, "model.safetensors")), manners)(request, response);
    });
    await open();
    expect(ranges()).toHaveLength(3);
    expect(ranges()[2]).toMatch(new RegExp(`^bytes=[1-9]\\d*-${size() - 1}$`));
    await expectModel();
  });

  it("keeps its pieces when it is cancelled, and goes on from them, in another engine too", async () => {
    publish(large);
    const stop = new AbortController();
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "fetching" && progress.done > 2.5 * PIECE) stop.abort();
    };
    await expect(open({ signal: stop.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    const [left, ...more] = await store.models();
    expect(more).toEqual([]);
    expect(left).toMatchObject({ name: "mine", unfinished: true });
    expect(left!.files.map(({ byteLength }) => byteLength)).toEqual([PIECE, PIECE]);
    expect((await store.keys()).size).toBe(2);
    cdn.asked.length = 0;
    const next = engineWithHub(store, hub.url);
    await next.open(await next.find(question), { name: "mine" });
    expect(ranges()).toEqual(["bytes=0-262143", `bytes=${2 * PIECE}-${size() - 1}`]);
    await next.dispose();
    await expectModel();
  });

  it("keeps its pieces whatever a server refuses, and what it sends in place of a file", async () => {
    publish(large);
    const whole = readFileSync(join(large, "model.safetensors"));
    const blob = "/blob/model.safetensors";
    const at = addresses(repo, commit);
    cdn.answers.set(blob, (request, response) => {
      if (request.headers.range === "bytes=0-262143") file(whole)(request, response);
      else if (request.headers.range !== `bytes=0-${whole.length - 1}`) response.writeHead(403).end();
      else
        file(whole, { breakAfter: 2.5 * PIECE }, async () => {
          await expect.poll(async () => (await store.keys()).size).toBe(2);
        })(request, response);
    });
    const expectKept = async () => {
      const [left] = await store.models();
      expect(left!.files.map(({ byteLength }) => byteLength)).toEqual([PIECE, PIECE]);
      expect((await store.keys()).size).toBe(2);
    };
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining("(status 403)") });
    await expectKept();
    const found = await engine.find(question);
    const again = () => engine.open(found, { name: "mine" });
    const config = at.file("config.json");
    const right = hub.answers.get(config)!;
    hub.answers.set(config, (_, response) => response.writeHead(410).end());
    await expect(again()).rejects.toMatchObject({ message: expect.stringContaining("(status 410)") });
    hub.answers.set(config, (_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    await expect(again()).rejects.toMatchObject({ message: expect.stringContaining("JSON") });
    hub.answers.set(config, json({}));
    await expect(again()).rejects.toMatchObject({ message: expect.stringContaining("announced") });
    await expectKept();
    hub.answers.set(config, right);
    cdn.answers.set(blob, file(whole));
    cdn.asked.length = 0;
    await again();
    expect(ranges()).toEqual(["bytes=0-262143", `bytes=${2 * PIECE}-${size() - 1}`]);
    await expectModel();
  });

  it("leaves nothing of a checkpoint that is refused for what it is", async () => {
    publish(large);
    const stop = new AbortController();
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "fetching" && progress.done > 1.5 * PIECE) stop.abort();
    };
    await expect(open({ signal: stop.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    expect((await store.keys()).size).toBe(1);
    hub.answers.set(addresses(repo, commit).file("vocab.txt"), file(Buffer.from("[PAD]\n")));
    const found = await engine.find(question);
    found.files.find(({ path }) => path === "vocab.txt")!.size = 6;
    await expect(engine.open(found, { name: "mine" })).rejects.toMatchObject({ code: "checkpoint" });
    expect(await store.models()).toEqual([]);
    expect((await store.keys()).size).toBe(0);
  });

  it("asks again for a kept piece that is damaged, and for no other", async () => {
    publish(large);
    const stop = new AbortController();
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "fetching" && progress.done > 2.5 * PIECE) stop.abort();
    };
    await expect(open({ signal: stop.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    const [first] = (await store.models())[0]!.files;
    await store.set(first!.sha256, new Uint8Array(PIECE));
    cdn.asked.length = 0;
    await open();
    expect(ranges()).toEqual(["bytes=0-262143", `bytes=0-${PIECE - 1}`, `bytes=${2 * PIECE}-${size() - 1}`]);
    await expectModel();
  });

  it("keeps nothing of another commit", async () => {
    publish(large);
    const stop = new AbortController();
    const onProgress = (progress: OpenProgress) => {
      if (progress.kind === "fetching" && progress.done > 1.5 * PIECE) stop.abort();
    };
    await expect(open({ signal: stop.signal, onProgress })).rejects.toMatchObject({ name: "AbortError" });
    const other = "f".repeat(40);
    publishFolder(join(checkpoints, "legacy"), { hub, cdn, repo, commit: other });
    await open();
    const [record] = await store.models();
    expect(parseManifest(record!.manifest).source.revision).toBe(other);
    await expectModel();
  });

  it("begins anew after other bytes than the Hub announced, which leave nothing behind", async () => {
    publish(large);
    const right = readFileSync(join(large, "model.safetensors"));
    const wrong = Buffer.from(right);
    wrong[right.length - 5]! ^= 1;
    cdn.answers.set("/blob/model.safetensors", file(wrong));
    await expect(open()).rejects.toMatchObject({
      code: "checkpoint",
      message: `${repo}/model.safetensors arrived damaged: its SHA-256 is not the one that the Hub gives.`,
    });
    expect(await store.models()).toEqual([]);
    expect((await store.keys()).size).toBe(0);
    cdn.answers.set("/blob/model.safetensors", file(right));
    await open();
    await expectModel();
  });

  it("works with a server that ignores ranges", async () => {
    publish(large);
    cdn.answers.set(
      "/blob/model.safetensors",
      file(readFileSync(join(large, "model.safetensors")), { ranges: false }),
    );
    await open();
    await expectModel();
  });
});
