// Memory for large arrays that goes back to the system when it is said to, whoever still refers to it.

/**
 * A buffer in pages of its own, all zeros; `resize(0)` gives them back at once, not when the collector comes. It is not from
 * malloc: once glibc has been given back a block so large, it serves others of that size, ONNX Runtime's program among them,
 * from a heap that does not shrink.
 */
export function ownPages(byteLength: number): ArrayBuffer {
  return new ArrayBuffer(byteLength, { maxByteLength: byteLength });
}
