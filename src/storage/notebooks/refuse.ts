// Refusals of files that are no notebooks, in one sentence each.

import { StorageError } from "../errors.ts";

/** A file that cannot be read as a notebook. @param reason a sentence about the file */
export function invalid(reason: string, hint: string, cause?: unknown): StorageError {
  return new StorageError("notebook-invalid", reason, hint, { cause });
}

export const damaged =
  "Get the file again, or open it in Jupyter and save it there, which repairs or names what is wrong.";
