// What is put into IndexedDB for the bytes of a file. A large one is a Blob: browsers keep it as a file of its own, which is
// written and read without the copies that a value of an object store goes through (docs/measured.md). Earlier versions
// kept ArrayBuffers of every length, which are read as well.

import { allocate } from "./allocate.ts";
import { isQuota } from "./errors.ts";
import type { Allocate } from "./types.ts";

/** bytes from which on a file is a Blob; a shorter one costs more as a file of its own */
const large = 2 ** 20;

/** the value of a file in the object store */
export type FileRecord = ArrayBuffer | Blob;

/**
 * Put a file's bytes, as a Blob where the file is large and the browser keeps Blobs: WebKit refuses them in some private
 * windows.
 * @param put rejects with the browser's own error
 */
export async function putBytes(
  bytes: Uint8Array<ArrayBuffer>,
  put: (record: FileRecord) => Promise<void>,
): Promise<void> {
  const asBlob = blobsAreKept && bytes.byteLength >= large;
  if (asBlob) {
    try {
      return await put(new Blob([bytes]));
    } catch (error) {
      if (isQuota(error)) throw error;
    }
  }
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  await put(whole ? bytes.buffer : bytes.slice().buffer);
  if (asBlob) blobsAreKept = false;
}

/** false once a Blob was refused and its bytes were not, or one could not be read again: from then on files are ArrayBuffers */
let blobsAreKept = true;

/** bytes of a file as it is kept */
export function sizeOf(record: FileRecord): number {
  return record instanceof Blob ? record.size : record.byteLength;
}

/**
 * The bytes of a file. Fewer than it has, where the browser has lost the rest.
 * @param make gives the array that a Blob is read into
 * @throws whatever the browser throws where it has lost all of them
 */
export async function bytesOf(
  record: FileRecord,
  make: Allocate = allocate,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!(record instanceof Blob)) return new Uint8Array(record);
  const reader = byteReader(record);
  const array = reader && roomFor(record.size, make);
  try {
    const bytes = array ? await fill(array, record.size, reader) : new Uint8Array(await record.arrayBuffer());
    if (bytes.byteLength < record.size) blobsAreKept = false;
    return bytes;
  } catch (error) {
    blobsAreKept = false;
    throw error;
  }
}

/** What `make` gives, unless it is too short: a mistake there is no fault of the file. */
function roomFor(byteLength: number, make: Allocate): Uint8Array<ArrayBuffer> {
  const made = make(byteLength);
  return made.buffer.byteLength < byteLength ? allocate(byteLength) : made;
}

/** @param array is detached; what comes back is on its memory */
async function fill(
  array: Uint8Array<ArrayBuffer>,
  size: number,
  reader: ReadableStreamBYOBReader,
): Promise<Uint8Array<ArrayBuffer>> {
  reading.add(reader);
  try {
    let here = array.buffer;
    let length = 0;
    while (length < size) {
      // the buffer goes into the reader and comes back filled: nothing is copied in this process
      const { value } = await reader.read(new Uint8Array(here, length, size - length));
      if (!value) throw new Error("The browser ended the reading of a file.");
      here = value.buffer;
      if (value.byteLength === 0) break;
      length += value.byteLength;
    }
    return new Uint8Array(here, 0, length);
  } finally {
    reading.delete(reader);
    reader.cancel().catch(() => {});
  }
}

/**
 * Readers that wait for bytes. Chromium 156 collects one that nothing else refers to, and its read then never ends: one
 * file in some hundreds.
 */
const reading = new Set<ReadableStreamBYOBReader>();

/** a reader that fills arrays it is given; undefined where the browser's Blobs have none (Safari) */
function byteReader(blob: Blob): ReadableStreamBYOBReader | undefined {
  try {
    return (blob.stream() as ReadableStream<Uint8Array<ArrayBuffer>>).getReader({ mode: "byob" });
  } catch {
    return undefined;
  }
}
