// The bytes and texts of a checkpoint's files, whole or not at all.

import { CheckpointError } from "./errors.ts";
import type { ByteSource, CheckpointFiles } from "./source.ts";

export const pathOf = (folder: CheckpointFiles, name: string): string => `${folder.path}/${name}`;

/**
 * A file of the folder as text.
 * @throws CheckpointError when it is not UTF-8
 */
export async function readText(folder: CheckpointFiles, name: string): Promise<string> {
  const source = await folder.open(name);
  const path = pathOf(folder, name);
  try {
    return decode(await readBytes(source, 0, source.size, path), path);
  } finally {
    await source.close();
  }
}

function decode(bytes: Uint8Array<ArrayBuffer>, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(`${path} is not written in UTF-8.`, "Save it as UTF-8, or download it again.", {
      cause,
    });
  }
}

/** exactly these bytes, in a buffer of their own or in `into`, which is as long */
export async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
  path: string,
  into?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(position, length, into);
  if (bytes.byteLength === length) return bytes;
  throw new CheckpointError(
    `${path} ended at byte ${position + bytes.byteLength} while it was being read.`,
    "Download or save the checkpoint again.",
  );
}
