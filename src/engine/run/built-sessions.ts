// Sessions on graphs that are built in the tab instead of exported, as src/model/graph makes them, over the weights that are
// kept. Whoever opens one closes it; a model that closes closes those that are left.

import { type Segment, storedName } from "../../model/graph/index.ts";
import type { Manifest } from "../../model/index.ts";
import type { FileSpec } from "../../storage/index.ts";
import type { ReadFile } from "../load/read-file.ts";
import { Shards } from "../load/shards.ts";
import type { Memory } from "../runtime/memory.ts";
import type { ExternalFile, Runtime, Session } from "../runtime/runtime.ts";

/** a graph that was built: only types are imported, since src/model/graph is loaded when it is needed */
export type BuiltSegment = Pick<Segment, "graph" | "fed"> & { shards: readonly string[] };

/** how one is opened */
export interface BuiltOptions {
  signal?: AbortSignal | undefined;
  /** for a session that runs once or twice: on WASM it is opened in a third of the time, and runs slower */
  lean?: boolean;
  /** is given what finds a tensor of its shards by the checkpoint's name, while they are in memory: to copy from */
  look?: ((weight: (name: string) => Float32Array) => void) | undefined;
}

interface Ports {
  manifest: Manifest;
  runtime: Runtime;
  read: ReadFile;
  /** rejects when one of these files cannot be read any more without being downloaded unasked */
  check: (files: readonly FileSpec[]) => Promise<void>;
  memory: Memory;
}

export class BuiltSessions {
  readonly #ports: Ports;
  readonly #open = new Set<Session>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /**
   * Open a graph. The caller gives it back by {@link close}.
   * @param keep names of outputs that stay on the GPU
   * @throws EngineError "not-loaded" when its weights are not kept any more
   */
  async open(
    { graph, shards: names, fed }: BuiltSegment,
    keep: readonly string[],
    { signal, lean = false, look }: BuiltOptions = {},
  ): Promise<Session> {
    const { manifest, runtime, read, check, memory } = this.#ports;
    await check(names.flatMap((name) => manifest.shards[name]!.chunks));
    const shards = new Shards(manifest, [names], { read, memory, signal });
    try {
      const files = await shards.take(names);
      signal?.throwIfAborted();
      look?.((name) => weightIn(files, manifest, name));
      const session = runtime.processor.gpu
        ? await this.#openFed(fed(), files, keep)
        : await runtime.open(graph, files, { keep, lean });
      this.#open.add(session);
      return session;
    } finally {
      await shards.close();
    }
  }

  async #openFed(
    { graph, weights }: ReturnType<BuiltSegment["fed"]>,
    files: readonly ExternalFile[],
    keep: readonly string[],
  ): Promise<Session> {
    const fed = weights.map((weight) => ({
      name: weight.name,
      shape: weight.shape,
      bytes: bytesOf(files.find(({ path }) => path === weight.location)!, weight),
    }));
    return this.#ports.runtime.openFed(graph, fed, { keep });
  }

  /** Release a session of {@link open}. */
  async close(session: Session): Promise<void> {
    if (this.#open.delete(session)) await this.#ports.runtime.release(session);
  }

  /** Release those that are left. */
  async closeAll(): Promise<void> {
    await Promise.allSettled([...this.#open].map((session) => this.close(session)));
  }
}

/** a tensor in a shard */
interface Placed {
  shape: readonly number[];
  /** bytes from the shard's start */
  offset: number;
}

function bytesOf({ data }: ExternalFile, { shape, offset }: Placed): Uint8Array {
  const elements = shape.reduce((product, dimension) => product * dimension, 1);
  return data.subarray(offset, offset + 4 * elements);
}

/** A tensor's numbers where they lie in the shards. */
function weightIn(files: readonly ExternalFile[], { model, shards }: Manifest, name: string): Float32Array {
  for (const file of files) {
    const tensor = shards[file.path]!.tensors.find((each) => each.name === storedName(name, model));
    if (!tensor) continue;
    const { buffer, byteOffset, byteLength } = bytesOf(file, tensor);
    return new Float32Array(buffer, byteOffset, byteLength / 4);
  }
  throw new Error(`${name} is in none of ${files.map(({ path }) => path).join(", ")}`);
}
