// Sentences about results, devices and what is kept that more than one part of the page says. Pure.

import type {
  Device,
  ExperimentResult,
  ModelInfo,
  ModelState,
  Provenance,
  Timing,
  Waiting,
} from "../../engine/index.ts";
import {
  type Comparison,
  type Experiment,
  type ExperimentSpec,
  editsOf,
  editText,
  format,
  type Hook,
  type NeuronEdit,
  operations,
  weightsText,
} from "../../model/index.ts";
import { hardly } from "../kit/direction.ts";
import type { Embedding } from "./embedding.ts";
import type { Cause } from "./phase.ts";
import { missing } from "./price.ts";
import { maskOf } from "./spec.ts";
import type { Removed } from "./state.ts";

/** "WebGPU on google swiftshader (software adapter)" */
export function deviceText({ kind, name, software }: Device): string {
  if (kind === "wasm") return name;
  return `WebGPU on ${name}${software ? " (software adapter)" : ""}`;
}

/**
 * Where a result came from, in parts: model, revision, encoding, device, milliseconds per phase, runtime, time.
 * @param edits several are said, too, as links have them
 */
export function provenanceParts(provenance: Provenance, edits: readonly NeuronEdit[] = []): string[] {
  const { model, revision, device, timing, runtime, at } = provenance;
  return [
    model,
    `revision ${short(revision)}`,
    weightsText(provenance),
    deviceText(device),
    phases(timing),
    runtime,
    time.format(new Date(at)),
    ...(edits.length > 1 ? [`edits ${edits.map(editText).join(", ")}`] : []),
  ];
}

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** A commit's first seven digits, or a hash's with its kind. */
export function short(revision: string): string {
  return revision.replace(/^(\w+:)?(.{7}).*$/, "$1$2");
}

function phases({ open, pre, before, after }: Timing): string {
  const opened = open >= 0.5 ? `graphs ${format.duration(open)}, ` : "";
  const first = pre > 0 ? `pre half ${format.duration(pre)}` : "pre half reused";
  return `${opened}${first}, before ${format.duration(before)}, after ${format.duration(after)}`;
}

/** why this browser offers no GPU, and what would help */
export const causes: Record<Cause, { title: string; text: string }> = {
  "insecure-context": {
    title: "This address is not secure, so the browser hides the GPU.",
    text: "WebGPU exists on https:// pages and on localhost only. Open this page over https to use it.",
  },
  "no-webgpu": {
    title: "This browser has no WebGPU.",
    text: "Chrome or Edge 113, Safari 26 and Firefox 141 or later have it on most systems.",
  },
  "no-adapter": {
    title: "The browser knows WebGPU but finds no GPU to use.",
    text: "The graphics driver may be blocked or hardware acceleration switched off in the browser’s settings.",
  },
};

export const wayOn =
  "The model can run on the processor instead, with the same numbers: WebAssembly needs no GPU, only a little more time.";

/** what is done to the neuron, as in "with neuron 1094 of layer 9 …" */
const hookWords: Record<Hook["kind"], string> = {
  suppress: "set to zero",
  enhance: "doubled",
  scale: "multiplied by",
  set: "set to",
  add: "increased by",
};

/** "set to zero", "multiplied by 0.5" */
export function actionText(hook: Hook): string {
  const amount = operations.amountOf(hook);
  return amount === undefined ? hookWords[hook.kind] : `${hookWords[hook.kind]} ${amount}`;
}

/** What stands where a result will: the experiment that was asked for, whose result is not known yet. */
export function awaited(spec: ExperimentSpec): string {
  const done = editsOf(spec).map((edit) => `${neuronText(edit)} ${actionText(edit.hook)}`);
  return `No result yet for “${spec.sentence}”, ${enumerated(done)}.`;
}

const neuronText = ({ neuron, layer }: Pick<NeuronEdit, "neuron" | "layer">) =>
  `neuron ${neuron} of layer ${layer}`;

/** "neuron 1094 of layer 9 and neuron 7 of layer 3" */
export function neuronsText(edits: readonly NeuronEdit[]): string {
  return enumerated([...new Set(edits.map(neuronText))]);
}

