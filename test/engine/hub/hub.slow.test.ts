// Models from the Hub opened by the engine, from a real server that stands in for it: the exporter's model byte for byte, what
// is asked and when, and each refusal in a sentence. Large ones, and downloads that stop, are in large.slow.test.ts.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LocalEngine } from "../../../src/engine/engine.ts";
import { WeightsFile } from "../../../src/engine/hub/weights-file.ts";
import type { OpenOptions } from "../../../src/engine/index.ts";
import { parseManifest } from "../../../src/model/index.ts";
import { memoryStore, StorageError, type WeightStore } from "../../../src/storage/index.ts";
import { engineAlone, engineWithHub } from "../../helpers/chosen.ts";
import { expectExported } from "../../helpers/exported-from-hub.ts";
import { checkpoints, root } from "../../helpers/fixtures.ts";
import { addresses, file, json, type Origin, publishFolder, startOrigin } from "../../helpers/hub.ts";

const repo = "someone/tiny-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const at = addresses(repo, commit);
const weights = at.file("model.safetensors");
const question = { repo, revision: "main" };

const folder = mkdtempSync(join(tmpdir(), "hub-tab-"));
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

const publish = (from = join(checkpoints, "legacy"), more: string[] = []) =>
  publishFolder(from, { hub, cdn, repo, commit, more });
const open = async (options: Partial<OpenOptions> = {}) =>
  engine.open(await engine.find(question), { name: "mine", ...options });

const expectModel = () => expectExported(store, repo, { endpoint: hub.url, folder, name: "mine" });

describe("the exporter's model, byte for byte", () => {
  const torch = join(root, "test/fixtures/torch-files");
  const assembled = async (name: string, add: (path: string) => void) => {
    const path = join(folder, name);
    cpSync(join(checkpoints, "legacy"), path, { recursive: true });
    await rm(join(path, "model.safetensors"));
    add(path);
    cpSync(join(checkpoints, "legacy", "config.json"), join(path, "config.json"));
    return path;
  };

  it.each(["legacy", "tied-copy", "untied", "half", "bfloat"])("%s", async (name) => {
    publish(join(checkpoints, name));
    const { manifest } = await open();
    await expectModel();
    expect(parseManifest((await store.models())[0]!.manifest)).toMatchObject({
      source: { repo, revision: commit },
      licence: "apache-2.0",
    });
    expect(await engine.load(manifest, { device: "wasm" })).toMatchObject({ name: "mine", repo });
  });

  it("shards with their index", async () => {
    publish(await assembled("sharded", (path) => cpSync(join(torch, "sharded"), path, { recursive: true })));
    const found = await engine.find(question);
    expect(found.weights).toHaveLength(3);
    await engine.open(found, { name: "mine" });
    await expectModel();
  });

  it("pytorch_model.bin, downloaded once", async () => {
    const bin = "pytorch_model.bin";
    publish(await assembled("torch", (path) => cpSync(join(torch, bin), join(path, bin))));
    await open();
    expect(cdn.asked.map(({ path }) => path)).toEqual([`/blob/${bin}`]);
    await expectModel();
  });
});

it("works without keeping, where there is no room, and leaves nothing", async () => {
  publish();
  const full = new StorageError("storage-full", "The browser refused to keep it.", "Free disk space.");
  const disk = memoryStore();
  // for what comes first, and no more
  let room = 1;
  const set: WeightStore["set"] = (...file) => (room-- > 0 ? disk.set(...file) : Promise.reject(full));
  const small: WeightStore = { ...disk, kind: "indexeddb", set };
  const other = engineWithHub(small, hub.url);
  const found = await other.find(question);
  await expect(other.open(found, { name: "mine" })).rejects.toMatchObject({ code: "storage-full" });
  expect((await small.keys()).size).toBe(1);
  const { manifest } = await other.open(found, { name: "mine", keep: false });
  expect(await small.models()).toEqual([]);
  expect((await small.keys()).size).toBe(0);
  expect(await other.load(manifest, { device: "wasm", keep: false })).toMatchObject({ store: "memory" });
  await other.dispose();
});

it("is not downloaded again where another tab has made it meanwhile, unless some of it is damaged", async () => {
  publish();
  const found = await engine.find(question);
  const first = await engine.open(found, { name: "mine" });
  cdn.asked.length = 0;
  hub.asked.length = 0;
  // a tab that waited has asked what the model is before
  const next = engineWithHub(store, hub.url);
  expect(await next.open(found, { name: "mine" })).toEqual(first);
  expect([...hub.asked, ...cdn.asked]).toEqual([]);
  const { sha256: key } = (await store.models())[0]!.files.find(({ file }) => file.startsWith("weights/"))!;
  const bytes = (await store.get(key))!;
  bytes[3]! ^= 1;
  await store.set(key, bytes);
  expect(await next.open(found, { name: "mine" })).toEqual(first);
  expect(cdn.asked).not.toEqual([]);
  await next.dispose();
  await expectModel();
});

