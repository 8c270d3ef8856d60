// Large arrays are asked for and given back here. A shard of bert-base is up to 93 MB, and garbage collection comes too
// late when the next one is already being assembled; so whoever is done with an array says so.

import { EngineError, format } from "../../model/index.ts";

/** where the bytes of weights come from and go to; tests count through it */
export interface Memory {
  /** @throws EngineError "out-of-memory" */
  allocate(bytes: number): Uint8Array<ArrayBuffer>;
  /** The array is not used any more, by anyone. */
  free(bytes: Uint8Array<ArrayBuffer>): void;
}

export const memory: Memory = {
  allocate(bytes) {
    try {
      return new Uint8Array(bytes);
    } catch (cause) {
      throw new EngineError(
        "out-of-memory",
        `There is no room in memory for ${format.bytes(bytes)} of weights.`,
        "Close other tabs and try again.",
        { cause },
      );
    }
  },
  free({ buffer }) {
    if (buffer.byteLength === 0) return;
    // In a browser, what is sent to nobody is gone at once, with its pages; in Node by the next turn of its event loop. An
    // array's own transfer() leaves them to the collector where the browser itself has had the array, to hash it or read into it.
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.postMessage(undefined, [buffer]);
    port1.close();
  },
};
