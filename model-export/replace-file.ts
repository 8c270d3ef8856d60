// Files that are written in one go, and what stands in the way of writing one, in a sentence.

import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ExportError } from "./errors.ts";

/**
 * Write a whole file, so that at any time either the old one is there or the new one.
 * @throws ExportError where that cannot be done
 */
export function replaceFile(path: string, text: string | Uint8Array): void {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    writing(path, () => writeFileSync(unfinished, text));
    writing(path, () => renameSync(unfinished, path));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** @throws ExportError where a folder does not let a file be written that is to be written later */
export function checkWritable(path: string): void {
  writing(path, () => accessSync(existsSync(path) ? path : dirname(path), constants.W_OK));
}

/** Say of an error of the file system which file it is about. */
export function writing<T>(path: string, task: () => T): T {
  try {
    return task();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why: Record<string, string> = {
      ENOENT: "its folder is not there",
      EACCES: "that is not allowed",
      EISDIR: "it is a folder",
      ENOSPC: "the disk is full",
    };
    throw new ExportError(
      `${path} cannot be written: ${why[code ?? ""] ?? message}.`,
      "Name a file in a folder where there is room for it.",
      { cause },
    );
  }
}
