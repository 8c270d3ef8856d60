// Where notebooks are kept: entries for lists, and texts, in one object store of a database of their own. Every change is
// one transaction, so that what was there stays until what is new is whole. A notebook's version counts its writes: who
// writes from an older one than is there has a copy made, and nothing is lost.

import type { DataFile, DataFileEntry } from "./data-files.ts";
import type { NotebookEntry, NotebookRecord, Source } from "./types.ts";

/** what a new notebook is made of */
export interface NotebookParts {
  readonly title: string;
  readonly source: Source;
  readonly text: string;
  readonly trusted: boolean;
}

export type Written =
  | { readonly kind: "written"; readonly record: NotebookRecord }
  /**
   * Another tab has written since, or removed the notebook. What was to be written is kept as `copy`.
   * `theirs` is what stands in its place; undefined when that is nothing.
   */
  | { readonly kind: "conflict"; readonly copy: NotebookRecord; readonly theirs: NotebookRecord | undefined };

/** a change made by another tab */
export type NotebookChange =
  | { readonly kind: "changed"; readonly entry: NotebookEntry }
  | { readonly kind: "removed"; readonly id: string }
  /** files that are kept with it are others now */
  | { readonly kind: "files"; readonly id: string };

/** what was removed, for {@link NotebookStore.restore} */
export interface RemovedNotebook extends NotebookRecord {
  readonly files: readonly DataFile[];
}

/**
 * The kept notebooks. Methods that write reject with StorageError "storage-full" when the browser does not keep it, and
 * those that take an id with "notebook-missing" when another tab has removed it (read resolves to undefined, write copies).
 */
export interface NotebookStore {
  /** memory: gone with the tab */
  readonly kind: "indexeddb" | "memory";
  /** all of them, the last changed first */
  list(): Promise<NotebookEntry[]>;
  read(id: string): Promise<NotebookRecord | undefined>;
  create(parts: NotebookParts): Promise<NotebookRecord>;
  /**
   * @param version that the writer started from
   * @param known what the writer knows of the notebook, for a copy where another tab has removed it
   */
  write(
    id: string,
    text: string,
    title: string,
    version: number,
    known?: Pick<NotebookEntry, "source" | "trusted">,
  ): Promise<Written>;
  /** Give it another title, which its text gets, too, as metadata.title; counts as a write. */
  rename(id: string, title: string): Promise<NotebookRecord>;
  /** The reader trusts it: it may run. No write: its version stays. */
  trust(id: string): Promise<NotebookRecord>;
  duplicate(id: string): Promise<NotebookRecord>;
  /** @returns what was removed, for {@link restore} */
  remove(id: string): Promise<RemovedNotebook>;
  /** Put back what was removed. Where its place is taken, it becomes a copy. */
  restore(record: RemovedNotebook): Promise<NotebookRecord>;
  /** the files kept with a notebook, by their names */
  files(id: string): Promise<DataFileEntry[]>;
  readFile(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Keep a file with a notebook, in place of one of the same name. @throws StorageError "file-refused", "storage-full" */
  addFile(id: string, file: DataFile): Promise<void>;
  removeFile(id: string, name: string): Promise<void>;
  /** Hear of changes by other tabs. @returns stops that */
  subscribe(listener: (change: NotebookChange) => void): () => void;
  close(): void;
}
