// The shards that sessions are opened with, as the graphs refer to them. Sessions that are opened one after the other often
// need the same shard, which is then read, verified and decoded once; while a session is created, the next chunks are on
// their way already. Nothing else stays.

import { decodeStored, type Manifest } from "../../model/index.ts";
import type { FileSpec } from "../../storage/index.ts";
import type { Memory } from "../runtime/memory.ts";
import type { ExternalFile } from "../runtime/runtime.ts";
import type { ReadFile } from "./read-file.ts";

/** chunks that are read before they are needed */
export const readAhead = 2;

type Bytes = Uint8Array<ArrayBuffer>;

export class Shards {
  readonly #manifest: Pick<Manifest, "shards" | "encoding">;
  readonly #read: ReadFile;
  readonly #memory: Memory;
  readonly #signal: AbortSignal | undefined;
  readonly #held = new Map<string, Bytes>();
  /** the array of a shard that is not needed any more; the next one of its length takes it */
  #shardArray: Bytes | undefined;
  /** arrays of chunks that have been placed; the next chunks are read into them */
  readonly #chunkArrays: Bytes[] = [];
  /** the store reads into arrays it is given; others hand out their own, and then no spare is kept */
  #fills = false;
  /** bytes of the longest chunk */
  readonly #longest: number;
  /** chunks in the order in which they will be needed */
  readonly #queue: FileSpec[];
  /** those of them that are on their way */
  readonly #coming: Promise<Bytes>[] = [];

  /** @param sessions names of the shards of each session, in the order in which they will be opened */
  constructor(
    manifest: Pick<Manifest, "shards" | "encoding">,
    sessions: readonly (readonly string[])[],
    ports: { read: ReadFile; memory: Memory; signal: AbortSignal | undefined },
  ) {
    this.#manifest = manifest;
    this.#read = ports.read;
    this.#memory = ports.memory;
    this.#signal = ports.signal;
    this.#queue = sessions.flatMap((names, i) =>
      names
        .filter((name) => !sessions[i - 1]?.includes(name))
        .flatMap((name) => manifest.shards[name]!.chunks),
    );
    this.#longest = Math.max(0, ...this.#queue.map(({ byteLength }) => byteLength));
  }

  /** Free those that the next session does not need. */
  keep(names: readonly string[]): void {
    const { shards } = this.#manifest;
    for (const [name, data] of this.#held) {
      if (names.includes(name)) continue;
      this.#held.delete(name);
      if (names.some((next) => shards[next]!.byteLength === data.byteLength)) {
        this.#drop();
        this.#shardArray = data;
      } else this.#memory.free(data);
    }
  }

  /** The shards of the next session. */
  async take(names: readonly string[]): Promise<ExternalFile[]> {
    for (const name of names) if (!this.#held.has(name)) this.#held.set(name, await this.#assemble(name));
    return names.map((path) => ({ path, data: this.#held.get(path)! }));
  }

  /** Free everything, what is on its way included once it is here. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    for (const data of this.#held.values()) this.#memory.free(data);
    this.#held.clear();
    this.#drop();
    for (const spare of this.#chunkArrays.splice(0)) this.#memory.free(spare);
    for (const read of await Promise.allSettled(this.#coming.splice(0)))
      if (read.status === "fulfilled") this.#memory.free(read.value);
  }

  /**
   * A shard as fp32 bytes. Chunks are placed one by one, decoded as they come: at no time is there more than the shards
   * of a session, one chunk, and those that are read ahead.
   */
  async #assemble(name: string): Promise<Bytes> {
    const { shards, encoding } = this.#manifest;
    const spec = shards[name]!;
    const shard = this.#shard(spec.byteLength);
    try {
      let [offset, kept] = [0, 0];
      for (const _ of spec.chunks) {
        const bytes = await this.#next();
        offset += decodeStored(spec, encoding, kept, bytes, shard.subarray(offset));
        kept += bytes.byteLength;
        this.#done(bytes);
      }
      return shard;
    } catch (error) {
      this.#memory.free(shard);
      throw error;
    }
  }

  /** The next chunk; others are started in its place. */
  async #next(): Promise<Bytes> {
    while (this.#queue.length > 0 && this.#coming.length <= readAhead) {
      const reading = this.#readChunk(this.#queue.shift()!, this.#chunkArrays.pop());
      // whoever waits for it hears of its failure; nobody may
      reading.catch(() => {});
      this.#coming.push(reading);
    }
    return this.#coming.shift()!;
  }

  /** @param spare an array as long as the longest chunk */
  async #readChunk(chunk: FileSpec, spare: Bytes | undefined): Promise<Bytes> {
    let left = spare;
    const allocate = () => {
      this.#fills = true;
      const array = left ?? this.#memory.allocate(this.#longest);
      left = undefined;
      return array;
    };
    try {
      return await this.#read(chunk, this.#signal, allocate);
    } finally {
      if (left) {
        this.#fills = false;
        this.#memory.free(left);
      }
    }
  }

  /** A chunk has been placed: its array is kept for one that is not on its way yet, if any chunk fits into it. */
  #done({ buffer }: Bytes): void {
    const whole = new Uint8Array(buffer);
    const wanted = this.#chunkArrays.length + this.#coming.length <= readAhead;
    if (this.#fills && wanted && whole.byteLength === this.#longest) this.#chunkArrays.push(whole);
    else this.#memory.free(whole);
  }

  /** An array of this length: new pages cost more than the copy that fills them. */
  #shard(byteLength: number): Bytes {
    const spare = this.#shardArray;
    if (spare?.byteLength !== byteLength) {
      this.#drop();
      return this.#memory.allocate(byteLength);
    }
    this.#shardArray = undefined;
    return spare;
  }

  #drop(): void {
    if (this.#shardArray) this.#memory.free(this.#shardArray);
    this.#shardArray = undefined;
  }
}
