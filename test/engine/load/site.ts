// A site with one exported model, in memory: the engine's network. Requests are recorded, a test can answer some of them
// itself, and the model can be replaced by another version in the middle of things.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ort } from "../../../src/engine/node.ts";
import type { Ports } from "../../../src/engine/ports.ts";
import type { ExperimentSpec, Manifest } from "../../../src/model/index.ts";
import { readTokenizer } from "../../../src/model/tokenizer/index.ts";
import type { Patience, WeightStore } from "../../../src/storage/index.ts";
import { firstFormat } from "../../helpers/fixtures.ts";

const base = "https://models.test/";
export const url = `${base}manifest.json`;

/** an experiment on the model that these sites have, at the layer that is open first */
export const spec: ExperimentSpec = {
  sentence: "Raymond is selling [MASK] sketches.",
  layer: 2,
  neuron: 5,
  candidates: ["this", "these"],
};

/** as patient as the engine is, but quicker */
export const quick: Patience = { attempts: 3, wait: 1, stall: 100, longest: 100 };

export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

export class Site {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  /** paths asked for, in order */
  requests: string[] = [];
  /** answers a request in place of the files; undefined leaves it to them */
  answer: ((path: string) => Response | Promise<Response> | undefined) | undefined;

  /** @param folder an exported model */
  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      this.files.set(path.slice(folder.length + 1), new Uint8Array(readFileSync(path)));
    }
  }

  /**
   * A model that was exported in the first format, with a pair of halves for each layer and nothing finer: opening another
   * layer reads files again.
   */
  static ofHalves(): Site {
    const site = new Site(firstFormat);
    const {
      stages: _,
      splits,
      ...rest
    } = JSON.parse(new TextDecoder().decode(site.files.get("manifest.json")));
    const pairs = splits.filter(({ cuts }: { cuts: number[] }) => cuts.length === 1);
    site.files.set(
      "manifest.json",
      new TextEncoder().encode(JSON.stringify({ ...rest, splits: pairs }, null, 1)),
    );
    return site;
  }

  /** Leave only the splits that are cut at this layer and nowhere else. */
  only(layer: number): void {
    this.#rewrite((manifest) => {
      manifest.splits = manifest.splits.filter(
        ({ cuts }) => cuts.length === 1 && Number(String(cuts[0]).match(/\d+/)) === layer,
      );
      manifest.defaultLayer = layer;
    });
  }

  /** Leave out every split's second way to the end, as models exported before have none. */
  withoutTail(): void {
    this.#rewrite((manifest) => {
      manifest.splits = manifest.splits.map(({ tail: _, ...split }) => split);
    });
  }

  #rewrite(change: (manifest: Manifest) => void): void {
    const { manifest } = this;
    change(manifest);
    this.files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const path = String(input).slice(base.length);
    this.requests.push(path);
    const { signal } = init ?? {};
    signal?.throwIfAborted();
    const answered = this.answer?.(path);
    if (answered) {
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
      const response = await Promise.race([answered, aborted]);
      // a real response ends with its request
      const body = response.body?.pipeThrough(new TransformStream(), signal ? { signal } : {}) ?? null;
      return new Response(body, response);
    }
    const bytes = this.files.get(path);
    if (!bytes) return new Response(null, { status: 404 });
    return new Response(bytes, { headers: { "content-length": String(bytes.byteLength) } });
  };

  /** requests for anything but the manifest */
  get fetched(): string[] {
    return this.requests.filter((path) => path !== "manifest.json");
  }

  get manifest(): Manifest {
    return JSON.parse(new TextDecoder().decode(this.files.get("manifest.json"))) as Manifest;
  }

  /** Put another version in the model's place: one weight differs in its last bits, which no self-test notices. */
  replace(chunk = "weights/layer-2.0.bin"): void {
    const { manifest } = this;
    const bytes = this.files.get(chunk)!.slice();
    bytes[0]!++;
    this.files.set(chunk, bytes);
    for (const { chunks } of Object.values(manifest.shards))
      for (const file of chunks) if (file.file === chunk) file.sha256 = sha256(bytes);
    this.files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  }

  /** Cut the shards into chunks of so many bytes. */
  chop(size: number): void {
    const { manifest } = this;
    for (const [name, shard] of Object.entries(manifest.shards)) {
      const kept = new Uint8Array(Buffer.concat(shard.chunks.map(({ file }) => this.files.get(file)!)));
      shard.chunks = Array.from({ length: Math.ceil(kept.length / size) }, (_, i) => {
        const bytes = kept.slice(i * size, (i + 1) * size);
        const file = `weights/${name}.${i}.bin`;
        this.files.set(file, bytes);
        return { file, byteLength: bytes.length, sha256: sha256(bytes) };
      });
    }
    this.files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  }

  /** the hash of a file as it is now */
  hash(path: string): string {
    return sha256(this.files.get(path)!);
  }
}

/** What an engine in Node needs to load a site's model into a store. */
export function portsOf(site: Site, store: WeightStore): Ports {
  ort.env.wasm.numThreads = 1;
  return {
    fetch: site.fetch,
    store: async () => store,
    runtime: { files: [], load: async () => ort },
    tokenizer: async (json, config) => readTokenizer(json, config),
    sweep: () => import("../../../src/engine/sweep/index.ts"),
    build: () => import("../../../src/engine/build/index.ts"),
    patience: quick,
  };
}
