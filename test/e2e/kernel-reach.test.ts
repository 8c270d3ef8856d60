// Whatever JavaScript Python can reach from anywhere (kernel-reach.py looks) is what it was given: data and the kernel's own
// functions. The worker itself, its ports, what makes others, and Pyodide's own are not among it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { useHarness } from "./open-harness.ts";

const here = useHarness("no-adapter");
const run = async (source: string): Promise<string> => {
  const { outputs } = await here.page.evaluate(
    (cell) => window.harness.runCell(window.harness.kernel, cell),
    source,
  );
  const failed = outputs.find((output) => output.output_type === "error");
  if (failed) throw new Error(JSON.stringify(failed));
  return outputs
    .map((output) => (output.output_type === "stream" && output.name === "stdout" ? output.text : ""))
    .join("");
};

interface Found {
  path: string;
  text: string;
  type: string;
  names: string[];
}

/** texts and names of what must not be there: the worker, events and their targets, ports, makers of code, Pyodide's own */
const forbidden =
  /WorkerGlobalScope|\[object (Window|global|Module|WebAssembly)|MessagePort|EventTarget|Event\]|Abort(Signal|Controller)|^\s*(async )?function|^class |=>/;
const telling = new Set(
  "addEventListener dispatchEvent postMessage importScripts onmessage self globalThis _api _module FS runPython registerJsModule".split(
    " ",
  ),
);

it("Python reaches data and the kernel's own functions", async () => {
  const source = readFileSync(join(import.meta.dirname, "kernel-reach.py"), "utf8");
  const [objects, found] = JSON.parse(await run(source)) as [number, Found[]];
  // it has looked: at Python's own objects, and at what is given on purpose
  expect(objects).toBeGreaterThan(10_000);
  for (const given of ["unary", "matmul", "encode"])
    expect(found.some(({ names }) => names.includes(given))).toBe(true);
  expect(
    found.some(({ text, names }) => /^\d+(,\d+)*$/.test(text) && names.includes("BYTES_PER_ELEMENT")),
  ).toBe(true);
  const wrong = found.filter(
    ({ text, names }) => forbidden.test(text) || names.some((name) => telling.has(name)),
  );
  expect(wrong).toEqual([]);
});

it("not even all of JavaScript in its worker starts another worker, or is told of events", async () => {
  const worker = here.page.workers().find((each) => each.url().startsWith("blob:"))!;
  const left = await worker.evaluate(() => {
    const names = [
      "Worker",
      "SharedWorker",
      "URL",
      "Blob",
      "EventTarget",
      "MessagePort",
      "importScripts",
      "fetch",
      "close",
    ];
    const more = [
      "postMessage",
      "addEventListener",
      "reportError",
      "onunhandledrejection",
      "location",
      "navigator",
    ];
    const there = [...names, ...more].filter((name) => name in globalThis);
    const port = new MessageChannel().port1;
    return [there, "addEventListener" in port, typeof new TextDecoder()];
  });
  expect(left).toEqual([[], false, "object"]);
});
