// What vite/kernel.ts makes for the page, and puts into Python's worker.
declare module "virtual:kernel" {
  type File = { file: string; byteLength: number; sha256: string };
  /** what Python's worker is made of; `file` is an absolute address */
  export const files: { script: File; wasm: File; stdlib: File };
  /** the hash of the frame's script, as a policy names it */
  export const frameHash: string;
}
declare module "virtual:python" {
  /** our Python packages: path below site-packages, text */
  export const packages: [path: string, text: string][];
}
declare module "pyodide/pyodide.mjs" {
  export { loadPyodide } from "pyodide";
}
declare module "pyodide/pyodide.asm.mjs" {
  const createPyodideModule: (settings: object) => Promise<object>;
  export default createPyodideModule;
}
