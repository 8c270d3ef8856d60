/// <reference path="../vite.d.ts" />
// The script of Python's worker, which lives in a frame without origin and network: everything it needs comes by message.
// Bundled to one classic script with Pyodide in it, see vite/kernel.ts.

import { packages } from "virtual:python";
import type { PyProxy } from "pyodide/ffi";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { loadPyodide } from "pyodide/pyodide.mjs";
import { kernels } from "../arrays/kernels.ts";
import { readEmissions } from "../emissions.ts";
import { type Ending, type FromWorker, preloaded, type ToWorker } from "../messages.ts";
import { BridgeClient } from "./bridge-client.ts";
import { Folder } from "./folder.ts";
import { Interrupts } from "./interrupts.ts";
import { Outputs } from "./outputs.ts";
import { strip } from "./strip.ts";
import { Wall } from "./wall.ts";

declare const self: DedicatedWorkerGlobalScope;

type Boot = ToWorker & { kind: "boot" };
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

let port: MessagePort;
let kernel: NeuronKernel;
let folder: Folder;
/** of the running cell; what is put out after it ended belongs to nobody */
let outputs: Outputs | undefined;
const opening = new Map<number, { resolve: (port: MessagePort) => void; reject: (error: Error) => void }>();
let nextOpening = 1;
/** models that the page may be asked for at a time */
const mostOpening = 8;

const wall = new Wall();
const post = (message: FromWorker) => port.postMessage(message);
const interrupts = new Interrupts();
interrupts.onMoment = () => outputs?.tick();
const client = new BridgeClient(async (name) => {
  if (opening.size >= mostOpening)
    throw new Error(`${mostOpening} models are being opened. Wait for one of them.`);
  const id = nextOpening++;
  post({ kind: "open", id, name });
  return new Promise((resolve, reject) => opening.set(id, { resolve, reject }));
}, interrupts);

/** what Python imports as _neuron, and all of JavaScript that it has */
const neuron = {
  kernels,
  bridge: client.bridge,
  yielding: interrupts.yielding,
  display: (json: string) => {
    const [output] = readEmissions(`[${json}]`) ?? [];
    if (!output) throw new Error("This is no output as an .ipynb file has them.");
    outputs?.add(output);
  },
  stream: (name: "stdout" | "stderr", text: string) =>
    outputs?.add({ output_type: "stream", name: name === "stderr" ? "stderr" : "stdout", text }),
};

/** Pyodide reads its files by fetch, which is answered from what the page gave. */
async function load(
  { wasm, stdlib }: Pick<Boot, "wasm" | "stdlib">,
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
async function boot(files: Boot): Promise<void> {
  const { snapshot } = files;
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
async function snapshotOf(files: ToWorker & { kind: "snapshot" }): Promise<Uint8Array<ArrayBuffer>> {
  const python = await load(files, { _makeSnapshot: true });
  python.runPython(`import ${preloaded}\ndel ${preloaded}`);
  return (python as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> }).makeMemorySnapshot();
}

async function run({
  id,
  source,
  cell,
  count,
  unrun,
  folder: given,
}: ToWorker & { kind: "run" }): Promise<void> {
  outputs = new Outputs((some) => post({ kind: "outputs", id, outputs: JSON.stringify(some) }));
  folder.apply(given);
  interrupts.begin();
  try {
    const ending = JSON.parse(
      await kernel.run.callPromising(source, cell, count, JSON.stringify(unrun)),
    ) as Ending;
    outputs.flush();
    const changes = folder.changes();
    port.postMessage(
      { kind: "ran", id, ending, folder: changes } satisfies FromWorker,
      changes.put.map(({ bytes }) => bytes.buffer),
    );
  } finally {
    interrupts.end();
    outputs = undefined;
  }
}

type Asked = Extract<ToWorker, { position: number }>;

/** Positions are UTF-16 units to the page and code points to Python. */
const pointsBefore = (source: string, position: number) => Array.from(source.slice(0, position)).length;

async function inspect({ id, source, position }: Asked): Promise<void> {
  const found = JSON.parse(await kernel.inspect.callPromising(source, pointsBefore(source, position)));
  post({ kind: "inspected", id, found: found ?? undefined });
}

async function complete({ id, source, position }: Asked): Promise<void> {
  const found = JSON.parse(await kernel.complete.callPromising(source, pointsBefore(source, position)));
  const from = Array.from(source).slice(0, found.from).join("").length;
  post({ kind: "completed", id, completions: { ...found, from } });
}

function fatal(error: unknown): void {
  post({ kind: "fatal", message: error instanceof Error ? error.message : String(error) });
}

/** tasks wait for each other: while Python waits for the engine, this worker goes on receiving messages */
let last: Promise<unknown> = Promise.resolve();
const queue = (task: () => Promise<void>) => {
  last = last.then(task).catch(fatal);
};

function receive({ data, ports }: MessageEvent<ToWorker>): void {
  switch (data.kind) {
    case "boot":
      queue(() => boot(data).then(() => post({ kind: "booted" })));
      return;
    case "snapshot":
      queue(async () => {
        const bytes = await snapshotOf(data);
        port.postMessage({ kind: "snapshot", bytes } satisfies FromWorker, [bytes.buffer]);
      });
      return;
    case "run":
      queue(() => run(data));
      return;
    case "complete":
      queue(() => complete(data));
      return;
    case "inspect":
      queue(() => inspect(data));
      return;
    case "taken":
      outputs?.taken();
      return;
    case "interrupt":
      interrupts.ask();
      return;
    case "disconnected":
      client.disconnect();
      return;
    case "opened": {
      const [engine] = ports;
      const asked = opening.get(data.id);
      opening.delete(data.id);
      if (engine) asked?.resolve(engine);
      else {
        const error = new Error(data.error ?? "The model could not be opened.");
        asked?.reject(Object.assign(error, { code: data.code }));
      }
      return;
    }
    default:
      data satisfies never;
  }
}

/** what nobody caught: an error ends Python; a promise that nobody waits for is nobody's */
self.addEventListener("error", (event) => {
  event.preventDefault();
  fatal(event.error ?? event.message);
});
self.onunhandledrejection = (event) => event.preventDefault();

self.onmessage = ({ ports: [page] }) => {
  self.onmessage = null;
  self.postMessage("up");
  port = page!;
  port.onmessage = receive;
};
