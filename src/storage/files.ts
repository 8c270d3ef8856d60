// Files of a model, from the store or from the network. Nothing is kept, and nothing is handed out, before its length
// and its SHA-256 agree with the manifest; so whoever holds bytes from here holds the right ones.

import { isAbort, StorageError } from "./errors.ts";
import { sha256 } from "./hash.ts";
import type { FileSpec, Network, StoreKind, WeightStore } from "./types.ts";

/** the outside world of {@link fetchFile} and {@link readFiles} */
interface FilePorts {
  network: Network;
  store: WeightStore;
  signal?: AbortSignal | undefined;
  /** called with the number of bytes that have just arrived from the network; kept files are not counted */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** the outside world of {@link download} */
interface DownloadPorts extends Omit<FilePorts, "onBytes"> {
  /** bytes that are here, of all; called once at the start, never falls, ends at `total` */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** files on their way at the same time: enough to hide the latency of each, few enough to finish some of them */
const parallel = 3;

/**
 * One file, verified. From the store if it is kept there, else from the network and then kept; a kept file that is
 * damaged is forgotten and fetched anew.
 * @throws StorageError "file-missing", "file-corrupt", "network" or "storage-full"; AbortError when the signal aborts
 */
export async function fetchFile(file: FileSpec, ports: FilePorts): Promise<Uint8Array<ArrayBuffer>> {
  ports.signal?.throwIfAborted();
  const kept = await readKept(file, ports.store);
  if (kept !== undefined) return kept;
  const bytes = await receive(file, ports);
  await verify(file, bytes);
  await ports.store.set(file.sha256, bytes);
  return bytes;
}

/**
 * Make sure that every file is kept, fetching those that are not, a few at a time. Files that are kept count as done
 * and are not looked at: {@link fetchFile} and {@link readFiles} verify them when they are used.
 * @throws as {@link fetchFile}, the first error; the other fetches are then cut short. Finished files stay kept.
 */
export async function download(files: readonly FileSpec[], ports: DownloadPorts): Promise<void> {
  const unique = withoutTwins(files);
  const keys = await ports.store.keys();
  const missing = unique.filter((file) => !keys.has(file.sha256));
  const total = sumOf(unique);
  let done = total - sumOf(missing);
  const advance = (bytes: number) => {
    if (bytes <= 0) return;
    done += bytes;
    ports.onProgress?.(done, total);
  };

  // stops every fetch, when one has failed or the caller says so; AbortSignal.any is younger than WebGPU
  const stop = new AbortController();
  const { signal } = stop;
  const stopByCaller = () => stop.abort(ports.signal?.reason);
  ports.signal?.throwIfAborted();
  ports.signal?.addEventListener("abort", stopByCaller);
  const queue = missing.values();
  // every worker takes its next file from the one queue
  const worker = async () => {
    for (const file of queue) {
      let left = file.byteLength;
      const count = (bytes: number) => {
        const counted = Math.min(bytes, left);
        left -= counted;
        advance(counted);
      };
      await fetchFile(file, { ...ports, signal, onBytes: count });
      count(left); // another tab had kept it meanwhile
    }
  };
  let first: unknown;
  try {
    ports.onProgress?.(done, total);
    await Promise.all(
      Array.from({ length: Math.min(parallel, missing.length) }, () =>
        worker().catch((error: unknown) => {
          first ??= error;
          stop.abort();
        }),
      ),
    );
  } finally {
    ports.signal?.removeEventListener("abort", stopByCaller);
  }
  if (first !== undefined) throw first;
}

/**
 * Files in order, as one array: the chunks of a shard. Kept files are read, others fetched; each is verified.
 * Peak memory is the result and one file.
 * @throws as {@link fetchFile}; StorageError "out-of-memory" when the result does not fit
 */
export async function readFiles(
  files: readonly FileSpec[],
  ports: FilePorts,
): Promise<Uint8Array<ArrayBuffer>> {
  const total = sumOf(files);
  const all = allocate(total);
  let offset = 0;
  for (const file of files) {
    all.set(await fetchFile(file, ports), offset);
    offset += file.byteLength;
  }
  return all;
}

/** the file as it is kept, or undefined when it is not, or not as it should be; a damaged record is deleted */
async function readKept(file: FileSpec, store: WeightStore): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = await store.get(file.sha256).catch(() => "unreadable" as const);
  if (bytes === undefined) return undefined;
  if (bytes !== "unreadable" && bytes.byteLength === file.byteLength && (await sha256(bytes)) === file.sha256)
    return bytes;
  // what cannot be deleted will be overwritten
  await store.delete(file.sha256).catch(() => {});
  return undefined;
}

/**
 * The body of a file's response, as it comes; its length is right, its hash is not looked at.
 * One attempt: a caller that wants to try again calls again.
 */
async function receive(
  file: FileSpec,
  { network, store, signal, onBytes }: FilePorts,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(file, network, store.kind, signal);
  const bytes = allocate(file.byteLength);
  let length = 0;
  const reader = response.body?.getReader();
  try {
    while (reader) {
      const { done, value } = await reader.read();
      if (done) break;
      signal?.throwIfAborted();
      if (length + value.byteLength > bytes.byteLength) throw wrongLength(file, "more than its");
      bytes.set(value, length);
      length += value.byteLength;
      onBytes?.(value.byteLength);
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    if (error instanceof StorageError) throw error;
    throw connectionLost(file, error, signal);
  }
  if (length < bytes.byteLength) throw wrongLength(file, `${length} of`);
  return bytes;
}

/** a response that can be the file: status 2xx and no web page */
async function request(
  { file }: FileSpec,
  network: Network,
  kind: StoreKind,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const { fetch, base } = network; // not network.fetch(): a browser's fetch refuses any other `this`
  // What is kept need not fill the HTTP cache too. Where nothing is, the HTTP cache saves what is still fresh in it.
  const cache = kind === "memory" ? "no-cache" : "no-store";
  let response: Response;
  try {
    response = await fetch(new URL(file, base).href, { cache, signal: signal ?? null });
  } catch (error) {
    if (isAbort(error) || signal?.aborted) throw signal?.reason ?? error;
    throw new StorageError(
      "network",
      `The server could not be reached for ${file}.`,
      "Check the connection and try again.",
      {
        cause: error,
      },
    );
  }
  const problem = problemOf(response, file);
  if (problem === undefined) return response;
  await response.body?.cancel().catch(() => {});
  throw problem;
}

/** why a response cannot be the file */
function problemOf(response: Response, file: string): StorageError | undefined {
  const { status } = response;
  if (status >= 500 || status === 408 || status === 429) {
    return new StorageError(
      "network",
      `The server failed to send ${file} (status ${status}).`,
      "Wait a moment and try again.",
    );
  }
  if (!response.ok) {
    return new StorageError(
      "file-missing",
      `The server does not give out ${file} (status ${status}).`,
      "Check that the model's whole folder was uploaded, then reload the page.",
    );
  }
  if (/^text\/html\b/i.test(response.headers.get("content-type") ?? "")) {
    return new StorageError(
      "file-corrupt",
      `The server answered with a web page instead of ${file}.`,
      "Check that the model's whole folder was uploaded, and that no log-in page stands in the way.",
    );
  }
  return undefined;
}

/** @throws StorageError "file-corrupt" unless the bytes hash to what the manifest says */
async function verify(file: FileSpec, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if ((await sha256(bytes)) === file.sha256) return;
  throw new StorageError(
    "file-corrupt",
    `${file.file} arrived damaged: its SHA-256 is not the one in the manifest.`,
    "Try again; if it happens again, the file on the server is not the exported one and has to be uploaded anew.",
  );
}

function wrongLength({ file, byteLength }: FileSpec, got: string): StorageError {
  return new StorageError(
    "file-corrupt",
    `${file} has the wrong length: the server sent ${got} ${byteLength} bytes.`,
    "Try again; if it happens again, the file on the server is not the exported one and has to be uploaded anew.",
  );
}

function connectionLost({ file }: FileSpec, error: unknown, signal: AbortSignal | undefined): unknown {
  if (isAbort(error) || signal?.aborted) return signal?.reason ?? error;
  return new StorageError(
    "network",
    `The connection broke while ${file} was on its way.`,
    "Check the connection and try again; files that have arrived are kept.",
    { cause: error },
  );
}

/** of files with the same content, the first */
function withoutTwins(files: readonly FileSpec[]): FileSpec[] {
  const seen = new Set<string>();
  return files.filter(({ sha256 }) => !seen.has(sha256) && seen.add(sha256));
}

function sumOf(files: readonly FileSpec[]): number {
  return files.reduce((sum, file) => sum + file.byteLength, 0);
}

function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new StorageError(
      "out-of-memory",
      `There is no room in memory for ${Math.ceil(bytes / 2 ** 20)} MiB of weights.`,
      "Close other tabs and try again.",
      { cause },
    );
  }
}
