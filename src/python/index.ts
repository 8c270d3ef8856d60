// Python in the page: a kernel whose worker starts when a cell first runs.

export { runsPython } from "./page/errors.ts";
export { createKernel, frameDocument } from "./page/kernel.ts";
export type * from "./types.ts";
export type { FolderChange } from "./worker/folder.ts";
