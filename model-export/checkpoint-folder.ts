// A checkpoint in a folder of this computer.

import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
  type ByteSource,
  type Checkpoint,
  CheckpointError,
  openCheckpoint,
} from "../src/model/checkpoint/index.ts";

/**
 * Open a folder with config.json, model.safetensors and vocab.txt or tokenizer.json.
 * @throws CheckpointError naming what is missing, damaged, or no BERT that can be exported
 */
export async function openFolder(path: string): Promise<Checkpoint> {
  const names = new Set(await listFolder(path));
  return openCheckpoint({
    path,
    name: basename(resolve(path)),
    names,
    open: (name) => openFile(join(path, name)),
  });
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    throw new CheckpointError(
      `${path} is not a folder that can be read.`,
      "Name the folder that holds config.json and model.safetensors.",
      { cause },
    );
  }
}

async function openFile(path: string): Promise<ByteSource> {
  const handle = await open(path);
  const { size } = await handle.stat();
  return {
    size,
    async read(position, length, bytes = new Uint8Array(length)) {
      let at = 0;
      while (at < length) {
        const { bytesRead } = await handle.read(bytes, at, length - at, position + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return at === length ? bytes : bytes.slice(0, at);
    },
    sha256: () => hashFile(path),
    close: () => handle.close(),
  };
}

/** SHA-256 of a file, hexadecimal, read piece by piece. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const handle = await open(path);
  const piece = new Uint8Array(2 ** 20);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
