// The weights that the exporter has written, read back from disk tensor by tensor while a session opens.

import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Unfinished } from "../src/model/build/index.ts";
import { decodeStored, keptSpan, type Manifest } from "../src/model/index.ts";
import { ownPages } from "./own-pages.ts";

/** bytes of fp32 that are decoded at a time */
const PIECE = 2 ** 20;

/** The written chunks as external data that is read while a session asks for it. */
export class WeightFiles {
  readonly #manifest: Unfinished;
  readonly #open = new Map<string, number>();
  readonly #folder: string;
  readonly #scratch: ArrayBuffer;

  constructor(folder: string, manifest: Unfinished) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#scratch = ownPages(Math.max(...Object.values(manifest.shards).map((shard) => shard.byteLength)));
  }

  external(shards: readonly string[]) {
    return shards.map((path) => ({
      path,
      data: new ShardBytes(this, path, this.#manifest.shards[path]!.byteLength),
    }));
  }

  /**
   * Bytes of a shard as fp32, [start, end). One buffer serves all tensors and is given back before it is taken again:
   * as garbage they would pile up to the size of another model. Valid until the next call.
   */
  read(shard: string, start: number, end: number): Uint8Array<ArrayBuffer> {
    const { shards, encoding } = this.#manifest;
    this.#scratch.resize(0);
    this.#scratch.resize(end - start);
    const out = new Uint8Array(this.#scratch);
    const spec = shards[shard]!;
    if (encoding === "fp32") {
      this.#readKept(spec.chunks, start, out);
      return out;
    }
    for (let at = start; at < end; ) {
      const to = Math.min(at + PIECE, end);
      const span = keptSpan(spec, encoding, at, to);
      const stored = new Uint8Array(span.keptEnd - span.kept);
      this.#readKept(spec.chunks, span.kept, stored);
      const decoded = new Uint8Array(span.end - span.start);
      decodeStored(spec, encoding, span.kept, stored, decoded);
      out.set(decoded.subarray(at - span.start, to - span.start), at - start);
      at = to;
    }
    return out;
  }

  /** Fill `out` with bytes as they are kept, from `start` on. */
  #readKept(chunks: Manifest["head"]["graph"][], start: number, out: Uint8Array): void {
    let position = 0;
    for (const { file, byteLength } of chunks) {
      const from = Math.max(start, position);
      const to = Math.min(start + out.length, position + byteLength);
      if (from < to) readSync(this.#descriptor(file), out, from - start, to - from, from - position);
      position += byteLength;
    }
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
    this.#scratch.resize(0);
  }

  #descriptor(file: string): number {
    const known = this.#open.get(file) ?? openSync(join(this.#folder, file), "r");
    this.#open.set(file, known);
    return known;
  }
}

/**
 * ONNX Runtime copies each tensor out of external data by `byteLength` and `subarray`; answering those two from disk
 * spares a second copy of the whole model in memory.
 */
class ShardBytes extends Uint8Array<ArrayBuffer> {
  readonly #files: WeightFiles;
  readonly #shard: string;
  readonly #length: number;

  constructor(files: WeightFiles, shard: string, length: number) {
    super(new ArrayBuffer(0));
    this.#files = files;
    this.#shard = shard;
    this.#length = length;
  }

  override get byteLength(): number {
    return this.#length;
  }

  override subarray(start = 0, end = this.#length): Uint8Array<ArrayBuffer> {
    return this.#files.read(this.#shard, start, end) as Uint8Array<ArrayBuffer>;
  }
}
