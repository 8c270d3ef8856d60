// The data files of the notebook that is open: kept with it, put into Python's working folder before a cell runs, and
// taken from there after it.

import type { FolderChange } from "../../../python/index.ts";
import {
  type DataFile,
  type DataFileEntry,
  fileLimits,
  type NotebookStore,
  StorageError,
} from "../../../storage/index.ts";
import { isolated } from "../render/isolated.ts";

export interface DataPorts {
  readonly store: Pick<NotebookStore, "files" | "readFile" | "addFile" | "removeFile">;
  /** of the notebook that is open */
  id(): string | undefined;
  /** the list is another one now */
  onChange(entries: readonly DataFileEntry[]): void;
  /** something could not be kept */
  complain(message: string, hint: string): void;
}

const none: FolderChange = { put: [], remove: [] };

export class NotebookData {
  readonly #ports: DataPorts;
  /** what lies in Python's folder, by name: the stamp it had here */
  #given = new Map<string, string>();
  /** whose folder that is: of which notebook, in which of Python's workers */
  #folder = "";
  /** the file removed last, which can be put back */
  #removed: { readonly id: string; readonly file: DataFile } | undefined;

  constructor(ports: DataPorts) {
    this.#ports = ports;
  }

  /** name of the file that was removed last from the notebook that is open */
  get removed(): string | undefined {
    return this.#removed?.id === this.#ports.id() ? this.#removed?.file.name : undefined;
  }

  async refresh(): Promise<void> {
    this.#ports.onChange(await this.#entries());
  }

  /** Keep a file under its name. @throws StorageError "file-refused", "storage-full" */
  async add(file: File): Promise<void> {
    const id = this.#ports.id();
    if (id === undefined) return;
    // before its bytes are read
    if (file.size > fileLimits.one) throw tooLarge(file);
    const bytes = new Uint8Array(await file.arrayBuffer());
    await this.#ports.store.addFile(id, { name: file.name, bytes });
    await this.refresh();
  }

  async remove(name: string): Promise<void> {
    const id = this.#ports.id();
    const bytes = id === undefined ? undefined : await this.#ports.store.readFile(id, name);
    if (id === undefined || !bytes) return;
    await this.#ports.store.removeFile(id, name);
    this.#removed = { id, file: { name, bytes } };
    await this.refresh();
  }

  /** Put back the file that was removed last. @throws StorageError "storage-full" */
  async restore(): Promise<void> {
    if (!this.#removed) return;
    const { id, file } = this.#removed;
    await this.#ports.store.addFile(id, file);
    this.#removed = undefined;
    await this.refresh();
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const id = this.#ports.id();
    return id === undefined ? undefined : this.#ports.store.readFile(id, name);
  }

  /** What has to change in Python's folder before a cell runs. @param ends how many workers have ended */
  async changeFor(ends: number): Promise<FolderChange> {
    const id = this.#ports.id();
    if (id === undefined) return none;
    const folder = `${ends} ${id}`;
    if (folder !== this.#folder) this.#given.clear();
    this.#folder = folder;
    const entries = await this.#entries();
    const remove = [...this.#given.keys()].filter((name) => !entries.some((entry) => entry.name === name));
    const put: DataFile[] = [];
    for (const { name, stamp } of entries) {
      if (this.#given.get(name) === stamp) continue;
      const bytes = await this.#ports.store.readFile(id, name);
      if (!bytes) continue;
      put.push({ name, bytes });
      this.#given.set(name, stamp);
    }
    for (const name of remove) this.#given.delete(name);
    return { put, remove };
  }

  /** Keep what a cell has written, and forget what it has removed. What cannot be kept is said, once. */
  async took({ put, remove, left = [] }: FolderChange): Promise<void> {
    const { store, id: open, complain } = this.#ports;
    const id = open();
    if (id === undefined || put.length + remove.length + left.length === 0) return;
    for (const name of remove) {
      this.#given.delete(name);
      const bytes = await store.readFile(id, name);
      if (bytes) this.#removed = { id, file: { name, bytes } };
      await store.removeFile(id, name);
    }
    let refusal = left[0] && tooLarge(left[0]);
    for (const { name, bytes } of put) {
      try {
        await store.addFile(id, { name, bytes: new Uint8Array(bytes) });
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        refusal ??= error;
      }
    }
    const entries = await this.#entries();
    // what Python wrote lies in its folder already
    for (const { name } of put) {
      const entry = entries.find((each) => each.name === name);
      if (entry) this.#given.set(name, entry.stamp);
    }
    this.#ports.onChange(entries);
    if (refusal)
      complain(
        refusal.message,
        "It is still in Python’s working folder, until Python ends; make it smaller.",
      );
  }

  async #entries(): Promise<readonly DataFileEntry[]> {
    const id = this.#ports.id();
    return id === undefined ? [] : this.#ports.store.files(id);
  }
}

function tooLarge({ name, size }: { readonly name: string; readonly size: number }): StorageError {
  return new StorageError(
    "file-refused",
    `${isolated(name)} is ${Math.ceil(size / 2 ** 20)} MB and is not kept: a notebook keeps files of up to 32 MB, 64 MB in all.`,
    "Take a part of it, or open the notebook in Jupyter, which reads files of any size.",
  );
}
