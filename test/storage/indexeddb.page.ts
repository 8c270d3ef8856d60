// The part of indexeddb.browser.test.ts that runs inside Chromium, bundled by Vite.

import { sha256 } from "../../src/storage/hash.ts";
import { indexedDbStore, openStore, type StorageError } from "../../src/storage/index.ts";
import { contract } from "./contract.ts";

/** Run the store contract on IndexedDB, every case on databases of its own; resolves to the failures' messages. */
export async function runContract(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [i, { name, run }] of contract.entries()) {
    try {
      await run(indexedDbStore(`case-${i}`));
      results[name] = "";
    } catch (error) {
      results[name] = String(error);
    }
  }
  return results;
}

/** Which store is opened here, and what it holds under "persists" from an earlier visit. */
export async function visit(): Promise<{
  kind: string;
  keys: string[];
  kept: number[] | undefined;
  models: number;
}> {
  const store = await openStore();
  const key = await sha256(new TextEncoder().encode("persists"));
  const [keys, kept, models] = [[...(await store.keys())], await store.get(key), await store.models()];
  await store.set(key, new Uint8Array([1, 2, 3]));
  return { kind: store.kind, keys, kept: kept && [...kept], models: models.length };
}

/** Keep chunks until the store refuses; resolves to the refusal, and whether what was kept is still readable. */
export async function fill(): Promise<{
  kind: string;
  code: string;
  hint: string;
  readable: boolean;
  kept: number;
}> {
  const store = await openStore();
  const chunk = new Uint8Array(2 ** 20);
  for (let i = 0; i < 64; i++) {
    // random throughout: Chromium compresses what it keeps
    for (let at = 0; at < chunk.length; at += 2 ** 16)
      crypto.getRandomValues(chunk.subarray(at, at + 2 ** 16));
    try {
      await store.set(`chunk-${i}`, chunk);
    } catch (error) {
      const { code, hint } = error as StorageError;
      const again = await openStore();
      const first = await again.get("chunk-0");
      const kept = (await again.keys()).size;
      return {
        kind: again.kind,
        code: code ?? String(error),
        hint,
        readable: first?.byteLength === 2 ** 20,
        kept,
      };
    }
  }
  return { kind: store.kind, code: "never", hint: "", readable: true, kept: 64 };
}

/** SHA-256 as this page computes it, and whether the browser hides its own implementation from it. */
export async function hash(text: string): Promise<{ hidden: boolean; digest: string }> {
  return {
    hidden: globalThis.crypto?.subtle === undefined,
    digest: await sha256(new TextEncoder().encode(text)),
  };
}
