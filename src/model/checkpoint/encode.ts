// Weights as they are stored: fp32 as they are, or fp16, half the download.

import { encodeFloat16 } from "../float16.ts";
import { CheckpointError } from "./errors.ts";

export type Encoding = "fp32" | "fp16";

/**
 * fp32 values as little-endian bytes.
 * @throws CheckpointError when a weight is too large for fp16
 */
export function encode(values: Float32Array, encoding: Encoding, tensor: string): Uint8Array {
  if (encoding === "fp32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const half = encodeFloat16(values[i]!);
    if ((half & 0x7c00) === 0x7c00)
      throw new CheckpointError(
        `${tensor} holds ${values[i]}, which is too large for fp16 (65,504).`,
        "Export with --encoding fp32.",
      );
    halves[i] = half;
  }
  return new Uint8Array(halves.buffer);
}
