// How weights lie in a model's files, and back to fp32, which is all that computes. A shard is stored
// - as fp32, as it is;
// - as fp16, half of that;
// - as int8, about a quarter: of a matrix each row (what one output channel of a linear layer is made of, or one word's
//   embedding) is the row's scale, a little-endian fp32, and after it the row's numbers, one signed byte each; what is no
//   matrix (biases, LayerNorm) stays fp32. A number is scale * byte, rounded once to fp32.
// Chunks end where a number or, in int8, a row ends, so that each can be decoded by itself.

import { decodeFloat16 } from "./float16.ts";
import { elementsOf } from "./graph/layout.ts";

export const encodings = ["fp32", "fp16", "int8"] as const;
export type Encoding = (typeof encodings)[number];

/** what is said of a shard's numbers, in order; nothing lies between two tensors */
interface ShardShape {
  /** length in bytes as fp32 */
  byteLength: number;
  tensors: readonly { shape: readonly number[]; offset: number }[];
}

type Bytes = Uint8Array<ArrayBuffer>;

/** a run of units that are stored in one way: numbers, or rows of a matrix */
interface Run {
  form: Encoding;
  units: number;
  /** bytes of a unit in the files, and as fp32 */
  kept: number;
  plain: number;
}

/** bytes in the files, and the same bytes' place as fp32 */
interface Span {
  kept: number;
  keptEnd: number;
  start: number;
  end: number;
}

/** Is a tensor of this shape stored row by row in int8? */
export const isMatrix = (shape: readonly number[]): boolean => shape.length === 2;

/** Bytes of a row's scale. */
export const SCALE = 4;

function runsOf({ byteLength, tensors }: ShardShape, encoding: Encoding): Run[] {
  if (encoding === "fp32") return [{ form: "fp32", units: byteLength, kept: 1, plain: 1 }];
  if (encoding === "fp16") return [{ form: "fp16", units: byteLength / 4, kept: 2, plain: 4 }];
  return tensors.map(({ shape }) => {
    const [rows, width] = shape as [number, number];
    return isMatrix(shape)
      ? { form: "int8", units: rows, kept: SCALE + width, plain: 4 * width }
      : { form: "fp32", units: elementsOf(shape), kept: 4, plain: 4 };
  });
}

/** Do a shard's tensors lie one behind the other and fill it? Only then can it be stored as int8. */
export function isDense({ byteLength, tensors }: ShardShape): boolean {
  let end = 0;
  for (const { shape, offset } of tensors) {
    if (offset !== end) return false;
    end += 4 * elementsOf(shape);
  }
  return end === byteLength;
}

/** Bytes of a shard in the files. */
export function keptLength(shard: ShardShape, encoding: Encoding): number {
  return runsOf(shard, encoding).reduce((sum, { units, kept }) => sum + units * kept, 0);
}

/** Where the chunks of a shard lie in it as fp32, in bytes; undefined when one of them ends inside a number or row. */
export function placeChunks<T extends { byteLength: number }>(
  shard: ShardShape & { chunks: readonly T[] },
  encoding: Encoding,
): { chunk: T; start: number; end: number; kept: number }[] | undefined {
  const runs = runsOf(shard, encoding);
  const placed = [];
  let [i, units, start, kept] = [0, 0, 0, 0];
  for (const chunk of shard.chunks) {
    let left = chunk.byteLength;
    const place = { chunk, start, end: start, kept };
    for (let run = runs[i]; run && left > 0; run = runs[i]) {
      const some = Math.min(run.units - units, Math.floor(left / run.kept));
      left -= some * run.kept;
      start += some * run.plain;
      units += some;
      if (units < run.units) break;
      i++;
      units = 0;
    }
    if (left > 0) return undefined;
    kept += chunk.byteLength;
    placed.push({ ...place, end: start });
  }
  return placed;
}

/** What of a shard's files holds these bytes of it as fp32, in whole units. */
export function keptSpan(shard: ShardShape, encoding: Encoding, start: number, end: number): Span {
  let [kept, plain] = [0, 0];
  let span: Span | undefined;
  for (const run of runsOf(shard, encoding)) {
    const [from, to] = [Math.max(start, plain) - plain, Math.min(end, plain + run.units * run.plain) - plain];
    if (from < to) {
      const [first, last] = [Math.floor(from / run.plain), Math.ceil(to / run.plain)];
      span ??= { kept: kept + first * run.kept, keptEnd: 0, start: plain + first * run.plain, end: 0 };
      span.keptEnd = kept + last * run.kept;
      span.end = plain + last * run.plain;
    }
    kept += run.units * run.kept;
    plain += run.units * run.plain;
  }
  return span ?? { kept: 0, keptEnd: 0, start, end: start };
}

/**
 * Stored bytes to fp32.
 * @param from where in the shard's stored bytes `bytes` begins; it begins and ends where a number or row does
 * @param out is filled from its start; its own start is a multiple of 4 in its buffer, but for fp32
 * @returns the bytes written
 */
export function decodeStored(
  shard: ShardShape,
  encoding: Encoding,
  from: number,
  bytes: Bytes,
  out: Bytes,
): number {
  let [kept, read, written] = [0, 0, 0];
  for (const run of runsOf(shard, encoding)) {
    const first = Math.max(0, (from + read - kept) / run.kept);
    const units = Math.min(run.units - first, (bytes.length - read) / run.kept);
    kept += run.units * run.kept;
    if (units <= 0) continue;
    const some = bytes.subarray(read, read + units * run.kept);
    const to = out.subarray(written, written + units * run.plain);
    if (run.form === "fp32") to.set(some);
    else if (run.form === "fp16")
      decodeFloat16(some, new Float32Array(to.buffer, to.byteOffset, to.length / 4));
    else decodeRows(some, units, new Float32Array(to.buffer, to.byteOffset, to.length / 4));
    read += some.length;
    written += to.length;
  }
  return written;
}

/** Rows of scale and bytes to numbers [rows, width]. */
function decodeRows(bytes: Bytes, rows: number, out: Float32Array): void {
  const width = out.length / rows;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const steps = new Int8Array(bytes.buffer, bytes.byteOffset);
  for (let row = 0; row < rows; row++) {
    const scale = view.getFloat32(row * (SCALE + width), true);
    const first = row * (SCALE + width) + SCALE;
    for (let i = 0; i < width; i++) out[row * width + i] = scale * steps[first + i]!;
  }
}
