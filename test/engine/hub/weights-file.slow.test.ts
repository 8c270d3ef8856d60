// A file of weights read from a real server: its beginning alone, all of it in pieces, pieces that were forgotten.

import { createHash, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PIECE, type PieceStore, WeightsFile } from "../../../src/engine/hub/weights-file.ts";
import { type CrossOriginStorage, type FileSpec, sha256 } from "../../../src/storage/index.ts";
import { standIn } from "../../helpers/cross-origin-storage.ts";
import { file, type Origin, startOrigin } from "../../helpers/hub.ts";

const bytes = randomBytes(2.5 * PIECE);
const hash = createHash("sha256").update(bytes).digest("hex");

let origin: Origin;
let kept: Map<string, Uint8Array<ArrayBuffer>>;
let specs: Map<number, FileSpec>;
beforeEach(async () => {
  origin = await startOrigin();
  origin.answers.set("/file", file(bytes));
  kept = new Map();
  specs = new Map();
});
afterEach(() => origin.close());

const store: PieceStore = {
  kept: () => new Map(specs),
  async keep(path, index, piece) {
    const spec = { file: `${path}/${index}`, byteLength: piece.byteLength, sha256: await sha256(piece) };
    specs.set(index, spec);
    kept.set(spec.sha256, piece.slice());
    return spec;
  },
  get: async (piece) => kept.get(piece.sha256),
  async drop(pieces) {
    for (const piece of pieces) kept.delete(piece.sha256);
    for (const [index, spec] of specs) if (pieces.includes(spec)) specs.delete(index);
  },
};

/** @param known the hash that the server tells; null where it tells none */
function open({
  path = "model.safetensors",
  known = hash as string | null,
  shared = undefined as CrossOriginStorage | undefined,
  signal = undefined as AbortSignal | undefined,
} = {}) {
  let arrived = 0;
  const weights = new WeightsFile({ path, size: bytes.length, sha256: known ?? undefined }, store, {
    url: `${origin.url}/file`,
    name: path,
    fetch,
    signal,
    shared,
    patience: { attempts: 2, wait: 1, stall: 10_000, longest: 100 },
    onBytes: (count) => {
      arrived += count;
    },
  });
  return { weights, arrived: () => arrived };
}

const unknown = { known: null };
const ranges = () => origin.asked.map(({ range }) => range);
const everything = `bytes=0-${bytes.length - 1}`;
const expectPart = async (weights: WeightsFile, position: number, length: number) =>
  expect(
    Buffer.compare(await weights.read(position, length), bytes.subarray(position, position + length)),
  ).toBe(0);

describe("before it is all here", () => {
  it("gives its beginning by requests of their own, each byte once", async () => {
    const { weights, arrived } = open();
    await expectPart(weights, 0, 8);
    await expectPart(weights, 8, 1000);
    await expectPart(weights, 8, 300_000);
    expect(ranges()).toEqual(["bytes=0-262143", "bytes=262144-300007"]);
    expect(arrived()).toBe(0);
  });

  it("is fetched when more is wanted, and at once where it is no safetensors file", async () => {
    const { weights, arrived } = open();
    await expectPart(weights, PIECE - 10, 20);
    expect(ranges()).toEqual([everything]);
    expect(arrived()).toBe(bytes.length);
    await expectPart(weights, 2 * PIECE, PIECE);
    await expectPart(weights, bytes.length + 5, 5);
    const other = open({ path: "pytorch_model.bin" });
    await expectPart(other.weights, bytes.length - 22, 22);
  });
});

describe("once it is here", () => {
  it("forgets what was read, when each byte is read once, and asks again for what is read again", async () => {
    const { weights } = open();
    await weights.download();
    expect(kept.size).toBe(3);
    weights.readOnce();
    await expectPart(weights, 0, PIECE - 1);
    expect(kept.size).toBe(3);
    await expectPart(weights, PIECE - 1, PIECE + 1);
    expect(kept.size).toBe(1);
    await expectPart(weights, 2 * PIECE, PIECE / 2);
    expect(kept.size).toBe(0);
    origin.asked.length = 0;
    await expectPart(weights, 5, 5);
    expect(ranges()).toEqual([`bytes=0-${PIECE - 1}`]);
  });

  it("takes nothing for a forgotten piece but what was verified", async () => {
    const { weights } = open();
    await weights.download();
    await store.drop([...specs.values()]);
    origin.answers.set("/file", file(Buffer.alloc(bytes.length)));
    await expect(weights.read(PIECE, 5)).rejects.toThrow(/a part of it came in two versions/);
  });

  it("has the hash that the Hub gives, or, where none is given, its own", async () => {
    expect(await open().weights.sha256()).toBe(hash);
    expect(ranges()).toEqual([]);
    expect(await open(unknown).weights.sha256()).toBe(hash);
  });

  it("is not fetched twice where its hash is known, and begun anew where it is not", async () => {
    await open().weights.download();
    origin.asked.length = 0;
    await open().weights.download();
    expect(ranges()).toEqual([]);
    await open(unknown).weights.download();
    expect(ranges()).toEqual([everything]);
  });
});

