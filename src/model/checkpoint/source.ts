// Where a checkpoint's bytes come from: a folder in Node, files that a person chose in a browser, ranges of an address.

/** the bytes of one file, read in pieces */
export interface ByteSource {
  /** in bytes */
  readonly size: number;
  /**
   * Bytes; fewer than `length` where the source ends before.
   * @param into of that length: where a source may put them instead of an array of their own
   */
  read(position: number, length: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  /** SHA-256 of the whole file, hexadecimal. */
  sha256(): Promise<string>;
  close(): Promise<void>;
}

/** the files of one checkpoint */
export interface CheckpointFiles {
  /** where they lie, as sentences name it */
  readonly path: string;
  /** what the model is called when nothing in the files says it */
  readonly name: string;
  readonly names: ReadonlySet<string>;
  /** @param name one of `names` */
  open(name: string): Promise<ByteSource>;
}
