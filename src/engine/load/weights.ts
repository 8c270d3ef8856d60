// A model's weights as numbers: shards for the sessions that run it, single tensors for whoever wants to look at them.
// Files hold a shard in chunks, in the manifest's encoding; here everything is fp32.

import { elementsOf, storedName, underAllNames } from "../../model/graph/index.ts";
import { decodeStored, EngineError, keptSpan, type Manifest, placeChunks } from "../../model/index.ts";
import type { Memory } from "../runtime/memory.ts";
import type { ReadFile } from "./read-file.ts";

/** one tensor of a checkpoint */
export interface WeightTensor {
  shape: number[];
  /** a copy, the receiver's */
  data: Float32Array<ArrayBuffer>;
}

/** Names and shapes of every tensor that the model's files hold, by the checkpoint's own names. */
export function weightShapes({ model, shards }: Manifest): { name: string; shape: number[] }[] {
  const stored = Object.values(shards).flatMap(({ tensors }) => tensors);
  return underAllNames(stored, model).map(({ name, shape }) => ({ name, shape }));
}

/**
 * One tensor, read from those chunks alone that hold some of it.
 * @param asked its name in the checkpoint; anything, as it may come from a stranger
 * @throws EngineError "weight-name"; whatever reading a file throws
 */
export async function readWeight(
  manifest: Manifest,
  asked: unknown,
  read: ReadFile,
  memory: Memory,
): Promise<WeightTensor> {
  const { tensor, shard } = find(manifest, asked);
  const data = new Float32Array(elementsOf(tensor.shape));
  await fill(manifest, shard, [{ offset: tensor.offset, out: data }], { read, memory });
  return { shape: [...tensor.shape], data };
}

/**
 * Rows of a tensor, one behind the other, read from those chunks alone that hold one of them.
 * @param rows along its first dimension
 * @throws EngineError "weight-name"; whatever reading a file throws
 */
export async function readWeightRows(
  manifest: Manifest,
  { name, rows }: { name: string; rows: readonly number[] },
  read: ReadFile,
  memory: Memory,
): Promise<Float32Array<ArrayBuffer>> {
  const { tensor, shard } = find(manifest, name);
  const width = elementsOf(tensor.shape.slice(1));
  const data = new Float32Array(rows.length * width);
  const pieces = rows.map((row, i) => ({
    offset: tensor.offset + 4 * row * width,
    out: data.subarray(i * width, (i + 1) * width),
  }));
  await fill(manifest, shard, pieces, { read, memory });
  return data;
}

function find(manifest: Manifest, asked: unknown) {
  const stored = typeof asked === "string" ? storedName(asked, manifest.model) : asked;
  for (const shard of Object.values(manifest.shards)) {
    const tensor = shard.tensors.find(({ name }) => name === stored);
    if (tensor) return { tensor, shard };
  }
  throw new EngineError(
    "weight-name",
    `${manifest.name} has no weights of this name.`,
    `There are ${weightShapes(manifest).length} tensors, such as ${weightShapes(manifest)[0]?.name}.`,
  );
}

/** Fill pieces of a shard, each from its offset in bytes as fp32. */
async function fill(
  { encoding }: Manifest,
  shard: Manifest["shards"][string],
  pieces: readonly { offset: number; out: Float32Array<ArrayBuffer> }[],
  { read, memory }: { read: ReadFile; memory: Memory },
): Promise<void> {
  // a manifest whose chunks have no place was refused
  for (const { chunk, start, end, kept } of placeChunks(shard, encoding)!) {
    const here = pieces.filter(({ offset, out }) => start < offset + out.byteLength && end > offset);
    if (here.length === 0) continue;
    const bytes = await read(chunk);
    for (const { offset, out } of here) {
      const [first, last] = [Math.max(offset, start), Math.min(offset + out.byteLength, end)];
      const span = keptSpan(shard, encoding, first, last);
      const decoded = new Uint8Array(span.end - span.start);
      decodeStored(
        shard,
        encoding,
        span.kept,
        bytes.subarray(span.kept - kept, span.keptEnd - kept),
        decoded,
      );
      const to = new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
      to.set(decoded.subarray(first - span.start, last - span.start), first - offset);
    }
    memory.free(bytes);
  }
}
