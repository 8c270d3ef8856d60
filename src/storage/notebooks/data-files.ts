// Files that are kept with a notebook, for its Python: what a name may be, and how much is kept.

import { StorageError } from "../files/errors.ts";

/** a file of a notebook, without its content */
export interface DataFileEntry {
  /** a path below the working folder, with / between its parts */
  readonly name: string;
  readonly size: number;
  /** differs whenever the content does */
  readonly stamp: string;
}

export interface DataFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const fileLimits = {
  /** bytes of one file */
  one: 32 * 2 ** 20,
  /** bytes of all files of a notebook */
  all: 64 * 2 ** 20,
  count: 200,
  /** characters of a name */
  name: 200,
};

/** Can a file have this name? Python's names come from a stranger. */
export function isFileName(name: unknown): name is string {
  return (
    typeof name === "string" &&
    name.length > 0 &&
    name.length <= fileLimits.name &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no name has them
    !/[\u0000-\u001f\u007f\\]/.test(name) &&
    !/\p{Surrogate}/u.test(name) &&
    name.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

/**
 * @param others what is kept beside it
 * @throws StorageError "file-refused" where a file cannot be kept with a notebook
 */
export function checkFile({ name, bytes }: DataFile, others: readonly DataFileEntry[]): void {
  const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  if (!isFileName(name))
    throw refused(
      `A file cannot be called “${shown}” here.`,
      "Give it a name without control characters, of at most 200 characters.",
    );
  const size = megabytes(bytes.byteLength);
  if (bytes.byteLength > fileLimits.one)
    throw refused(
      `${shown} is ${size}, and a notebook keeps files of up to ${megabytes(fileLimits.one)}.`,
      "Take a part of it, or open the notebook in Jupyter, which reads files of any size.",
    );
  const rest = others.filter((each) => each.name !== name);
  if (rest.length >= fileLimits.count)
    throw refused(
      `${shown} is not kept: a notebook keeps up to ${fileLimits.count} files, and this one has as many.`,
      "Remove one that you do not need.",
    );
  const all = rest.reduce((sum, each) => sum + each.size, bytes.byteLength);
  if (all > fileLimits.all)
    throw refused(
      `${shown} is not kept: with it the files of this notebook would be ${megabytes(all)}, and ${megabytes(fileLimits.all)} are kept.`,
      "Remove one that you do not need.",
    );
}

function megabytes(bytes: number): string {
  return `${Math.ceil((bytes / 2 ** 20) * 10) / 10} MB`;
}

function refused(message: string, hint: string): StorageError {
  return new StorageError("file-refused", message, hint);
}
