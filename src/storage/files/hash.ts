// SHA-256 wherever the site runs. Browsers hide crypto.subtle from insecure contexts (plain http on a network
// address), and it hashes whole arrays only; for both a WebAssembly implementation is loaded, and only then.

/**
 * SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
 * @param subtle the browser's own implementation; undefined where there is none
 */
export async function sha256(
  bytes: Uint8Array<ArrayBuffer>,
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<string> {
  if (subtle !== undefined) return hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
  const hash = await partwiseSha256();
  hash.update(bytes);
  return hash.digest();
}

/** SHA-256 of what comes in parts, such as a file that is larger than any array. */
export interface PartwiseHash {
  update(part: Uint8Array): void;
  /** @returns as {@link sha256}; nothing can be added any more */
  digest(): string;
}

export async function partwiseSha256(): Promise<PartwiseHash> {
  const { createSHA256 } = await import("hash-wasm");
  const hash = await createSHA256();
  return { update: (part) => void hash.update(part), digest: () => hash.digest() };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
