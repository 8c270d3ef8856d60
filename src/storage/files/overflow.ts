// A store with memory above it, for the model that does not fit: what was verified and could not be kept is not lost,
// and a person can go on without keeping the rest. It is all gone with the tab.

import { StorageError } from "./errors.ts";
import { memoryStore } from "./memory.ts";
import { hashesOf, isOf, replacedBy, unreferenced } from "./references.ts";
import type { FileSpec, StoredModel, WeightStore } from "./types.ts";

/** a {@link WeightStore} that keeps in memory what it cannot keep below */
export interface OverflowStore extends WeightStore {
  /** what is new goes to memory, and nothing is refused for lack of space */
  memoryOnly: boolean;
  /** the same store for one task, which goes on in memory or not whatever others do meanwhile */
  forTask(memoryOnly: boolean): OverflowStore;
  /** true when any of these files is in memory only */
  spilled(files: readonly FileSpec[]): Promise<boolean>;
}

/**
 * A store above another one. A file that the other one refuses with "storage-full" stays in memory, and set still
 * rejects. A model of which a file is in memory has its record there too, so that no visit after this one believes it
 * complete; before that, what did not fit gets another chance, unless the store spills. Then the record of a download
 * stays in memory as well, unless files of earlier downloads need it below.
 */
export function overflowing(store: WeightStore): OverflowStore {
  const above = memoryStore();
  let records: StoredModel[] = [];

  const inMemory = async (files: readonly FileSpec[]) => {
    const keys = await above.keys();
    return files.filter(({ sha256 }) => keys.has(sha256));
  };
  /** move files down into the store, until it is full */
  const settle = async (files: readonly FileSpec[]) => {
    for (const { sha256 } of await inMemory(files)) {
      const bytes = await above.get(sha256);
      if (bytes) await store.set(sha256, bytes);
      await above.delete(sha256);
    }
  };
  const models = async () => {
    const below = await store.models();
    const hidden = records.flatMap((model) => replacedBy(model, below));
    return structuredClone([...below.filter((each) => !hidden.includes(each)), ...records]);
  };
  /** forget those of these files that are in memory and that no record names; the bytes this frees */
  const forget = async (files: ReadonlySet<string>) => {
    const gone = unreferenced(files, await models());
    let freed = 0;
    for (const sha256 of gone) {
      freed += (await above.get(sha256))?.byteLength ?? 0;
      await above.delete(sha256);
    }
    return freed;
  };
  /** false for the record of a download that keeps nothing: without it nothing below would be swept */
  const belongsBelow = async (model: StoredModel, memoryOnly: boolean) => {
    if (!memoryOnly || !model.unfinished) return true;
    const [keys, below] = await Promise.all([store.keys(), store.models()]);
    const others = below.filter((each) => !each.unfinished || each.name !== model.name);
    return unreferenced(hashesOf(model), others).some((sha256) => keys.has(sha256));
  };
  /** put a model's record, if there is one, in the place of those in memory */
  const replace = async (model: StoredModel, record: StoredModel[]) => {
    const replaced = replacedBy(model, records);
    records = [...records.filter((each) => !replaced.includes(each)), ...structuredClone(record)];
    await forget(new Set(replaced.flatMap(hashesOf)));
  };

  const view = (memoryOnly: boolean): OverflowStore => {
    const overflow: OverflowStore = {
      kind: store.kind,
      memoryOnly,
      forTask: view,
      spilled: async (files) => (await inMemory(files)).length > 0,
      get: async (sha256, allocate) => (await above.get(sha256)) ?? store.get(sha256, allocate),
      set: async (sha256, bytes) => {
        if (overflow.memoryOnly) return above.set(sha256, bytes);
        try {
          await store.set(sha256, bytes);
        } catch (error) {
          if (isFull(error)) await above.set(sha256, bytes);
          throw error;
        }
        await above.delete(sha256);
      },
      delete: async (sha256) => {
        await above.delete(sha256);
        await store.delete(sha256);
      },
      keys: async () => new Set([...(await above.keys()), ...(await store.keys())]),
      models,
      setModel: async (model) => {
        try {
          if (!overflow.memoryOnly) await settle(model.files);
          if (!(await overflow.spilled(model.files)) && (await belongsBelow(model, overflow.memoryOnly))) {
            await store.setModel(model);
            return await replace(model, []);
          }
        } catch (error) {
          if (!isFull(error)) throw error;
        }
        await replace(model, [model]);
      },
      deleteModel: async (name, url, only) => {
        records = records.filter((each) => !isOf(each, name, url, only));
        return (await store.deleteModel(name, url, only)) + (await forget(await above.keys()));
      },
    };
    return overflow;
  };
  return view(false);
}

function isFull(error: unknown): boolean {
  return error instanceof StorageError && error.code === "storage-full";
}
