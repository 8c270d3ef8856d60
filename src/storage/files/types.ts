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

/** the record of a model: of a complete one, written after all its files, or of a download that goes on some other time */
export interface StoredModel {
  /** the manifest's name; at most one model that a server has and one that was opened here share it */
  name: string;
  /** the manifest as it was downloaded; opened again when there is no network */
  manifest: string;
  /** where the manifest came from */
  url: string;
  files: FileSpec[];
  /** milliseconds since 1970; of each of its files it is true that it was verified then or later */
  verifiedAt: number;
  /** its download has not come to an end: some of the files are not kept */
  unfinished: boolean;
}

/** what this origin keeps of a model, of its two records together where it has both */
export interface KeptModel {
  name: string;
  /** bytes of its files that are kept */
  kept: number;
  /** bytes of all its files */
  bytes: number;
  /** bytes that removing it frees: those of its files that no other model needs */
  frees: number;
  /** when its files were last verified; milliseconds since 1970 */
  verifiedAt: number;
  unfinished: boolean;
}

/** what this origin keeps, for a person to look at */
export interface StorageReport {
  kind: StoreKind;
  models: KeptModel[];
  space: Space;
}

/** what the browser says of this origin's space */
export interface Space {
  /** bytes this origin may still keep; undefined where the browser does not tell */
  free: number | undefined;
  /** the browser has promised to delete nothing unless a person asks for it; undefined where it does not tell */
  persisted: boolean | undefined;
}

/**
 * Gives an array over the whole of a buffer of at least so many bytes, which need not be zeros. Who calls it fills the buffer
 * from its start, and may detach it: what comes back is another array on the same memory, or, where reading fails, nothing.
 * @throws an error with the code "out-of-memory"
 */
export type Allocate = (byteLength: number) => Uint8Array<ArrayBuffer>;

export type StoreKind = "indexeddb" | "memory" | "folder";

/** Where weights are kept: IndexedDB, or memory where the browser gives us none. */
export interface WeightStore {
  /** "indexeddb" survives the tab, "memory" does not; "folder" is a model on disk, in Node */
  readonly kind: StoreKind;
  /**
   * The bytes kept under a hash; undefined when there are none. They are not verified again here.
   * @param allocate gives the array that the file is read into; some stores ignore it
   */
  get(sha256: string, allocate?: Allocate): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** keep bytes under their hash; resolves once they are safely kept */
  set(sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** forget the bytes under a hash */
  delete(sha256: string): Promise<void>;
  /** hashes of all kept files */
  keys(): Promise<Set<string>>;
  /** every record: of a model at most one that is complete and one that is not, a newer version on its way */
  models(): Promise<StoredModel[]>;
  /**
   * Record a model. A complete one replaces the complete one of its model and the unfinished one of the same manifest,
   * an unfinished one only the unfinished; files that only a replaced record needed are forgotten.
   */
  setModel(model: StoredModel): Promise<void>;
  /**
   * Forget a model, finished or not, and every file that no other record names.
   * @param url forget only what came from this address
   * @param only "unfinished": a complete one stays
   * @returns the bytes that this freed
   */
  deleteModel(name: string, url?: string, only?: "unfinished"): Promise<number>;
}

/** what a download has come to; `done` never falls and ends at `total` */
export interface DownloadProgress {
  /** bytes that are here, kept ones and those on their way */
  done: number;
  total: number;
  /** why nothing is arriving at the moment */
  waiting: Waiting | undefined;
}

/** why nothing is arriving at the moment */
export type Waiting =
  | Retry
  /** another tab is downloading the same model; `done` is that tab's */
  | { kind: "other-tab" };

/** an attempt failed; the next one starts in so many seconds */
export interface Retry {
  kind: "retry";
  /** what failed, one sentence */
  message: string;
  seconds: number;
}

/** where files come from */
export interface Network {
  fetch: typeof globalThis.fetch;
  /** the address relative to which files are fetched: the manifest's own */
  base: string;
}
