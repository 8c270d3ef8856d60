// The public surface of storage; nothing outside this folder imports another file of it.

export { download } from "./download.ts";
export { isAbort, StorageError } from "./errors.ts";
export { fetchFile, sumOf } from "./files.ts";
export { sha256 } from "./hash.ts";
export { indexedDbStore } from "./indexeddb.ts";
export { memoryStore } from "./memory.ts";
export { foreignLanguage, newCell, newId, newNotebook, titleOf } from "./notebooks/cells.ts";
export { type DataFile, type DataFileEntry, fileLimits, isFileName } from "./notebooks/data-files.ts";
export { decodeNotebook } from "./notebooks/encoding.ts";
export { compact } from "./notebooks/json.ts";
export { type NotebookPlace, openNotebooks } from "./notebooks/open.ts";
export { readOutput } from "./notebooks/outputs.ts";
export { parseNotebook } from "./notebooks/read.ts";
export { toScript } from "./notebooks/script.ts";
export type * from "./notebooks/store.ts";
export type * from "./notebooks/types.ts";
export { serializeNotebook } from "./notebooks/write.ts";
export { openStore } from "./open.ts";
export { type OverflowStore, overflowing } from "./overflow.ts";
export { remoteStore, serveStore } from "./port.ts";
export { report, space } from "./report.ts";
export { defaultPatience, type Patience } from "./retry.ts";
export { fetchBytes, fetchText } from "./text.ts";
export type {
  DownloadProgress,
  FileSpec,
  KeptModel,
  Retry,
  Space,
  StorageReport,
  StoredModel,
  StoreKind,
  Waiting,
  WeightStore,
} from "./types.ts";
