// One file from a server that fails in the ways servers do: how often it is asked, for what, and what a person reads.

import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { backoff, defaultPatience, retryAfter } from "../../../src/storage/files/retry.ts";
import {
  fetchFile,
  memoryStore,
  type Patience,
  type Retry,
  StorageError,
  type WeightStore,
} from "../../../src/storage/index.ts";
import { content, expectBytes, hasty, portsOf, spec } from "./published.ts";
import { type Answer, drops, inOrder, sends, serves, startServer, type TestServer } from "./server.ts";

let server: TestServer;
let store: WeightStore;

/** bytes of the file that have been read, at most */
let read = 0;

beforeEach(async () => {
  server = await startServer();
  store = memoryStore();
  read = 0;
});
afterEach(() => server.close());

const bytes = content(1);
const file = spec("shards/layer-9-0.bin", bytes);
const flipped = bytes.with(50_000, bytes[50_000]! ^ 1);
const dropsAt = (to: number, from = 0) => drops(bytes, () => read, to, from);
const fails =
  (status: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end("oops");

/** Fetch the file from answers in order; what came of it, and everything that was reported. */
async function fetchIt(answer: Answer, patience: Partial<Patience> = {}) {
  server.answers.set(file.file, answer);
  const retries: Retry[] = [];
  const got = await fetchFile(file, {
    ...portsOf(server, store),
    patience: { ...hasty, ...patience },
    onBytes: (n) => {
      read += n;
    },
    onRetry: (retry) => void retries.push(retry),
  }).catch((error: unknown) => error);
  return { got, counted: read, retries };
}

/** the file is there, verified and kept, and each byte of it was counted once */
async function expectFetched({ got, counted }: Awaited<ReturnType<typeof fetchIt>>) {
  expectBytes(got as Uint8Array, bytes);
  expectBytes(await store.get(file.sha256), bytes);
  expect(counted).toBe(bytes.length);
}

describe("a failure that passes", () => {
  it("a connection that drops: only the missing bytes are asked for and sent", async () => {
    const result = await fetchIt(inOrder(dropsAt(30_000), serves(bytes)));
    await expectFetched(result);
    expect(server.ranges).toEqual([undefined, "bytes=30000-"]);
    expect(server.sent).toBe(bytes.length);
    expect(result.retries).toEqual([
      { kind: "retry", message: `The connection broke while ${file.file} was on its way.`, seconds: 1 },
    ]);
  });

  it("a connection that drops again and again goes on from where it was each time", async () => {
    const broken = [0, 20_000, 40_000].map((from) => dropsAt(from + 20_000, from));
    await expectFetched(await fetchIt(inOrder(...broken, serves(bytes))));
    expect(server.ranges).toEqual([undefined, "bytes=20000-", "bytes=40000-", "bytes=60000-"]);
    expect(server.sent).toBe(bytes.length);
  });

  it("a server that ignores Range is read from its start", async () => {
    await expectFetched(await fetchIt(inOrder(dropsAt(30_000), sends(bytes))));
    expect(server.ranges).toEqual([undefined, "bytes=30000-"]);
  });

  it("a body that ends too early", async () => {
    await expectFetched(await fetchIt(inOrder(sends(bytes.subarray(0, 70_000)), serves(bytes))));
    expect(server.ranges).toEqual([undefined, "bytes=70000-"]);
  });

  it.each([
    [
      "another part than asked for",
      206,
      { "content-range": "bytes 20000-99999/100000" },
      bytes.subarray(20_000),
    ],
    [
      "a part of the compressed file",
      206,
      { "content-range": "bytes 30000-99999/100000", "content-encoding": "gzip" },
      gzipSync(bytes.subarray(30_000)),
    ],
    ["no such part", 416, {}, new Uint8Array()],
  ])("%s: once more from the start, and never a part again", async (_, status, headers, body) => {
    const part: Answer = (r) => r.writeHead(status, headers).end(body);
    const result = await fetchIt(inOrder(dropsAt(30_000), part, dropsAt(40_000), sends(bytes)));
    await expectFetched(result);
    expect(server.ranges).toEqual([undefined, "bytes=30000-", undefined, undefined]);
  });

  it("another part than asked for, and no word of it: the hash tells, and it begins once more", async () => {
    const part: Answer = (r) => r.writeHead(206).end(bytes.subarray(29_999, 99_999));
    await expectFetched(await fetchIt(inOrder(dropsAt(30_000), part, sends(bytes))));
    expect(server.ranges).toEqual([undefined, "bytes=30000-", undefined]);
  });

  it("a damaged byte, once", async () => {
    const result = await fetchIt(inOrder(sends(flipped), sends(bytes)));
    await expectFetched(result);
    expect(server.ranges).toEqual([undefined, undefined]);
    expect(result.retries[0]?.message).toMatch(/arrived damaged/);
  });

  it("too many bytes, once", async () => {
    await expectFetched(await fetchIt(inOrder(sends(content(1, 100_001)), sends(bytes))));
    expect(server.ranges).toEqual([undefined, undefined]);
  });

  it.each([500, 502, 503, 429, 408])("status %i, once", async (status) => {
    const result = await fetchIt(inOrder(fails(status), sends(bytes)));
    await expectFetched(result);
    expect(server.asked).toHaveLength(2);
    expect(result.retries).toMatchObject([{ message: expect.stringContaining(`status ${status}`) }]);
  });

  it("a server that cannot be reached", async () => {
    await expectFetched(await fetchIt(inOrder((r) => r.destroy(), sends(bytes))));
  });

  it("a server that never answers, and one that falls silent", async () => {
    const nothing: Answer = () => {};
    const some: Answer = (r) => void r.writeHead(200).write(bytes.subarray(0, 30_000));
    const result = await fetchIt(inOrder(nothing, some, serves(bytes)), { stall: 1000 });
    await expectFetched(result);
    expect(server.ranges).toEqual([undefined, undefined, "bytes=30000-"]);
    const messages = result.retries.map(({ message }) => message);
    expect(messages).toEqual([
      `The server sent nothing of ${file.file} for 1 s.`,
      `The server sent nothing more of ${file.file} for 1 s.`,
    ]);
  });

  it("a server that says when to come back is asked no sooner", async () => {
    const at: number[] = [];
    const busy = inOrder(fails(429, { "retry-after": "1" }), sends(bytes));
    const result = await fetchIt((r, request) => {
      at.push(performance.now());
      busy(r, request);
    });
    await expectFetched(result);
    expect(at[1]! - at[0]!).toBeGreaterThan(990);
    expect(result.retries).toMatchObject([{ seconds: 1 }]);
  });

  it("another origin's server that answers no request for a part gets a last one for the whole", async () => {
    const cut = inOrder(dropsAt(30_000), sends(bytes));
    await expectFetched(
      await fetchIt((r, request) => (request.headers.range ? r.destroy() : cut(r, request))),
    );
    expect(server.ranges).toEqual([undefined, ...Array(3).fill("bytes=30000-"), undefined]);
  });
});

describe("a failure that stays", () => {
  const cases: [string, Answer, number, StorageError["code"], RegExp][] = [
    ["404", fails(404), 1, "file-missing", /layer-9-0.bin \(status 404\)/],
    ["403", fails(403), 1, "file-missing", /status 403/],
    ["416, though no part was asked for", fails(416), 1, "file-missing", /status 416/],
    ["500", fails(500), 5, "network", /status 500/],
    ["429", fails(429), 5, "network", /status 429/],
    [
      "429 for longer than anyone waits",
      fails(429, { "retry-after": "3600" }),
      1,
      "network",
      /status 429\) and asks to be left alone for 3600 s/,
    ],
    [
      "a web page with status 200",
      sends(new TextEncoder().encode("<!doctype html>"), { "content-type": "text/html; charset=utf-8" }),
      1,
      "file-corrupt",
      /web page instead of shards\/layer-9-0.bin/,
    ],
    ["a body that is too short", sends(bytes.subarray(0, 70_000)), 5, "file-corrupt", /sent 70000 of 100000/],
    [
      "a file that is too short",
      serves(bytes.subarray(0, 70_000)),
      5,
      "file-corrupt",
      /sent 70000 of 100000/,
    ],
    ["a body that is too long", sends(content(1, 300_000)), 2, "file-corrupt", /more than its 100000/],
    ["an empty body", (r) => r.writeHead(204).end(), 5, "file-corrupt", /sent 0 of 100000/],
    ["other bytes of the same length", sends(content(2)), 2, "file-corrupt", /SHA-256/],
    ["a flipped bit", sends(flipped), 2, "file-corrupt", /SHA-256/],
    ["a connection that breaks", dropsAt(30_000), 5, "network", /connection broke/],
    ["a connection that is refused", (r) => r.destroy(), 5, "network", /could not be reached/],
  ];
  it.each(cases)("keeps nothing of %s", async (_, answer, requests, code, message) => {
    const closed: Promise<unknown>[] = [];
    const { got, retries } = await fetchIt((r, request) => {
      closed.push(new Promise((resolve) => r.once("close", resolve)));
      answer(r, request);
    });
    expect(got).toBeInstanceOf(StorageError);
    expect(got).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    });
    expect((await store.keys()).size).toBe(0);
    expect(server.asked).toHaveLength(requests);
    expect(retries).toHaveLength(requests - 1);
    await Promise.all(closed);
  });

  it("a server that never answers is named", async () => {
    const { got } = await fetchIt(() => {}, { stall: 1000, attempts: 2 });
    expect(got).toMatchObject({
      code: "network",
      message: expect.stringMatching(/nothing of .* 1 s/),
    });
    expect(server.asked).toHaveLength(2);
  });
});

