// A stand-in for Cross-Origin Storage, which no browser has yet: what the explainer says of reading and writing
// (https://github.com/WICG/cross-origin-storage), without its rules on who may see which file. It refers to nothing outside
// itself, so that its source can be put into a worker.

export interface StandIn {
  requestFileHandle(
    hash: { algorithm: "SHA-256"; value: string },
    options?: { create: true; origins: "*" },
  ): Promise<Pick<FileSystemFileHandle, "getFile" | "createWritable">>;
  /** what is stored, by hash */
  readonly stored: Map<string, Blob>;
}

/** @param preloaded what other sites have stored, by hash; a test may have a browser lie */
export function standIn(preloaded: Record<string, BlobPart>): StandIn {
  const stored = new Map(Object.entries(preloaded).map(([value, part]) => [value, new Blob([part])]));
  const hexOf = async (blob: Blob) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const writable = (value: string) => {
    const parts: BlobPart[] = [];
    return {
      write: async (part: BlobPart) => void parts.push(part),
      abort: async () => {},
      async close() {
        const blob = new Blob(parts);
        if ((await hexOf(blob)) !== value) throw new DOMException("other bytes", "DataError");
        stored.set(value, blob);
      },
    } as unknown as FileSystemWritableFileStream;
  };
  return {
    stored,
    async requestFileHandle({ algorithm, value }, options) {
      if (algorithm !== "SHA-256" || !/^[0-9a-f]{64}$/.test(value)) throw new TypeError("no hash");
      const blob = stored.get(value);
      if (!options && !blob) throw new DOMException("nothing is to be had", "NotFoundError");
      return {
        getFile: async () => new File(blob ? [blob] : [], value),
        createWritable: async () => writable(value),
      };
    },
  };
}
