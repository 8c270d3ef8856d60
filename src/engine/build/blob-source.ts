// A file that a person chose, read piece by piece where it lies. Nothing of it stays in memory.

import { type ByteSource, CheckpointError } from "../../model/checkpoint/index.ts";
import { partwiseSha256 } from "../../storage/index.ts";

interface BlobPorts {
  /** the file as sentences name it */
  path: string;
  signal: AbortSignal | undefined;
  /** so many more bytes have been hashed */
  onHashed: (bytes: number) => void;
}

/** bytes hashed at a time */
const PIECE = 4 * 2 ** 20;

/**
 * The bytes of a Blob, or of a File on disk.
 * Reading throws CheckpointError when the file was changed or removed since it was chosen; the signal's reason when it aborts.
 */
export function blobSource(blob: Blob, { path, signal, onHashed }: BlobPorts): ByteSource {
  const read = async (position: number, length: number) => {
    signal?.throwIfAborted();
    try {
      return new Uint8Array(await blob.slice(position, position + length).arrayBuffer());
    } catch (cause) {
      signal?.throwIfAborted();
      throw new CheckpointError(
        `${path} cannot be read any more: it was changed, moved or removed after it was chosen.`,
        "Choose the folder again.",
        { cause },
      );
    }
  };
  return {
    size: blob.size,
    read,
    async sha256() {
      const hash = await partwiseSha256();
      let next = read(0, PIECE);
      for (let at = 0; at < blob.size; at += PIECE) {
        const bytes = await next;
        // the next piece is read meanwhile; where that fails, it is said when its turn comes
        next = read(at + PIECE, PIECE);
        next.catch(() => {});
        hash.update(bytes);
        onHashed(bytes.byteLength);
      }
      return hash.digest();
    },
    close: async () => {},
  };
}
