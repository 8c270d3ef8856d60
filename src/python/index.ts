/// <reference types="vite/client" />

// Python in the page: a kernel whose worker starts when a cell first runs.

export { runsPython } from "./page/errors.ts";
export { createKernel, frameDocument } from "./page/kernel.ts";
/** Python that draws what a sweep found, in the page and, copied into a notebook, elsewhere */
export { default as plots } from "./site-packages/neuron_notebook/_plot.py?raw";
export type * from "./types.ts";
export type { FolderChange } from "./worker/folder.ts";
