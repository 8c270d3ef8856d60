import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { defineConfig } from "vite";
import { catalogPlugin } from "./model-export/catalog.ts";

const require = createRequire(import.meta.url);
const runtime = require.resolve("onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm");

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
  define: { __ORT_WASM_BYTES__: statSync(runtime).size },
  worker: { format: "es", rolldownOptions },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 600,
    rolldownOptions,
  },
});
