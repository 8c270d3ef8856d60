// The kept notebooks of this browser, opened.

import { StorageError } from "../files/errors.ts";
import { checkFile, type DataFile } from "./data-files.ts";
import { entryOf, inIndexedDb, inMemory, type Place, probe, type Step } from "./keeping.ts";
import { parseNotebook } from "./read.ts";
import type { NotebookChange, NotebookParts, NotebookStore, RemovedNotebook, Written } from "./store.ts";
import type { NotebookRecord } from "./types.ts";
import { serializeNotebook } from "./write.ts";

export interface NotebookPlace {
  /** of the database's name; tests use one of their own */
  prefix?: string | undefined;
  /** the IndexedDB it lies in; default: this frame's own */
  factory?: IDBFactory | undefined;
}

/** The notebooks kept in IndexedDB if it accepts a write here, else in memory. Never rejects. */
export async function openNotebooks({
  prefix = "neuron-notebook",
  factory,
}: NotebookPlace = {}): Promise<NotebookStore> {
  try {
    await probe(prefix, factory);
  } catch {
    return storeIn(inMemory(), undefined);
  }
  return storeIn(inIndexedDb(prefix, factory), channelOf(prefix));
}

/** undefined where tabs may not speak with each other */
function channelOf(prefix: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(`${prefix}-notebooks`);
  } catch {
    return undefined;
  }
}

function storeIn(place: Place, channel: BroadcastChannel | undefined): NotebookStore {
  const listeners = new Set<(change: NotebookChange) => void>();
  if (channel)
    channel.onmessage = ({ data }: MessageEvent<NotebookChange>) => {
      for (const listener of listeners) listener(data);
    };
  const tell = (...records: NotebookRecord[]) => {
    for (const record of records) channel?.postMessage({ kind: "changed", entry: entryOf(record) });
  };
  /** put a record that is made of the one that is there */
  const update = async (id: string, next: (record: NotebookRecord) => NotebookRecord) => {
    const record = await changed(place, id, (found) => {
      if (!found) throw missing();
      const record = next(found);
      return [{ put: [record] }, record];
    });
    tell(record);
    return record;
  };
  const create = async (parts: NotebookParts) => {
    const record = made(parts);
    await place.change(record.id, () => ({ put: [record] }));
    tell(record);
    return record;
  };
  const filesOf = async (id: string): Promise<DataFile[]> => {
    const files: DataFile[] = [];
    for (const { name } of await place.files(id)) {
      const bytes = await place.readFile(id, name);
      if (bytes) files.push({ name, bytes });
    }
    return files;
  };
  const putFiles = async (id: string, files: readonly DataFile[]) => {
    const kept = files.map((file) => ({ ...file, size: file.bytes.byteLength, stamp: newRecordId() }));
    if (kept.length > 0) await place.changeFiles(id, kept, []);
  };
  const tellFiles = (id: string) => channel?.postMessage({ kind: "files", id } satisfies NotebookChange);
  return {
    kind: place.kind,
    list: async () => (await place.list()).sort((a, b) => b.changed - a.changed),
    read: (id) => place.read(id),
    create,
    write: async (id, text, title, version, known) => {
      const written = await changed<Written>(place, id, (found) => {
        if (found && found.version === version) {
          const record = { ...found, text, title, version: version + 1, changed: Date.now() };
          return [{ put: [record] }, { kind: "written", record }];
        }
        // both tabs have done the same
        if (found?.text === text) return [{}, { kind: "written", record: found }];
        const copy = made({
          title: found ? `${title} (from the other tab)` : title,
          source: found?.source ?? known?.source ?? { kind: "new" },
          text,
          trusted: found?.trusted ?? known?.trusted ?? false,
        });
        return [{ put: [copy] }, { kind: "conflict", copy, theirs: found }];
      });
      if (written.kind === "conflict") await putFiles(written.copy.id, await filesOf(id));
      tell(written.kind === "written" ? written.record : written.copy);
      return written;
    },
    rename: (id, title) =>
      update(id, (found) => ({
        ...found,
        title,
        text: retitled(found.text, title),
        version: found.version + 1,
        changed: Date.now(),
      })),
    trust: (id) => update(id, (found) => ({ ...found, trusted: true })),
    duplicate: async (id) => {
      const found = await place.read(id);
      if (!found) throw missing();
      const title = `${found.title} (copy)`;
      const copy = await create({ ...found, title, text: retitled(found.text, title) });
      await putFiles(copy.id, await filesOf(id));
      return copy;
    },
    remove: async (id) => {
      const files = await filesOf(id);
      const record = await changed(place, id, (found) => {
        if (!found) throw missing();
        return [{ remove: [id] }, found];
      });
      channel?.postMessage({ kind: "removed", id } satisfies NotebookChange);
      return { ...record, files };
    },
    restore: async ({ files, ...record }: RemovedNotebook) => {
      const restored = await changed(place, record.id, (found) => {
        const back = found ? made({ ...record, title: `${record.title} (restored)` }) : record;
        return [{ put: [back] }, back];
      });
      await putFiles(restored.id, files);
      tell(restored);
      return restored;
    },
    files: (id) => place.files(id),
    readFile: (id, name) => place.readFile(id, name),
    addFile: async (id, file) => {
      checkFile(file, await place.files(id));
      await putFiles(id, [file]);
      tellFiles(id);
    },
    removeFile: async (id, name) => {
      await place.changeFiles(id, [], [name]);
      tellFiles(id);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => channel?.close(),
  };
}

/** Decide and give back what was decided. */
async function changed<T>(
  place: Place,
  id: string,
  decide: (found: NotebookRecord | undefined) => [Step, T],
): Promise<T> {
  let outcome: { value: T } | undefined;
  await place.change(id, (found) => {
    const [step, value] = decide(found);
    outcome = { value };
    return step;
  });
  return outcome!.value;
}

function made({ title, source, text, trusted }: NotebookParts): NotebookRecord {
  const now = Date.now();
  return { id: newRecordId(), title, source, text, trusted, created: now, changed: now, version: 1 };
}

/** crypto.randomUUID is not there on insecure pages */
function newRecordId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))]
    .map((part) => part.toString(16).padStart(8, "0"))
    .join("");
}

function retitled(text: string, title: string): string {
  const notebook = parseNotebook(text);
  return serializeNotebook({ ...notebook, metadata: { ...notebook.metadata, title } });
}

function missing(): StorageError {
  return new StorageError(
    "notebook-missing",
    "The notebook is not kept any more: it was removed, perhaps in another tab.",
    "Restore it there, or go on with another notebook.",
  );
}