describe("what is asked", () => {
  it("before a person has agreed: for the commit and the list of files, not for any of them", async () => {
    publish();
    const found = await engine.find(question);
    expect(hub.asked.map(({ path }) => path)).toEqual([at.info, at.tree]);
    expect(cdn.asked).toEqual([]);
    const sizes = ["config.json", "tokenizer_config.json", "vocab.txt", "model.safetensors"].map(
      (name) => readFileSync(join(checkpoints, "legacy", name)).length,
    );
    expect(found).toMatchObject({ repo, name: repo, commit, licence: "apache-2.0", endpoint: hub.url });
    expect(found.bytes).toBe(sizes.reduce((a, b) => a + b));
  });

  it("for a size by its first byte where a mirror does not tell it", async () => {
    publish();
    hub.answers.delete(at.tree);
    const { bytes, files } = await engine.find(question);
    expect(files.map(({ sha256 }) => sha256)).toEqual([undefined, undefined, undefined, undefined]);
    expect(cdn.asked.map(({ range }) => range)).toEqual(["bytes=0-0"]);
    publish();
    expect(bytes).toBe((await engine.find(question)).bytes);
    hub.answers.delete(at.tree);
    await open();
    await expectModel();
  });

  it("nothing of the weights where the configuration or the header is none that can be used", async () => {
    const gpt = join(folder, "gpt");
    cpSync(join(checkpoints, "legacy"), gpt, { recursive: true });
    writeFileSync(join(gpt, "config.json"), JSON.stringify({ model_type: "gpt2" }));
    publish(gpt);
    await expect(open()).rejects.toMatchObject({
      code: "checkpoint",
      message: expect.stringMatching(/gpt2/),
    });
    expect(cdn.asked).toEqual([]);
    publish();
    const config = JSON.parse(readFileSync(join(checkpoints, "legacy", "config.json"), "utf8"));
    hub.answers.set(at.file("config.json"), json({ ...config, num_hidden_layers: 7 }));
    const text = JSON.stringify({ ...config, num_hidden_layers: 7 });
    const found = await engine.find(question);
    found.files.find(({ path }) => path === "config.json")!.size = text.length;
    await expect(engine.open(found, { name: "mine" })).rejects.toMatchObject({ code: "checkpoint" });
    // its beginning is the whole of so small a file
    expect(cdn.asked).toHaveLength(1);
    expect(await store.models()).toEqual([]);
  });

  it("nothing of weights that would all be needed first, where the tokenizer is none, or there is no room", async () => {
    const wordless = (name: string) => {
      const path = join(folder, `${name}-wordless`);
      cpSync(join(checkpoints, name), path, { recursive: true });
      rmSync(join(path, "tokenizer.json"), { force: true });
      writeFileSync(join(path, "vocab.txt"), "[PAD]\n");
      return path;
    };
    const [untied, torch] = [wordless("untied"), wordless("legacy")];
    rmSync(join(torch, "model.safetensors"));
    cpSync(join(root, "test/fixtures/torch-files/pytorch_model.bin"), join(torch, "pytorch_model.bin"));
    for (const path of [untied, torch]) {
      publish(path);
      await expect(open()).rejects.toMatchObject({ code: "checkpoint" });
    }
    expect(cdn.asked).toEqual([]);
    const estimate = async () => ({ quota: 1_000_000, usage: 999_000 });
    vi.stubGlobal("navigator", { storage: { estimate, persisted: async () => false } });
    const other = engineWithHub({ ...memoryStore(), kind: "indexeddb" }, hub.url);
    cpSync(join(checkpoints, "legacy", "vocab.txt"), join(torch, "vocab.txt"));
    publish(torch);
    await expect(other.open(await other.find(question), { name: "mine" })).rejects.toMatchObject({
      code: "storage-full",
      message: expect.stringMatching(/lets this site keep .* more, and mine needs/),
    });
    expect(cdn.asked).toEqual([]);
    await other.dispose();
  });

  it("nothing of a second matrix where the header says that a third one is missing", async () => {
    const untied = join(folder, "untied-deeper");
    cpSync(join(checkpoints, "untied"), untied, { recursive: true });
    const config = JSON.parse(readFileSync(join(untied, "config.json"), "utf8"));
    writeFileSync(join(untied, "config.json"), JSON.stringify({ ...config, num_hidden_layers: 7 }));
    publish(untied);
    const read = vi.spyOn(WeightsFile.prototype, "read");
    await expect(open()).rejects.toMatchObject({ code: "checkpoint" });
    // its length, and the header
    expect(read).toHaveBeenCalledTimes(2);
    read.mockRestore();
  });

  it("nothing where the site was built without the Hub", async () => {
    const asked: string[] = [];
    const alone = engineAlone(store, (url) => asked.push(url));
    await expect(alone.find(question)).rejects.toMatchObject({
      message: "This site was built without the Hugging Face Hub.",
    });
    expect(asked).toEqual([]);
    await alone.dispose();
  });

  it("without a cookie or a referrer", async () => {
    publish();
    const said: RequestInit[] = [];
    const other = engineWithHub(store, hub.url, (input, init) => {
      said.push(init ?? {});
      return fetch(input, init);
    });
    await other.open(await other.find(question), { name: "mine" });
    expect(said.length).toBeGreaterThan(5);
    for (const init of said)
      expect(init).toMatchObject({ credentials: "omit", referrerPolicy: "no-referrer" });
    await other.dispose();
  });
});

