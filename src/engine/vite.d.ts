// What vite/onnxruntime.ts makes when the site is built.
declare module "virtual:onnxruntime" {
  /** ONNX Runtime's WebAssembly in pieces, in order; `file` is an absolute address */
  export const files: { file: string; byteLength: number; sha256: string }[];
}
