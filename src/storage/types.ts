// What storage knows of a model: files with a length and a hash. It does not know what is in them.

/** one file of a model: a weight chunk, a graph or a tokenizer file */
export interface FileSpec {
  /** path relative to the manifest */
  file: string;
  /** length in bytes, of the decoded response body */
  byteLength: number;
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits; also the key under which the file is kept */
  sha256: string;
}

/** the record of a completely kept model; written after all its files */
export interface StoredModel {
  /** the manifest's name, unique on this origin */
  name: string;
  /** the manifest as it was downloaded; opened again when there is no network */
  manifest: string;
  /** where the manifest came from */
  url: string;
  files: FileSpec[];
  /** when the last file was verified; milliseconds since 1970 */
  keptAt: number;
}

export type StoreKind = "indexeddb" | "memory" | "folder";

/** Where weights are kept: IndexedDB, or memory where the browser gives us none. */
export interface WeightStore {
  /** "indexeddb" survives the tab, "memory" does not; "folder" is a model on disk, in Node */
  readonly kind: StoreKind;
  /** the bytes kept under a hash; undefined when there are none. They are not verified again here. */
  get(sha256: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** keep bytes under their hash; resolves once they are safely kept */
  set(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** forget the bytes under a hash */
  delete(sha256: string): Promise<void>;
  /** hashes of all kept files */
  keys(): Promise<Set<string>>;
  /** every completely kept model */
  models(): Promise<StoredModel[]>;
  /** record a model as completely kept; replaces a record of the same name, and forgets the files only that one needed */
  setModel(model: StoredModel): Promise<void>;
  /**
   * Forget a model, and every file that no other record names: its own, and those that downloads left which never came
   * to be recorded. Of a download under way in another tab files may go as well; they are fetched again when they are
   * read, as fetchFile does with every file that is not kept.
   */
  deleteModel(name: string): Promise<void>;
}

/** the outside world of a download */
export interface Network {
  fetch: typeof globalThis.fetch;
  /** the address relative to which files are fetched: the manifest's own */
  base: string;
}
