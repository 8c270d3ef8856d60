// Parts of a file from a real server, in order and each byte once, whatever the server and the line do.

import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fetchRange, type Patience, type Retry, refusing } from "../../../src/storage/index.ts";
import { type Answer, file, type Origin, startOrigin } from "../../helpers/hub.ts";

const bytes = randomBytes(300_000);
const all = { first: 0, end: bytes.length };
const patience: Patience = { attempts: 3, wait: 1, stall: 10_000, longest: 50 };

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
  origin.answers.set("/file", file(bytes));
});
afterEach(() => origin.close());

interface Options {
  signal?: AbortSignal;
  onBytes?: () => void | Promise<void>;
  fetch?: typeof globalThis.fetch;
  stall?: number;
}

const retries: Retry[] = [];
/** bytes that the last read has got */
let got = 0;
async function read(
  range = all,
  { signal, onBytes, fetch = globalThis.fetch, stall = 10_000 }: Options = {},
): Promise<Buffer> {
  retries.length = 0;
  got = 0;
  const parts: Uint8Array[] = [];
  const target = { url: `${origin.url}/file`, file: "the file", size: bytes.length };
  const take = async (part: Uint8Array) => {
    got += part.byteLength;
    parts.push(part.slice());
    await onBytes?.();
  };
  const onRetry = (retry: Retry) => void retries.push(retry);
  await fetchRange(target, range, take, { fetch, signal, onRetry, patience: { ...patience, stall } });
  return Buffer.concat(parts);
}

const expectSame = (read: Buffer, { first, end } = all) =>
  expect(Buffer.compare(read, bytes.subarray(first, end))).toBe(0);
const ranges = () => origin.asked.map(({ range }) => range);
/** these answers, one for each request, and then the file */
function answering(...answers: Answer[]): void {
  let next = 0;
  origin.answers.set("/file", (request, response) => (answers[next++] ?? file(bytes))(request, response));
}
/** a connection that breaks once 70,000 bytes have been read */
const breaking = (manners: object = {}) =>
  file(bytes, { breakAfter: 70_000, ...manners }, async (sent) => {
    await expect.poll(() => got).toBeGreaterThanOrEqual(sent);
  });

it("asks for a part, with both its ends", async () => {
  const range = { first: 1000, end: 5000 };
  expectSame(await read(range), range);
  expect(ranges()).toEqual(["bytes=1000-4999"]);
});

it("takes the part out of the whole where the server ignores ranges", async () => {
  origin.answers.set("/file", file(bytes, { ranges: false }));
  const range = { first: 100_000, end: 100_010 };
  expectSame(await read(range), range);
});

it("asks for the rest where the connection breaks", async () => {
  answering(breaking());
  expectSame(await read());
  expect(ranges()).toEqual(["bytes=0-299999", "bytes=70000-299999"]);
  expect(retries).toMatchObject([{ message: "The connection broke while the file was on its way." }]);
});

it("gives no byte twice where a server that ignores ranges begins anew", async () => {
  answering(breaking({ ranges: false }), file(bytes, { ranges: false }));
  expectSame(await read());
  expect(ranges()).toHaveLength(2);
});

it("asks again where the server is busy, gives up after some attempts, and where it would have to wait for long", async () => {
  const busy: Answer = (_, response) => response.writeHead(429, { "retry-after": "0" }).end();
  answering(busy, busy);
  expectSame(await read());
  expect(retries).toHaveLength(2);
  answering(busy, busy, busy);
  await expect(read()).rejects.toMatchObject({ code: "network", message: expect.stringContaining("429") });
  answering((_, response) => response.writeHead(503, { "retry-after": "9" }).end());
  await expect(read()).rejects.toThrow("asks to be left alone for 9 s");
  expect(retries).toEqual([]);
});

it("breaks off where nothing comes, and asks again", async () => {
  answering(() => {});
  expectSame(await read(all, { stall: 1000 }));
  expect(retries[0]).toMatchObject({ message: "The server sent nothing of the file for 1 s." });
});

it("takes no silence of a store for one of the server", async () => {
  let slow = true;
  const onBytes = async () => {
    if (slow) await new Promise((resolve) => setTimeout(resolve, 2_500));
    slow = false;
  };
  expectSame(await read(all, { stall: 1000, onBytes }));
  expect(retries).toEqual([]);
  expect(ranges()).toEqual(["bytes=0-299999"]);
});

it("says a refusal as the caller has it, at once", async () => {
  const refuse = refusing(fetch, (status) => new Error(`refused ${status}`));
  answering((_, response) => response.writeHead(403).end());
  await expect(read(all, { fetch: refuse })).rejects.toThrow("refused 403");
  answering((_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"));
  await expect(read(all, { fetch: refuse })).rejects.toThrow("refused 200");
  answering((_, response) => response.writeHead(404).end());
  await expect(read()).rejects.toMatchObject({ code: "file-missing" });
  expect(origin.asked).toHaveLength(3);
});

it("takes nothing of another file, of another part, or of a shorter file", async () => {
  const other = /The server sent another file, or another part of one, than the 300000 bytes/;
  answering(file(bytes.subarray(1), { ranges: false }));
  await expect(read()).rejects.toThrow(other);
  answering(file(bytes.subarray(1)));
  await expect(read()).rejects.toThrow(other);
  answering((_, response) =>
    response.writeHead(206, { "content-range": "bytes 5-299999/300000" }).end(bytes.subarray(5)),
  );
  await expect(read()).rejects.toThrow(other);
  answering(breaking(), file(bytes, { etag: '"v2"' }));
  await expect(read()).rejects.toThrow(other);
  origin.answers.set("/file", file(bytes.subarray(0, 10)));
  await expect(read({ first: 20, end: 30 })).rejects.toThrow(/has fewer than the 300000 bytes/);
});

it("names a Git LFS pointer", async () => {
  const oid = `sha256:${"a".repeat(64)}`;
  const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid ${oid}\nsize 9\n`);
  answering(file(pointer, { ranges: false }));
  await expect(read()).rejects.toThrow("The server sent a Git LFS pointer instead of the file.");
});

it("stops when it is told to, and when what takes the bytes fails", async () => {
  const stop = new AbortController();
  const aborted = read(all, { signal: stop.signal, onBytes: () => stop.abort() });
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  origin.asked.length = 0;
  await expect(read(all, { onBytes: () => Promise.reject(new Error("full")) })).rejects.toThrow("full");
  expect(origin.asked).toHaveLength(1);
});
