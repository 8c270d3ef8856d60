// The shards that sessions are opened with, as the graphs refer to them. Sessions that are opened one after the other often
// need the same shard, which is then read, verified and decoded once; nothing else stays.

import type { Manifest } from "../../model/index.ts";
import { decodeFloat16 } from "../../model/index.ts";
import type { Memory } from "../runtime/memory.ts";
import type { ExternalFile } from "../runtime/runtime.ts";
import type { ReadFile } from "./read-file.ts";

export class Shards {
  readonly #manifest: Manifest;
  readonly #read: ReadFile;
  readonly #memory: Memory;
  readonly #held = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(manifest: Manifest, read: ReadFile, memory: Memory) {
    this.#manifest = manifest;
    this.#read = read;
    this.#memory = memory;
  }

  /** Free those that the next session does not need. */
  keep(names: readonly string[]): void {
    for (const [name, data] of this.#held) {
      if (names.includes(name)) continue;
      this.#memory.free(data);
      this.#held.delete(name);
    }
  }

  /** These shards, for one session. */
  async take(names: readonly string[], signal: AbortSignal | undefined): Promise<ExternalFile[]> {
    for (const name of names)
      if (!this.#held.has(name)) this.#held.set(name, await this.#assemble(name, signal));
    return names.map((path) => ({ path, data: this.#held.get(path)! }));
  }

  /**
   * A shard as fp32 bytes. Chunks are placed one by one, decoded as they come: at no time is there more than the shards
   * of a session and one chunk.
   */
  async #assemble(name: string, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const { byteLength, chunks } = this.#manifest.shards[name]!;
    const shard = this.#memory.allocate(byteLength);
    try {
      let offset = 0;
      for (const chunk of chunks) {
        const bytes = await this.#read(chunk, signal);
        offset += this.#place(bytes, shard.subarray(offset));
        this.#memory.free(bytes);
      }
      return shard;
    } catch (error) {
      this.#memory.free(shard);
      throw error;
    }
  }

  /** Write a chunk's weights to the start of `out` as fp32; the bytes written. */
  #place(chunk: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number {
    if (this.#manifest.encoding === "fp32") {
      out.set(chunk);
      return chunk.byteLength;
    }
    const floats = new Float32Array(out.buffer, out.byteOffset, chunk.byteLength / 2);
    return decodeFloat16(chunk, floats).byteLength;
  }
}
