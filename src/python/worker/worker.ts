/// <reference path="../vite.d.ts" />
// The script of Python's worker, which lives in a frame without origin and network: everything it needs comes by message.
// Bundled to one classic script with Pyodide in it, see vite/kernel.ts.

import { packages } from "virtual:python";
import type { PyProxy } from "pyodide/ffi";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide } from "pyodide/pyodide.mjs";
import { isRequest, Moved, methodsOf, RpcClient, serve } from "../../rpc/index.ts";
import { kernels } from "../arrays/kernels.ts";
import { readEmissions } from "../emissions.ts";
import {
  type CellToRun,
  type Ending,
  type PageCalls,
  type PythonFiles,
  preloaded,
  type WorkerCalls,
} from "../messages.ts";
import { BridgeClient } from "./bridge-client.ts";
import { Folder } from "./folder.ts";
import { Interrupts } from "./interrupts.ts";
import { Outputs } from "./outputs.ts";
import { strip } from "./strip.ts";
import { Wall } from "./wall.ts";

declare const self: DedicatedWorkerGlobalScope;

type Python = Awaited<ReturnType<typeof loadPyodide>> & {
  _api: {
    on_fatal?: (error: unknown) => void;
    isPyProxy(value: object): boolean;
    scheduleCallback(callback: () => void, delay: number): void;
  };
  _module: { error: unknown; novalue: unknown; PyProxy_getAttrsQuiet(value: object): object | undefined };
};
/** our package neuron_kernel, as JavaScript sees it */
interface NeuronKernel extends PyProxy {
  start: PyProxy & (() => void);
  run: PyProxy & {
    callPromising(source: string, cell: string, count: number, unrun: string): Promise<string>;
  };
  complete: PyProxy & { callPromising(source: string, position: number): Promise<string> };
  inspect: PyProxy & { callPromising(source: string, position: number): Promise<string> };
}

let page: RpcClient<PageCalls>;
let kernel: NeuronKernel;
let folder: Folder;
/** of the running cell; what is put out after it ended belongs to nobody */
let outputs: Outputs | undefined;
let opening = 0;
/** models that the page may be asked for at a time */
const mostOpening = 8;

const wall = new Wall();
const interrupts = new Interrupts();
interrupts.onMoment = () => outputs?.tick();
const client = new BridgeClient(async (name) => {
  if (opening >= mostOpening)
    throw new Error(`${mostOpening} models are being opened. Wait for one of them.`);
  opening++;
  try {
    return await page.call("open", [name]);
  } finally {
    opening--;
  }
}, interrupts);

/** what Python imports as _neuron, and all of JavaScript that it has */
const neuron = {
  kernels,
  bridge: client.bridge,
  yielding: interrupts.yielding,
  display: (json: string) => {
    const [output] = readEmissions(`[${json}]`) ?? [];
    if (!output) throw new Error("This is not an output as .ipynb files have them.");
    outputs?.add(output);
  },
  stream: (name: "stdout" | "stderr", text: string) =>
    outputs?.add({ output_type: "stream", name: name === "stderr" ? "stderr" : "stdout", text }),
};

