// Between what stands in the form's fields (text) and the experiment it asks for. What can be seen to be wrong without
// a model is said at once, before anybody pays for a download.

import {
  type ErrorCode,
  type Experiment,
  type ExperimentSpec,
  editsOf,
  type Hook,
  listed,
  type NeuronEdit,
  operations,
  withEdits,
  withOwnMask,
} from "../../model/index.ts";
import type { Part } from "./settings.ts";

/** one neuron and what is done to it, as typed */
export interface EditFields {
  layer: string;
  neuron: string;
  action: Hook["kind"];
  /** the number that the action takes, when it takes one */
  amount: string;
}

/** the form as typed; it is that of the first edit, too */
export interface Fields extends EditFields {
  sentence: string;
  /** which of the sentence's masks; 0 is the first */
  mask: number;
  /** further edits */
  more: readonly EditFields[];
  candidates: string;
}

/** "layer-2" is that of the second edit */
export type FieldName =
  | "sentence"
  | "mask"
  | "candidates"
  | "edits"
  | EditFieldName
  | `${EditFieldName}-${number}`;

type EditFieldName = "layer" | "neuron" | "amount";

/** The name of an edit's field: the first one's has no number. */
export function editField<N extends keyof EditFields>(name: N, edit: number): N | `${N}-${number}` {
  return edit === 0 ? name : `${name}-${edit + 1}`;
}

/** Which field of which edit a name is; undefined where it is not an edit's field. */
export function ofEdit(name: string): { field: keyof EditFields; edit: number } | undefined {
  const [, field, number = "1"] = /^(layer|neuron|action|amount)(?:-(\d+))?$/.exec(name) ?? [];
  return field ? { field: field as keyof EditFields, edit: Number(number) - 1 } : undefined;
}

/** The part of the page that a field belongs to. */
export function partOf(name: FieldName): Part {
  const { field = name } = ofEdit(name) ?? {};
  switch (field) {
    case "mask":
      return "sentence";
    case "amount":
    case "action":
      return "hook";
    case "edits":
      return "neuron";
    default:
      return field as Part;
  }
}

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

/** How many masks of this name a sentence has, [MASK] counted for it; undefined where the name is not known. */
export function countMasks(sentence: string, mask: string | undefined): number | undefined {
  return mask === undefined ? undefined : withOwnMask(sentence, mask).split(mask).length - 1;
}

/** A sentence as the model of a mask's name reads it: [MASK] is its mask. */
export const understood = (sentence: string, mask: string | undefined): string =>
  mask === undefined ? sentence : withOwnMask(sentence, mask);

/** What a form says of the gap in its sentence, with what [MASK] is taken for where the model calls its mask otherwise. */
export function maskHint(sentence: string, mask: string | undefined): string {
  const hint = `${mask ?? "The mask"} is the gap: click a word to move it there`;
  const read = understood(sentence, mask) !== sentence;
  return read ? `${hint}; [MASK] is read as ${mask}, this model’s name for it` : hint;
}

/** The mask that an experiment asks about, as its sentence has it. */
export function maskOf({ tokens, position }: Experiment): string {
  return tokens[position]!.text.trim();
}

export function toFields(spec: ExperimentSpec): Fields {
  const [first, ...more] = editsOf(spec).map(toEditFields);
  return {
    sentence: spec.sentence,
    mask: spec.mask ?? 0,
    ...first!,
    more,
    candidates: spec.candidates.join(", "),
  };
}

const toEditFields = ({ layer, neuron, hook }: NeuronEdit): EditFields => ({
  layer: String(layer),
  neuron: String(neuron),
  action: hook.kind,
  amount: String(operations.amountOf(hook) ?? 1),
});

const toEdit = ({ layer, neuron, action, amount }: EditFields): NeuronEdit => ({
  layer: number(layer),
  neuron: number(neuron),
  hook: operations.toHook(action, number(amount)),
});

/** Every edit of the form, in order. */
export const editFieldsOf = ({ layer, neuron, action, amount, more }: Fields): EditFields[] => [
  { layer, neuron, action, amount },
  ...more,
];

/** The form with other edits, of which there is at least one. */
export function withEditFields(fields: Fields, [first, ...more]: readonly EditFields[]): Fields {
  return { ...fields, ...first, more };
}

/** The experiment the fields ask for; text that is not a number is NaN, which {@link check} complains about. */
export function toSpec(fields: Fields, limits: Limits | undefined): ExperimentSpec {
  const masks = countMasks(fields.sentence, limits?.mask);
  const chosen = Math.min(fields.mask, (masks ?? Number.POSITIVE_INFINITY) - 1);
  const edits = editFieldsOf(fields).map(toEdit);
  const sentence = fields.sentence.trim();
  const spec = {
    sentence: understood(sentence, limits?.mask),
    mask: (masks ?? 0) > 1 || (masks === undefined && chosen > 0) ? chosen : undefined,
    ...edits[0]!,
    candidates: listed(fields.candidates),
  };
  return withEdits(spec, edits);
}

/** Number("") is 0, and an empty field is not. */
function number(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Every problem of the fields that can be found without a model; an empty object when there is none. */
export function check(fields: Fields, limits: Limits | undefined): Complaints {
  const spec = toSpec(fields, limits);
  const mask = limits?.mask;
  const complaints: Complaints = {};
  if (spec.sentence === "") complaints.sentence = `Write a sentence with ${mask ?? "a mask"} in it.`;
  else if (countMasks(spec.sentence, mask) === 0)
    complaints.sentence = `There is no ${mask} in the sentence: put it where a word should be predicted.`;
  for (const [i, { layer, neuron, hook }] of editsOf(spec).entries()) {
    const said = {
      layer: range("Layer", layer, limits?.layers),
      neuron: range("Neuron", neuron, limits?.dMlp),
      amount: Number.isFinite(operations.amountOf(hook) ?? 0) ? "" : "Write a number, for example 0.5.",
    };
    for (const name of ["layer", "neuron", "amount"] as const)
      if (said[name]) complaints[editField(name, i)] = said[name];
  }
  if (spec.candidates.length === 0) complaints.candidates = "Name at least one word to compare.";
  return complaints;
}

function range(name: string, value: number, count: number | undefined): string | undefined {
  if (Number.isInteger(value) && value >= 0 && value < (count ?? Number.POSITIVE_INFINITY)) return undefined;
  return count === undefined
    ? `${name} is a whole number from 0.`
    : `${name} is a whole number from 0 to ${count - 1} in this model.`;
}

/**
 * The field an engine's error belongs to; undefined when it is about none of them.
 * @param edits how many there are; of several, the error says itself which one it is about
 */
export function fieldOf(code: ErrorCode, edits = 1): FieldName | undefined {
  const field = fieldOfOne(code);
  return field && edits > 1 && ofEdit(field) ? "edits" : field;
}

function fieldOfOne(code: ErrorCode): FieldName | undefined {
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
    case "edit-count":
      return "edits";
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
  const { sentence, tokens, position, edits, candidates } = experiment;
  const masks = tokens.flatMap(({ id }, i) => (id === tokens[position]?.id ? [i] : []));
  const mask = masks.length > 1 ? masks.indexOf(position) : undefined;
  const words = candidates.map(({ text }) => text);
  return withEdits({ sentence, mask, ...edits[0]!, candidates: words }, edits);
}

/** Do two specifications ask for the same numbers? */
export function sameSpec(a: ExperimentSpec, b: ExperimentSpec): boolean {
  return JSON.stringify(toFields(a)) === JSON.stringify(toFields(b));
}
