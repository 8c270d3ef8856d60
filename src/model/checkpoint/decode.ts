// Stored numbers to fp32. All three types fit into fp32, so decoding loses nothing.

import { decodeFloat16 } from "../float16.ts";

/** the types weights may be stored in */
export type FloatType = "F32" | "F16" | "BF16";

/** bytes per element */
export const floatBytes: Record<FloatType, number> = { F32: 4, F16: 2, BF16: 2 };

/**
 * Decode little-endian numbers.
 * @param bytes n elements of the given type; a buffer of its own, at offset 0
 * @returns n numbers; for F32 on the same buffer
 */
export function decode(bytes: Uint8Array<ArrayBuffer>, type: FloatType): Float32Array<ArrayBuffer> {
  switch (type) {
    case "F32":
      return new Float32Array(bytes.buffer);
    case "F16":
      return decodeFloat16(bytes);
    case "BF16":
      return decodeBfloat(new Uint16Array(bytes.buffer));
  }
}

/** bfloat16 is the upper half of an fp32 */
function decodeBfloat(stored: Uint16Array): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(stored.length);
  for (let i = 0; i < stored.length; i++) bits[i] = stored[i]! << 16;
  return new Float32Array(bits.buffer);
}
