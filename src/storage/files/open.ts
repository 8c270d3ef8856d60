// Which store there is can only be found out by trying: private windows and sandboxed frames have an `indexedDB`
// whose methods throw, or whose databases do not open.

import { indexedDbStore, probe } from "./indexeddb.ts";
import { memoryStore } from "./memory.ts";
import type { WeightStore } from "./types.ts";

/**
 * IndexedDB if it accepts a write here, else a store in memory. Never rejects.
 * @param factory the IndexedDB to try, as document.requestStorageAccess grants one; default: this frame's own
 */
export async function openStore(factory?: IDBFactory): Promise<WeightStore> {
  try {
    await probe({ factory });
    return indexedDbStore({ factory });
  } catch {
    return memoryStore();
  }
}
