// The edits of an experiment, and their text: "9.1094" suppresses neuron 1094 of layer 9, "3.7:set:2.5" sets neuron 7 of
// layer 3 to 2.5, and a list has commas between them. Links, attributes and the terminal read and write this. Pure.

import { separated } from "./listed.ts";
import { hookText, readHookText } from "./operations.ts";
import type { ExperimentSpec, NeuronEdit } from "./types.ts";

/** how many edits an experiment takes at most */
export const mostEdits = 64;

/** what a text of edits is, as a sentence goes on after "takes" */
export const takesEdits = `1 to ${mostEdits} edits such as 9.1094 or 3.7:set:2.5 (layer, neuron, and what hook takes), separated by commas or spaces`;

const suppress = { kind: "suppress" } as const;

/** All edits of an experiment, in order; nothing optional is left. */
export function editsOf({ layer, neuron, hook = suppress, more = [] }: ExperimentSpec): NeuronEdit[] {
  return [{ layer, neuron, hook }, ...more.map((edit) => ({ ...edit, hook: edit.hook ?? suppress }))];
}

/**
 * The experiment with other edits.
 * @param edits at least one
 */
export function withEdits(spec: ExperimentSpec, edits: readonly NeuronEdit[]): ExperimentSpec {
  const [first, ...more] = edits;
  const { more: _, ...rest } = spec;
  return { ...rest, ...first, ...(more.length > 0 ? { more } : {}) };
}

/** "9.1094", "3.7:set:2.5" */
export function editText({ layer, neuron, hook }: NeuronEdit): string {
  const place = `${layer}.${neuron}`;
  return hook.kind === "suppress" ? place : `${place}:${hookText(hook)}`;
}

/** What {@link editText} wrote; undefined for other text. How far layers and neurons go depends on the model. */
export function readEdit(text: string): NeuronEdit | undefined {
  const [, layer, neuron, operation] = /^(\d{1,9})\.(\d{1,9})(?::(.+))?$/.exec(text) ?? [];
  const hook = operation === undefined ? suppress : readHookText(operation);
  return layer && neuron && hook ? { layer: Number(layer), neuron: Number(neuron), hook } : undefined;
}

/** A list of edits, each of which counts, also one that stands there twice; undefined when one cannot be read, and for no edits or too many. */
export function readEdits(text: string): NeuronEdit[] | undefined {
  const texts = separated(text);
  if (texts.length === 0 || texts.length > mostEdits) return undefined;
  const edits = texts.map(readEdit);
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}
