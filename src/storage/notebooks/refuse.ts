// Refusals of files that are not notebooks, in one sentence each.

import { StorageError } from "../files/errors.ts";

/** A file that cannot be read as a notebook. @param reason a sentence about the file */
export function invalid(reason: string, hint: string, cause?: unknown): StorageError {
  return new StorageError("notebook-invalid", reason, hint, { cause });
}

export const damaged =
  "Get the file again, or open it in Jupyter and save it there, which repairs or names what is wrong.";

/** It is something else. */
export function noNotebook(cause?: unknown): StorageError {
  return invalid(
    "This is not a Jupyter notebook: notebooks are JSON objects, in files that end in .ipynb.",
    "Choose an .ipynb file.",
    cause,
  );
}

/** bytes of the largest file that is opened, and characters of its text; larger ones are too large for a tab */
export const largestFile = 64 * 2 ** 20;

export function tooLarge(length: number): StorageError {
  return invalid(
    `The file is ${Math.round(length / 2 ** 20)} MB, and notebooks of up to 64 MB can be opened here.`,
    "Clear its outputs in Jupyter, save it, and open it again.",
  );
}
