// SHA-256 wherever the site runs. Browsers hide crypto.subtle from insecure contexts (plain http on a network
// address), so a JavaScript implementation is loaded there, and only there; it is five times slower.

/**
 * SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
 * @param subtle the browser's own implementation; undefined where there is none
 */
export async function sha256(
  bytes: Uint8Array<ArrayBuffer>,
  subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle,
): Promise<string> {
  if (subtle !== undefined) return hex(new Uint8Array(await subtle.digest("SHA-256", bytes)));
  const noble = await import("@noble/hashes/sha2.js");
  return hex(noble.sha256(bytes));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
