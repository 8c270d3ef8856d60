// A page with nothing on it but the engine, built by the same configuration as the site: tests drive the real client,
// worker, runtime and store through it.

import { createEngine, detect, type LoadOptions } from "../../../src/engine/index.ts";
import { tutorial } from "../../../src/model/index.ts";
import { createKernel, type Kernel, type KernelStatus, type Output } from "../../../src/python/index.ts";
import * as storage from "../../../src/storage/index.ts";
import { connectFrame, kernelFiles } from "../../../src/ui/notebook/run/frame.ts";
import { activationsAt, connectSteps } from "../../helpers/steps.ts";

/** the same engine, whose worker counts the memory it holds; see metered.ts */
const meteredEngine = () =>
  createEngine(() => new Worker(new URL("./metered.ts", import.meta.url), { type: "module" }));

const engine = createEngine();

/**
 * Python on the engine's model; a name that Python opens is a folder below models/.
 * @param options.grace the kernel's; as long as a busy machine may take, where a test does not say that cells do not stop
 */
function createTestKernel(
  device: LoadOptions["device"] = "auto",
  { grace = 30_000 } = {},
): Kernel & { states: KernelStatus[] } {
  const states: KernelStatus[] = [];
  let open = "";
  const kernel = createKernel({
    files: kernelFiles,
    connect: connectFrame,
    store: storage.openStore,
    engine,
    open: async (name) => {
      if (open !== name || !engine.model)
        await engine.load(`models/${name.split("/").at(-1)}/manifest.json`, { device });
      open = name;
    },
    onStatus: (status) => states.push(status),
    grace,
  });
  return Object.assign(kernel, { states });
}

/** Run a cell: what it put out, neighbouring text joined, and how it ended. */
async function runCell(kernel: Kernel, source: string, cell = "cell") {
  const outputs: Output[] = [];
  const outcome = await kernel.run(source, {
    cell,
    onOutput: (output) => {
      const last = outputs.at(-1);
      if (output.output_type === "clear") outputs.length = 0;
      else if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
        outputs[outputs.length - 1] = { ...last, text: last.text + output.text };
      else outputs.push(output);
    },
  });
  return { outputs, outcome };
}

/** Tensors for the way to the tests, as base64: as plain arrays of numbers they would be slow. */
function pack(tensors: readonly Float32Array[]): string[] {
  return tensors.map((values) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    let text = "";
    for (let i = 0; i < bytes.length; i += 0x8000)
      text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  });
}

const harness = {
  engine,
  activationsAt,
  connectSteps,
  pack,
  createEngine,
  meteredEngine,
  detect,
  storage,
  tutorial,
  kernel: createTestKernel("auto", { grace: 1000 }),
  createTestKernel,
  runCell,
};

export type Harness = typeof harness;

Object.assign(window, { harness });
