// Files that a test publishes on its server, and the outside world in which storage fetches them.

import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { FileSpec, Patience, WeightStore } from "../../../src/storage/index.ts";
import { serves, type TestServer } from "./server.ts";

/** the waits of a test: as many attempts as a visitor's, milliseconds between them, no stall */
export const hasty: Patience = { attempts: 5, wait: 2, stall: 60_000, longest: 60_000 };

/** pseudo-random bytes, different for every seed */
export function content(seed: number, length = 100_000): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + seed * 7919, 2654435761) >>> 24);
}

export function spec(file: string, bytes: Uint8Array): FileSpec {
  return { file, byteLength: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** publish files named shards/0, shards/1, … on the server */
export function publish(
  server: TestServer,
  count: number,
): { files: FileSpec[]; contents: Uint8Array<ArrayBuffer>[] } {
  const contents = Array.from({ length: count }, (_, i) => content(i));
  const files = contents.map((bytes, i) => spec(`shards/${i}`, bytes));
  for (const [i, bytes] of contents.entries()) server.answers.set(`shards/${i}`, serves(bytes));
  return { files, contents };
}

/** what fetchFile and download need */
export function portsOf(server: TestServer, store: WeightStore) {
  return {
    network: { fetch: globalThis.fetch, base: server.base },
    store,
    name: server.base,
    patience: hasty,
  };
}

/** equality that does not take half a second for 100 kB, as toEqual does */
export function expectBytes(actual: Uint8Array | undefined, expected: Uint8Array) {
  expect(actual).toBeInstanceOf(Uint8Array);
  expect(Buffer.compare(actual!, expected)).toBe(0);
}

/** expect.poll with the patience that a machine with other work to do needs */
export const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get);
