// The least that a place must offer to keep notebooks: read a few, and change some in one step that nobody else sees the
// inside of. IndexedDB is one such place, a map in memory the other.

import { get, promisifyRequest, type UseStore } from "idb-keyval";
import { objectStore, write } from "../database.ts";
import { isQuota, StorageError } from "../errors.ts";
import type { NotebookEntry, NotebookRecord } from "./types.ts";

/** what a change does: records to put and ids to remove */
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
}

export function inMemory(): Place {
  const records = new Map<string, NotebookRecord>();
  return {
    kind: "memory",
    list: async () => [...records.values()].map(entryOf),
    read: async (id) => records.get(id),
    change: async (id, decide) => {
      const { put = [], remove = [] } = decide(records.get(id));
      for (const gone of remove) records.delete(gone);
      for (const record of put) records.set(record.id, record);
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
  };
  return place;
}

async function changeIn(
  store: UseStore,
  id: string,
  decide: (record: NotebookRecord | undefined) => Step,
): Promise<void> {
  /** what decide has thrown, which is no failure of the browser's */
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
