// How the bytes of a model are read.

import type { FileSpec } from "../../storage/index.ts";

/** The bytes of one file of a model, verified; they are the reader's, who frees them. */
export type ReadFile = (file: FileSpec, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
