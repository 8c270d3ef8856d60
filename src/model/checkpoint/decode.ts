// Stored numbers to fp32. All three types fit into fp32, so decoding loses nothing.

import { decodeFloat16 } from "../float16.ts";

/** the types weights may be stored in */
export type FloatType = "F32" | "F16" | "BF16";

/** bytes per element */
export const floatBytes: Record<FloatType, number> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Decode little-endian numbers.
 * @param bytes n elements of the given type, at a multiple of its size in their buffer
 * @param out n numbers, where to write; may end where `bytes` do, in the same buffer. Default a new array
 * @returns n numbers; for F32 on the buffer of `bytes`
 */
export function decode(
  bytes: Uint8Array<ArrayBuffer>,
  type: FloatType,
  out?: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  switch (type) {
    case "F32":
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    case "F16":
      return decodeFloat16(bytes, out);
    case "BF16":
      return decodeBfloat(bytes, out);
  }
}

/** bfloat16 is the upper half of an fp32 */
function decodeBfloat(
  bytes: Uint8Array<ArrayBuffer>,
  out: Float32Array<ArrayBuffer> = new Float32Array(bytes.byteLength / 2),
): Float32Array<ArrayBuffer> {
  const stored = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const bits = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0; i < stored.length; i++) bits[i] = stored[i]! << 16;
  return out;
}
