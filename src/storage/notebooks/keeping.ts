// The least that a place must offer to keep notebooks: read a few, and change some in one step that nobody else sees the
// inside of. IndexedDB is one such place, a map in memory the other.

import { get, promisifyRequest, type UseStore } from "idb-keyval";
import { objectStore, write } from "../files/database.ts";
import { isQuota, StorageError } from "../files/errors.ts";
import type { DataFile, DataFileEntry } from "./data-files.ts";
import type { NotebookEntry, NotebookRecord } from "./types.ts";

/** what a change does: records to put and ids to remove, whose files go with them */
export interface Step {
  readonly put?: readonly NotebookRecord[];
  readonly remove?: readonly string[];
}

export interface Place {
  readonly kind: "indexeddb" | "memory";
  list(): Promise<NotebookEntry[]>;
  read(id: string): Promise<NotebookRecord | undefined>;
  /** Decide by the record that is there (undefined: none) what happens, at once and in one step. */
  change(id: string, decide: (record: NotebookRecord | undefined) => Step): Promise<void>;
  /** the files kept with a notebook, by their names */
  files(id: string): Promise<DataFileEntry[]>;
  readFile(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keep files and forget others, in one step. */
  changeFiles(id: string, put: readonly KeptFile[], remove: readonly string[]): Promise<void>;
}

/** a file with what lists say of it */
export type KeptFile = DataFile & DataFileEntry;

export function inMemory(): Place {
  const records = new Map<string, NotebookRecord>();
  const files = new Map<string, Map<string, KeptFile>>();
  return {
    kind: "memory",
    list: async () => [...records.values()].map(entryOf),
    read: async (id) => records.get(id),
    change: async (id, decide) => {
      const { put = [], remove = [] } = decide(records.get(id));
      for (const gone of remove) {
        records.delete(gone);
        files.delete(gone);
      }
      for (const record of put) records.set(record.id, record);
    },
    files: async (id) => [...(files.get(id)?.values() ?? [])].map(fileEntryOf).sort(byName),
    readFile: async (id, name) => files.get(id)?.get(name)?.bytes.slice(),
    changeFiles: async (id, put, remove) => {
      const own = files.get(id) ?? new Map<string, KeptFile>();
      files.set(id, own);
      for (const name of remove) own.delete(name);
      for (const file of put) own.set(file.name, { ...file, bytes: file.bytes.slice() });
    },
  };
}

/** @param prefix of the database's name; tests use one of their own */
export function inIndexedDb(prefix: string, factory: IDBFactory | undefined): Place {
  const store = objectStore(`${prefix}-notebooks`, "notebooks", factory);
  const place: Place = {
    kind: "indexeddb",
    list: () =>
      store("readonly", (objects) =>
        promisifyRequest<NotebookEntry[]>(objects.getAll(IDBKeyRange.bound(["entry"], ["entry", []]))),
      ),
    read: (id) =>
      store("readonly", async (objects) => {
        const [entry, text] = await Promise.all([
          promisifyRequest<NotebookEntry | undefined>(objects.get(["entry", id])),
          promisifyRequest<string | undefined>(objects.get(["text", id])),
        ]);
        return entry && text !== undefined ? { ...entry, text } : undefined;
      }),
    change: (id, decide) => changeIn(store, id, decide),
    files: (id) =>
      store("readonly", async (objects) => {
        const entries = await promisifyRequest<DataFileEntry[]>(objects.getAll(within("file", id)));
        return entries.sort(byName);
      }),
    readFile: (id, name) =>
      store("readonly", async (objects) => {
        const bytes = await promisifyRequest<ArrayBuffer | undefined>(objects.get(["bytes", id, name]));
        return bytes && new Uint8Array(bytes);
      }),
    changeFiles: (id, put, remove) =>
      write(store, (objects) => {
        for (const name of remove) {
          objects.delete(["file", id, name]);
          objects.delete(["bytes", id, name]);
        }
        for (const file of put) {
          objects.put(fileEntryOf(file), ["file", id, file.name]);
          objects.put(file.bytes.slice().buffer, ["bytes", id, file.name]);
        }
      }).catch((error: unknown) => {
        throw notKept(error);
      }),
  };
  return place;
}

async function changeIn(
  store: UseStore,
  id: string,
  decide: (record: NotebookRecord | undefined) => Step,
): Promise<void> {
  /** what decide has thrown, which is not the browser's failure */
  let refusal: { error: unknown } | undefined;
  try {
    await write(store, (objects) => {
      const entry: IDBRequest<NotebookEntry | undefined> = objects.get(["entry", id]);
      const text: IDBRequest<string | undefined> = objects.get(["text", id]);
      // requests are answered in the order they were made in
      text.onsuccess = () => {
        const found = entry.result && { ...entry.result, text: text.result ?? "" };
        let step: Step;
        try {
          step = decide(found);
        } catch (error) {
          refusal = { error };
          objects.transaction.abort();
          return;
        }
        for (const gone of step.remove ?? []) {
          objects.delete(["entry", gone]);
          objects.delete(["text", gone]);
          objects.delete(within("file", gone));
          objects.delete(within("bytes", gone));
        }
        for (const record of step.put ?? []) {
          objects.put(entryOf(record), ["entry", record.id]);
          objects.put(record.text, ["text", record.id]);
        }
      };
    });
  } catch (error) {
    throw refusal ? refusal.error : notKept(error);
  }
}

/** all keys of a notebook's files */
function within(kind: "file" | "bytes", id: string): IDBKeyRange {
  return IDBKeyRange.bound([kind, id], [kind, id, []]);
}

function byName(a: DataFileEntry, b: DataFileEntry): number {
  return a.name < b.name ? -1 : 1;
}

function fileEntryOf({ name, size, stamp }: DataFileEntry): DataFileEntry {
  return { name, size, stamp };
}

function notKept(cause: unknown): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError(
    "storage-full",
    isQuota(cause)
      ? "The browser refused to keep the notebook: the space it grants this site is used up."
      : `The browser did not keep the notebook: ${reason}`,
    "Save the notebook as a file; then remove a notebook that you do not need, or a model on the page “The experiment alone”.",
    { cause },
  );
}

export function entryOf({ text: _, ...entry }: NotebookRecord): NotebookEntry {
  return entry;
}

/** Whether IndexedDB can be read and written here; rejects with what the browser says where it cannot. */
export async function probe(prefix: string, factory: IDBFactory | undefined): Promise<void> {
  const store = objectStore(`${prefix}-notebooks`, "notebooks", factory);
  await get("probe", store);
  try {
    await write(store, (objects) => {
      objects.put("probe", "probe");
      objects.delete("probe");
    });
  } catch (error) {
    // what is kept can be read, and a full disk is said when something is to be kept
    if (!isQuota(error)) throw error;
  }
}
