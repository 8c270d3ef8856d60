// The store that survives the tab. Files are ArrayBuffers under their SHA-256, at most 16 MiB each (Firefox refuses
// values over 255 MiB). idb-keyval manages one object store per database, so files and model records have one each.

import { createStore, del, delMany, get, keys, type UseStore, values } from "idb-keyval";
import { isQuota, storageFull } from "./errors.ts";
import type { StoredModel, WeightStore } from "./types.ts";
import { hashesOf, unneeded } from "./unneeded.ts";

/**
 * The store in this origin's IndexedDB. Opens nothing by itself; see openStore for a store that is known to work.
 * Methods reject with StorageError "storage-full" when the browser grants no more space, and with the browser's own
 * DOMException when it does not grant IndexedDB at all.
 * @param prefix of the two databases' names; tests use one of their own
 */
export function indexedDbStore(prefix = "neuron-notebook"): WeightStore {
  const files = createStore(`${prefix}-files`, "files");
  const models = createStore(`${prefix}-models`, "models");
  const forget = async (hashes: Iterable<string>) =>
    delMany(unneeded(hashes, await values<StoredModel>(models)), files);
  return {
    kind: "indexeddb",
    get: async (sha256) => {
      const buffer = await get<ArrayBuffer>(sha256, files);
      return buffer && new Uint8Array(buffer);
    },
    set: (sha256, bytes) => {
      const whole = bytes.byteLength === bytes.buffer.byteLength;
      return put(files, sha256, whole ? bytes.buffer : bytes.slice().buffer, "a file of the model");
    },
    delete: (sha256) => del(sha256, files),
    keys: async () => new Set(await keys<string>(files)),
    models: () => values<StoredModel>(models),
    // records before files: a record promises that all its files are there
    setModel: async (model) => {
      const replaced = await get<StoredModel>(model.name, models);
      await put(models, model.name, model, `the record of ${model.name}`);
      if (replaced) await forget(hashesOf(replaced));
    },
    deleteModel: async (name) => {
      await del(name, models);
      // keys before records: a file that is kept from now on stays, and so does one whose record is written meanwhile
      await forget(await keys<string>(files));
    },
  };
}

/**
 * Write something and take it back, in one transaction that nobody else sees the inside of.
 * @throws whatever this browser throws where it keeps nothing; a full disk is no reason, what is kept can be read
 */
export async function probe(prefix = "neuron-notebook"): Promise<void> {
  for (const name of ["files", "models"]) {
    const store = createStore(`${prefix}-${name}`, name);
    try {
      await write(store, (objects) => {
        objects.put(new ArrayBuffer(8), "probe");
        objects.delete("probe");
      });
    } catch (error) {
      if (!isQuota(error)) throw error;
    }
  }
}

/** resolves when the transaction is complete, which is when the bytes are safe */
async function put(store: UseStore, key: string, value: unknown, what: string): Promise<void> {
  try {
    await write(store, (objects) => objects.put(value, key));
  } catch (error) {
    throw isQuota(error) ? storageFull(what, error) : error;
  }
}

/**
 * A transaction's reason to fail is known when it has aborted, not yet when a request in it reports an error, which is
 * when idb-keyval's own set would reject, with null.
 */
function write(store: UseStore, change: (objects: IDBObjectStore) => void): Promise<void> {
  return store(
    "readwrite",
    (objects) =>
      new Promise((resolve, reject) => {
        const { transaction } = objects;
        transaction.oncomplete = () => resolve();
        transaction.onabort = () =>
          reject(transaction.error ?? new Error("The browser gave up a write to IndexedDB."));
        change(objects);
      }),
  );
}
