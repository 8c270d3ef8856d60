// Sentences about results and devices that more than one part of the page says. Pure.

import {
  type Capability,
  type Comparison,
  type Device,
  type Experiment,
  format,
  type Hook,
} from "../engine/index.ts";

export type Cause = Extract<Capability, { kind: "unsupported" }>["cause"];

/** "WebGPU on google swiftshader (software adapter)" */
export function deviceText({ kind, name, software }: Device): string {
  if (kind === "wasm") return name;
  return `WebGPU on ${name}${software ? " (software adapter)" : ""}`;
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
export function hookText(hook: Hook): string {
  switch (hook.kind) {
    case "suppress":
      return "set to zero";
    case "enhance":
      return "doubled";
    case "scale":
      return `multiplied by ${hook.factor}`;
    case "set":
      return `set to ${hook.value}`;
    default:
      return hook satisfies never;
  }
}

/** The table's caption. */
export function caption({ sentence, layer, neuron, hook }: Experiment): string {
  return `Probability of each word at [MASK] in “${sentence}”, before and after neuron ${neuron} of layer ${layer} is ${hookText(hook)}`;
}

/** The result in a sentence: the largest fall and the largest rise. */
export function summary(rows: readonly Comparison[]): string {
  const sorted = rows.toSorted((a, b) => a.after - a.before - (b.after - b.before));
  const [fallen, risen] = [sorted[0], sorted.at(-1)];
  const parts = [
    fallen && fallen.after < fallen.before ? move(fallen, "fell") : "",
    risen && risen.after > risen.before ? move(risen, "rose") : "",
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join("; ")}.` : "No probability changed.";
}

function move({ word, before, after }: Comparison, verb: string): string {
  const [from, to] = [format.probability(before), format.probability(after)];
  return from === to
    ? `“${word}” ${verb} by less than can be shown, at ${to}`
    : `“${word}” ${verb} from ${from} to ${to}`;
}
