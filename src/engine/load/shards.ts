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
  #spare: Bytes | undefined;
  /** arrays of chunks that have been placed; the next ones are read into them, where the store fills what it is given */
  readonly #spares: Bytes[] = [];
  #made = 0;
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
        this.#spare = data;
      } else this.#memory.free(data);
    }
  }

  /** The shards of the next session. */
  async take(names: readonly string[]): Promise<ExternalFile[]> {
    for (const name of names) if (!this.#held.has(name)) this.#held.set(name, await this.#assemble(name));
    return names.map((path) => ({ path, data: this.#held.get(path)! }));
  }

  /** Free everything, what is on its way included. */
  async close(): Promise<void> {
    this.#queue.length = 0;
    for (const data of this.#held.values()) this.#memory.free(data);
    this.#held.clear();
    this.#drop();
    for (const spare of this.#spares.splice(0)) this.#memory.free(spare);
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
      const reading = this.#read(this.#queue.shift()!, this.#signal, this.#array);
      // whoever waits for it hears of its failure; nobody may
      reading.catch(() => {});
      this.#coming.push(reading);
    }
    return this.#coming.shift()!;
  }

  /** A chunk has been placed. */
  #done({ buffer }: Bytes): void {
    const all = new Uint8Array(buffer);
    if (this.#spares.length < this.#made) this.#spares.push(all);
    else this.#memory.free(all);
  }

  /** An array that any chunk fits into. */
  readonly #array = (): Bytes => {
    const spare = this.#spares.pop();
    if (spare) return spare;
    this.#made++;
    return this.#memory.allocate(this.#longest);
  };

  /** An array of this length: new pages cost more than the copy that fills them. */
  #shard(byteLength: number): Bytes {
    const spare = this.#spare;
    if (spare?.byteLength !== byteLength) {
      this.#drop();
      return this.#memory.allocate(byteLength);
    }
    this.#spare = undefined;
    return spare;
  }

  #drop(): void {
    if (this.#spare) this.#memory.free(this.#spare);
    this.#spare = undefined;
  }
}
