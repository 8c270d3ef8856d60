// The part of indexeddb.browser.test.ts that runs inside Chromium, bundled by Vite.

import { get } from "idb-keyval";
import { objectStore, write } from "../../../src/storage/files/database.ts";
import { sha256 } from "../../../src/storage/files/hash.ts";
import {
  type DownloadProgress,
  download,
  type FileSpec,
  fetchFile,
  indexedDbStore,
  memoryStore,
  type OverflowStore,
  openStore,
  overflowing,
  report,
  StorageError,
  type StorageReport,
} from "../../../src/storage/index.ts";
import { contract } from "./contract.ts";

/** Run the store contract on IndexedDB, every case on databases of its own; resolves to the failures' messages. */
export async function runContract(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [i, { name, run }] of contract.entries()) {
    try {
      await run(indexedDbStore({ prefix: `case-${i}`, factory: indexedDB }));
      results[name] = "";
    } catch (error) {
      results[name] = String(error);
    }
  }
  return results;
}

/** Which store is opened here, and what it holds under "persists" from an earlier visit. */
export async function visit(): Promise<{
  kind: string;
  keys: string[];
  kept: number[] | undefined;
  models: number;
}> {
  const store = await openStore();
  const key = await sha256(new TextEncoder().encode("persists"));
  const [keys, kept, models] = [[...(await store.keys())], await store.get(key), await store.models()];
  await store.set(key, new Uint8Array([1, 2, 3]));
  return { kind: store.kind, keys, kept: kept && [...kept], models: models.length };
}

/** Keep chunks until the store refuses; resolves to the refusal, and whether what was kept is still readable. */
export async function fill(): Promise<{
  kind: string;
  code: string;
  hint: string;
  readable: boolean;
  kept: number;
}> {
  const store = await openStore();
  const chunk = new Uint8Array(2 ** 20);
  for (let i = 0; i < 64; i++) {
    // random throughout: Chromium compresses what it keeps
    for (let at = 0; at < chunk.length; at += 2 ** 16)
      crypto.getRandomValues(chunk.subarray(at, at + 2 ** 16));
    try {
      await store.set(`chunk-${i}`, chunk);
    } catch (error) {
      const { code, hint } = error as StorageError;
      const again = await openStore();
      const first = await again.get("chunk-0");
      const kept = (await again.keys()).size;
      return {
        kind: again.kind,
        code: code ?? String(error),
        hint,
        readable: first?.byteLength === 2 ** 20,
        kept,
      };
    }
  }
  return { kind: store.kind, code: "never", hint: "", readable: true, kept: 64 };
}

/** SHA-256 as this page computes it, and whether the browser hides its own implementation from it. */
export async function hash(text: string): Promise<{ hidden: boolean; digest: string }> {
  return {
    hidden: globalThis.crypto?.subtle === undefined,
    digest: await sha256(new TextEncoder().encode(text)),
  };
}

/** a download that this page has started */
interface Started {
  seen: DownloadProgress[];
  /** undefined until it is over; then "complete", or the error's code or name */
  outcome: string | undefined;
  abort: AbortController;
}

let opened: Promise<OverflowStore> | undefined;
/** opened when it is first used: Chromium remembers for a while how much space there was */
const theStore = () => {
  opened ??= openStore().then(overflowing);
  return opened;
};
let started: Started | undefined;

const portsHere = async (base: string, signal?: AbortSignal) => ({
  network: { fetch: globalThis.fetch, base },
  store: await theStore(),
  name: base,
  patience: { attempts: 5, wait: 5, stall: 60_000, longest: 60_000 },
  signal,
});

/**
 * Start a download, which {@link look} and {@link cancel} then speak of.
 * @param memoryOnly go on in memory
 */
export async function start(base: string, files: FileSpec[], memoryOnly = false): Promise<void> {
  const abort = new AbortController();
  const mine: Started = { seen: [], outcome: undefined, abort };
  started = mine;
  (await theStore()).memoryOnly = memoryOnly;
  const onProgress = (progress: DownloadProgress) => void mine.seen.push(progress);
  download(files, { ...(await portsHere(base, abort.signal)), onProgress }).then(
    () => {
      mine.outcome = "complete";
    },
    (error: Error) => {
      mine.outcome = error instanceof StorageError ? error.code : error.name;
    },
  );
}

