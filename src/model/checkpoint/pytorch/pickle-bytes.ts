// The bytes of a pickle, read one value after the other, and never beyond their end.

/** A pickle that holds something else than tensors: what, without a full stop. */
export class PickleError extends Error {}

export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** how many have been read */
  get at(): number {
    return this.#at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** big-endian, unlike all else */
  float64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** up to the end of the line, which is passed over */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError("it is cut off");
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  /** UTF-8 */
  text(length: number): string {
    const at = this.#take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        this.#bytes.subarray(at, at + length),
      );
    } catch {
      throw new PickleError("a text in it is not UTF-8");
    }
  }

  /** a whole number in so many bytes, little-endian, two's complement */
  long(length: number): number {
    if (length > 8) throw new PickleError("it holds a number beyond 64 bits");
    const at = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i]!);
    return Number(BigInt.asIntN(8 * length, value));
  }

  /** the next bytes, by their place */
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) throw new PickleError("it is cut off");
    this.#at += length;
    return at;
  }
}
