// What vite/onnxruntime.ts makes when the site is built.
declare module "virtual:onnxruntime" {
  /** the build of ONNX Runtime that this browser takes: "jspi" where it has JavaScript Promise Integration */
  export const build: "jspi" | "asyncify";
  /** ONNX Runtime's WebAssembly in pieces, in order; `file` is an absolute address */
  export const files: { file: string; byteLength: number; sha256: string }[];
}
