// Shards from chunks of every kind: those that a store reads into the array it is given, and those that it has an array of
// its own for, as it has for short files, for what is kept in memory, and for what had to be fetched again.

import { expect, it } from "vitest";
import type { ReadFile } from "../../../src/engine/load/read-file.ts";
import { readAhead, Shards } from "../../../src/engine/load/shards.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import type { Manifest } from "../../../src/model/index.ts";
import type { FileSpec } from "../../../src/storage/index.ts";
import { dice } from "../../helpers/mutate.ts";

type Kind = "filled" | "own";

const roll = dice(5);

/** Shards of these chunks, each of a kind and so many bytes; what they hold is counted. */
function shardsOf(chunks: readonly (readonly (readonly [Kind, number])[])[]) {
  const specs = chunks.map((shard, i) =>
    shard.map(([kind, byteLength], j) => ({ file: `${i}.${j}`, byteLength, sha256: kind })),
  );
  const byteLength = (shard: readonly FileSpec[]) => shard.reduce((sum, each) => sum + each.byteLength, 0);
  const manifest = {
    encoding: "fp32",
    shards: Object.fromEntries(
      specs.map((shard, i) => [`${i}`, { byteLength: byteLength(shard), chunks: shard, tensors: [] }]),
    ),
  } as unknown as Manifest;
  const held = new Map<ArrayBuffer, number>();
  const most = { now: 0 };
  const take = (bytes: Uint8Array<ArrayBuffer>) => {
    held.set(bytes.buffer, bytes.buffer.byteLength);
    most.now = Math.max(most.now, sum());
    return bytes;
  };
  const sum = (): number => [...held.values()].reduce((all, each) => all + each, 0);
  const counted = {
    allocate: (bytes: number) => take(memory.allocate(bytes)),
    free: (bytes: Uint8Array<ArrayBuffer>) => {
      expect(held.delete(bytes.buffer), "freed once").toBe(true);
      memory.free(bytes);
    },
  };
  const read: ReadFile = async (file, _signal, allocate) => {
    await new Promise((resolve) => setTimeout(resolve, roll() * 3));
    const content = contentOf(file);
    if (file.sha256 === "own") return take(content);
    const given = allocate!(file.byteLength);
    expect(given.buffer.byteLength, "room for the chunk").toBeGreaterThanOrEqual(file.byteLength);
    held.delete(given.buffer);
    // detached, as by a browser's reader
    const buffer = structuredClone(given.buffer, { transfer: [given.buffer] });
    const bytes = new Uint8Array(buffer, 0, file.byteLength);
    bytes.set(content);
    return take(bytes);
  };
  const sessions = specs.map((_, i) => [`${i}`]);
  const shards = new Shards(manifest, sessions, { read, memory: counted, signal: undefined });
  return { shards, specs, sessions, held, most };
}

/** the bytes of a chunk, which tell it from others */
function contentOf({ file, byteLength }: FileSpec): Uint8Array<ArrayBuffer> {
  const seed = [...file].reduce((all, letter) => all * 31 + letter.charCodeAt(0), 7);
  return new Uint8Array(byteLength).map((_, i) => (i * 7 + seed) % 251);
}

/** of which kind the chunk of a number is */
const kinds = {
  "all filled": () => "filled",
  "none filled": () => "own",
  "by turns": (i) => (i % 2 === 0 ? "filled" : "own"),
  "by chance": () => (roll() < 0.5 ? "filled" : "own"),
} satisfies Record<string, (i: number) => Kind>;

it.each(
  Object.keys(kinds) as (keyof typeof kinds)[],
)("are whole, and hold no more than they say: %s", async (name) => {
  let count = 0;
  for (let round = 0; round < 20; round++) {
    const chunks = Array.from({ length: 5 }, () =>
      Array.from({ length: 1 + Math.floor(roll() * 4) }, () => {
        return [kinds[name](count++), [3000, 2000, 50][Math.floor(roll() * 3)]!] as const;
      }),
    );
    const { shards, specs, sessions, held, most } = shardsOf(chunks);
    for (const [i, names] of sessions.entries()) {
      shards.keep(names);
      const [given] = await shards.take(names);
      expect(Buffer.from(given!.data).equals(Buffer.concat(specs[i]!.map(contentOf)))).toBe(true);
    }
    const shard = Math.max(...specs.map((all) => all.reduce((sum, each) => sum + each.byteLength, 0)));
    expect(most.now).toBeLessThanOrEqual(shard + (1 + readAhead) * 3000 + slack[name]);
    await shards.close();
    expect(held.size).toBe(0);
  }
});

/** where kinds are mixed, an array that was to be filled and was not is there for a moment */
const slack = { "all filled": 0, "none filled": 0, "by turns": 9000, "by chance": 9000 };
