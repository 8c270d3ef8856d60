import { defineConfig } from "vite";
import { catalogPlugin } from "./model-export/catalog.ts";
import { practiceCheckpoint } from "./vite/checkpoint.ts";
import { groups } from "./vite/common.ts";
import { drawn } from "./vite/drawn.ts";
import { elementStyles } from "./vite/element-styles.ts";
import { front } from "./vite/front.ts";
import { hubSetting } from "./vite/hub.ts";
import { pythonKernel } from "./vite/kernel.ts";
import { notebooks } from "./vite/notebooks.ts";
import { onnxRuntime } from "./vite/onnxruntime.ts";
import { pages } from "./vite/pages.ts";
import { site } from "./vite/site.ts";

// the tokenizer's package asks modules for a default export and goes on without one; that Workbox takes seconds for the
// service worker is no news
const rolldownOptions = {
  checks: { importIsUndefined: false, pluginTimings: false },
  // modules of these do nothing by being imported, so that a page is spared those it takes nothing from
  treeshake: { moduleSideEffects: [{ test: /\/src\/(model|rpc|storage)\//, sideEffects: false }] },
};

export default defineConfig({
  // every address is relative, so the built site works under any base path
  base: "./",
  // a file that is missing is answered 404 while developing too, not with a page
  appType: "mpa",
  plugins: [
    catalogPlugin(process.env.MODELS_FOLDER ?? "public/models"),
    onnxRuntime(),
    pythonKernel(),
    notebooks(),
    elementStyles(),
    { ...practiceCheckpoint(import.meta.dirname), apply: "serve" },
    front(import.meta.dirname),
    drawn(import.meta.dirname),
    pages(import.meta.dirname),
    site(import.meta.dirname),
  ],
  // code for the Hub stands behind it, and is left out of a build that was not told of one
  define: { "import.meta.env.HUB": JSON.stringify(hubSetting()?.endpoint ?? "") },
  resolve: {
    // The tokenizer's package imports ONNX Runtime for parts we do not use, and would point ours at a CDN. It gets the
    // shared type package instead; our own imports are "onnxruntime-web/jspi" and "onnxruntime-web/webgpu".
    alias: [{ find: /^onnxruntime-(web|node)$/, replacement: "onnxruntime-common" }],
  },
  // what only the worker imports Vite would find when it starts, and then reload the page in the middle of its first run
  optimizeDeps: {
    include: ["onnxruntime-web/jspi", "onnxruntime-web/webgpu", "@xenova/transformers/src/tokenizers.js"],
  },
  worker: { format: "es", rolldownOptions, plugins: () => [onnxRuntime()] },
  build: {
    target: "es2023",
    // all browsers of cssTarget have it
    modulePreload: { polyfill: false },
    // the first with light-dark(), which cannot be rewritten for older ones inside shadow roots
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      ...rolldownOptions,
      output: { codeSplitting: { groups } },
    },
  },
});
