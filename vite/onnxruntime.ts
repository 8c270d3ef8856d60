// ONNX Runtime's WebAssembly as files of this site: in pieces that every host takes, each with its hash, so that the
// engine keeps and verifies them like a model's files.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const id = "virtual:onnxruntime";
const name = "ort-wasm-simd-threaded.asyncify.wasm";

/** as the weights: far below the 25 MiB that some hosts allow, and a lost connection costs little */
const largest = 16 * 2 ** 20;

const wasm = readFileSync(createRequire(import.meta.url).resolve(`onnxruntime-web/${name}`));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const hash = sha256(wasm).slice(0, 8);
const pieces = Array.from({ length: Math.ceil(wasm.length / largest) }, (_, i) => {
  const bytes = wasm.subarray(i * largest, (i + 1) * largest);
  return { file: `ort-${hash}.${i}.wasm`, bytes, byteLength: bytes.length, sha256: sha256(bytes) };
});

/** The module's text; `addressOf` is the expression for a piece's address. */
function moduleText(addressOf: (file: string) => string): string {
  const entries = pieces.map(
    ({ file, byteLength, sha256 }) =>
      `{ file: ${addressOf(file)}, byteLength: ${byteLength}, sha256: "${sha256}" }`,
  );
  // through a function, since Vite takes `new URL` on a literal for an asset
  return `const served = (file) => new URL(file, import.meta.url).href; export const files = [${entries.join(", ")}];`;
}

/**
 * Makes "virtual:onnxruntime", whose `files` are the pieces in order, and emits them. Give it to the page's plugins and
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
      return code.replaceAll(`new URL("${name}",import.meta.url).href`, '"data:,"');
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
