// Files against a real server that fails in the ways servers do.

import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  download,
  type FileSpec,
  fetchFile,
  memoryStore,
  readFiles,
  StorageError,
  type WeightStore,
} from "../../src/storage/index.ts";
import { type Answer, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let store: WeightStore;

beforeEach(async () => {
  server = await startServer();
  store = memoryStore();
});
afterEach(() => server.close());

const ports = () => ({ network: { fetch: globalThis.fetch, base: server.base }, store });

/** pseudo-random bytes, different for every seed */
function content(seed: number, length = 100_000): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + seed * 7919, 2654435761) >>> 24);
}

function spec(file: string, bytes: Uint8Array): FileSpec {
  return { file, byteLength: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const sends =
  (bytes: Uint8Array, headers = {}): Answer =>
  (response) =>
    response.writeHead(200, { "content-type": "application/octet-stream", ...headers }).end(bytes);

/** equality that does not take half a second for 100 kB, as toEqual does */
function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array) {
  expect(actual).toBeInstanceOf(Uint8Array);
  expect(Buffer.compare(actual!, expected)).toBe(0);
}

/** publish files named shards/0, shards/1, … on the server */
function publish(count: number): { files: FileSpec[]; contents: Uint8Array<ArrayBuffer>[] } {
  const contents = Array.from({ length: count }, (_, i) => content(i));
  const files = contents.map((bytes, i) => spec(`shards/${i}`, bytes));
  for (const [i, bytes] of contents.entries()) server.answers.set(`shards/${i}`, sends(bytes));
  return { files, contents };
}

describe("fetchFile", () => {
  const bytes = content(1);
  const file = spec("shards/layer-9-0.bin", bytes);

  it("fetches relative to the manifest, counts the bytes, and keeps them", async () => {
    server.answers.set(file.file, sends(bytes));
    let counted = 0;
    const got = await fetchFile(file, {
      ...ports(),
      onBytes: (n) => {
        counted += n;
      },
    });
    expectBytes(got, bytes);
    expect(counted).toBe(bytes.byteLength);
    expectBytes(await store.get(file.sha256), bytes);
  });

  it("asks the server for nothing when the file is kept", async () => {
    await store.set(file.sha256, bytes);
    expectBytes(await fetchFile(file, ports()), bytes);
    expect(server.asked).toEqual([]);
  });

  it.each([
    ["other bytes", content(2)],
    ["too few bytes", bytes.slice(1)],
  ])("replaces a kept file that is damaged: %s", async (_, damaged) => {
    await store.set(file.sha256, damaged);
    server.answers.set(file.file, sends(bytes));
    expectBytes(await fetchFile(file, ports()), bytes);
    expectBytes(await store.get(file.sha256), bytes);
  });

  it("replaces a kept file that the browser cannot read any more", async () => {
    server.answers.set(file.file, sends(bytes));
    const broken: WeightStore = {
      ...store,
      get: () => Promise.reject(new DOMException("gone", "UnknownError")),
    };
    expectBytes(await fetchFile(file, { ...ports(), store: broken }), bytes);
  });

  it("forgets a damaged file even when it cannot be fetched anew", async () => {
    await store.set(file.sha256, content(2));
    await expect(fetchFile(file, ports())).rejects.toMatchObject({ code: "file-missing" });
    expect((await store.keys()).size).toBe(0);
  });

  const misbehaviour: [string, Answer, StorageError["code"], RegExp][] = [
    ["404", (r) => r.writeHead(404).end(), "file-missing", /layer-9-0.bin \(status 404\)/],
    ["403", (r) => r.writeHead(403).end(), "file-missing", /status 403/],
    ["500", (r) => r.writeHead(500).end("oops"), "network", /status 500/],
    ["429", (r) => r.writeHead(429).end(), "network", /status 429/],
    [
      "a web page with status 200",
      (r) => r.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html>"),
      "file-corrupt",
      /web page instead of shards\/layer-9-0.bin/,
    ],
    [
      "a body that is too short",
      (r) => r.end(bytes.subarray(0, 70_000)),
      "file-corrupt",
      /sent 70000 of 100000/,
    ],
    ["a body that is too long", (r) => r.end(content(1, 300_000)), "file-corrupt", /more than its 100000/],
    ["an empty body", (r) => r.writeHead(204).end(), "file-corrupt", /sent 0 of 100000/],
    ["other bytes of the same length", (r) => r.end(content(2)), "file-corrupt", /SHA-256/],
    ["a flipped bit", (r) => r.end(bytes.with(50_000, bytes[50_000]! ^ 1)), "file-corrupt", /SHA-256/],
    [
      "a connection that breaks",
      (r) => {
        r.writeHead(200, { "content-length": bytes.byteLength });
        r.write(bytes.subarray(0, 30_000), () => r.destroy());
      },
      "network",
      /connection broke/,
    ],
    ["a connection that is refused", (r) => r.destroy(), "network", /could not be reached/],
  ];
  it.each(misbehaviour)("keeps nothing of %s", async (_, answer, code, message) => {
    server.answers.set(file.file, answer);
    const error: unknown = await fetchFile(file, ports()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    });
    expect((await store.keys()).size).toBe(0);
    await sleep(20);
    expect(server.open.size).toBe(0);
  });

  it("counts the decoded body, whatever Content-Length says", async () => {
    const { gzipSync } = await import("node:zlib");
    const zeros = new Uint8Array(50_000);
    const compressible = spec("shards/zeros", zeros);
    server.answers.set(compressible.file, sends(gzipSync(zeros), { "content-encoding": "gzip" }));
    expectBytes(await fetchFile(compressible, ports()), zeros);
  });

  it("passes on what the store says when it is full", async () => {
    server.answers.set(file.file, sends(bytes));
    const full = new StorageError("storage-full", "full", "free some");
    await expect(
      fetchFile(file, { ...ports(), store: { ...store, set: () => Promise.reject(full) } }),
    ).rejects.toBe(full);
  });

  it("stops at once when aborted, with the request, and keeps nothing", async () => {
    server.answers.set(file.file, (r) => {
      r.writeHead(200, { "content-length": bytes.byteLength });
      r.write(bytes.subarray(0, 1000));
    });
    const abort = new AbortController();
    const started = performance.now();
    const running = fetchFile(file, { ...ports(), signal: abort.signal, onBytes: () => abort.abort() });
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect(performance.now() - started).toBeLessThan(2000);
    await sleep(50);
    expect(server.open.size).toBe(0);
    expect((await store.keys()).size).toBe(0);
  });

  it("asks for nothing when it was aborted before", async () => {
    await expect(fetchFile(file, { ...ports(), signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(server.asked).toEqual([]);
  });
});

describe("download", () => {
  function recorder() {
    const seen: [number, number][] = [];
    return { seen, onProgress: (done: number, total: number) => void seen.push([done, total]) };
  }

  function expectHonest(seen: [number, number][], start: number, end: number, total: number) {
    expect(seen[0]).toEqual([start, total]);
    expect(seen.at(-1)).toEqual([end, total]);
    for (const [i, [done, all]] of seen.entries()) {
      expect(all).toBe(total);
      expect(done).toBeLessThanOrEqual(total);
      if (i > 0) expect(done).toBeGreaterThan(seen[i - 1]![0]);
    }
  }

  it("keeps every file; progress rises from 0 to the total", async () => {
    const { files } = publish(7);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(await store.keys()).toEqual(new Set(files.map((file) => file.sha256)));
    expectHonest(seen, 0, 700_000, 700_000);
  });

  it("fetches only what is missing, and counts the rest as done", async () => {
    const { files, contents } = publish(5);
    await store.set(files[1]!.sha256, contents[1]!);
    await store.set(files[4]!.sha256, contents[4]!);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(server.asked.toSorted()).toEqual(["shards/0", "shards/2", "shards/3"]);
    expectHonest(seen, 200_000, 500_000, 500_000);
    server.asked.length = 0;
    await download(files, ports());
    expect(server.asked).toEqual([]);
  });

  it("fetches bytes that two files share once", async () => {
    const { files } = publish(1);
    const { seen, onProgress } = recorder();
    await download([...files, { ...files[0]!, file: "shards/same" }], { ...ports(), onProgress });
    expect(server.asked).toHaveLength(1);
    expectHonest(seen, 0, 100_000, 100_000);
  });

  it("finishes at the total when another tab kept a file meanwhile", async () => {
    const { files, contents } = publish(2);
    await store.set(files[0]!.sha256, contents[0]!);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress, store: { ...store, keys: async () => new Set() } });
    expect(server.asked).toEqual(["shards/1"]);
    expectHonest(seen, 0, 200_000, 200_000);
  });

  it("asks for at most three files at a time", async () => {
    const { files, contents } = publish(8);
    let most = 0;
    for (const [i, bytes] of contents.entries()) {
      server.answers.set(`shards/${i}`, (r) => {
        most = Math.max(most, server.open.size);
        setTimeout(() => r.end(bytes), 20);
      });
    }
    await download(files, ports());
    expect(most).toBe(3);
  });

  it("fails with the first error, cuts the others short and keeps what had arrived", async () => {
    const { files } = publish(4);
    server.answers.set("shards/1", (r) => setTimeout(() => r.writeHead(404).end(), 50));
    for (const i of [2, 3]) server.answers.set(`shards/${i}`, (r) => void r.writeHead(200).write("x"));
    const { seen, onProgress } = recorder();
    await expect(download(files, { ...ports(), onProgress })).rejects.toMatchObject({ code: "file-missing" });
    expect(await store.keys()).toEqual(new Set([files[0]!.sha256]));
    for (const [done] of seen) expect(done).toBeLessThan(400_000);
    await sleep(50);
    expect(server.open.size).toBe(0);
  });

  it("stops when aborted; a second download goes on from what is kept", async () => {
    const { files, contents } = publish(3);
    server.answers.set("shards/2", (r) => void r.writeHead(200).write(contents[2]!.subarray(0, 10_000)));
    const abort = new AbortController();
    const running = download(files, { ...ports(), signal: abort.signal });
    while ((await store.keys()).size < 2) await sleep(5);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect((await store.keys()).size).toBe(2);

    server.asked.length = 0;
    server.answers.set("shards/2", sends(contents[2]!));
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(server.asked).toEqual(["shards/2"]);
    expectHonest(seen, 200_000, 300_000, 300_000);
  });
});

describe("a download and its signal", () => {
  const signalled = async (act: (abort: AbortController) => Promise<void>) => {
    // Chrome 116 and Safari 17.4 have it, WebGPU is older
    const any = vi.spyOn(AbortSignal, "any").mockImplementation(() => {
      throw new TypeError("AbortSignal.any is not a function");
    });
    const abort = new AbortController();
    try {
      await act(abort);
      expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    } finally {
      any.mockRestore();
    }
  };

  it("need no AbortSignal.any, and part when it is over or has failed", async () => {
    await signalled(async ({ signal }) => {
      const { files } = publish(5);
      await download(files, { ...ports(), signal });
      expect((await store.keys()).size).toBe(5);
      await expect(download([spec("none", content(9))], { ...ports(), signal })).rejects.toMatchObject({
        code: "file-missing",
      });
    });
  });

  it("end with the signal's own reason, whenever it comes", async () => {
    const reason = new DOMException("enough", "AbortError");
    const { files } = publish(3);
    for (const i of [0, 1, 2]) server.answers.set(`shards/${i}`, (r) => void r.writeHead(200).write("x"));
    await signalled(async (abort) => {
      const running = download(files, { ...ports(), signal: abort.signal });
      while (server.open.size < 3) await sleep(5);
      abort.abort(reason);
      await expect(running).rejects.toBe(reason);
    });
    server.asked.length = 0;
    await signalled(async (abort) => {
      const keys = async () => {
        abort.abort(reason); // while the store answers
        return new Set<string>();
      };
      const aborted = { ...ports(), signal: abort.signal, store: { ...store, keys } };
      await expect(download(files, aborted)).rejects.toBe(reason);
    });
    await signalled(async (abort) => {
      const onProgress = () => abort.abort(reason);
      const running = download(files, { ...ports(), signal: abort.signal, onProgress });
      await expect(running).rejects.toBe(reason);
    });
    expect(server.asked).toEqual([]);
  });
});

describe("readFiles", () => {
  it("puts chunks together in order, kept and fetched ones, the same one twice", async () => {
    const { files, contents } = publish(3);
    await store.set(files[1]!.sha256, contents[1]!);
    const order = [2, 1, 0, 2];
    const all = await readFiles(
      order.map((i) => files[i]!),
      ports(),
    );
    expectBytes(all, Buffer.concat(order.map((i) => contents[i]!)));
    expect(server.asked).toEqual(["shards/2", "shards/0"]);
  });

  it("fetches again what a deletion in another tab swept away during the download", async () => {
    const { files, contents } = publish(3);
    server.answers.set("shards/2", (r) => setTimeout(() => r.end(contents[2]), 100));
    const running = download(files, ports());
    while ((await store.keys()).size < 2) await sleep(5);
    await store.deleteModel("another");
    await running;
    expect((await store.keys()).size).toBe(1);
    expectBytes(await readFiles(files, ports()), Buffer.concat(contents));
    expect((await store.keys()).size).toBe(3);
  });

  it("needs no server when everything is kept", async () => {
    const { files } = publish(3);
    await download(files, ports());
    await server.close();
    expect((await readFiles(files, ports())).byteLength).toBe(300_000);
  });

  it("says so when the result fits into no memory", async () => {
    const huge = { file: "huge", byteLength: 2 ** 53, sha256: "0".repeat(64) };
    await expect(readFiles([huge], ports())).rejects.toMatchObject({ code: "out-of-memory" });
  });
});