describe("refused in one sentence", () => {
  async function refusal(): Promise<string> {
    const error = await open().then(
      () => ({ message: "opened", hint: "" }),
      (reason: { message: string; hint: string }) => reason,
    );
    expect(error.message).toMatch(/^[^\n]{10,400}\.$/);
    expect(error.hint).not.toMatch(/HF_TOKEN|HF_ENDPOINT|command/);
    expect(await store.models()).toEqual([]);
    expect((await store.keys()).size).toBe(0);
    return `${error.message} ${error.hint}`;
  }

  it.each([
    [401, /does not give out .*tiny-bert at revision main.*Check the name.*open their folder here/],
    [403, /refuses .* to anonymous visitors \(status 403\).*terms to accept.*open their folder here/],
    [404, /has no someone\/tiny-bert at revision main \(status 404\)/],
    [503, /failed to send .*\(status 503\)/],
  ])("status %s", async (status, words) => {
    publish();
    hub.answers.set(at.info, (_, response) => response.writeHead(status).end());
    expect(await refusal()).toMatch(words);
  });

  it("status 403 of the weights, and of a small file", async () => {
    publish();
    hub.answers.set(weights, (_, response) => response.writeHead(403).end());
    expect(await refusal()).toMatch(/refuses model.safetensors to anonymous visitors/);
    hub.answers.set(at.file("config.json"), (_, response) => response.writeHead(403).end());
    expect(await refusal()).toMatch(/refuses config.json to anonymous visitors/);
  });

  it("too many requests: it asks again, and says so where it is told to wait for long", async () => {
    publish();
    let asked = 0;
    const usual = hub.answers.get(at.info)!;
    hub.answers.set(at.info, (request, response) => {
      if (asked++ > 0) usual(request, response);
      else response.writeHead(429, { "retry-after": "1" }).end();
    });
    const waited: unknown[] = [];
    await engine.find(question, { onProgress: ({ waiting }) => waited.push(waiting) });
    expect(asked).toBe(2);
    expect(waited).toEqual([{ kind: "retry", message: expect.stringContaining("(status 429)"), seconds: 1 }]);
    hub.answers.set(at.info, (_, response) => response.writeHead(429, { "retry-after": "300" }).end());
    expect(await refusal()).toMatch(/status 429\) and asks to be left alone for 300 s\. Wait that long/);
  });

  it("a Git LFS pointer in place of the weights, whatever was announced", async () => {
    publish();
    const pointer = Buffer.from(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 435755784\n`,
    );
    cdn.answers.set("/blob/model.safetensors", file(pointer, { ranges: false }));
    expect(await refusal()).toMatch(
      /sent a Git LFS pointer instead of someone\/tiny-bert\/model.safetensors/,
    );
    hub.answers.delete(at.tree);
    expect(await refusal()).toMatch(/model.safetensors is a Git LFS pointer/);
  });

  it("a Hub that cannot be reached, answers with a page, or with nonsense", async () => {
    publish();
    hub.answers.set(at.info, (_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    expect(await refusal()).toMatch(/did not answer with JSON.*log-in page/);
    hub.answers.set(at.info, (_, response) => response.end("{"));
    expect(await refusal()).toMatch(/did not answer with JSON/);
    hub.answers.set(at.info, json({}));
    expect(await refusal()).toMatch(/does not say which commit/);
    await hub.close();
    expect(await refusal()).toMatch(/could not be reached/);
  });

  it("what is no Hub id, of which nobody is asked", async () => {
    for (const wrong of ["a/b/c", "../x", "a b", "", "a/..", "https://huggingface.co/a/b"])
      await expect(engine.find({ repo: wrong, revision: "main" })).rejects.toMatchObject({
        code: "checkpoint",
        message: expect.stringContaining("no Hub id"),
      });
    expect(hub.asked).toEqual([]);
  });

  it("a small file that is not the one announced", async () => {
    publish();
    hub.answers.set(at.file("vocab.txt"), file(Buffer.from("[PAD]\n")));
    expect(await refusal()).toMatch(/vocab.txt is not the file that the Hub announced: it has 6 bytes/);
  });
});