describe("a wait", () => {
  it("ends at once when the signal aborts", async () => {
    server.answers.set(file.file, fails(503, { "retry-after": "50" }));
    const abort = new AbortController();
    const reason = new DOMException("enough", "AbortError");
    const running = fetchFile(file, {
      ...portsOf(server, store),
      signal: abort.signal,
      onRetry: () => setTimeout(() => abort.abort(reason)),
    });
    await expect(running).rejects.toBe(reason);
    expect(server.asked).toHaveLength(1);
  });

  it("doubles from half a second, and is cut by up to a half at random", () => {
    for (const [i, longest] of [500, 1000, 2000, 4000].entries()) {
      const waits = Array.from({ length: 200 }, () => backoff(i + 1, defaultPatience));
      expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2);
      expect(new Set(waits).size).toBeGreaterThan(100);
    }
  });

  it.each([
    [null, 0],
    ["3", 3000],
    ["0", 0],
    ["soon", 0],
    ["Mon, 23 Nov 2026 12:00:10 GMT", 10_000],
    ["Mon, 23 Nov 2026 11:59:50 GMT", 0],
  ])("that a server asks for is in seconds or a date: %s", (header, ms) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 12), toFake: ["Date"] });
    try {
      expect(retryAfter(header)).toBe(ms);
    } finally {
      vi.useRealTimers();
    }
  });
});
