// Counts the large arrays that an engine holds, through its ports: those it asks for and gives back, those its store
// hands it, and files that are on their way to the store. What a session is given, the runtime must hold; the rest is
// ours. Also used in the browser (test/e2e/harness/metered.ts).

import type { Ports } from "../../../src/engine/ports.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import type { Ort } from "../../../src/engine/runtime/runtime.ts";
import type { WeightStore } from "../../../src/storage/index.ts";

/** one session, in bytes */
interface Opening {
  /** what the session was given: its shards as fp32 */
  given: number;
  /** its graph */
  graph: number;
  /** the most that was held since the session before it */
  peak: number;
}

export class Ledger {
  /** bytes held now */
  held = 0;
  /** the most bytes of files that were on their way to the store at the same time */
  fetching = 0;
  readonly openings: Opening[] = [];
  /** bytes that the runtime was started with; it needs them until the first session is open */
  runtime = 0;
  /** the store, once the engine has asked for it */
  kept: WeightStore | undefined;
  readonly #arrays = new Map<ArrayBuffer, number>();
  #peak = 0;
  #onTheirWay = 0;

  /** the most that was held beyond what a session was given: the bound is one chunk and those that are read ahead */
  get beyond(): number {
    const each = this.openings.map(
      ({ given, graph, peak }, i) => peak - given - graph - (i <= 1 ? this.runtime : 0),
    );
    return Math.max(...each);
  }

  /** the same ports, counted */
  count(ports: Ports): Ports {
    const { runtime } = ports;
    return {
      ...ports,
      fetch: this.#fetch(ports.fetch),
      store: async () => this.#store(await ports.store()),
      runtime: {
        ...runtime,
        load: async (bytes) => {
          this.runtime = bytes.byteLength;
          return this.#runtime(await runtime.load(bytes));
        },
      },
      memory: {
        allocate: (bytes) => this.#take(memory.allocate(bytes)),
        free: (bytes) => {
          this.#give(bytes);
          memory.free(bytes);
        },
      },
    };
  }

  #take(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#arrays.set(bytes.buffer, bytes.buffer.byteLength);
    this.held += bytes.buffer.byteLength;
    this.#peak = Math.max(this.#peak, this.held);
    return bytes;
  }

  #give({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.held -= this.#arrays.get(buffer) ?? 0;
    this.#arrays.delete(buffer);
  }

  #fetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).endsWith("manifest.json")) {
        this.#onTheirWay += Number(response.headers.get("content-length"));
        this.fetching = Math.max(this.fetching, this.#onTheirWay);
      }
      return response;
    };
  }

  #store(store: WeightStore): WeightStore {
    this.kept = store;
    return {
      ...store,
      get: async (sha256, allocate) => {
        let filled: Uint8Array<ArrayBuffer> | undefined;
        const make = (byteLength: number) => {
          filled = allocate!(byteLength);
          return filled;
        };
        const bytes = await store.get(sha256, allocate && make);
        // it came back as another array on the same memory
        if (filled?.buffer.detached) this.#give(filled);
        return bytes && this.#take(bytes);
      },
      set: async (sha256, bytes) => {
        await store.set(sha256, bytes);
        this.#onTheirWay -= bytes.byteLength;
      },
    };
  }

  #runtime(ort: Ort): Ort {
    const create = (graph: Uint8Array, options: { externalData: { data: Uint8Array }[] }) => {
      const given = options.externalData.reduce((sum, { data }) => sum + data.byteLength, 0);
      this.openings.push({ given, graph: graph.byteLength, peak: this.#peak });
      this.#peak = 0;
      return ort.InferenceSession.create(graph, options as never);
    };
    return { ...ort, InferenceSession: { create } } as unknown as Ort;
  }
}
