// Python for the notebook as files of this site, each with its hash, so that they are kept and verified like a model's:
// the worker's script with Pyodide's JavaScript and our Python packages in it, Pyodide's WebAssembly, the standard library.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "vite";
import { frameScript } from "../src/python/page/frame.ts";

const id = "virtual:kernel";
const pythonId = "virtual:python";
const root = join(import.meta.dirname, "..");
const sources = join(root, "src/python");
const require = createRequire(import.meta.url);
const pyodide = (file: string) => require.resolve("pyodide").replace(/[^/\\]+$/, file);

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** the frame's script as the policy names it */
export const frameHash = `sha256-${createHash("sha256").update(frameScript).digest("base64")}`;

interface Part {
  name: "script" | "wasm" | "stdlib";
  file: string;
  bytes: Uint8Array;
}

function part(name: Part["name"], bytes: Uint8Array, ending: string): Part {
  return { name, bytes, file: `python-${sha256(bytes).slice(0, 8)}.${ending}` };
}

/** Our Python packages: [path below site-packages, text]. */
function packages(): [string, string][] {
  const folder = join(sources, "site-packages");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".py"))
    .sort()
    .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(folder, path), "utf8")]);
}

/** resolves what the worker imports that is not a file */
const parts: Plugin = {
  name: "kernel-parts",
  enforce: "pre",
  resolveId(source) {
    if (source === pythonId) return `\0${pythonId}`;
    if (source.startsWith("pyodide/")) return pyodide(source.slice("pyodide/".length));
    // Pyodide's own for Node
    return source.startsWith("node:") || source === "ws" ? { id: source, external: true } : undefined;
  },
  transform(code, source) {
    // Pyodide's own address of its WebAssembly, which Vite would put into the script; the page gives it the bytes
    if (source.includes("pyodide.asm"))
      return code.replaceAll(
        /new URL\("pyodide\.asm\.wasm", *import\.meta\.url\)/g,
        'new URL("https://python.invalid/pyodide.asm.wasm")',
      );
  },
  load: (source) =>
    source === `\0${pythonId}` ? `export const packages = ${JSON.stringify(packages())};` : undefined,
};

/**
 * The worker's script: one classic script, because in a frame without an origin a blob starts as nothing else and nothing
 * can be imported. Pyodide refuses classic workers, which it knows by importScripts working, so that goes first.
 */
async function script(): Promise<Uint8Array> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    root,
    plugins: [parts],
    define: { "import.meta.url": '"https://python.invalid/"', "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      target: "es2023",
      minify: true,
      lib: { entry: join(sources, "worker/worker.ts"), formats: ["iife"], name: "kernel" },
      rolldownOptions: {
        checks: { eval: false, pluginTimings: false },
        output: {
          banner: 'self.importScripts=()=>{throw new Error("There is nothing to import here.")};',
          codeSplitting: false,
        },
      },
    },
  });
  const [bundle] = [result].flat();
  if (!bundle || !("output" in bundle)) throw new Error("The kernel's script was not built.");
  return new TextEncoder().encode(bundle.output[0].code);
}

let made: Promise<Part[]> | undefined;

/** All parts; the script is built once per process, or anew while developing. */
function allParts(anew: boolean): Promise<Part[]> {
  if (anew) made = undefined;
  made ??= script().then((bytes) => [
    part("script", bytes, "bin"),
    part("wasm", readFileSync(pyodide("pyodide.asm.wasm")), "wasm"),
    part("stdlib", readFileSync(pyodide("python_stdlib.zip")), "zip"),
  ]);
  return made;
}

/** The module's text; `addressOf` is the expression for a part's address. */
function moduleText(all: readonly Part[], addressOf: (file: string) => string): string {
  const entries = all.map(
    ({ name, file, bytes }) =>
      `${name}: { file: ${addressOf(file)}, byteLength: ${bytes.length}, sha256: "${sha256(bytes)}" }`,
  );
  return `const served = (file) => new URL(file, import.meta.url).href;
export const files = { ${entries.join(", ")} };
export const frameHash = "${frameHash}";`;
}

/** Makes "virtual:kernel", whose `files` are the parts, and emits them. */
export function pythonKernel(): Plugin {
  let serving = false;
  return {
    name: "python-kernel",
    enforce: "pre",
    configResolved({ command }) {
      serving = command === "serve";
    },
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    async load(source) {
      if (source !== `\0${id}`) return;
      for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" }))
        if (/\.(ts|py)$/.test(file)) this.addWatchFile(join(sources, file));
      const all = await allParts(serving);
      if (serving) return moduleText(all, (file) => `served("/${file}")`);
      return moduleText(all, (file) => {
        const { bytes } = all.find((each) => each.file === file)!;
        const reference = this.emitFile({ type: "asset", fileName: `assets/${file}`, source: bytes });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      });
    },
    configureServer({ middlewares }) {
      middlewares.use(async (request, response, next) => {
        const all = (await made?.catch(() => undefined)) ?? [];
        const found = all.find(({ file }) => request.url === `/${file}`);
        if (!found) return next();
        response.setHeader("Content-Type", "application/octet-stream").end(found.bytes);
      });
    },
  };
}
