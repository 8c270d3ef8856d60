// Files that all sites of a browser share: read before the network is asked, offered when they are verified, and never
// trusted, waited for, or needed.

import { expect, it } from "vitest";
import { type CrossOriginStorage, Offer, readShared } from "../../../src/storage/files/shared.ts";
import { fetchFile, memoryStore } from "../../../src/storage/index.ts";
import { standIn } from "../../helpers/cross-origin-storage.ts";
import { content, eventually, expectBytes, portsOf, spec } from "./published.ts";
import { sends } from "./server.ts";
import { useServer } from "./use-server.ts";

const here = useServer();
const bytes = content(1);
const file = spec("shards/layer-9-0.bin", bytes);
const get = (shared: CrossOriginStorage) => fetchFile(file, { ...portsOf(here.server, here.store), shared });

it("asks the server for nothing that another site has stored, and keeps it", async () => {
  expectBytes(await get(standIn({ [file.sha256]: bytes })), bytes);
  expectBytes(await here.store.get(file.sha256), bytes);
  expect(here.server.asked).toEqual([]);
});

it("offers what has come from the server, and what another site then reads", async () => {
  here.server.answers.set(file.file, sends(bytes));
  const shared = standIn({});
  expectBytes(await get(shared), bytes);
  expect(here.server.asked).toHaveLength(1);
  await eventually(() => [...shared.stored.keys()]).toEqual([file.sha256]);
  here.store = memoryStore();
  expectBytes(await get(shared), bytes);
  expect(here.server.asked).toHaveLength(1);
});

it("offers what a store has taken from the array that it came in", async () => {
  here.server.answers.set(file.file, sends(bytes));
  const shared = standIn({});
  here.store = {
    ...here.store,
    set: async (_, kept) => void structuredClone(kept, { transfer: [kept.buffer] }),
  };
  await get(shared);
  await eventually(() => [...shared.stored.keys()]).toEqual([file.sha256]);
});

it("takes nothing that is other bytes, or of another length", async () => {
  here.server.answers.set(file.file, sends(bytes));
  for (const wrong of [content(2), bytes.slice(1), new Uint8Array()]) {
    here.store = memoryStore();
    expectBytes(await get(standIn({ [file.sha256]: wrong })), bytes);
  }
  expect(here.server.asked).toHaveLength(3);
});

it("does without one that refuses or fails", async () => {
  here.server.answers.set(file.file, sends(bytes));
  const refusing = new DOMException("by policy", "NotAllowedError");
  const handle = (part: object) => ({ requestFileHandle: async () => part as never });
  const fails = () => Promise.reject(refusing);
  for (const shared of [
    { requestFileHandle: fails },
    handle({ getFile: fails, createWritable: fails }),
    handle({ getFile: fails, createWritable: async () => ({ write: fails, close: fails, abort: fails }) }),
  ]) {
    here.store = memoryStore();
    expectBytes(await get(shared), bytes);
  }
  expect(here.server.asked).toHaveLength(3);
});

it("is not waited for when a reader gives up", async () => {
  const stop = new AbortController();
  const part = {
    arrayBuffer: () => {
      stop.abort();
      return new Promise<never>(() => {});
    },
  };
  const getFile = async () => ({ size: bytes.length, slice: () => part }) as never;
  const shared = { requestFileHandle: async () => ({ getFile, createWritable: getFile }) };
  const ports = { ...portsOf(here.server, here.store), shared, signal: stop.signal };
  await expect(fetchFile(file, ports)).rejects.toMatchObject({ name: "AbortError" });
  expect(here.server.asked).toEqual([]);
});

it("offers a file in parts, and nothing where they are not the file", async () => {
  const shared = standIn({});
  const offer = new Offer(file.sha256, shared);
  await offer.write(bytes.slice(0, 10));
  await offer.write(bytes.slice(10));
  await offer.end();
  expectBytes(await readShared(file, { storage: shared }), bytes);
  const wrong = standIn({});
  const other = new Offer(file.sha256, wrong);
  await other.write(bytes.slice(0, 10));
  await other.end();
  expect(wrong.stored.size).toBe(0);
});

it("is not there in a browser that has none", async () => {
  expect(await readShared(file)).toBeUndefined();
});
