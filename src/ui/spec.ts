// Between what stands in the form's fields (text) and the experiment it asks for. What can be seen to be wrong without
// a model is said at once, before anybody pays for a download.

import {
  type ErrorCode,
  type Experiment,
  type ExperimentSpec,
  type Hook,
  listed,
  operations,
} from "../engine/index.ts";
import type { Part } from "./settings.ts";

/** the form as typed */
export interface Fields {
  sentence: string;
  /** which of the sentence's masks; 0 is the first */
  mask: number;
  layer: string;
  neuron: string;
  action: Hook["kind"];
  /** the number that the action takes, when it takes one */
  amount: string;
  candidates: string;
}

export type FieldName = "sentence" | "mask" | "layer" | "neuron" | "amount" | "candidates";

/** the part of the page that a field belongs to */
export const partOf: Record<FieldName, Part> = {
  sentence: "sentence",
  mask: "sentence",
  layer: "layer",
  neuron: "neuron",
  amount: "hook",
  candidates: "candidates",
};

/** what a field has to say against its content */
export type Complaints = Partial<Record<FieldName, string>>;

/** how far layer and neuron go in the chosen model, and what its mask is called; undefined where that is not known */
export interface Limits {
  layers: number;
  dMlp: number;
  mask: string | undefined;
}

/** what went wrong, as plain data; an EngineError is one */
export interface Problem {
  code: ErrorCode;
  message: string;
  hint: string;
}

/** How many masks of this name a sentence has; undefined where the name is not known. */
export function countMasks(sentence: string, mask: string | undefined): number | undefined {
  return mask === undefined ? undefined : sentence.split(mask).length - 1;
}

/** The mask that an experiment asks about, as its sentence has it. */
export function maskOf({ tokens, position }: Experiment): string {
  return tokens[position]!.text.trim();
}

export function toFields(spec: ExperimentSpec): Fields {
  const hook = spec.hook ?? { kind: "suppress" };
  return {
    sentence: spec.sentence,
    mask: spec.mask ?? 0,
    layer: String(spec.layer),
    neuron: String(spec.neuron),
    action: hook.kind,
    amount: String(operations.amountOf(hook) ?? 1),
    candidates: spec.candidates.join(", "),
  };
}

/** The experiment the fields ask for; a number that is none is NaN, which {@link check} complains about. */
export function toSpec(fields: Fields, limits: Limits | undefined): ExperimentSpec {
  const masks = countMasks(fields.sentence, limits?.mask);
  const chosen = Math.min(fields.mask, (masks ?? Number.POSITIVE_INFINITY) - 1);
  return {
    sentence: fields.sentence.trim(),
    mask: (masks ?? 0) > 1 || (masks === undefined && chosen > 0) ? chosen : undefined,
    layer: number(fields.layer),
    neuron: number(fields.neuron),
    hook: operations.toHook(fields.action, number(fields.amount)),
    candidates: listed(fields.candidates),
  };
}

/** Number("") is 0, and an empty field is not. */
function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Everything that can be held against the fields without a model; an empty object when they are fine. */
export function check(fields: Fields, limits: Limits | undefined): Complaints {
  const spec = toSpec(fields, limits);
  const mask = limits?.mask;
  const complaints: Complaints = {};
  if (spec.sentence === "") complaints.sentence = `Write a sentence with ${mask ?? "a mask"} in it.`;
  else if (countMasks(spec.sentence, mask) === 0)
    complaints.sentence = `There is no ${mask} in the sentence: put it where a word should be predicted.`;
  const layer = range("Layer", spec.layer, limits?.layers);
  if (layer) complaints.layer = layer;
  const neuron = range("Neuron", spec.neuron, limits?.dMlp);
  if (neuron) complaints.neuron = neuron;
  if (spec.hook && !Number.isFinite(operations.amountOf(spec.hook) ?? 0))
    complaints.amount = "Write a number, for example 0.5.";
  if (spec.candidates.length === 0) complaints.candidates = "Name at least one word to compare.";
  return complaints;
}

function range(name: string, value: number, count: number | undefined): string | undefined {
  if (Number.isInteger(value) && value >= 0 && value < (count ?? Number.POSITIVE_INFINITY)) return undefined;
  return count === undefined
    ? `${name} is a whole number from 0.`
    : `${name} is a whole number from 0 to ${count - 1} in this model.`;
}

/** The field an engine's error belongs to; undefined when it is about none of them. */
export function fieldOf(code: ErrorCode): FieldName | undefined {
  switch (code) {
    case "no-mask":
    case "too-long":
      return "sentence";
    case "several-masks":
    case "mask-range":
      return "mask";
    case "layer-range":
      return "layer";
    case "neuron-range":
      return "neuron";
    case "hook-value":
      return "amount";
    case "no-candidates":
    case "candidate-pieces":
    case "candidate-unknown":
      return "candidates";
    default:
      return undefined;
  }
}

/** The experiment that a result answers, as it would stand in the form. */
export function specOf(experiment: Experiment): ExperimentSpec {
  const { sentence, tokens, position, layer, neuron, hook, candidates } = experiment;
  const masks = tokens.flatMap(({ id }, i) => (id === tokens[position]?.id ? [i] : []));
  const mask = masks.length > 1 ? masks.indexOf(position) : undefined;
  return { sentence, mask, layer, neuron, hook, candidates: candidates.map(({ text }) => text) };
}

/** Do two specifications ask for the same numbers? */
export function sameSpec(a: ExperimentSpec, b: ExperimentSpec): boolean {
  return JSON.stringify(toFields(a)) === JSON.stringify(toFields(b));
}
