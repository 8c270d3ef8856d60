// How the bytes of a model are read.

import type { Allocate, FileSpec } from "../../storage/index.ts";

/**
 * The bytes of one file of a model, verified; they are the reader's, who frees them.
 * @param allocate makes the array that is filled, where the file is kept in a store that fills one
 */
export type ReadFile = (
  file: FileSpec,
  signal?: AbortSignal,
  allocate?: Allocate,
) => Promise<Uint8Array<ArrayBuffer>>;