/** "a, b and c" */
function enumerated(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

/** What an edit found and left, as "neuron 1094 of layer 9: 8.56 before, 0 after"; of a single edit the neuron is known. */
export function activationTexts({ experiment: { edits }, activations }: ExperimentResult): string[] {
  return edits.map((edit, i) => {
    const { before, after } = activations[i]!;
    const numbers = `${format.activation(before)} before, ${format.activation(after)} after`;
    return edits.length === 1 ? numbers : `${neuronText(edit)}, ${actionText(edit.hook)}: ${numbers}`;
  });
}

/** The table's caption. */
export function caption(experiment: Experiment): string {
  const { sentence, edits } = experiment;
  const done = enumerated(edits.map((edit) => `${neuronText(edit)} is ${actionText(edit.hook)}`));
  return `Probability of each word at ${maskOf(experiment)} in “${sentence}”, before and after ${done}`;
}

/** The result in a sentence: the largest fall and the largest rise. */
export function summary(rows: readonly Comparison[]): string {
  const moved = rows.filter(({ before, after }) => before !== after);
  const most = moved.toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta))[0];
  if (most && Math.abs(most.delta) < hardly) return `Hardly anything changes: ${slightly(most)}.`;
  const sorted = rows.toSorted((a, b) => a.after - a.before - (b.after - b.before));
  const [fallen, risen] = [sorted[0], sorted.at(-1)];
  const parts = [
    fallen && fallen.after < fallen.before ? move(fallen, "fell") : "",
    risen && risen.after > risen.before ? move(risen, "rose") : "",
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join("; ")}.` : "No probability changed.";
}

/** the change of the word that changed most, where that is next to nothing */
function slightly({ word, before, after }: Comparison): string {
  const [from, to] = [format.probability(before), format.probability(after)];
  return from === to ? `even “${word}” stays at ${to}` : `at most, “${word}” goes from ${from} to ${to}`;
}

function move({ word, before, after }: Comparison, verb: string): string {
  const [from, to] = [format.probability(before), format.probability(after)];
  return from === to
    ? `“${word}” ${verb} by less than can be shown, at ${to}`
    : `“${word}” ${verb} from ${from} to ${to}${after > 11 * before && before > 0 ? `, ${format.factor(after / before).slice(1)} times as likely` : ""}`;
}

/** why nothing is arriving */
export function waitingText(waiting: Waiting): string {
  if (waiting.kind === "other-tab") return "Another tab is downloading this model; this one uses its result.";
  return `${waiting.message} Trying again in ${Math.max(1, Math.ceil(waiting.seconds))}\u202fs.`;
}

/** a model that cannot be kept */
export function noRoomText(title: string, price: ModelState): string {
  return `There is no room to keep ${title}: ${format.bytes(missing(price))} are still to come, and the browser lets this site keep ${format.bytes(price.free ?? 0)} more.`;
}

/** what was damaged on this device; empty when nothing was */
export function repairedText({ repaired }: ModelInfo): string {
  if (repaired === 0) return "";
  return repaired === 1
    ? "1 kept file was damaged and has been downloaded again."
    : `${format.count(repaired)} kept files were damaged and have been downloaded again.`;
}

/** what became of a kept model that was to be removed */
export function removedText({ title, freed }: Removed): string {
  return freed === undefined
    ? `The browser refused to remove ${title}; reload the page and try again.`
    : `${title} is removed: ${format.bytes(freed)} freed.`;
}

/** what the browser answered when it was asked to delete nothing by itself */
export const promiseText = {
  granted: "The browser promised: it deletes nothing here unless you ask it to.",
  refused:
    "The browser refused, and may delete what is kept when this device runs out of space. It often agrees once a site has been bookmarked, installed or visited more often.",
};

/** what the browser answered when it was asked for the storage of this site's own tabs */
export function accessText({ access }: Extract<Embedding, { kind: "framed" }>): string {
  switch (access) {
    case "granted":
      return "This page uses what the browser keeps for this site’s own tabs.";
    case "refused":
      return "The browser refused; the model can still be loaded here, or in a tab of its own.";
    default:
      return "";
  }
}
