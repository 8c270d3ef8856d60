/// <reference types="vite/client" />

// A notebook for Jupyter with the real TransformerLens: a first cell that installs and imports it, and after each cell that
// ran here checks of the numbers it gave here.

import { plots } from "../../../python/index.ts";
import { type Cell, type JsonObject, type Notebook, newCell, type Output } from "../../../storage/index.ts";
import { recordingOf, withoutOutputs } from "../book/recorded.ts";
import { comparisonType, toComparison } from "../run/comparison.ts";
import prelude from "./open-in-python.py?raw";
import unrounded from "./open-in-python-rounded.py?raw";
import sweeps from "./open-in-python-sweep.py?raw";

/** The notebook with the prelude and the checks, without outputs. @param site address of the site's root */
export function openInPython(notebook: Notebook, site: string): Notebook {
  const address = JSON.stringify(site.replace(/\/+$/, "")).slice(1, -1);
  const asksSweeps = notebook.cells.some(
    ({ kind, source }) => kind === "code" && /\bneuron_notebook\b/.test(source) && uses.test(source),
  );
  const rounded = notebook.cells.some(({ outputs }) => saysRounded.test(JSON.stringify(outputs)));
  const first = newCell(
    "code",
    [
      prelude.replaceAll("__SITE_URL__", () => address),
      ...(asksSweeps ? [sweeps.replace("__PLOTS__", () => plots.trim())] : []),
      ...(rounded ? [unrounded] : []),
    ]
      .map((part) => part.trimEnd())
      .join("\n\n\n"),
  );
  const cells = notebook.cells.flatMap((cell) =>
    cell.kind === "code" ? [withoutOutputs(cell), ...(rounded ? [] : checksOf(cell))] : [cell],
  );
  const metadata = { ...kernel, ...notebook.metadata, kernelspec: kernel.kernelspec };
  return { ...notebook, metadata, cells: [first, ...cells] };
}

/** what Python and an experiment say of a model whose weights are rounded; see src/model/rounding.ts */
const saysRounded = /Its weights are rounded to |weights \(rounded, a probability off /;

/** of neuron_notebook, beside compare */
const uses = /\b(sweep|attribution)\b/;

const kernel = {
  kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
  language_info: { name: "python" },
} satisfies JsonObject;

/** cells that compare what a cell gave here with what it gives there */
function checksOf(cell: Cell): Cell[] {
  const { outputs, metadata } = cell;
  // what is recorded is not of this page
  if (recordingOf(cell)) return [];
  if (outputs.some(({ output_type }) => output_type === "error")) return [];
  const calls: string[] = [];
  const comparison = outputs.findLast((output) => dataOf(output)?.[comparisonType] !== undefined);
  const experiment = (metadata.neuron_notebook as JsonObject | undefined)?.experiment !== undefined;
  const printed = experiment
    ? textOf(comparison)
    : outputs
        .map((output) => (output.output_type === "stream" && output.name === "stdout" ? output.text : ""))
        .join("");
  if (printed.trim()) calls.push(`check_printed(${python(printed)})`);
  const value = outputs.find(({ output_type }) => output_type === "execute_result");
  if (!experiment && value && isPlain(value)) calls.push(`check_value(${python(textOf(value))})`);
  const data = comparison && dataOf(comparison)?.[comparisonType];
  if (!experiment && toComparison(data)) {
    const { rows } = data as { rows: JsonObject[] };
    const checked = rows.map(({ word, before, after, delta }) => ({ word, before, after, delta }));
    // NaN is null in JSON, which Python does not know
    if (checked.every(({ delta }) => Number.isFinite(delta)))
      calls.push(`check_comparison(${python(checked)})`);
  }
  return calls.map((call) => newCell("code", call));
}

function dataOf(output: Output): JsonObject | undefined {
  return "data" in output ? output.data : undefined;
}

function textOf(output: Output | undefined): string {
  const text = output && dataOf(output)?.["text/plain"];
  return typeof text === "string" ? text : "";
}

/** a value that is text alone, and the same text each time */
function isPlain(output: Output): boolean {
  const types = Object.keys(dataOf(output) ?? {});
  return types.length === 1 && types[0] === "text/plain" && !/ at 0x/.test(textOf(output));
}

/** JSON of texts, numbers, lists and objects is Python as well */
function python(value: unknown): string {
  return JSON.stringify(value);
}
