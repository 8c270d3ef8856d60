// The public surface of storage; nothing outside this folder imports another file of it.

export { isAbort, StorageError, type StorageErrorCode, storageErrorCodes } from "./errors.ts";
export { type DownloadPorts, download, type FilePorts, fetchFile, readFiles } from "./files.ts";
export { sha256 } from "./hash.ts";
export { indexedDbStore } from "./indexeddb.ts";
export { memoryStore } from "./memory.ts";
export { openStore } from "./open.ts";
export type { FileSpec, Network, StoredModel, StoreKind, WeightStore } from "./types.ts";
