// The files of one version of a model, for as long as it is open: downloaded, recorded, read and verified. Files are
// known by their hashes, so another version's can never be among them; when the server has only those of another version
// any more, that is said instead of calling the file damaged.

import { allFiles, EngineError, isOpened, openAgain } from "../../model/index.ts";
import {
  type Allocate,
  download,
  type FileSpec,
  fetchFile,
  isAbort,
  type OverflowStore,
  type Patience,
  StorageError,
  type StoredModel,
  sumOf,
} from "../../storage/index.ts";
import type { Memory } from "../runtime/memory.ts";
import type { Progress, Waiting } from "../types.ts";
import { fetchVersion, type Version } from "./version.ts";

/** the outside world of {@link ModelFiles} */
interface FilesPorts {
  fetch: typeof globalThis.fetch;
  store: OverflowStore;
  memory: Memory;
  /** what the runtime needs besides its code */
  runtime: readonly FileSpec[];
  /** how often and how long a server is given another chance */
  patience: Patience;
}

export class ModelFiles {
  readonly version: Version;
  readonly store: OverflowStore;
  /** everything that opening the model needs: its own files and the runtime's */
  readonly all: readonly FileSpec[];
  /** told why a file that is read does not arrive, and then that it does; a load in progress listens */
  onWaiting: ((waiting: Waiting | undefined) => void) | undefined;
  readonly #ports: FilesPorts;
  /** files whose hash was computed here, by that hash */
  readonly #verified = new Set<string>();
  /** those that nobody but this session has kept */
  readonly #own = new Set<string>();
  /** the download while it goes on, and files that are waited for meanwhile */
  #downloading: Promise<void> | undefined;
  readonly #arrivals = new Map<string, { here: Promise<void>; arrive: () => void }>();
  readonly #repaired = new Set<string>();
  #opened = false;

  constructor(version: Version, ports: FilesPorts) {
    this.version = version;
    this.store = ports.store;
    this.all = [...ports.runtime, ...allFiles(version.manifest)];
    this.#ports = ports;
  }

  /** how many kept files were found damaged, and fetched again */
  get repaired(): number {
    return this.#repaired.size;
  }

