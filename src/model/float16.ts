// fp16 weights are half the download and are decoded while loading: arithmetic is always fp32.

let table: Float32Array | undefined;

/** Every one of the 65,536 halves as fp32. IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function halves(): Float32Array {
  if (table) return table;
  table = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x10000; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24;
    else if (exponent === 31) table[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/**
 * Little-endian fp16 bytes -> fp32, exactly.
 * @param out where to write; default a new array
 */
export function decodeFloat16(
  bytes: Uint8Array,
  out: Float32Array<ArrayBuffer> = new Float32Array(bytes.byteLength / 2),
): Float32Array<ArrayBuffer> {
  const known = halves();
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  for (let i = 0; i < words.length; i++) out[i] = known[words[i]!]!;
  return out;
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** One fp32 number -> the nearest fp16, ties to even; beyond 65,504 it becomes infinite. */
export function encodeFloat16(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // below 2^-14 the halves are multiples of 2^-24; roundTiesToEven by adding and removing 2^(23-24) in fp32
    single[0] = Math.abs(value);
    const steps = Math.fround(Math.fround(single[0] + 0.5) - 0.5) * 2 ** 24;
    return sign | steps;
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
