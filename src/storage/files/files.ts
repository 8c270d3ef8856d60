// Files of a model, from the store or from the network. Nothing is kept, and nothing is handed out, before its length
// and its SHA-256 agree with the manifest; so bytes from here are the right ones.

import { again } from "./again.ts";
import { allocate } from "./allocate.ts";
import { StorageError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { sha256 } from "./hash.ts";
import { requestFile, type Transfer } from "./request.ts";
import { defaultPatience, type Patience } from "./retry.ts";
import { type CrossOriginStorage, offerShared, readShared } from "./shared.ts";
import { inTurn } from "./tabs.ts";
import type { Allocate, FileSpec, Network, Retry, WeightStore } from "./types.ts";

/** the outside world of {@link fetchFile} */
export interface FilePorts {
  network: Network;
  store: WeightStore;
  signal?: AbortSignal | undefined;
  /** how often and how long a server is given another chance */
  patience?: Patience | undefined;
  /**
   * called when bytes arrive from the network, with how many of them are new: not those that an attempt before had
   * brought; kept files are not counted
   */
  onBytes?: ((bytes: number) => void) | undefined;
  /** called when an attempt has failed and another one will be made */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** called when a kept file was damaged and has been fetched again */
  onRepair?: ((file: FileSpec) => void) | undefined;
  /**
   * hashes of files that are read without being hashed once more; give those alone that this very session verified and
   * kept: what an earlier one has kept may have been damaged since
   */
  trusted?: ReadonlySet<string> | undefined;
  /** gives the array that a kept file is read into; some stores ignore it */
  allocate?: Allocate | undefined;
  /** files that all sites share; default: the browser's, where it has them */
  shared?: CrossOriginStorage | undefined;
}

/**
 * One file, verified. From the store if it is kept there, else from what all sites share, else from the network, and then
 * kept; a kept file that is damaged is forgotten and fetched anew. No two tabs fetch a file at the same time: one waits for
 * what the other keeps.
 * @throws StorageError "file-missing", "file-corrupt", "network" or "storage-full"; the signal's reason when it aborts
 */
export async function fetchFile(file: FileSpec, ports: FilePorts): Promise<Uint8Array<ArrayBuffer>> {
  const { store, signal } = ports;
  signal?.throwIfAborted();
  const kept = await readKept(file, ports);
  if (kept instanceof Uint8Array) return kept;
  const damaged = kept === "damaged";
  return inTurn(`file-${file.sha256}`, { store, signal }, async () => {
    const meanwhile = await readKept(file, ports);
    if (meanwhile instanceof Uint8Array) return meanwhile;
    const shared = await readShared(file, { storage: ports.shared, signal });
    const bytes = shared ?? (await fetchAnew(file, ports, damaged));
    // copied at once: who keeps the bytes may free them
    if (!shared) offerShared(file, bytes, ports.shared);
    await store.set(file.sha256, bytes);
    if (damaged) ports.onRepair?.(file);
    return bytes;
  });
}

/** bytes of all these files */
export function sumOf(files: readonly FileSpec[]): number {
  return files.reduce((sum, file) => sum + file.byteLength, 0);
}

/** the file as it is kept, or undefined when it is not, or "damaged" when it was not as it should be and was deleted */
async function readKept(
  file: FileSpec,
  { store, trusted, allocate: make }: FilePorts,
): Promise<Uint8Array<ArrayBuffer> | "damaged" | undefined> {
  const bytes = await store.get(file.sha256, make).catch(unreadable);
  if (bytes === undefined) return undefined;
  const verify = async (found: Uint8Array<ArrayBuffer>) =>
    found.byteLength === file.byteLength &&
    (trusted?.has(file.sha256) || (await sha256(found)) === file.sha256);
  if (bytes !== "unreadable" && (await verify(bytes))) return bytes;
  // what cannot be deleted will be overwritten
  await store.delete(file.sha256).catch(() => {});
  return "damaged";
}

/** What a file is that its store cannot read. Running out of memory does not mean that the file is damaged. */
function unreadable(error: unknown): "unreadable" {
  if ((error as Partial<StorageError>).code === "out-of-memory") throw error;
  return "unreadable";
}

/** the file from the network; an error says so when it is there because the kept copy was damaged */
async function fetchAnew(
  file: FileSpec,
  ports: FilePorts,
  damaged: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await fetchVerified(file, ports);
  } catch (error) {
    if (!damaged || !(error instanceof StorageError)) throw error;
    const { code, message, hint } = error;
    const both = `The kept copy of ${file.file} was damaged and could not be fetched again: ${message}`;
    throw new StorageError(code, both, hint, { cause: error });
  }
}

/** The file from the network, verified, in as many attempts as there is patience for. */
async function fetchVerified(file: FileSpec, ports: FilePorts): Promise<Uint8Array<ArrayBuffer>> {
  const { network, store, signal, onBytes, onRetry, patience = defaultPatience } = ports;
  const bytes = allocate(file.byteLength);
  const transfer: Transfer = { file, bytes, received: 0, counted: 0, ranges: true, unanswered: false };
  let damages = 0;
  const once = async (number: number) => {
    // An old browser asks another origin's server first whether it may ask for a part; this one may not like it.
    if (number > 1 && number === patience.attempts && transfer.unanswered) transfer.ranges = false;
    try {
      await requestFile(transfer, { network, kind: store.kind, patience, signal, onBytes }, number === 1);
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.next !== "anew") throw failure;
      transfer.received = 0;
      // what is wrong twice is wrong on the server
      throw ++damages > 1 ? new Failure(failure.error, "nothing") : failure;
    }
  };
  await again(once, { patience, signal, onRetry });
  return bytes;
}
