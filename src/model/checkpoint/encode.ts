// Weights as they are stored: fp32 as they are, fp16, half of that, or int8, a quarter; see stored-weights.ts for the bytes.

import { encodeFloat16 } from "../float16.ts";
import { type Encoding, isMatrix, SCALE } from "../stored-weights.ts";
import { CheckpointError } from "./errors.ts";

export type { Encoding };

/** the largest step of int8: -128 is not used, so that a number and its negative are stored alike */
const STEPS = 127;

/** fp32 values as little-endian bytes, and how many bytes of them belong together: a number, or a row of int8. */
export interface Encoded {
  bytes: Uint8Array<ArrayBuffer>;
  unit: number;
}

/**
 * @param values whole rows of the tensor, if it is a matrix
 * @throws CheckpointError when a weight is too large for its encoding
 */
export function encode(
  values: Float32Array<ArrayBuffer>,
  encoding: Encoding,
  { name, shape }: { name: string; shape: readonly number[] },
): Encoded {
  if (encoding === "int8" && isMatrix(shape)) return encodeRows(values, shape[1]!, name);
  if (encoding === "fp16") return { bytes: encodeHalves(values, name), unit: 2 };
  return { bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength), unit: 4 };
}

function encodeHalves(values: Float32Array, tensor: string): Uint8Array<ArrayBuffer> {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const half = encodeFloat16(values[i]!);
    if ((half & 0x7c00) === 0x7c00) throw tooLarge(tensor, values[i]!, "fp16 (65,504)");
    halves[i] = half;
  }
  return new Uint8Array(halves.buffer);
}

/**
 * Symmetric int8 per row: scale = largest magnitude / 127, step = number / scale to the nearest, ties to even. Quotients
 * are rounded to fp32, as numpy's float32 has them. A row of zeros, or one so small that its scale would be 0, is zeros.
 */
function encodeRows(values: Float32Array, width: number, tensor: string): Encoded {
  const unit = SCALE + width;
  const bytes = new Uint8Array((values.length / width) * unit);
  const view = new DataView(bytes.buffer);
  const steps = new Int8Array(bytes.buffer);
  for (let from = 0, to = 0; from < values.length; from += width, to += unit) {
    let largest = 0;
    for (let i = 0; i < width; i++) largest = Math.max(largest, Math.abs(values[from + i]!));
    const scale = Math.fround(largest / STEPS);
    // the scale may have been rounded up
    if (Math.fround(scale * STEPS) === Infinity) throw tooLarge(tensor, largest, "int8 (3.4e38)");
    view.setFloat32(to, scale, true);
    if (scale === 0) continue;
    for (let i = 0; i < width; i++) steps[to + SCALE + i] = toStep(Math.fround(values[from + i]! / scale));
  }
  return { bytes, unit };
}

/** The nearest step, ties to even. */
function toStep(quotient: number): number {
  const below = Math.floor(quotient);
  const rest = quotient - below;
  const nearest = rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
  return Math.min(STEPS, Math.max(-STEPS, nearest));
}

function tooLarge(tensor: string, value: number, most: string): CheckpointError {
  return new CheckpointError(
    `${tensor} holds ${value}, which is too large for ${most}.`,
    "Export with --encoding fp32.",
  );
}
