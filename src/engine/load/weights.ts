// A model's weights as numbers: shards for the sessions that run it, single tensors for whoever wants to look at them.
// Files hold a shard in chunks, in the manifest's encoding; here everything is fp32.

import { decodeFloat16, EngineError, type Manifest } from "../../model/index.ts";
import type { Memory } from "../runtime/memory.ts";
import type { ReadFile } from "./read-file.ts";

/** one tensor of a checkpoint */
export interface WeightTensor {
  shape: number[];
  /** a copy, the receiver's */
  data: Float32Array<ArrayBuffer>;
}

/** Names and shapes of every tensor that the model's files hold, by the checkpoint's own names. */
export function weightShapes({ shards }: Manifest): { name: string; shape: number[] }[] {
  return Object.values(shards).flatMap(({ tensors }) => tensors.map(({ name, shape }) => ({ name, shape })));
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
  for (const { chunks, tensors } of Object.values(manifest.shards)) {
    const tensor = tensors.find(({ name }) => name === asked);
    if (!tensor) continue;
    const data = new Float32Array(tensor.shape.reduce((product, dimension) => product * dimension, 1));
    const [from, to] = [tensor.offset, tensor.offset + data.byteLength];
    const out = new Uint8Array(data.buffer);
    let start = 0;
    for (const chunk of chunks) {
      const end = start + chunk.byteLength * (manifest.encoding === "fp16" ? 2 : 1);
      if (start < to && end > from) {
        const bytes = await read(chunk);
        const decoded = asFloat32(manifest, bytes);
        const [first, last] = [Math.max(from, start), Math.min(to, end)];
        out.set(decoded.subarray(first - start, last - start), first - from);
        memory.free(bytes);
      }
      start = end;
    }
    return { shape: [...tensor.shape], data };
  }
  throw new EngineError(
    "weight-name",
    `${manifest.name} has no weights of this name.`,
    `There are ${weightShapes(manifest).length} tensors, such as ${weightShapes(manifest)[0]?.name}.`,
  );
}

/** A chunk's weights as fp32 bytes; the chunk itself when it has them. */
function asFloat32({ encoding }: Manifest, chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return encoding === "fp32" ? chunk : new Uint8Array(decodeFloat16(chunk).buffer);
}
