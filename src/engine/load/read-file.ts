// How the bytes of a model are read.

import type { Allocate, FileSpec } from "../../storage/index.ts";

/**
 * The bytes of one file of a model, verified; they are the reader's, who frees them.
 * @param allocate gives the array that the file is read into; some stores ignore it
 */
export type ReadFile = (
  file: FileSpec,
  signal?: AbortSignal,
  allocate?: Allocate,
) => Promise<Uint8Array<ArrayBuffer>>;