/** How far the download is. */
export async function look(): Promise<Omit<Started, "abort">> {
  const { seen, outcome } = started!;
  return { seen, outcome };
}

export async function cancel(): Promise<void> {
  started!.abort.abort();
}

/** Read files one after the other; resolves to the SHA-256 of all. */
export async function read(base: string, files: FileSpec[]): Promise<string> {
  const ports = await portsHere(base);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const file of files) parts.push(await fetchFile(file, ports));
  return sha256(new Uint8Array(await new Blob(parts).arrayBuffer()));
}

/** What is kept here, and how much of it only as long as this page is open. */
export async function inventory(
  files: FileSpec[],
): Promise<{ keys: string[]; spilled: boolean; report: StorageReport }> {
  const here = await theStore();
  return {
    keys: [...(await here.keys())],
    spilled: await here.spilled(files),
    report: await report(here),
  };
}

/** Keep a record of a model with these files. */
export async function record(name: string, files: FileSpec[], unfinished: boolean): Promise<void> {
  await (await theStore()).setModel({ name, manifest: "{}", url: "", files, verifiedAt: 1, unfinished });
}

/** Keep a few bytes and read them, with connections that this page may have had open for a while. */
export async function keepAndRead(key: string): Promise<number[]> {
  const here = await theStore();
  await here.set(key, new Uint8Array([4, 5, 6]));
  return [...((await here.get(key)) ?? [])];
}

const rounds = { done: 0, wrong: "" };
/** Keep and read one thing after the other until that goes wrong; {@link roundsKept} says how far it is. */
export async function keepOn(): Promise<void> {
  const round = async () => {
    const read = String(await keepAndRead("a").catch(String));
    // what is cleared between the two is gone
    if (read !== "4,5,6" && read !== "") rounds.wrong = read;
    rounds.done++;
    if (!rounds.wrong) void round();
  };
  void round();
}

export async function roundsKept(): Promise<typeof rounds> {
  return rounds;
}

/** The same with a connection that ends without a word, as some browsers' do. */
export async function keepAndReadUnplugged(): Promise<number[]> {
  const connections: IDBDatabase[] = [];
  const open = (name: string) => {
    const request = indexedDB.open(name);
    request.addEventListener("success", () => connections.push(request.result));
    return request;
  };
  const here = indexedDbStore({ prefix: "unplugged", factory: { open } as unknown as IDBFactory });
  await here.set("a", new Uint8Array([7]));
  for (const connection of connections) connection.close();
  await Promise.all([here.set("b", new Uint8Array([8])), here.get("a")]);
  return [connections.length, ...((await here.get("a")) ?? []), ...((await here.get("b")) ?? [])];
}

/** a large file, some bytes of which its content depends on */
const large = (seed: number) => new Uint8Array(3 * 2 ** 20).map((_, i) => (i * i + seed) >>> 3);

/**
 * Which of two files come back where the browser refuses Blobs, as WebKit does in some private windows, and for which a
 * Blob was tried and refused.
 */
export async function keepWithoutBlobs(): Promise<{ same: boolean[]; refused: boolean[] }> {
  const { put } = IDBObjectStore.prototype;
  let refused = 0;
  IDBObjectStore.prototype.put = function (value, key) {
    if (value instanceof Blob && ++refused)
      throw new DOMException("Error preparing Blob/File data to be stored in object store", "UnknownError");
    return put.call(this, value, key);
  };
  try {
    const store = indexedDbStore({ prefix: "no-blobs" });
    await store.set("a", large(1));
    const first = refused > 0;
    refused = 0;
    await store.set("b", large(2));
    const [a, b] = [await store.get("a"), await store.get("b")];
    const same = [indexedDB.cmp(a!, large(1)) === 0, indexedDB.cmp(b!, large(2)) === 0];
    return { same, refused: [first, refused > 0] };
  } finally {
    IDBObjectStore.prototype.put = put;
  }
}

