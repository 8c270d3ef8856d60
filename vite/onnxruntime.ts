// ONNX Runtime's WebAssembly as files of this site: in pieces that every host takes, each with its hash, so that the
// engine keeps and verifies them like a model's files. There are two builds of it: browsers with JavaScript Promise
// Integration (JSPI) take the one that waits with it, which is 10 MB smaller and opens a model in less time.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const id = "virtual:onnxruntime";

/** as the weights: far below the 25 MiB that some hosts allow, and a lost connection costs little */
const largest = 16 * 2 ** 20;

const { resolve } = createRequire(import.meta.url);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const wasmOf = (build: string) => `ort-wasm-simd-threaded.${build}.wasm`;

function piecesOf(build: string) {
  const wasm = readFileSync(resolve(`onnxruntime-web/${wasmOf(build)}`));
  const hash = sha256(wasm).slice(0, 8);
  return Array.from({ length: Math.ceil(wasm.length / largest) }, (_, i) => {
    const bytes = wasm.subarray(i * largest, (i + 1) * largest);
    const file = `ort-${build}-${hash}.${i}.wasm`;
    return { file, bytes, byteLength: bytes.length, sha256: sha256(bytes) };
  });
}

const builds = { jspi: piecesOf("jspi"), asyncify: piecesOf("asyncify") };
const pieces = Object.values(builds).flat();

/** The module's text; `addressOf` is the expression for a piece's address. */
function moduleText(addressOf: (file: string) => string): string {
  const lists = Object.entries(builds).map(([build, all]) => {
    const entries = all.map(
      ({ file, byteLength, sha256 }) =>
        `{ file: ${addressOf(file)}, byteLength: ${byteLength}, sha256: "${sha256}" }`,
    );
    return `${build}: [${entries.join(", ")}]`;
  });
  // through a function, since Vite takes `new URL` on a literal for an asset
  return `const served = (file) => new URL(file, import.meta.url).href;
export const build = "Suspending" in WebAssembly && "promising" in WebAssembly ? "jspi" : "asyncify";
export const files = { ${lists.join(", ")} }[build];`;
}

/**
 * Makes "virtual:onnxruntime", which says which build this browser takes and in which `files` it lies, and emits both. Give it to the page's plugins and
 * to the worker's: Vite bundles workers by themselves.
 */
export function onnxRuntime(): Plugin {
  let serving = false;
  return {
    name: "onnxruntime-pieces",
    enforce: "pre",
    configResolved({ command }) {
      serving = command === "serve";
    },
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return;
      if (serving) return moduleText((file) => `served("/${file}")`);
      return moduleText((file) => {
        const { bytes } = pieces.find((piece) => piece.file === file)!;
        const reference = this.emitFile({ type: "asset", fileName: `assets/${file}`, source: bytes });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      });
    },
    transform(code, source) {
      // ONNX Runtime's own address of the whole file, which it never asks for: the engine gives it the bytes. Vite
      // would put the file, too large for some hosts, into the site.
      if (serving || !/onnxruntime-web\/dist\/.*\.mjs$/.test(source)) return;
      return Object.keys(builds).reduce(
        (text, build) => text.replaceAll(`new URL("${wasmOf(build)}",import.meta.url).href`, '"data:,"'),
        code,
      );
    },
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const piece = pieces.find(({ file }) => request.url === `/${file}`);
        if (!piece) return next();
        response.setHeader("Content-Type", "application/wasm").end(piece.bytes);
      });
    },
  };
}