  /**
   * Fetch what is missing. While something is, the record says that the model is not complete; files that it has in
   * common with an older version serve both, and the older version goes when this one is complete. What is removed
   * meanwhile, by another tab, is fetched once more: a complete record promises files that are there. Files may be read
   * before it has ended.
   * @throws StorageError as download does; EngineError "model-changed", "not-loaded"
   */
  download(signal: AbortSignal | undefined, onProgress: (progress: Progress) => void): Promise<void> {
    // after one that failed nothing is read
    this.#downloading = this.#download(signal, onProgress).then(() => {
      this.#downloading = undefined;
      this.#arrivals.clear();
    });
    return this.#downloading;
  }

  async #download(signal: AbortSignal | undefined, onProgress: (progress: Progress) => void): Promise<void> {
    const { store } = this;
    let missing = await this.#missing();
    const models = await store.models();
    const kept = this.all.filter((file) => !missing.includes(file));
    for (const { sha256 } of kept) this.#arrival(sha256).arrive();
    const record = this.#record(oldest(models, kept));
    let fetched = false;
    for (let pass = 1; pass === 1 || missing.length > 0; pass++) {
      if (pass > 2) throw removed(record.name, " while it was being downloaded");
      if (missing.length > 0) {
        fetched = true;
        await store.setModel({ ...record, unfinished: true });
      }
      await this.#fetch(signal, onProgress);
      missing = await this.#missing();
      signal?.throwIfAborted();
    }
    if (fetched || !(await this.#recorded())) await store.setModel(record);
  }

  /** One pass over what is missing. */
  async #fetch(signal: AbortSignal | undefined, onProgress: (progress: Progress) => void): Promise<void> {
    await this.#watch(signal, () =>
      download(this.all, {
        ...this.#reading(signal),
        store: this.#dropping(),
        name: this.version.url,
        onProgress: (progress) => onProgress({ kind: "downloading", ...progress }),
      }),
    );
  }

  /** A file that a download in progress brings. */
  #arrival(sha256: string) {
    const known = this.#arrivals.get(sha256);
    if (known) return known;
    let arrive = () => {};
    const here = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const arrival = { here, arrive };
    this.#arrivals.set(sha256, arrival);
    return arrival;
  }

  /** These files were hashed and kept by this very session. */
  trust(files: readonly FileSpec[]): void {
    for (const { sha256 } of files) this.#own.add(sha256);
  }

  /**
   * One file, verified; fetched when it is not kept, or not as it should be. What this very load has downloaded was
   * verified then. The array is the caller's. While a download goes on, the file is waited for.
   * @param allocate gives the array that the file is read into; some stores ignore it
   * @throws StorageError as fetchFile does; EngineError "model-changed", "not-loaded"
   */
  async read(file: FileSpec, signal?: AbortSignal, allocate?: Allocate): Promise<Uint8Array<ArrayBuffer>> {
    await this.check([file]);
    if (this.#downloading) await Promise.race([this.#downloading, this.#arrival(file.sha256).here]);
    let waiting = false;
    const wait = (why: Waiting | undefined) => {
      if (why || waiting) this.onWaiting?.(why);
      waiting = why !== undefined;
    };
    const trusted = this.#opened ? undefined : this.#own;
    const ports = {
      ...this.#reading(signal),
      trusted,
      allocate,
      onRetry: wait,
      onBytes: () => wait(undefined),
    };
    try {
      const bytes = await this.#watch(signal, () => fetchFile(file, ports));
      this.#verified.add(file.sha256);
      return bytes;
    } finally {
      wait(undefined);
    }
  }

  /**
   * Once the model has been opened, nothing of it is downloaded again unasked when it was removed, here or by another tab.
   * @throws EngineError "not-loaded" when one of these files would have to be
   */
  async check(files: readonly FileSpec[]): Promise<void> {
    if (!this.#opened) return;
    // files before records: a removal takes the records first
    if ((await this.#missing(files)).length === 0) return;
    const { name } = this.version.manifest;
    const models = await this.store.models();
    // another version's will do: it was replaced then, not removed
    if (!models.some((model) => model.name === name)) throw removed(name, "");
  }

  /** Several files in order, as one array; else as {@link read}. */
  async readAll(files: readonly FileSpec[], signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { memory } = this.#ports;
    const all = memory.allocate(sumOf(files));
    let offset = 0;
    for (const file of files) {
      const bytes = await this.read(file, signal);
      all.set(bytes, offset);
      offset += bytes.byteLength;
      memory.free(bytes);
    }
    return all;
  }

  /**
   * The model has been opened. What that did not read, graphs of other layers, is verified too, and then the record is
   * given the time: its `verifiedAt` is the end of the last opening that verified every file it names. A file that is
   * damaged and cannot be fetched now does not keep the others from being used, but the time then stays as it was.
   * @throws EngineError "model-changed"; AbortError
   */
  async confirm(signal: AbortSignal | undefined): Promise<void> {
    try {
      for (const file of this.all)
        if (!this.#verified.has(file.sha256)) this.#ports.memory.free(await this.read(file, signal));
      // another tab may have put a newer version in its place meanwhile
      if (await this.#recorded()) await this.store.setModel(this.#record(Date.now()));
    } catch (error) {
      if (isAbort(error) || (error instanceof EngineError && error.code === "model-changed")) throw error;
    }
    this.#opened = true;
  }

  #record(verifiedAt: number): StoredModel {
    const { url, text, manifest } = this.version;
    return {
      name: manifest.name,
      manifest: text,
      url,
      files: [...this.all],
      verifiedAt,
      unfinished: false,
    };
  }

  /** whether there is a complete record of this version */
  async #recorded(): Promise<boolean> {
    const { url, text, manifest } = this.version;
    const models = await this.store.models();
    return models.some(
      (model) =>
        model.name === manifest.name && model.url === url && model.manifest === text && !model.unfinished,
    );
  }

  /** The store for a download, which looks at nothing that it has kept: arrays go at once, not when the collector comes. */
  #dropping(): OverflowStore {
    const { store, memory } = this.#ports;
    return {
      ...store,
      set: async (sha256, bytes) => {
        await store.set(sha256, bytes);
        memory.free(bytes);
        this.#verified.add(sha256);
        this.#own.add(sha256);
        this.#arrival(sha256).arrive();
      },
    };
  }

  #reading(signal: AbortSignal | undefined) {
    const { store, patience } = this.#ports;
    const fetch = isOpened(this.version.url) ? servedOnly(this.#ports.fetch) : this.#ports.fetch;
    const onRepair = ({ sha256 }: FileSpec) => this.#repaired.add(sha256);
    return { network: { fetch, base: this.version.url }, store, signal, patience, onRepair };
  }

  /** Do something that may fetch files; when they are not the manifest's any more, find out whether the manifest is. */
  async #watch<T>(signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      const gone =
        error instanceof StorageError && (error.code === "file-missing" || error.code === "file-corrupt");
      const { url, manifest } = this.version;
      if (gone && isOpened(url))
        throw openAgain(`What is kept of ${manifest.name} is damaged, or some of it is gone.`, error);
      if (!gone || !(await this.#replaced(signal))) throw error;
      throw new EngineError(
        "model-changed",
        `${this.version.manifest.name} was replaced on the server ${this.#opened ? "since it was opened" : "while it was being downloaded"}.`,
        "Load the model again; what both versions share is kept.",
        { cause: error },
      );
    }
  }

  /** whether the server has another manifest now; false when it does not say */
  async #replaced(signal: AbortSignal | undefined): Promise<boolean> {
    const { fetch, patience } = this.#ports;
    const ports = { fetch, signal, patience: { ...patience, attempts: 1 } };
    const now = await fetchVersion(this.version.url, ports).catch(() => this.version);
    signal?.throwIfAborted();
    return now.text !== this.version.text;
  }

  /** those of these files that are not kept */
  async #missing(files = this.all): Promise<FileSpec[]> {
    const keys = await this.store.keys();
    return files.filter(({ sha256 }) => !keys.has(sha256));
  }
}

/** No server has the files of an opened model, only those of the runtime. */
function servedOnly(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) =>
    isOpened(String(input)) ? new Response(null, { status: 404 }) : fetch(input, init);
}

function removed(name: string, when: string): EngineError {
  return new EngineError(
    "not-loaded",
    `${name} was removed from this device${when}.`,
    "Load the model again.",
  );
}

/** The oldest time at which a record vouches for one of these files; now, when there are none: files are kept verified. */
function oldest(models: readonly StoredModel[], kept: readonly FileSpec[]): number {
  const hashes = new Set(kept.map(({ sha256 }) => sha256));
  const vouching = models.filter(({ files }) => files.some(({ sha256 }) => hashes.has(sha256)));
  return Math.min(Date.now(), ...vouching.map(({ verifiedAt }) => verifiedAt));
}