describe("is refused", () => {
  it("when its hash is another one, and nothing of it stays", async () => {
    const { weights } = open({ known: "0".repeat(64) });
    await expect(weights.download()).rejects.toThrow(/SHA-256 is not the one that the Hub gives/);
    expect(kept.size).toBe(0);
  });

  it("when its beginning was another one while its header was read", async () => {
    const { weights } = open(unknown);
    origin.answers.set("/file", file(Buffer.alloc(bytes.length)));
    await weights.read(0, 8);
    origin.answers.set("/file", file(bytes));
    await expect(weights.download()).rejects.toThrow(/its beginning came in two versions/);
  });
});

describe("where the browser shares files of all sites", () => {
  it("it is read there, and the Hub is asked for none of it", async () => {
    const { weights, arrived } = open({ shared: standIn({ [hash]: bytes }) });
    await expectPart(weights, 0, 100);
    await weights.download();
    expect(arrived()).toBe(bytes.length);
    await expectPart(weights, PIECE - 10, 20);
    expect(origin.asked).toEqual([]);
  });

  it("it is offered when all of it has come and is the right one", async () => {
    const shared = standIn({});
    await open({ shared }).weights.download();
    await expect.poll(() => [...shared.stored.keys()]).toEqual([hash]);
    origin.answers.set("/file", file(randomBytes(bytes.length)));
    const empty = standIn({});
    specs.clear();
    await expect(open({ shared: empty }).weights.download()).rejects.toThrow(/SHA-256/);
    expect(empty.stored.size).toBe(0);
  });

  it("none of it is read where it is another file, not even its beginning", async () => {
    const { weights } = open({ shared: standIn({ [hash]: randomBytes(bytes.length) }) });
    await expectPart(weights, 0, 100);
    await weights.download();
    expect(ranges()).toEqual(["bytes=0-262143", everything]);
  });

  /** a file that can be read in so many parts, and then no more */
  const going = (parts: number): CrossOriginStorage => {
    const blob = new Blob([bytes]);
    const whole = blob.slice.bind(blob);
    let left = parts;
    blob.slice = (...range) =>
      left-- > 0
        ? whole(...range)
        : ({ arrayBuffer: () => Promise.reject(new DOMException("gone")) } as never);
    const handle = { getFile: async () => blob as File, createWritable: () => Promise.reject(new Error()) };
    return { requestFileHandle: async () => handle };
  };

  it("the Hub is asked for what is gone while it is read", async () => {
    await open({ shared: going(1) }).weights.download();
    expect(ranges()).toEqual([everything]);
    specs.clear();
    origin.asked.length = 0;
    await open({ shared: going(4) }).weights.download();
    expect(ranges()).toEqual([`bytes=${PIECE}-${bytes.length - 1}`]);
  });

  const never = () => new Promise<never>(() => {});
  const none = () => Promise.reject(new DOMException("nothing is to be had", "NotFoundError"));
  const writable = (stream: object) => async () => stream as FileSystemWritableFileStream;

  it("a download is not held up by one that takes no offer", async () => {
    const streams = [
      never,
      writable({ write: never, abort: never, close: never }),
      writable({ write: async () => {}, abort: never, close: never }),
    ];
    for (const createWritable of streams) {
      specs.clear();
      const requestFileHandle: CrossOriginStorage["requestFileHandle"] = (_, options) =>
        options ? Promise.resolve({ getFile: never, createWritable }) : none();
      await open({ shared: { requestFileHandle } }).weights.download();
      expect(specs.size).toBe(3);
    }
  });

  it("a download stops when it is told to, whatever is not answered", async () => {
    const stop = new AbortController();
    const write = () => {
      stop.abort();
      return never();
    };
    const requestFileHandle: CrossOriginStorage["requestFileHandle"] = (_, options) =>
      options
        ? Promise.resolve({ getFile: never, createWritable: writable({ write, abort: never }) })
        : none();
    const { weights } = open({ shared: { requestFileHandle }, signal: stop.signal });
    await expect(weights.download()).rejects.toMatchObject({ name: "AbortError" });
  });
});
