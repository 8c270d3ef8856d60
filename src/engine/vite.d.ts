// What vite/onnxruntime.ts makes when the site is built.
declare module "virtual:onnxruntime" {
  /** the build of ONNX Runtime that this browser takes: "jspi" where it has JavaScript Promise Integration */
  export const build: "jspi" | "asyncify";
  /** ONNX Runtime's WebAssembly in pieces, in order; `file` is an absolute address */
  export const files: { file: string; byteLength: number; sha256: string }[];
}

interface ImportMetaEnv {
  /** the address of the Hugging Face Hub, or a mirror's, where the site was built with it; see vite/hub.ts */
  readonly HUB?: string | undefined;
}
interface ImportMeta {
  readonly env: ImportMetaEnv;
}
