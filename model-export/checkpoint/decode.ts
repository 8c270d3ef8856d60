// Stored numbers to fp32. All three types fit into fp32, so decoding loses nothing.

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
      return decodeHalf(new Uint16Array(bytes.buffer));
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

function decodeHalf(stored: Uint16Array): Float32Array<ArrayBuffer> {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToNumber(bits));
  const numbers = new Float32Array(stored.length);
  for (let i = 0; i < stored.length; i++) numbers[i] = halves[stored[i]!]!;
  return numbers;
}

/** every half there is, by its bits, looked up instead of computed anew */
let halves: Float32Array | undefined;

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
