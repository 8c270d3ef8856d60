// The hash of a file that a person chose, read piece by piece.

import { partwiseSha256 } from "../../storage/index.ts";

/** bytes hashed at a time */
const PIECE = 4 * 2 ** 20;

export interface HashOptions {
  signal: AbortSignal | undefined;
  /** so many more bytes have been hashed */
  onHashed: (bytes: number) => void;
}

/** SHA-256 of a file, hexadecimal. @throws what the browser says of a file that is gone; the signal's reason */
export async function hashFile(file: Blob, { signal, onHashed }: HashOptions): Promise<string> {
  const read = async (at: number) => new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
  const hash = await partwiseSha256();
  let next = read(0);
  for (let at = 0; at < file.size; at += PIECE) {
    const bytes = await next;
    signal?.throwIfAborted();
    // the next piece is read meanwhile; where that fails, it is said when its turn comes
    next = read(at + PIECE);
    next.catch(() => {});
    hash.update(bytes);
    onHashed(bytes.byteLength);
  }
  return hash.digest();
}
