// Cross-Origin Storage, where a browser has it: files that all sites share, under their hashes
// (https://github.com/WICG/cross-origin-storage, a proposal). What another site has downloaded is read there before the network
// is asked, and what was downloaded and verified here is offered to others. It saves a download and nothing depends on it:
// whatever fails is as if nothing were there. Which files may be shared with whom, the browser decides.

import { partwiseSha256, sha256 } from "./hash.ts";
import { pause } from "./retry.ts";
import type { FileSpec } from "./types.ts";

/** navigator.crossOriginStorage, as far as it is used here */
export interface CrossOriginStorage {
  /** rejects with "NotFoundError" where nothing is to be had under the hash, unless it is to be created */
  requestFileHandle(
    hash: { algorithm: "SHA-256"; value: string },
    options?: { create: true; origins: "*" },
  ): Promise<Pick<FileSystemFileHandle, "getFile" | "createWritable">>;
}

/** milliseconds that it may take over anything that it is asked */
const LONGEST = 5_000;
/** bytes read at a time */
const PART = 16 * 2 ** 20;
/** those that once took longer, which are not asked again: what is asked next would wait as long */
const unanswering = new WeakSet<CrossOriginStorage>();

/** how it is asked */
export interface SharedPorts {
  /** default: the browser's, where it has one */
  storage?: CrossOriginStorage | undefined;
  /** nothing is waited for once it aborts */
  signal?: AbortSignal | undefined;
}

/** the browser's, or undefined */
export function crossOriginStorage(): CrossOriginStorage | undefined {
  const { crossOriginStorage: found } = (globalThis.navigator ?? {}) as {
    crossOriginStorage?: CrossOriginStorage;
  };
  return typeof found?.requestFileHandle === "function" ? found : undefined;
}

/** What comes of something that it was asked; undefined where that fails, takes too long, or the signal aborts. */
async function inTime<T>(
  asked: Promise<T>,
  storage: CrossOriginStorage,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  const answered = new AbortController();
  const stop = () => answered.abort();
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  const silence = pause(LONGEST, answered.signal).then(
    () => void unanswering.add(storage),
    () => undefined,
  );
  try {
    return await Promise.race([asked.catch(() => undefined), silence]);
  } finally {
    stop();
    signal?.removeEventListener("abort", stop);
  }
}

type Known = Pick<FileSpec, "sha256" | "byteLength">;

/** a file that all sites share, verified */
export interface SharedFile {
  /** Its bytes from `first` to before `end`; undefined when they cannot be read any more. */
  read(first: number, end: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** What is shared under a hash, of the right length; its bytes are still to be verified. */
async function find(
  { sha256: value, byteLength }: Known,
  { storage = crossOriginStorage(), signal }: SharedPorts,
): Promise<SharedFile | undefined> {
  if (!storage || unanswering.has(storage)) return undefined;
  const asked = storage.requestFileHandle({ algorithm: "SHA-256", value }).then((handle) => handle.getFile());
  const file = await inTime(asked, storage, signal);
  if (file?.size !== byteLength) return undefined;
  return {
    async read(first, end) {
      const buffer = await inTime(file.slice(first, end).arrayBuffer(), storage, signal);
      return buffer?.byteLength === end - first ? new Uint8Array(buffer) : undefined;
    },
  };
}

/** What is shared under a hash, of whatever size: all of it was read once, part by part, and is what the hash says. */
export async function sharedFile(file: Known, ports: SharedPorts): Promise<SharedFile | undefined> {
  const shared = await find(file, ports);
  if (!shared) return undefined;
  const hash = await partwiseSha256();
  for (let at = 0; at < file.byteLength; at += PART) {
    const part = await shared.read(at, Math.min(file.byteLength, at + PART));
    if (!part) return undefined;
    hash.update(part);
  }
  return hash.digest() === file.sha256 ? shared : undefined;
}

/** The bytes that are shared under a file's hash, verified. */
export async function readShared(
  file: FileSpec,
  ports: SharedPorts = {},
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const shared = await find(file, ports);
  const bytes = await shared?.read(0, file.byteLength);
  return bytes && (await sha256(bytes)) === file.sha256 ? bytes : undefined;
}

/**
 * A file that is being offered to other sites: parts are written in order, and the browser verifies the hash at the end. Where
 * a part is not taken in time, nothing is offered.
 */
export class Offer {
  readonly #storage: CrossOriginStorage;
  readonly #signal: AbortSignal | undefined;
  #writing: Promise<FileSystemWritableFileStream | undefined>;

  constructor(value: string, storage: CrossOriginStorage, signal?: AbortSignal) {
    this.#storage = storage;
    this.#signal = signal;
    const opened = unanswering.has(storage) ? undefined : open(value, storage);
    this.#writing = opened ? inTime(opened, storage, signal) : Promise.resolve(undefined);
    // one that comes too late is closed
    opened?.then(async (stream) => (await this.#writing) ?? (await stream.abort())).catch(() => {});
  }

  /** Write the next part; what is given is copied at once. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const part = new Blob([bytes]);
    this.#writing = this.#writing.then(async (stream) => {
      if (!stream) return undefined;
      const written = stream.write(part).then(() => stream);
      const taken = await inTime(written, this.#storage, this.#signal);
      // nor is it waited for that it stops
      if (!taken) void stream.abort().catch(() => {});
      return taken;
    });
    await this.#writing;
  }

  /** All parts were written. For as long as the browser verifies them, nobody waits. */
  async end(): Promise<void> {
    const stream = await this.#writing;
    await stream?.close().catch(() => {});
  }

  /** It comes to nothing. */
  async abort(): Promise<void> {
    const stream = await this.#writing;
    await stream?.abort().catch(() => {});
  }
}

async function open(value: string, storage: CrossOriginStorage): Promise<FileSystemWritableFileStream> {
  const hash = { algorithm: "SHA-256", value } as const;
  const handle = await storage.requestFileHandle(hash, { create: true, origins: "*" });
  return handle.createWritable();
}

/** Offer a file to other sites, in the time that it takes. */
export function offerShared(
  { sha256: value }: FileSpec,
  bytes: Uint8Array<ArrayBuffer>,
  storage = crossOriginStorage(),
): void {
  if (!storage || unanswering.has(storage)) return;
  const offer = new Offer(value, storage);
  void offer.write(bytes);
  void offer.end();
}
