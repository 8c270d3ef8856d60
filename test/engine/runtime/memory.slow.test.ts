// "At no time more than the shard being assembled, its chunk and those read ahead, beyond what the runtime itself must hold":
// counted on small models whose shards are cut into many chunks. bench/memory.bench.ts measures bert-base's shape.

import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { LocalEngine } from "../../../src/engine/engine.ts";
import { readAhead } from "../../../src/engine/load/shards.ts";
import type { Ports } from "../../../src/engine/ports.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import { memoryStore } from "../../../src/storage/index.ts";
import { practice } from "../../helpers/fixtures.ts";
import { portsOf, Site, sha256, url } from "../load/site.ts";
import { Ledger } from "./ledger.ts";

/** A site's model in many small chunks, a runtime's file in pieces, and an engine whose memory is counted. */
function setUp(model: string) {
  const site = new Site(join(inject("models"), model));
  const kept = Object.values(site.manifest.shards).map(({ chunks }) => bytesOf(chunks));
  // every shard has five at least
  const chunk = Math.floor(Math.min(...kept) / 5 / 4) * 4;
  site.chop(chunk);
  const wasm = Uint8Array.from({ length: 2.5 * chunk }, (_, i) => i * 7);
  const pieces = [0, 1, 2].map((i) => wasm.slice(i * chunk, (i + 1) * chunk));
  for (const [i, bytes] of pieces.entries()) site.files.set(`ort.${i}.wasm`, bytes);
  const plain = portsOf(site, memoryStore());
  /** what the runtime was started with */
  const starts: { bytes: Uint8Array; env: { wasmBinary?: ArrayBufferLike } }[] = [];
  const ledger = new Ledger();
  const ports: Ports = {
    ...plain,
    runtime: {
      files: pieces.map((bytes, i) => ({
        file: new URL(`ort.${i}.wasm`, url).href,
        byteLength: bytes.length,
        sha256: sha256(bytes),
      })),
      load: async (bytes) => {
        const ort = await plain.runtime.load(bytes);
        const env = { wasmBinary: bytes.buffer };
        starts.push({ bytes: bytes.slice(), env });
        return { ...ort, env: { ...ort.env, wasm: env } } as unknown as typeof ort;
      },
    },
  };
  return { site, chunk, wasm, starts, ledger, engine: new LocalEngine(ledger.count(ports)) };
}

const bytesOf = (files: { byteLength: number }[]) => files.reduce((sum, file) => sum + file.byteLength, 0);

describe.each(["legacy", practice])("%s", (model) => {
  it("holds no more than it must", async () => {
    const { chunk, ledger, engine, site } = setUp(model);
    const { layers } = await engine.load(url, { device: "wasm" });
    const ids = (await engine.tokenize("[MASK]")).map(({ id }) => id);
    await engine.forward({ ids, layer: 0 });

    // a segment to every hook point, the head, and the second way through the last layer
    expect(ledger.openings).toHaveLength(2 * layers + 3);
    for (const { given, graph, peak } of ledger.openings) {
      expect(given).toBeGreaterThan(5 * chunk);
      expect(peak).toBeGreaterThanOrEqual(given + graph);
    }
    // the shards that the session is given, the last of them being assembled, one chunk, and those read ahead
    expect(ledger.beyond).toBeGreaterThan(chunk);
    expect(ledger.beyond).toBeLessThanOrEqual((1 + readAhead) * chunk);
    // three at a time; graphs and tokenizer come in one piece
    const largest = Math.max(...[...site.files.values()].map(({ byteLength }) => byteLength));
    expect(ledger.fetching).toBeGreaterThan(chunk);
    expect(ledger.fetching).toBeLessThanOrEqual(3 * largest);
    expect(ledger.held, "nothing survives the opening").toBe(0);
    await engine.dispose();
  });
});

describe("the runtime's WebAssembly", () => {
  it("is put together from its pieces, and forgotten once it runs", async () => {
    const { engine, ledger, wasm, starts } = setUp("legacy");
    await engine.load(url, { device: "wasm" });
    await engine.load(url, { device: "wasm" });
    expect(starts, "once per engine").toHaveLength(1);
    expect(starts[0]!.bytes).toEqual(wasm);
    expect(starts[0]!.env.wasmBinary).toBeUndefined();
    expect(ledger.held).toBe(0);
    await engine.dispose();
  });
});

describe("an opening that fails", () => {
  it("leaves nothing behind", async () => {
    const site = new Site(join(inject("models"), "legacy"));
    const { runtime, ...ports } = portsOf(site, memoryStore());
    const ledger = new Ledger();
    const engine = new LocalEngine(
      ledger.count({
        ...ports,
        runtime: {
          files: [],
          load: async (bytes) => {
            const ort = await runtime.load(bytes);
            const create = () => Promise.reject(new Error("no session"));
            return { ...ort, InferenceSession: { create } } as unknown as typeof ort;
          },
        },
      }),
    );
    await expect(engine.load(url, { device: "wasm" })).rejects.toThrowError("no session");
    expect(ledger.openings).toHaveLength(1);
    expect(ledger.held).toBe(0);
  });

  it("in the middle of a shard, too", async () => {
    const { site, ledger, engine } = setUp("legacy");
    await engine.load(url, { device: "wasm" });
    const gone = site.hash("weights/layer-1.1.bin");
    await ledger.kept!.delete(gone);
    // the list of files is there, this one is not
    site.answer = (path) =>
      path.endsWith("layer-1.1.bin") ? new Response(null, { status: 404 }) : undefined;
    await expect(engine.load(url, { device: "wasm" })).rejects.toMatchObject({ code: "file-missing" });
    expect(ledger.held).toBe(0);
    await engine.dispose();
  });
});

describe("arrays that are freed", () => {
  it("give their pages back at once, and once only", () => {
    const bytes = memory.allocate(1000);
    memory.free(bytes);
    expect(bytes.byteLength).toBe(0);
    memory.free(bytes);
  });
  it("that are too large are refused by name", () => {
    expect(() => memory.allocate(2 ** 53)).toThrowError(expect.objectContaining({ code: "out-of-memory" }));
  });
});
