// Pyodide in Node with the page's Python packages, for tests of what needs no model: torch, the cells' runner, compare().

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadPyodide } from "pyodide";
import { kernels } from "../../src/python/arrays/kernels.ts";

const PACKAGES = join(import.meta.dirname, "../../src/python/site-packages");

/** one output of a cell, as the worker sends it to the page */
export type Emitted = { output_type: string; [field: string]: unknown };

/** a started kernel */
export interface Python {
  /** run a cell; its outcome, and what it put out */
  run(
    source: string,
    unrun?: { label: string; source: string }[],
  ): {
    kind: string;
    assigned: string[];
    used: string[];
    reimported: string[];
    outputs: Emitted[];
    printed: string;
  };
  inspect(source: string, position?: number): { name: string; text: string } | null;
  complete(source: string, position?: number): { from: number; options: { label: string; kind: string }[] };
}

/** every .py file of the packages, by its path below them */
function packageFiles(): string[] {
  return readdirSync(PACKAGES, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".py"));
}

/** @param bridge what transformer_lens reaches of the engine; its answers are values, as Python cannot wait in Node */
export async function startPython(bridge: object = {}): Promise<Python> {
  const outputs: Emitted[] = [];
  const python = await loadPyodide({ jsglobals: {} });
  python.registerJsModule("_neuron", {
    kernels,
    bridge,
    yielding: { take: () => false },
    display: (json: string) => outputs.push(JSON.parse(json)),
    stream: (name: string, text: string) => {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === name) last.text = `${last.text}${text}`;
      else outputs.push({ output_type: "stream", name, text });
    },
  });
  const root = python.runPython("import site; site.getsitepackages()[0]");
  for (const path of packageFiles()) {
    python.FS.mkdirTree(dirname(`${root}/${path}`));
    python.FS.writeFile(`${root}/${path}`, readFileSync(join(PACKAGES, path), "utf8"));
  }
  python.runPython("import importlib; importlib.invalidate_caches()");
  const kernel = python.pyimport("neuron_kernel");
  kernel.start();
  let count = 0;
  return {
    run(source, unrun = []) {
      outputs.length = 0;
      count++;
      const outcome = JSON.parse(kernel.run(source, `cell-${count}`, count, JSON.stringify(unrun)));
      const printed = outputs.map((output) => output.text ?? "").join("");
      return { ...outcome, outputs: [...outputs], printed };
    },
    inspect: (source, position = source.length) => JSON.parse(kernel.inspect(source, position)),
    complete: (source, position = source.length) => JSON.parse(kernel.complete(source, position)),
  };
}
