import { afterEach, describe, expect, it } from "vitest";
import {
  memoryStore,
  openStore,
  overflowing,
  remoteStore,
  StorageError,
  type StoredModel,
  serveStore,
} from "../../../src/storage/index.ts";
import { contract } from "./contract.ts";

describe("the store in memory", () => {
  for (const { name, run } of contract) it(name, () => run(memoryStore()));

  it("is what openStore gives where there is no IndexedDB, as in Node", async () => {
    expect((await openStore()).kind).toBe("memory");
  });
});

describe("a store with memory above it", () => {
  for (const { name, run } of contract) {
    it(`when there is room: ${name}`, () => run(overflowing(memoryStore())));
    it(`when everything is spilled: ${name}`, () => {
      const store = overflowing(memoryStore());
      store.memoryOnly = true;
      return run(store);
    });
  }
});

it("keeps what one task brings and not what another does, and both are found", async () => {
  const below = memoryStore();
  const store = overflowing(below);
  const [keeping, passing] = [store.forTask(false), store.forTask(true)];
  await keeping.set("a", new Uint8Array([1]));
  await passing.set("b", new Uint8Array([2]));
  await keeping.set("c", new Uint8Array([3]));
  expect([...(await below.keys())]).toEqual(["a", "c"]);
  for (const each of [store, keeping, passing]) {
    expect([...(await each.keys())].sort()).toEqual(["a", "b", "c"]);
    expect(await each.get("b")).toEqual(new Uint8Array([2]));
  }
});

describe("the record of a download that spills", () => {
  const file = (sha256: string) => ({ file: `shards/${sha256}`, byteLength: 1, sha256 });
  const record = (name: string, ...hashes: string[]): StoredModel => {
    const files = hashes.map(file);
    return { name, manifest: "{}", url: "", files, verifiedAt: 1, unfinished: true };
  };
  const setUp = () => {
    const below = memoryStore();
    const store = overflowing(below);
    store.memoryOnly = true;
    return { below, store };
  };

  it("stays in memory when nothing of the model is kept, or only what another model needs", async () => {
    const { below, store } = setUp();
    await store.setModel(record("one", "a", "b"));
    expect(await below.models()).toEqual([]);
    expect(await store.models()).toEqual([record("one", "a", "b")]);
    const other = { ...record("two", "a"), unfinished: false };
    await below.set("a", new Uint8Array(1));
    await below.setModel(other);
    await store.setModel(record("one", "a", "b"));
    expect(await below.models()).toEqual([other]);
  });

  it("is kept when files of an earlier download are", async () => {
    const { below, store } = setUp();
    await below.set("a", new Uint8Array(1));
    await below.setModel(record("one", "a"));
    await store.setModel(record("one", "a", "b"));
    expect(await below.models()).toEqual([record("one", "a", "b")]);
  });
});

describe("a store behind a port", () => {
  const channels: MessageChannel[] = [];
  afterEach(() => {
    for (const { port1, port2 } of channels.splice(0)) {
      port1.close();
      port2.close();
    }
  });
  const remote = (store = memoryStore()) => {
    const channel = new MessageChannel();
    channels.push(channel);
    serveStore(channel.port1, store);
    return remoteStore(channel.port2, store.kind);
  };

  for (const { name, run } of contract) it(name, () => run(remote()));

  it("leaves the bytes that are kept with their owner", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await remote().set("a", bytes);
    expect(bytes).toEqual(new Uint8Array([1, 2, 3]));
  });

  it("passes on errors with their code and their hint, others with their name", async () => {
    const full = new StorageError("storage-full", "It is full.", "Free some.");
    const gone = new DOMException("It is gone.", "UnknownError");
    const store = remote({
      ...memoryStore(),
      set: () => Promise.reject(full),
      get: () => Promise.reject(gone),
    });
    const refused: unknown = await store.set("a", new Uint8Array(1)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StorageError);
    expect(refused).toMatchObject({ code: "storage-full", message: "It is full.", hint: "Free some." });
    await expect(store.get("a")).rejects.toMatchObject({ name: "UnknownError", message: "It is gone." });
  });
});
