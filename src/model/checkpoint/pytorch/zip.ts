// The zip that torch.save writes: files stored one behind the other without compression, a directory behind them. Only
// that is read; whatever torch does not write is refused. Every place that the directory names is checked against the file.
//
// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.

import type { ByteSource } from "../source.ts";

/** one file of an archive */
export interface Entry {
  name: string;
  /** first byte of its content, counted from the archive's start */
  begin: number;
  /** one past the last */
  end: number;
}

/** An archive that cannot be read: what is wrong with it, without a full stop. */
export class ZipError extends Error {}

const endOfDirectory = { signature: 0x06054b50, length: 22 };
const locator64 = { signature: 0x07064b50, length: 20 };
const endOfDirectory64 = { signature: 0x06064b50, length: 56 };
const directoryEntry = { signature: 0x02014b50, length: 46 };
const localHeader = { signature: 0x04034b50, length: 30 };
/** a comment, which torch does not write, can be so long */
const longestComment = 2 ** 16 - 1;
/** bytes of a directory: far above that of any model, which has some hundred files */
const longestDirectory = 2 ** 24;
/** what a field holds when the number stands in the entry's zip64 field */
const elsewhere = 0xffffffff;

/**
 * The files of an archive by name.
 * @throws ZipError saying what is wrong
 */
export async function readDirectory(source: ByteSource): Promise<Map<string, Entry>> {
  const { count, offset, length } = await findDirectory(source);
  if (length > longestDirectory) throw new ZipError(`its directory claims ${length} bytes`);
  const bytes = await read(source, offset, length, "its directory");
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + directoryEntry.length > bytes.byteLength || u32(bytes, at) !== directoryEntry.signature)
      throw new ZipError(`its directory ends after ${i} of ${count} files`);
    const { entry, next } = readEntry(bytes, at, offset);
    if (entries.has(entry.name)) throw new ZipError(`it holds "${short(entry.name)}" twice`);
    entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}

/**
 * Where an entry's content lies. The directory says where the file's own header is; its content stands behind that.
 * @throws ZipError when the header is not there, or says something else than the directory
 */
export async function locate(source: ByteSource, entry: Entry): Promise<Entry> {
  const what = `"${short(entry.name)}"`;
  const header = await read(source, entry.begin, localHeader.length, what);
  if (u32(header, 0) !== localHeader.signature) throw new ZipError(`${what} does not begin where it should`);
  const [nameLength, extraLength] = [u16(header, 26), u16(header, 28)];
  const name = await read(source, entry.begin + localHeader.length, nameLength, what);
  if (text(name) !== entry.name) throw new ZipError(`${what} has another name in its own header`);
  const begin = entry.begin + localHeader.length + nameLength + extraLength;
  const end = begin + (entry.end - entry.begin);
  if (end > source.size)
    throw new ZipError(`${what} should end at byte ${end}, but the file is cut off after ${source.size}`);
  return { name: entry.name, begin, end };
}

async function findDirectory(source: ByteSource): Promise<{ count: number; offset: number; length: number }> {
  const { size } = source;
  const tailLength = Math.min(size, endOfDirectory.length + longestComment);
  const tail = await read(source, size - tailLength, tailLength, "its end");
  let at = tailLength - endOfDirectory.length;
  while (at >= 0 && u32(tail, at) !== endOfDirectory.signature) at--;
  if (at < 0) throw new ZipError("it has no directory at its end, so it may be cut off");
  const [count, length, offset] = [u16(tail, at + 10), u32(tail, at + 12), u32(tail, at + 16)];
  const found =
    count === 0xffff || length === elsewhere || offset === elsewhere
      ? await findDirectory64(source, size - tailLength + at)
      : { count, offset, length };
  if (found.offset + found.length > size) throw new ZipError("its directory lies outside the file");
  return found;
}

/** @param end where the shorter end of the directory begins; the long one's locator stands before it */
async function findDirectory64(source: ByteSource, end: number) {
  if (end < locator64.length) throw new ZipError("its directory lies outside the file");
  const locator = await read(source, end - locator64.length, locator64.length, "its end");
  if (u32(locator, 0) !== locator64.signature) throw new ZipError("its directory lies outside the file");
  const record = await read(source, u64(locator, 8), endOfDirectory64.length, "its end");
  if (u32(record, 0) !== endOfDirectory64.signature)
    throw new ZipError("its directory lies outside the file");
  return { count: u64(record, 32), length: u64(record, 40), offset: u64(record, 48) };
}

/** @param directory where the directory begins in the file: every file lies before it */
function readEntry(bytes: Uint8Array, at: number, directory: number): { entry: Entry; next: number } {
  const [flags, method] = [u16(bytes, at + 8), u16(bytes, at + 10)];
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => u16(bytes, at + field)) as [
    number,
    number,
    number,
  ];
  const extraAt = at + directoryEntry.length + nameLength;
  const next = extraAt + extraLength + commentLength;
  if (next > bytes.byteLength) throw new ZipError("its directory is cut off");
  const name = text(bytes.subarray(at + directoryEntry.length, extraAt));
  const what = `"${short(name)}"`;
  if ((flags & 1) !== 0) throw new ZipError(`${what} is encrypted`);
  if (method !== 0) throw new ZipError(`${what} is compressed, which torch.save never does`);
  const extra = bytes.subarray(extraAt, extraAt + extraLength);
  const [length, packed, begin] = sizes(bytes, at, extra, what);
  if (length !== packed) throw new ZipError(`${what} has two lengths`);
  if (begin + length > directory) throw new ZipError(`${what} lies outside the file`);
  return { entry: { name, begin, end: begin + length }, next };
}

/** unpacked and packed length and place of a file; those that do not fit into 32 bits stand in the zip64 field, in this order */
function sizes(bytes: Uint8Array, at: number, extra: Uint8Array, what: string): [number, number, number] {
  const given = [u32(bytes, at + 24), u32(bytes, at + 20), u32(bytes, at + 42)];
  if (!given.includes(elsewhere)) return given as [number, number, number];
  let field = 0;
  while (field + 4 <= extra.byteLength && u16(extra, field) !== 1) field += 4 + u16(extra, field + 2);
  let position = field + 4;
  return given.map((value) => {
    if (value !== elsewhere) return value;
    if (position + 8 > extra.byteLength) throw new ZipError(`${what} has no length`);
    position += 8;
    return u64(extra, position - 8);
  }) as [number, number, number];
}

async function read(source: ByteSource, position: number, length: number, what: string) {
  if (position < 0 || position + length > source.size) throw new ZipError(`${what} lies outside the file`);
  const bytes = await source.read(position, length);
  if (bytes.byteLength !== length) throw new ZipError(`${what} is cut off`);
  return bytes;
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const u16 = (bytes: Uint8Array, at: number) => view(bytes).getUint16(at, true);
const u32 = (bytes: Uint8Array, at: number) => view(bytes).getUint32(at, true);
function u64(bytes: Uint8Array, at: number): number {
  const value = view(bytes).getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new ZipError(`it claims a length of ${value} bytes`);
  return Number(value);
}

function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ZipError("a file's name in it is not UTF-8");
  }
}

const short = (name: string) => (name.length > 100 ? `${name.slice(0, 100)}…` : name);
