// Memory for a file.

import { StorageError } from "./errors.ts";

/** An array of so many zeros. @throws StorageError "out-of-memory" */
export function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new StorageError(
      "out-of-memory",
      `There is no room in memory for ${Math.ceil(bytes / 2 ** 20)} MiB of weights.`,
      "Close other tabs and try again.",
      { cause },
    );
  }
}
