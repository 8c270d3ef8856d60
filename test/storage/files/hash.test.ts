import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { partwiseSha256, sha256 } from "../../../src/storage/files/hash.ts";

const samples = [0, 1, 55, 56, 64, 100_000].map((length) =>
  Uint8Array.from({ length }, (_, i) => (i * 31) % 256),
);

describe("sha256", () => {
  it.each(samples)("agrees with Node's on sample %#, with and without crypto.subtle", async (bytes) => {
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(await sha256(bytes)).toBe(expected);
    const { crypto } = globalThis;
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    try {
      expect(await sha256(bytes)).toBe(expected);
    } finally {
      Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
    }
  });

  it.each([1, 64, 99_999])("comes to the same in parts of %i bytes", async (length) => {
    const bytes = samples.at(-1)!;
    const hash = await partwiseSha256();
    for (let at = 0; at < bytes.length; at += length) hash.update(bytes.subarray(at, at + length));
    expect(hash.digest()).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it("hashes a view's bytes, not the buffer behind it", async () => {
    expect(await sha256(new Uint8Array([0, 1, 2, 0]).subarray(1, 3))).toBe(
      await sha256(new Uint8Array([1, 2])),
    );
  });
});
