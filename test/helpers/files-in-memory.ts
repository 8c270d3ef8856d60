// A checkpoint's files without a disk.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ByteSource, CheckpointFiles } from "../../src/model/checkpoint/index.ts";

/** bytes as a file */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (position, length) => Uint8Array.from(bytes.subarray(position, position + length)),
  sha256: async () => "",
  close: async () => {},
});

/** A folder's files, some of them with other contents. */
export function filesOf(
  folder: string,
  name: string,
): (changed: Record<string, Uint8Array>) => CheckpointFiles {
  const stored = new Map(
    readdirSync(folder).map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]),
  );
  const names = new Set(stored.keys());
  return (changed) => ({
    ...{ path: name, name, names },
    open: async (file) => sourceOf(changed[file] ?? stored.get(file)!),
  });
}
