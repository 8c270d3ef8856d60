// A file of weights on the Hub, as openCheckpoint reads one. Its header comes by itself, so that what cannot be used is
// refused before the rest is asked for. The rest comes once, from the file's first byte to its last, and is kept in pieces
// until the model is made: so its hash can be compared with the Hub's, and a download that was stopped goes on.

import type { ByteSource } from "../../model/checkpoint/index.ts";
import { HubError } from "../../model/hub/index.ts";
import {
  type CrossOriginStorage,
  crossOriginStorage,
  type FileSpec,
  fetchRange,
  Offer,
  partwiseSha256,
  type RangePorts,
  type SharedFile,
  sha256,
  sharedFile,
} from "../../storage/index.ts";

/** where pieces of files are kept */
export interface PieceStore {
  /** what is kept of a file, by the piece's number */
  kept(path: string): ReadonlyMap<number, FileSpec>;
  keep(path: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<FileSpec>;
  /** verified; undefined when it is gone or damaged */
  get(piece: FileSpec): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** forget pieces */
  drop(pieces: readonly FileSpec[]): Promise<void>;
}

export interface WeightsPorts extends RangePorts {
  url: string;
  /** the file as sentences name it */
  name: string;
  /** so many more bytes of it are here */
  onBytes: (bytes: number) => void;
  /** files that all sites share; default: the browser's, where it has them */
  shared?: CrossOriginStorage | undefined;
}

export interface RemoteWeights {
  path: string;
  size: number;
  /** undefined where a mirror does not tell: then only its length is compared, and nothing is gone on with */
  sha256: string | undefined;
}

/** bytes that are kept as one value */
export const PIECE = 16 * 2 ** 20;
/** bytes asked for at least, where a header is wanted */
const HEAD = 256 * 2 ** 10;
/** a reader that wants more than so much of the beginning wants weights */
const LONGEST_HEAD = 2 ** 20;
/** pieces in memory: a tensor may lie in two */
const AT_HAND = 2;

export class WeightsFile implements ByteSource {
  readonly size: number;
  readonly #file: RemoteWeights;
  readonly #store: PieceStore;
  readonly #ports: WeightsPorts;
  /** the file as another site has downloaded it, where the browser shares it, verified */
  #shared: Promise<SharedFile | undefined> | undefined;
  /** the file's beginning, before it is all here */
  #head = new Uint8Array(0);
  /** all pieces, once they are here and are the file */
  #pieces: FileSpec[] | undefined;
  #coming: Promise<FileSpec[]> | undefined;
  readonly #atHand: { index: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  /** bytes of each piece that are still to be read; undefined while pieces are kept whatever is read */
  #unread: number[] | undefined;

  constructor(file: RemoteWeights, store: PieceStore, ports: WeightsPorts) {
    this.size = file.size;
    this.#file = file;
    this.#store = store;
    this.#ports = ports;
  }

  async read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.max(position, Math.min(this.size, position + length));
    if (!this.#pieces && end <= LONGEST_HEAD && this.#file.path.endsWith(".safetensors"))
      return (await this.#headTo(end)).slice(position, end);
    await this.download();
    const bytes = new Uint8Array(end - position);
    for (let at = position; at < end; ) {
      const index = Math.floor(at / PIECE);
      const piece = await this.#piece(index);
      const part = piece.subarray(at - index * PIECE, end - index * PIECE);
      bytes.set(part, at - position);
      at += part.byteLength;
      await this.#used(index, part.byteLength);
    }
    return bytes;
  }

  /** Have the whole file here. Resolves when it is verified. */
  async download(): Promise<void> {
    this.#coming ??= this.#download();
    try {
      this.#pieces = await this.#coming;
    } catch (error) {
      this.#coming = undefined;
      throw error;
    }
  }

  /** From now on each byte is read once: forget what was read. */
  readOnce(): void {
    this.#unread = this.#pieces?.map(({ byteLength }) => byteLength);
  }

  async sha256(): Promise<string> {
    if (this.#file.sha256 !== undefined) return this.#file.sha256;
    const hash = await partwiseSha256();
    for (let at = 0; at < this.size; at += PIECE) hash.update(await this.read(at, PIECE));
    return hash.digest();
  }

  async close(): Promise<void> {
    this.#atHand.length = 0;
  }

  /** The file's beginning, at least so much of it. */
  async #headTo(end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#head.byteLength < end) {
      const wanted = Math.min(this.size, Math.max(HEAD, end));
      this.#head = await this.#fetchAll(this.#head.byteLength, wanted, this.#head);
    }
    return this.#head;
  }

