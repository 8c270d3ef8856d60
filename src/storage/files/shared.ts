// Cross-Origin Storage, where a browser has it: files that all sites share, under their hashes
// (https://github.com/WICG/cross-origin-storage, a proposal). What another site has downloaded is read there before the network
// is asked, and what was downloaded and verified here is offered to others. It saves a download and nothing depends on it:
// whatever fails is as if nothing were there. Which files may be shared with whom, the browser decides.

import { sha256 } from "./hash.ts";
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

/** milliseconds that an answer may take, before the network is asked */
const LONGEST = 5_000;

/** the browser's, or undefined */
export function crossOriginStorage(): CrossOriginStorage | undefined {
  const { crossOriginStorage: found } = (globalThis.navigator ?? {}) as {
    crossOriginStorage?: CrossOriginStorage;
  };
  return typeof found?.requestFileHandle === "function" ? found : undefined;
}

/** What is shared under a hash, of the right length; its bytes are still to be verified. */
export async function sharedFile(
  { sha256: value, byteLength }: Pick<FileSpec, "sha256" | "byteLength">,
  storage = crossOriginStorage(),
): Promise<Blob | undefined> {
  if (!storage) return undefined;
  const found = storage
    .requestFileHandle({ algorithm: "SHA-256", value })
    .then((handle) => handle.getFile())
    .catch(() => undefined);
  const answered = new AbortController();
  const silence = pause(LONGEST, answered.signal).catch(() => undefined);
  const file = await Promise.race([found, silence]);
  answered.abort();
  return file?.size === byteLength ? file : undefined;
}

/** The bytes that are shared under a file's hash, verified. */
export async function readShared(
  file: FileSpec,
  storage = crossOriginStorage(),
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const shared = await sharedFile(file, storage);
  const buffer = await shared?.arrayBuffer().catch(() => undefined);
  if (!buffer) return undefined;
  const bytes = new Uint8Array(buffer);
  return (await sha256(bytes)) === file.sha256 ? bytes : undefined;
}

/** A file that is being offered to other sites: parts are written in order, and the browser verifies the hash at the end. */
export class Offer {
  #writing: Promise<FileSystemWritableFileStream | undefined>;

  constructor(value: string, storage: CrossOriginStorage) {
    this.#writing = open(value, storage).catch(() => undefined);
  }

  /** Write the next part; what is given is copied at once. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#next((stream, part) => stream.write(part!), new Blob([bytes]));
  }

  /** All parts were written. */
  end(): Promise<void> {
    return this.#next((stream) => stream.close());
  }

  /** It comes to nothing. */
  abort(): Promise<void> {
    return this.#next((stream) => stream.abort());
  }

  async #next(
    step: (stream: FileSystemWritableFileStream, part: Blob | undefined) => Promise<void>,
    part?: Blob,
  ): Promise<void> {
    this.#writing = this.#writing.then(async (stream) => {
      try {
        if (stream) await step(stream, part);
        return stream;
      } catch {
        await stream?.abort().catch(() => {});
        return undefined;
      }
    });
    await this.#writing;
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
  if (!storage) return;
  const offer = new Offer(value, storage);
  void offer.write(bytes);
  void offer.end();
}
