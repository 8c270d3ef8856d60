// The store that survives the tab. Files lie under their SHA-256, at most 16 MiB each (Firefox refuses values over
// 255 MiB). idb-keyval wants one object store per database, so files and model records have one each.

import { get, keys, type UseStore, values } from "idb-keyval";
import { objectStore, write } from "./database.ts";
import { isQuota, notKept, storageFull } from "./errors.ts";
import { bytesOf, type FileRecord, putBytes, sizeOf } from "./record.ts";
import { hashesOf, isOf, isOwn, replacedBy, unreferenced } from "./references.ts";
import type { StoredModel, WeightStore } from "./types.ts";

/** where an IndexedDB store lies */
export interface Place {
  /** of the two databases' names; tests use one of their own */
  prefix?: string | undefined;
  /** the IndexedDB they lie in, as document.requestStorageAccess grants one; default: this frame's own */
  factory?: IDBFactory | undefined;
}

/**
 * The store in this origin's IndexedDB. Opens nothing by itself; see openStore for a store that is known to work.
 * Writes reject with StorageError "storage-full" when the browser does not keep what they bring, for lack of space or
 * otherwise; other methods with the browser's own DOMException when it does not grant IndexedDB at all.
 */
export function indexedDbStore(place: Place = {}): WeightStore {
  const { files, models } = open(place);
  const forget = (hashes: readonly string[]) =>
    write(files, (objects) => {
      for (const sha256 of hashes) objects.delete(sha256);
    });
  return {
    kind: "indexeddb",
    get: async (sha256, allocate) => {
      const record = await get<FileRecord>(sha256, files);
      return record && bytesOf(record, allocate);
    },
    set: (sha256, bytes) =>
      keep(
        "a file of the model",
        putBytes(bytes, (record) => write(files, (objects) => objects.put(record, sha256))),
      ),
    delete: (sha256) => forget([sha256]),
    keys: async () => new Set(await keys<string>(files)),
    models: () => values<StoredModel>(models),
    // records before files: a record promises that all its files are there
    setModel: async (model) => {
      let replaced: StoredModel[] = [];
      // read and replaced in one transaction: another tab's record may come at any time
      const replacing = write(models, (objects) => {
        const records: IDBRequest<StoredModel[]> = objects.getAll();
        records.onsuccess = () => {
          replaced = replacedBy(model, records.result);
          for (const record of replaced) objects.delete(keyOf(record));
          objects.put(model, keyOf(model));
        };
      });
      await keep(`the record of ${model.name}`, replacing);
      await forget(unreferenced(replaced.flatMap(hashesOf), await values<StoredModel>(models)));
    },
    deleteModel: async (name, url, only) => {
      const records = (await values<StoredModel>(models)).filter((record) => isOf(record, name, url, only));
      await write(models, (objects) => {
        for (const record of records) objects.delete(keyOf(record));
      });
      // keys before records: a file that is kept from now on stays, and so does one whose record is written meanwhile
      const kept = await keys<string>(files);
      const gone = unreferenced(kept, await values<StoredModel>(models));
      const freed = await lengthOf(gone, records, files);
      await forget(gone);
      return freed;
    },
  };
}

/**
 * Write something and take it back, in one transaction that nobody else sees the inside of.
 * @throws whatever this browser throws where it keeps nothing; not for a full disk, where what is kept can still be read
 */
export async function probe(place: Place = {}): Promise<void> {
  for (const store of Object.values(open(place))) {
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

function open({ prefix = "neuron-notebook", factory }: Place): { files: UseStore; models: UseStore } {
  const named = (name: string) => objectStore(`${prefix}-${name}`, name, factory);
  return { files: named("files"), models: named("models") };
}

/** a model has two records at most, and no name is an array */
function keyOf(model: StoredModel): IDBValidKey {
  const { name, unfinished } = model;
  if (isOwn(model)) return unfinished ? [name, "own", "unfinished"] : [name, "own"];
  return unfinished ? [name, "unfinished"] : name;
}

/** Bytes of kept files. Only of those that no record speaks of, left by a download long ago, the bytes are looked at. */
async function lengthOf(
  hashes: readonly string[],
  records: readonly StoredModel[],
  files: UseStore,
): Promise<number> {
  const known = new Map(
    records.flatMap((record) => record.files).map(({ sha256, byteLength }) => [sha256, byteLength]),
  );
  let sum = 0;
  for (const sha256 of hashes)
    sum += known.get(sha256) ?? sizeOf((await get<FileRecord>(sha256, files)) ?? new ArrayBuffer(0));
  return sum;
}

async function keep(what: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw isQuota(error) ? storageFull(what, error) : notKept(what, error);
  }
}
