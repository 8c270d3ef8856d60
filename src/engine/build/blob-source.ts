// A file that a person chose, read piece by piece where it lies. Nothing of it stays in memory.

import { type ByteSource, CheckpointError } from "../../model/checkpoint/index.ts";
import { hashInWorker } from "./hash-in-worker.ts";

interface BlobPorts {
  /** the file as sentences name it */
  path: string;
  signal: AbortSignal | undefined;
  /** so many more bytes have been hashed */
  onHashed: (bytes: number) => void;
}

/**
 * The bytes of a Blob, or of a File on disk.
 * Reading throws CheckpointError when the file was changed or removed since it was chosen; the signal's reason when it aborts.
 */
export function blobSource(blob: Blob, { path, signal, onHashed }: BlobPorts): ByteSource {
  const ended = new AbortController();
  // AbortSignal.any is younger than WebGPU
  const end = () => ended.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  const until = ended.signal;
  const reading = async <T>(task: () => Promise<T>): Promise<T> => {
    until.throwIfAborted();
    try {
      return await task();
    } catch (cause) {
      until.throwIfAborted();
      throw new CheckpointError(
        `${path} cannot be read any more: it was changed, moved or removed after it was chosen.`,
        "Choose the folder again.",
        { cause },
      );
    }
  };
  return {
    size: blob.size,
    read: (position, length) =>
      reading(async () => new Uint8Array(await blob.slice(position, position + length).arrayBuffer())),
    sha256: () => reading(() => hashInWorker(blob, { signal: until, onHashed })),
    close: async () => {
      signal?.removeEventListener("abort", end);
      end();
    },
  };
}
