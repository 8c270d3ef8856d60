// An experiment as the TransformerLens Python that computes the same numbers, and back. The source of an experiment cell
// is this text, so a saved notebook runs in Jupyter; edited by hand, it is Python like any other.

import {
  type ExperimentSpec,
  editsOf,
  type Hook,
  mostEdits,
  type NeuronEdit,
  operations,
  withEdits,
} from "../../../model/index.ts";
import type { Cell } from "../../../storage/index.ts";
import { editLines, hooksLine, placeLine } from "../../experiment/edit-lines.ts";
import type { CellExperiment } from "../events.ts";
import { hasExperiment } from "./cells.ts";

const first = "# The experiment of this cell, as Python.";

/**
 * The Python of an experiment; it ends by printing the course's table. It is a function, so that its names do not take
 * the place of the notebook's own.
 * @param model the name it is loaded by
 */
export function toPython(spec: ExperimentSpec, model: string): string {
  const edits = editsOf(spec);
  return [
    first,
    "import torch",
    "import transformer_lens.utils as utils",
    "from transformer_lens import HookedEncoder",
    "",
    "",
    "def experiment():",
    "    torch.set_grad_enabled(False)",
    `    model = HookedEncoder.from_pretrained(${text(model)})`,
    `    sentence = ${text(spec.sentence)}`,
    `    ${placeLine(edits)}`,
    `    words = [${spec.candidates.map(text).join(", ")}]`,
    "",
    '    tokens = model.tokenizer(sentence, return_tensors="pt")["input_ids"]',
    "    masks = [i for i, token in enumerate(tokens[0].tolist()) if token == model.tokenizer.mask_token_id]",
    `    mask_index = masks[${spec.mask ?? 0}]`,
    "    ids = model.tokenizer.convert_tokens_to_ids(words)",
    "",
    "    def patch(x, hook):",
    ...editLines(edits, "x[0, mask_index", assignment).map((line) => `        ${line}`),
    "        return x",
    "",
    `    ${hooksLine(edits, "patch")}`,
    "    before = model(tokens)[0, mask_index].softmax(0)[ids]",
    "    after = model.run_with_hooks(tokens, fwd_hooks=hooks)[0, mask_index].softmax(0)[ids]",
    "",
    '    print("det", "original", "after erase kn", "delta", sep="\\t")',
    "    for word, p, q in zip(words, before, after):",
    '        print(word, f"{p.item():.3e}", f"{q.item():.3e}", f"{(q - p) / p:+.2%}", sep="\\t")',
    "",
    "",
    "experiment()",
  ].join("\n");
}

/**
 * A Python string literal; JSON's are, except for lone surrogates, which no source file can hold. What some take for
 * the end of a line is written out.
 */
function text(value: string): string {
  return JSON.stringify(value.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[\u2028\u2029]/g,
    (line) => `\\u${line.charCodeAt(0).toString(16)}`,
  );
}

/** Two kinds may do the same with some number, so those that take none are named. */
function assignment(hook: Hook): string {
  const kind = operations.takes(hook.kind) ? "" : `  # ${hook.kind}`;
  return `${operations.pythonOf(hook)}${kind}`;
}

/** The edits that {@link toPython} wrote; undefined when they are none, or too many. */
function readEdits(source: string): NeuronEdit[] | undefined {
  const one = /^ {4}layer, neuron = (\d+), (\d+)$/m.exec(source);
  const [, assigned = ""] = /^ {8}x\[0, mask_index, neuron\] (.+)$/m.exec(source) ?? [];
  const several = /^ {8}if hook\.layer\(\) == (\d+):\n {12}x\[0, mask_index, (\d+)\] (.+)$/gm;
  const found = one ? [[one[0], one[1], one[2], assigned]] : [...source.matchAll(several)];
  if (found.length === 0 || found.length > mostEdits) return undefined;
  const edits = found.map(([, layer, neuron, text = ""]) => {
    const hook = readAssignment(text);
    return hook && { layer: Number(layer), neuron: Number(neuron), hook };
  });
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

/** The experiment whose Python this is; undefined when it has been edited by hand, or never was one. */
export function fromPython(source: string): CellExperiment | undefined {
  if (!source.startsWith(first)) return undefined;
  const take = (pattern: RegExp): string => pattern.exec(source)?.[1] ?? "";
  const list = (pattern: RegExp): unknown => {
    try {
      return JSON.parse(take(pattern));
    } catch {
      return undefined;
    }
  };
  const model = list(/^ {4}model = HookedEncoder\.from_pretrained\((".*")\)$/m);
  const sentence = list(/^ {4}sentence = (".*")$/m);
  const candidates = list(/^ {4}words = (\[.*\])$/m);
  const edits = readEdits(source);
  if (typeof model !== "string" || typeof sentence !== "string" || !Array.isArray(candidates) || !edits)
    return undefined;
  const mask = Number(take(/^ {4}mask_index = masks\[(\d+)\]$/m));
  const spec: CellExperiment = {
    ...withEdits({ sentence, ...edits[0]!, candidates: candidates.map(String) }, edits),
    ...(mask > 0 ? { mask } : {}),
    model,
  };
  // only what says exactly the same is ours
  return toPython(spec, model) === source ? spec : undefined;
}

/** Undoes {@link assignment}. */
function readAssignment(line: string): Hook | undefined {
  const [, text = "", named] = /^(.*?)(?: {2}# (\w+))?$/.exec(line) ?? [];
  const kinds = operations.hookKinds.filter((kind) => (named ? kind === named : operations.takes(kind)));
  return kinds.map((kind) => operations.readPython(kind, text)).find((hook) => hook !== undefined);
}

/**
 * The experiment of a cell: what its text says, which is what runs here and in Jupyter; undefined for a cell that shows no
 * form, also where its text was edited by hand. Nothing else says what a cell's experiment is.
 */
export function experimentIn(cell: Cell): CellExperiment | undefined {
  return hasExperiment(cell) ? fromPython(cell.source) : undefined;
}
