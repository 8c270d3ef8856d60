// Pieces of files from the Hub, which stand in the unfinished record of the model that is made of them: as hub/COMMIT/PATH/NUMBER.

import { isOpened } from "../../model/index.ts";
import { type FileSpec, sha256, type WeightStore } from "../../storage/index.ts";
import type { PieceStore } from "../hub/index.ts";

interface PiecesPorts {
  store: WeightStore;
  signal: AbortSignal | undefined;
  /** keep the record; it names the pieces that there are */
  write: () => Promise<void>;
}

export class Pieces {
  readonly #ports: PiecesPorts;
  /** by their names in the record */
  readonly #pieces = new Map<string, FileSpec>();

  constructor(ports: PiecesPorts) {
    this.#ports = ports;
  }

  get all(): FileSpec[] {
    return [...this.#pieces.values()];
  }

  /**
   * The pieces of one commit's files.
   * @param left what an earlier attempt has left, perhaps of another commit
   */
  of(commit: string, left: readonly FileSpec[]): PieceStore {
    const { store, signal, write } = this.#ports;
    const prefix = placeOf(commit);
    for (const piece of left) if (piece.file.startsWith(prefix)) this.#pieces.set(piece.file, piece);
    return {
      kept: (path) => {
        const own = piecesOf(this.all, commit, path);
        return new Map(own.map((piece) => [Number(piece.file.split("/").at(-1)), piece]));
      },
      keep: async (path, index, bytes) => {
        signal?.throwIfAborted();
        const file = `${prefix}${path}/${index}`;
        const piece = { file, byteLength: bytes.byteLength, sha256: await sha256(bytes) };
        this.#pieces.set(file, piece);
        await write();
        await store.set(piece.sha256, bytes);
        return piece;
      },
      get: async (piece) => {
        signal?.throwIfAborted();
        const bytes = await store.get(piece.sha256);
        return bytes && (await sha256(bytes)) === piece.sha256 ? bytes : undefined;
      },
      drop: async (pieces) => {
        for (const { file } of pieces) this.#pieces.delete(file);
        await write();
      },
    };
  }
}

/** What an earlier attempt to open a model under this name has left: the files in its unfinished record. */
export async function leftBehind(name: string, store: WeightStore): Promise<FileSpec[]> {
  const models = await store.models();
  const left = models.find((each) => each.name === name && each.unfinished && isOpened(each.url));
  return left?.files ?? [];
}

/** The pieces of one file, among those of a record. */
export function piecesOf(left: readonly FileSpec[], commit: string, path: string): FileSpec[] {
  return left.filter(({ file }) => file.startsWith(`${placeOf(commit)}${path}/`));
}

const placeOf = (commit: string): string => `hub/${commit}/`;
