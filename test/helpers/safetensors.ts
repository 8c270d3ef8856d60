// Writes safetensors files: right ones of any stored type, and wrong ones byte by byte.

import { writeFileSync } from "node:fs";

export interface Tensor {
  shape: number[];
  /** numbers to be stored in the file's type, or bytes to be stored as they are */
  data: readonly number[] | Float32Array | Uint8Array;
  /** default: the file's type */
  dtype?: string;
}

export interface FileOptions {
  /** type that numbers are stored as; default F32 */
  dtype?: "F32" | "F16" | "BF16";
  metadata?: Record<string, string>;
}

/** The bytes of a file with these tensors, in this order. */
export function safetensorsBytes(
  tensors: Iterable<readonly [string, Tensor]>,
  { dtype = "F32", metadata }: FileOptions = {},
): Buffer {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const bodies: Uint8Array[] = [];
  let begin = 0;
  for (const [name, tensor] of tensors) {
    const body = tensor.data instanceof Uint8Array ? tensor.data : store(tensor.data, dtype);
    header[name] = {
      dtype: tensor.dtype ?? dtype,
      shape: tensor.shape,
      data_offsets: [begin, begin + body.length],
    };
    bodies.push(body);
    begin += body.length;
  }
  return rawSafetensors(JSON.stringify(header), ...bodies);
}

/** Write a file with these tensors, in this order. */
export function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, Tensor]>,
  options: FileOptions = {},
): void {
  writeFileSync(path, safetensorsBytes(tensors, options));
}

/** A file with any header text, sensible or not; its length is written truthfully unless another is given. */
export function rawSafetensors(header: string, ...bodies: Uint8Array[]): Buffer {
  const text = Buffer.from(header);
  return Buffer.concat([lengthPrefix(text.length), text, ...bodies]);
}

/** 8 bytes, little-endian */
export function lengthPrefix(length: number | bigint): Buffer {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length));
  return prefix;
}

function store(numbers: readonly number[] | Float32Array, dtype: "F32" | "F16" | "BF16"): Buffer {
  const values = Float32Array.from(numbers);
  if (dtype === "F32") return Buffer.from(values.buffer);
  const bits = new Uint32Array(values.buffer);
  // halves are rounded to nearest; bfloats are cut off, which is exact for numbers that are bfloats
  const stored = dtype === "F16" ? Array.from(values, toHalf) : Array.from(bits, (each) => each >>> 16);
  return Buffer.from(Uint16Array.from(stored).buffer);
}

/** the bits of the nearest half, found by its size rather than by bit tricks; overflow becomes infinity */
function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | (((exponent + 15) << 10) + roundEven((size / 2 ** exponent - 1) * 1024));
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
