// The public surface of storage; nothing outside this folder imports another file of it.

export { objectStore } from "./files/database.ts";
export { download } from "./files/download.ts";
export { isAbort, StorageError } from "./files/errors.ts";
export { fetchFile, sumOf } from "./files/files.ts";
export { type PartwiseHash, partwiseSha256, sha256 } from "./files/hash.ts";
export { indexedDbStore } from "./files/indexeddb.ts";
export { memoryStore } from "./files/memory.ts";
export { openStore } from "./files/open.ts";
export { type OverflowStore, overflowing } from "./files/overflow.ts";
export { remoteStore, serveStore } from "./files/port.ts";
export { fetchRange, type RangePorts } from "./files/range.ts";
export { isSameModel } from "./files/references.ts";
export { final, refusing } from "./files/refusing.ts";
export { report, space } from "./files/report.ts";
export { defaultPatience, type Patience } from "./files/retry.ts";
export { Rising } from "./files/rising.ts";
export {
  type CrossOriginStorage,
  crossOriginStorage,
  Offer,
  type SharedFile,
  sharedFile,
} from "./files/shared.ts";
export { inTurn } from "./files/tabs.ts";
export { fetchBytes, fetchText } from "./files/text.ts";
export type {
  Allocate,
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
} from "./files/types.ts";
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