  /** A part of the file in one array, behind what is there already. */
  async #fetchAll(first: number, end: number, before = new Uint8Array(0)): Promise<Uint8Array<ArrayBuffer>> {
    const all = new Uint8Array(before.byteLength + end - first);
    all.set(before);
    let at = before.byteLength;
    await this.#fetch(first, end, (bytes) => {
      all.set(bytes, at);
      at += bytes.byteLength;
    });
    return all;
  }

  async #fetch(
    first: number,
    end: number,
    onBytes: (bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
  ): Promise<void> {
    const { url, name } = this.#ports;
    let at = first;
    for (const shared = await this.#sharedFile(); shared && at < end; ) {
      const part = await shared.read(at, Math.min(end, at + PIECE));
      // it may go while it is read
      if (!part) break;
      await onBytes(part);
      at += part.byteLength;
    }
    if (at < end)
      await fetchRange({ url, file: name, size: this.size }, { first: at, end }, onBytes, this.#ports);
  }

  /** Nothing of it is believed, not even the header, before all of it was hashed. */
  async #sharedFile(): Promise<SharedFile | undefined> {
    const { sha256 } = this.#file;
    const { shared: storage, signal } = this.#ports;
    if (sha256 === undefined) return undefined;
    this.#shared ??= sharedFile({ sha256, byteLength: this.size }, { storage, signal });
    return this.#shared;
  }

  async #download(): Promise<FileSpec[]> {
    const { sha256: wanted } = this.#file;
    const { shared = crossOriginStorage(), signal } = this.#ports;
    const offer =
      wanted && shared && !(await this.#sharedFile()) ? new Offer(wanted, shared, signal) : undefined;
    try {
      const pieces = await this.#takeAll(offer);
      void offer?.end();
      return pieces;
    } catch (error) {
      void offer?.abort();
      throw error;
    }
  }

  async #takeAll(offer: Offer | undefined): Promise<FileSpec[]> {
    const { path, sha256: wanted } = this.#file;
    const hash = await partwiseSha256();
    const kept = wanted === undefined ? new Map<number, FileSpec>() : this.#store.kept(path);
    const pieces: FileSpec[] = [];
    const count = Math.ceil(this.size / PIECE);
    const take = async (bytes: Uint8Array<ArrayBuffer>, piece: FileSpec) => {
      await this.#checkHead(bytes, pieces.length);
      hash.update(bytes);
      pieces.push(piece);
      await offer?.write(bytes);
    };
    while (pieces.length < count) {
      const index = pieces.length;
      const here = kept.get(index);
      const bytes = here && (await this.#store.get(here));
      if (bytes?.byteLength === this.#lengthOf(index)) {
        await take(bytes, here!);
        this.#ports.onBytes(bytes.byteLength);
        continue;
      }
      let end = index + 1;
      while (end < count && !kept.has(end)) end++;
      await this.#fetchPieces(index, end, take);
    }
    if (wanted !== undefined && hash.digest() !== wanted)
      throw await this.#dropped("its SHA-256 is not the one that the Hub gives");
    return pieces;
  }

  /** Pieces from `first` to before `end`, each kept and taken as soon as it is whole. */
  async #fetchPieces(
    first: number,
    end: number,
    take: (bytes: Uint8Array<ArrayBuffer>, piece: FileSpec) => Promise<void>,
  ): Promise<void> {
    const { path } = this.#file;
    const room = new Uint8Array(Math.min(PIECE, this.size));
    let index = first;
    let filled = 0;
    await this.#fetch(first * PIECE, Math.min(this.size, end * PIECE), async (bytes) => {
      for (let at = 0; at < bytes.byteLength; ) {
        const part = bytes.subarray(at, at + this.#lengthOf(index) - filled);
        room.set(part, filled);
        filled += part.byteLength;
        at += part.byteLength;
        if (filled < this.#lengthOf(index)) continue;
        const piece = room.subarray(0, filled);
        await take(piece, await this.#store.keep(path, index, piece));
        index++;
        filled = 0;
      }
      this.#ports.onBytes(bytes.byteLength);
    });
  }

  #lengthOf(index: number): number {
    return Math.min(PIECE, this.size - index * PIECE);
  }

  /** The header was believed before the file was here. */
  async #checkHead(bytes: Uint8Array, index: number): Promise<void> {
    if (index > 0 || this.#head.every((byte, i) => byte === bytes[i])) return;
    throw await this.#dropped("its beginning came in two versions");
  }

  /** What is kept of this file is not one file, and goes: of other files nothing was said. */
  async #dropped(how: string): Promise<HubError> {
    await this.#store.drop([...this.#store.kept(this.#file.path).values()]);
    return this.#damaged(how);
  }

  async #piece(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const known = this.#atHand.find((piece) => piece.index === index);
    if (known) return known.bytes;
    const piece = this.#pieces![index]!;
    let bytes = await this.#store.get(piece);
    if (!bytes) {
      // read before and forgotten, or gone with what the browser has cleared away
      const first = index * PIECE;
      bytes = await this.#fetchAll(first, first + this.#lengthOf(index));
      if ((await sha256(bytes)) !== piece.sha256) throw this.#damaged("a part of it came in two versions");
    }
    this.#atHand.unshift({ index, bytes });
    this.#atHand.length = Math.min(this.#atHand.length, AT_HAND);
    return bytes;
  }

  async #used(index: number, bytes: number): Promise<void> {
    if (!this.#unread) return;
    this.#unread[index]! -= bytes;
    if (this.#unread[index] === 0) await this.#store.drop([this.#pieces![index]!]);
  }

  #damaged(how: string): HubError {
    return new HubError(
      `${this.#ports.name} arrived damaged: ${how}.`,
      "Try again; the file will be downloaded anew.",
    );
  }
}
