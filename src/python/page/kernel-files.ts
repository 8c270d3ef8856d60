// Python's files on this device: kept and verified like a model's, under a record of their own, so that they are shown,
// removed and replaced by a newer version's like one. With them a snapshot of Python's memory, made here when it first
// started: starting from it takes a tenth of the time.

import type { Progress } from "../../engine/index.ts";
import {
  download,
  type FileSpec,
  fetchFile,
  type OverflowStore,
  type Patience,
  Rising,
  StorageError,
  sha256,
} from "../../storage/index.ts";
import type { KernelFiles } from "../types.ts";

/** the record's name; no model has a space in its name */
export const recordName = "Python cells";
const snapshotName = "snapshot";

interface Ports {
  store: OverflowStore;
  fetch: typeof globalThis.fetch;
  /** stops a download; what has arrived stays kept */
  signal?: AbortSignal | undefined;
  /** how often and how long the server is given another chance */
  patience?: Patience | undefined;
}

/** Have all files here; what this browser does not keep stays in memory. */
export async function downloadKernel(
  files: KernelFiles,
  { store, fetch, signal, patience }: Ports,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const all = [files.script, files.wasm, files.stdlib];
  const rising = new Rising();
  const get = () =>
    download(all, {
      store,
      signal,
      patience,
      network: { fetch, base: files.script.file },
      name: files.script.file,
      onProgress: (progress) => onProgress({ kind: "downloading", ...rising.raise(progress) }),
    });
  await get().catch((error: unknown) => {
    if (!(error instanceof StorageError) || error.code !== "storage-full") throw error;
    store.memoryOnly = true;
    return get();
  });
  if (!(await recorded(files, store))) await record(all, store);
}

/** A file of the kernel, verified. */
export function readKernel(file: FileSpec, { store, fetch }: Ports): Promise<Uint8Array<ArrayBuffer>> {
  return fetchFile(file, { store, network: { fetch, base: file.file } });
}

/** Python's memory as it was after its first start with these files; undefined when it is not kept, or damaged. */
export async function readSnapshot(
  files: KernelFiles,
  store: OverflowStore,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const kept = (await recorded(files, store))?.find(({ file }) => file === snapshotName);
    const packed = kept && (await store.get(kept.sha256));
    if (!packed || (await sha256(packed)) !== kept.sha256) return undefined;
    return await through(packed, new DecompressionStream("gzip"));
  } catch {
    return undefined;
  }
}

/** Keep a snapshot, if there is room for it: nothing depends on it. */
export async function keepSnapshot(
  files: KernelFiles,
  store: OverflowStore,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  try {
    const packed = await through(bytes, new CompressionStream("gzip"));
    const snapshot = { file: snapshotName, byteLength: packed.byteLength, sha256: await sha256(packed) };
    await store.set(snapshot.sha256, packed);
    await record([files.script, files.wasm, files.stdlib, snapshot], store);
  } catch {
    // it will be made again
  }
}

/** Do without the snapshot from now on: Python did not start from it. */
export async function dropSnapshot(files: KernelFiles, store: OverflowStore): Promise<void> {
  await record([files.script, files.wasm, files.stdlib], store).catch(() => {});
}

/** the files that the record of this version names */
async function recorded(files: KernelFiles, store: OverflowStore): Promise<FileSpec[] | undefined> {
  const models = await store.models();
  const own = models.find(
    (each) => each.name === recordName && each.files.some((file) => file.sha256 === files.script.sha256),
  );
  return own?.files;
}

async function record(files: FileSpec[], store: OverflowStore): Promise<void> {
  const url = files[0]!.file;
  await store.setModel({
    name: recordName,
    manifest: "",
    url,
    files,
    verifiedAt: Date.now(),
    unfinished: false,
  });
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  packing: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(packing);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
