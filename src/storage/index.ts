// The public surface of storage; nothing outside this folder imports another file of it.

export { isAbort, StorageError } from "./errors.ts";
export { download, fetchFile, readFiles } from "./files.ts";
export { indexedDbStore } from "./indexeddb.ts";
export { memoryStore } from "./memory.ts";
export { openStore } from "./open.ts";
export type { FileSpec, StoredModel, StoreKind, WeightStore } from "./types.ts";
