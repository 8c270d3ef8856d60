import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { defineConfig } from "vite";
import { catalogPlugin } from "./model-export/catalog.ts";

const require = createRequire(import.meta.url);
const runtime = readFileSync(require.resolve("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm"));

// the tokenizer's package asks modules for a default export and goes on without one
const rolldownOptions = { checks: { importIsUndefined: false } };

export default defineConfig({
  // every address is relative, so the built site works under any base path
  base: "./",
  plugins: [catalogPlugin(process.env.MODELS_FOLDER ?? "public/models")],
  resolve: {
    // The tokenizer's package imports ONNX Runtime for parts we do not use, and would point ours at a CDN. It gets the
    // shared type package instead; our own import is "onnxruntime-web/webgpu".
    alias: [{ find: /^onnxruntime-(web|node)$/, replacement: "onnxruntime-common" }],
  },
  // ONNX Runtime's WebAssembly is kept and verified like a model's files
  define: {
    __ORT_WASM_BYTES__: runtime.length,
    __ORT_WASM_SHA256__: JSON.stringify(createHash("sha256").update(runtime).digest("hex")),
  },
  worker: { format: "es", rolldownOptions },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 600,
    rolldownOptions,
  },
});
