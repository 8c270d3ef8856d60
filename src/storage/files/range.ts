// A part of a file on a server, as its bytes come: of files too large for one array, and of which only a part is wanted. Where
// the connection breaks, the rest is asked for. Whether the bytes are right is for the caller to find out.

import { StorageError } from "./errors.ts";
import { connectionLost, Failure, problemOf, silent, unreachable } from "./failure.ts";
import { backoff, type Patience, pause, StallTimer } from "./retry.ts";
import type { Retry } from "./types.ts";

/** a file of which the length is known */
export interface RemoteFile {
  url: string;
  /** as sentences name it */
  file: string;
  /** in bytes */
  size: number;
}

export interface RangePorts {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
  patience: Patience;
  onRetry?: ((retry: Retry) => void) | undefined;
}

/** bytes after which a server has earned all its chances again */
const MUCH = 16 * 2 ** 20;

/**
 * The bytes from `first` up to `end`, in order, each once.
 * @param onBytes is waited for before more is read; what it is given is its own
 * @throws StorageError "network"; "file-corrupt" when the file has another length, or is another one by now; what
 * `onBytes` throws; the signal's reason when it aborts
 */
export async function fetchRange(
  file: RemoteFile,
  { first, end }: { first: number; end: number },
  onBytes: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
  ports: RangePorts,
): Promise<void> {
  const { patience, signal, onRetry } = ports;
  const reading: Reading = { at: first, end, etag: undefined };
  let attempts = 0;
  let counted = first;
  while (reading.at < end) {
    signal?.throwIfAborted();
    try {
      await request(file, reading, onBytes, ports);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const { error, next, after } = failure;
      if (reading.at - counted >= MUCH) {
        counted = reading.at;
        attempts = 0;
      }
      attempts++;
      if (next === "nothing" || attempts >= patience.attempts) throw error;
      const ms = Math.max(after, backoff(attempts, patience));
      onRetry?.({ kind: "retry", message: error.message, seconds: Math.ceil(ms / 1000) });
      await pause(ms, signal);
    }
  }
}

/** how far a part of a file has been read, over all requests */
interface Reading {
  at: number;
  readonly end: number;
  /** the first answer's, where the server tells: later ones must be of the same file */
  etag: string | undefined;
}

/** One request for what is missing. @throws Failure */
async function request(
  file: RemoteFile,
  reading: Reading,
  onBytes: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
  { fetch, signal, patience }: RangePorts,
): Promise<void> {
  const timer = new StallTimer(patience.stall, signal);
  /** what goes wrong here is the caller's, and no reason to ask again */
  let own: { error: unknown } | undefined;
  let answered = false;
  try {
    // a range with two ends needs no permission of another host (CORS); one that is open at its end may need it
    const headers = { range: `bytes=${reading.at}-${reading.end - 1}` };
    const response = await fetch(file.url, { cache: "no-store", signal: timer.signal, headers });
    answered = true;
    timer.alive();
    const problem =
      response.status === 416 ? new Failure(shorter(file), "nothing") : problemOf(response, file, patience);
    const skip = problem ? 0 : startOf(response, file, reading);
    if (problem || skip === undefined) {
      const pointer = !problem && (await isPointer(response));
      await response.body?.cancel().catch(() => {});
      throw problem ?? new Failure(pointer ? pointerOf(file) : anotherFile(file), "nothing");
    }
    await receive(response, skip, reading, timer, async (bytes) => {
      try {
        await onBytes(bytes);
      } catch (error) {
        own = { error };
        throw error;
      }
    });
  } catch (error) {
    if (own) throw own.error;
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    if (timer.stalled) throw new Failure(silent(file, answered, patience.stall), "rest");
    throw new Failure(answered ? connectionLost(file, error) : unreachable(file, error), "rest");
  } finally {
    timer.end();
  }
  if (reading.at < reading.end) throw new Failure(connectionLost(file, undefined), "rest");
}

/**
 * How many of the answer's first bytes are known already: of one that ignores ranges, all before the place that is asked for.
 * @returns undefined when it is an answer of another file, or of another part
 */
function startOf({ status, headers }: Response, { size }: RemoteFile, reading: Reading): number | undefined {
  const etag = headers.get("etag") ?? undefined;
  if (etag !== undefined && reading.etag !== undefined && etag !== reading.etag) return undefined;
  reading.etag ??= etag;
  if (status !== 206) {
    // hidden from another origin where it is compressed, and then it is not the file's
    const length = headers.has("content-encoding") ? null : headers.get("content-length");
    return length === null || Number(length) === size ? reading.at : undefined;
  }
  const [, first, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  // another origin's headers may be hidden
  if (first !== undefined && Number(first) !== reading.at) return undefined;
  return all === undefined || all === "*" || Number(all) === size ? 0 : undefined;
}

async function receive(
  response: Response,
  skip: number,
  reading: Reading,
  timer: StallTimer,
  onBytes: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<void> {
  const reader = response.body?.getReader();
  let left = skip;
  try {
    while (reader) {
      const { done, value } = await reader.read();
      if (done) return;
      timer.signal.throwIfAborted();
      // a store that takes long over the bytes is no silence of the server
      timer.rest();
      const known = Math.min(left, value.byteLength);
      left -= known;
      const fresh = value.subarray(known, known + reading.end - reading.at);
      if (fresh.byteLength > 0) await onBytes(fresh as Uint8Array<ArrayBuffer>);
      reading.at += fresh.byteLength;
      timer.alive();
      if (reading.at < reading.end) continue;
      await reader.cancel().catch(() => {});
      return;
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throw error;
  }
}

/** Does a server send the text by which Git LFS finds the file, instead of the file? */
async function isPointer(response: Response): Promise<boolean> {
  const length = response.headers.get("content-length");
  if (length === null || Number(length) > 1024) return false;
  return (await response.text()).startsWith("version https://git-lfs.github.com/");
}

function pointerOf({ file }: RemoteFile): StorageError {
  return new StorageError(
    "file-corrupt",
    `The server sent a Git LFS pointer instead of ${file}.`,
    "It does not have the weights themselves; take another server, or another copy of the model.",
  );
}

function shorter({ file, size }: RemoteFile): StorageError {
  return new StorageError(
    "file-corrupt",
    `${file} has fewer than the ${size} bytes that were announced.`,
    "Try again; if it happens again, the file on the server is not the one that it announces.",
  );
}

function anotherFile({ file, size }: RemoteFile): StorageError {
  return new StorageError(
    "file-corrupt",
    `The server sent another file, or another part of one, than the ${size} bytes of ${file} that it announced.`,
    "Try again; if it happens again, the file on the server is not the one that it announces.",
  );
}