/** Pyodide reads its files by fetch, which is answered from what the page gave. */
async function load(
  { wasm, stdlib }: PythonFiles,
  how: { _loadSnapshot?: Uint8Array; _makeSnapshot?: boolean },
): Promise<Python> {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  self.fetch = async (url) => {
    const [bytes, type] = String(url).endsWith(".wasm")
      ? [wasm, "application/wasm"]
      : [stdlib, "application/zip"];
    return new Response(bytes, { headers: { "Content-Type": type } });
  };
  WebAssembly.instantiateStreaming = (source, imports) =>
    instantiateStreaming(source, { ...imports, env: wall.guard(imports!.env as WebAssembly.ModuleImports) });
  try {
    return (await loadPyodide({
      indexURL: "https://python.invalid/",
      packageBaseUrl: "https://python.invalid/",
      // Python sees nothing of this worker
      jsglobals: {},
      lockFileContents: {
        info: {
          abi_version: "2026_0",
          arch: "wasm32",
          platform: "emscripten_5_0_3",
          version: "",
          python: "3.14.2",
        },
        packages: {},
      } as never,
      createPyodideModule: createPyodideModule as never,
      stdout: () => {},
      stderr: () => {},
      ...how,
    })) as Python;
  } finally {
    self.fetch = fetch;
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/** Start Python for cells. */
async function boot(files: PythonFiles, snapshot: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
  const python = await load(files, snapshot ? { _loadSnapshot: snapshot } : {});
  // a snapshot holds the random numbers of its time
  if (snapshot) python.runPython("import random; random.seed(); del random");
  const { _api: api, _module: module } = python;
  api.on_fatal = (error) => fatal(error);
  for (const name of ["stdout", "stderr"] as const) {
    const batched = (line: string) => neuron.stream(name, `${line}\n`);
    if (name === "stdout") python.setStdout({ batched });
    else python.setStderr({ batched });
  }
  const schedule = (callback: () => void, delay: number) => api.scheduleCallback(callback, delay);
  python.registerJsModule("_neuron", wall.expose({ ...neuron, schedule }));
  const root = python.runPython("import site; site.getsitepackages()[0]") as string;
  for (const [path, text] of packages) {
    const file = `${root}/${path}`;
    python.FS.mkdirTree(file.slice(0, file.lastIndexOf("/")));
    python.FS.writeFile(file, text);
  }
  python.runPython("import importlib; importlib.invalidate_caches()");
  kernel = python.pyimport("neuron_kernel") as NeuronKernel;
  kernel.start();
  folder = new Folder(python.FS);
  (python.pyimport("neuron_kernel._wall") as PyProxy & { close(): void }).close();
  python.setInterruptBuffer(interrupts.buffer);
  wall.close(
    (value) => api.isPyProxy(value) && "shared" in (module.PyProxy_getAttrsQuiet(value) ?? {}),
    [module.error, module.novalue],
  );
  strip();
}

/** Python's memory with what our packages import from the standard library, before it knows anything of this worker. */
async function snapshotOf(files: PythonFiles): Promise<Uint8Array<ArrayBuffer>> {
  const python = await load(files, { _makeSnapshot: true });
  python.runPython(`import ${preloaded}\ndel ${preloaded}`);
  return (python as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> }).makeMemorySnapshot();
}

async function run(
  { source, cell, count, unrun, folder: given }: CellToRun,
  report: (outputs: string) => void,
): Promise<Moved<Awaited<ReturnType<WorkerCalls["run"]>>>> {
  outputs = new Outputs((some) => report(JSON.stringify(some)));
  folder.apply(given);
  interrupts.begin();
  try {
    const ending = JSON.parse(
      await kernel.run.callPromising(source, cell, count, JSON.stringify(unrun)),
    ) as Ending;
    outputs.flush();
    const changes = folder.changes();
    return new Moved({ ending, folder: changes }, ...changes.put.map(({ bytes }) => bytes.buffer));
  } finally {
    interrupts.end();
    outputs = undefined;
  }
}

/** Positions are UTF-16 units to the page and code points to Python. */
const pointsBefore = (source: string, position: number) => Array.from(source.slice(0, position)).length;

async function inspect(source: string, position: number) {
  const found = JSON.parse(await kernel.inspect.callPromising(source, pointsBefore(source, position)));
  return found ?? undefined;
}

async function complete(source: string, position: number) {
  const found = JSON.parse(await kernel.complete.callPromising(source, pointsBefore(source, position)));
  const from = Array.from(source).slice(0, found.from).join("").length;
  return { ...found, from };
}

function fatal(error: unknown): void {
  page.notify("fatal", error instanceof Error ? error.message : String(error));
}

/** tasks wait for each other: while Python waits for the engine, this worker goes on receiving messages */
let last: Promise<unknown> = Promise.resolve();
function queue<T>(task: () => Promise<T>): Promise<T> {
  const result = last.then(task);
  last = result.catch(() => {});
  return result;
}

const methods = methodsOf<WorkerCalls, string>({
  boot: (_, files, snapshot) => queue(() => boot(files, snapshot)),
  snapshot: (_, files) =>
    queue(async () => {
      const bytes = await snapshotOf(files);
      return new Moved(bytes, bytes.buffer);
    }),
  run: ({ report }, cell) => queue(() => run(cell, report)),
  complete: (_, source, position) => queue(() => complete(source, position)),
  inspect: (_, source, position) => queue(() => inspect(source, position)),
  taken: () => outputs?.taken(),
  interrupt: () => interrupts.ask(),
  disconnected: () => client.disconnect(),
});

/** what nobody caught: an error ends Python; a promise that nobody waits for is nobody's */
self.addEventListener("error", (event) => {
  event.preventDefault();
  fatal(event.error ?? event.message);
});
self.onunhandledrejection = (event) => event.preventDefault();

self.onmessage = ({ ports }) => {
  self.onmessage = null;
  self.postMessage("up");
  const port = ports[0]!;
  page = new RpcClient(port, ({ message, code }) => Object.assign(new Error(message), { code }));
  const answer = serve(port, methods);
  port.onmessage = ({ data }) => (isRequest(data) ? answer(data) : page.receive(data));
};
