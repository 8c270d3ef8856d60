// The store for places where the browser keeps nothing: private windows, sandboxed frames, Node. It lives as long
// as the tab, and holds copies as IndexedDB does, so nobody notices which of the two is there.

import type { StoredModel, WeightStore } from "./types.ts";
import { hashesOf, unneeded } from "./unneeded.ts";

/** An empty store in memory. */
export function memoryStore(): WeightStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const models = new Map<string, StoredModel>();
  const forget = (hashes: Iterable<string>) => {
    for (const sha256 of unneeded(hashes, [...models.values()])) files.delete(sha256);
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
    models: async () => structuredClone([...models.values()]),
    setModel: async (model) => {
      const replaced = models.get(model.name);
      models.set(model.name, structuredClone(model));
      if (replaced) forget(hashesOf(replaced));
    },
    deleteModel: async (name) => {
      models.delete(name);
      forget([...files.keys()]);
    },
  };
}
