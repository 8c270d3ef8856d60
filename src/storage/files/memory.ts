// The store for places where the browser keeps nothing: private windows, sandboxed frames, Node. It lives as long
// as the tab, and holds copies as IndexedDB does, so nobody notices which of the two is there.

import { hashesOf, isOf, replacedBy, unreferenced } from "./references.ts";
import type { StoredModel, WeightStore } from "./types.ts";

/** An empty store in memory. */
export function memoryStore(): WeightStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let models: StoredModel[] = [];
  /** forget those of these files that no model needs; the bytes this frees */
  const forget = (hashes: Iterable<string>): number => {
    let freed = 0;
    for (const sha256 of unreferenced(hashes, models)) {
      freed += files.get(sha256)?.byteLength ?? 0;
      files.delete(sha256);
    }
    return freed;
  };
  return {
    kind: "memory",
    get: async (sha256) => files.get(sha256)?.slice(),
    set: async (sha256, bytes) => {
      files.set(sha256, bytes.slice());
    },
    delete: async (sha256) => {
      files.delete(sha256);
    },
    keys: async () => new Set(files.keys()),
    models: async () => structuredClone(models),
    setModel: async (model) => {
      const replaced = replacedBy(model, models);
      models = [...models.filter((record) => !replaced.includes(record)), structuredClone(model)];
      forget(replaced.flatMap(hashesOf));
    },
    deleteModel: async (name, url, only) => {
      models = models.filter((record) => !isOf(record, name, url, only));
      return forget([...files.keys()]);
    },
  };
}