/** how a browser may lose a Blob: what stands for its methods then */
const losses = {
  /** reads into arrays, and then no more */
  failing: { stream: () => byteStream((controller) => controller.error(lost())) },
  /** ends after some bytes */
  short: {
    stream: () =>
      byteStream((controller) => {
        const request = controller.byobRequest;
        if (request) request.respond(Math.min(7, request.view!.byteLength));
        controller.close();
        if (request) controller.byobRequest?.respond(0);
      }),
  },
  /** has no reader that fills arrays, and does not read otherwise */
  otherwise: { stream: () => new ReadableStream(), arrayBuffer: () => Promise.reject(lost()) },
};
const lost = () => new DOMException("gone", "NotReadableError");
const byteStream = (pull: (controller: ReadableByteStreamController) => void) =>
  new ReadableStream({ type: "bytes", pull });

/** What reading a Blob says that the browser has lost, and what the same file is kept as when it is put once more. */
export async function keepAfterLoss(how: keyof typeof losses): Promise<{ read: string; kept: string[] }> {
  const store = indexedDbStore({ prefix: how });
  const key = "a";
  const kept = async () => (await get(key, objectStore(`${how}-files`, "files"))).constructor.name;
  await store.set(key, large(5));
  const first = await kept();
  const { stream, arrayBuffer } = Blob.prototype;
  Object.assign(Blob.prototype, losses[how]);
  const read = await store.get(key).then(
    (bytes) => `${bytes?.byteLength} bytes`,
    ({ name }: Error) => name,
  );
  Object.assign(Blob.prototype, { stream, arrayBuffer });
  await store.set(key, large(5));
  return { read, kept: [first, await kept()] };
}

/**
 * Whether a large file is kept as a Blob, and whether it comes back where Blobs fill no arrays, as in Safari, and one that an
 * earlier version kept as a buffer.
 */
export async function readOtherwise(): Promise<boolean[]> {
  const store = indexedDbStore({ prefix: "otherwise" });
  await store.set("a", large(2));
  const { stream } = Blob.prototype;
  Blob.prototype.stream = () => new ReadableStream();
  const kept = await store.get("a").finally(() => {
    Blob.prototype.stream = stream;
  });
  await write(objectStore("otherwise-files", "files"), (objects) => objects.put(large(3).buffer, "b"));
  const earlier = await store.get("b");
  const record: unknown = await get("a", objectStore("otherwise-files", "files"));
  return [
    record instanceof Blob,
    indexedDB.cmp(kept!, large(2)) === 0,
    indexedDB.cmp(earlier!, large(3)) === 0,
  ];
}

/** How many of these reads come to an end while garbage is collected all the time; needs Chromium's --expose-gc. */
export async function readWhileCollecting(reads: number): Promise<number> {
  const { gc } = globalThis as unknown as { gc?: () => void };
  if (!gc) throw new Error("This Chromium was not started with --expose-gc.");
  const store = indexedDbStore({ prefix: "collecting" });
  await store.set("a", large(4));
  let ended = 0;
  let over = false;
  const collect = async () => {
    while (!over) {
      gc();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  void collect();
  const all = Array.from({ length: reads }, () => store.get("a").then(() => ended++));
  await Promise.race([Promise.all(all), new Promise((resolve) => setTimeout(resolve, 120_000))]);
  over = true;
  return ended;
}

/** Delete a database of this origin; resolves once it is gone, to whether another page was in the way at first. */
export async function deleteDatabase(name: string): Promise<"deleted" | "blocked"> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve("deleted");
    request.onblocked = () => resolve("blocked");
    request.onerror = () => reject(request.error);
  });
}

/** Download where locks are refused, with a store that claims to be shared; resolves to the refusal and the files kept. */
export async function downloadAlone(
  base: string,
  files: FileSpec[],
): Promise<{ locks: string; kept: number }> {
  const locks = await navigator.locks.request("a", () => "granted").catch((error: Error) => error.name);
  const shared = { ...memoryStore(), kind: "indexeddb" } as const;
  await download(files, { ...(await portsHere(base)), store: shared });
  return { locks, kept: (await shared.keys()).size };
}
