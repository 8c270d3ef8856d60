// The safetensors format: 8 bytes of header length (unsigned, little-endian), a JSON header, then the tensors' bytes
// without gaps. Pure functions on bytes; a header is trusted only after everything it claims has been checked, so a
// damaged or hostile file is refused before anything of its claimed size is allocated.

import { elementsOf } from "../graph/layout.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

/** bits per element of every type the format knows */
const bits = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
  C64: 64,
} as const;

type Dtype = keyof typeof bits;

/** one tensor of a file */
export interface TensorInfo {
  /** as the file calls it */
  name: string;
  dtype: Dtype;
  shape: number[];
  /** first byte, counted from the start of the file */
  begin: number;
  /** one past the last byte, counted from the start of the file */
  end: number;
}

/** the format's own limit for a header, in bytes */
const longestHeader = 100_000_000;

/** bytes before the header */
export const prefixLength = 8;

/**
 * The length of the JSON header in bytes.
 * @param prefix the file's first 8 bytes, or all of a shorter file
 * @param fileLength in bytes
 * @throws CheckpointError when the file cannot have such a header
 */
export function headerLength(prefix: Uint8Array, fileLength: number, file = "model.safetensors"): number {
  if (prefix.byteLength < prefixLength) throw broken(file, `it ends after ${fileLength} bytes`);
  if (new TextDecoder().decode(prefix.subarray(0, prefixLength)) === "version ") {
    throw new CheckpointError(
      `${file} is a Git LFS pointer, not the weights themselves.`,
      "Fetch them with git lfs pull, or download that file from the model's page on the Hub.",
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixLength);
  const length = view.getBigUint64(0, true);
  if (length > longestHeader) {
    throw broken(file, `its header claims ${length} bytes, more than the format's limit of 100 MB`);
  }
  if (Number(length) + prefixLength > fileLength) {
    throw broken(file, `its header claims ${length} bytes, but the file ends after ${fileLength}`);
  }
  return Number(length);
}

/**
 * The tensors of a file, in the order of their bytes.
 * @param header the JSON header's bytes
 * @param fileLength of the whole file, in bytes
 * @throws CheckpointError naming what is wrong, and with which tensor
 */
export function parseHeader(
  header: Uint8Array,
  fileLength: number,
  file = "model.safetensors",
): TensorInfo[] {
  const { entries, names } = parseJson(header, file);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw broken(file, `its header describes "${name}" twice`);
    seen.add(name);
  }

  const start = prefixLength + header.byteLength;
  const tensors = Object.entries(entries)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => parseEntry(name, entry, start, fileLength, file))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);

  let end = start;
  let before = "the header";
  for (const tensor of tensors) {
    if (tensor.begin < end) throw broken(file, `the bytes of "${tensor.name}" overlap those of "${before}"`);
    if (tensor.begin > end)
      throw broken(file, `${tensor.begin - end} bytes before "${tensor.name}" belong to no tensor`);
    end = tensor.end;
    before = tensor.name;
  }
  if (end < fileLength) throw broken(file, `its last ${fileLength - end} bytes belong to no tensor`);
  return tensors;
}

function parseJson(header: Uint8Array, file: string): { entries: Record<string, unknown>; names: string[] } {
  let text: string;
  let entries: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(header);
    entries = JSON.parse(text);
  } catch (cause) {
    throw broken(file, "its header is not JSON", cause);
  }
  if (!isRecord(entries)) throw broken(file, "its header is not a JSON object");
  return { entries, names: topLevelKeys(text) };
}

function parseEntry(
  name: string,
  entry: unknown,
  start: number,
  fileLength: number,
  file: string,
): TensorInfo {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (!isDtype(dtype)) throw broken(file, `"${name}" has the unknown type ${shown(dtype)}`);
  if (!isSizes(shape)) throw broken(file, `"${name}" has the impossible shape ${shown(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw broken(file, `"${name}" has the impossible offsets ${shown(offsets)}`);
  }
  const [begin, end] = [start + offsets[0]!, start + offsets[1]!];
  if (end < begin) throw broken(file, `"${name}" ends before it begins`);
  if (end > fileLength) {
    throw broken(file, `"${name}" should end at byte ${end}, but the file is cut off after ${fileLength}`);
  }
  const expected = (elementsOf(shape) * bits[dtype]) / 8;
  if (expected !== end - begin) {
    throw broken(
      file,
      `"${name}" is ${dtype} [${shape}] and takes ${expected} bytes, but its offsets span ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/**
 * The keys of a JSON object, repeated ones too, which JSON.parse drops.
 * @param text valid JSON
 */
function topLevelKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let quote = 0; // where the last string begins
  // by hand, because V8 has no room for a string of some megabytes in a regular expression
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "{" || char === "[") depth++;
    else if (char === "}" || char === "]") depth--;
    else if (char === ":" && depth === 1) keys.push(JSON.parse(text.slice(quote, i)));
    else if (char === '"') {
      // strings are skipped whole, so that the brackets in them do not count
      for (quote = i++; text[i] !== '"'; i++) if (text[i] === "\\") i++;
    }
  }
  return keys;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === "string" && Object.hasOwn(bits, value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** @param what quotes the header, which may be of any length; a message is not */
function broken(file: string, what: string, cause?: unknown): CheckpointError {
  const short = what.length > 500 ? `${what.slice(0, 500)}…` : what;
  return new CheckpointError(
    `${file} is not a whole safetensors file: ${short}.`,
    "Download or save the checkpoint again.",
    { cause },
  );
}
