// The parameters of a link, of an embedded page's address and of <neuron-experiment>'s attributes: one table for
// reading and writing (settings-text.ts) and for the documentation.

import {
  editsOf,
  editText,
  listed,
  operations,
  readEdits,
  takesEdits,
  withEdits,
} from "../../model/index.ts";
import { defaults, parts, type Settings } from "./settings.ts";

/** a value as plain data; its text, in a link or an attribute, is String(value) */
export type Value = string | number | readonly string[];

export interface Parameter {
  /** in links, and as an attribute and property of the element */
  readonly name: string;
  /** what it takes, as a sentence goes on after "takes" */
  readonly takes: string;
  readonly means: string;
  /** its value in these settings */
  get(settings: Settings): Value;
  /** The settings with a text's value in it; undefined for a text that cannot be read. */
  put(settings: Settings, text: string): Settings | undefined;
  /** what says the edits of an experiment: one by its parts, or all in a list. Whoever writes settings asks {@link says} */
  readonly edits?: "one" | "all";
}

const withSpec = (settings: Settings, spec: Partial<Settings["spec"]>): Settings => ({
  ...settings,
  spec: { ...settings.spec, ...spec },
});

export const parameters: readonly Parameter[] = [
  {
    name: "model",
    takes: "the name of a model of this site",
    means: "the model; without it, the first of the site’s list",
    get: ({ model }) => model ?? "",
    put: (settings, text) => ({ ...settings, model: text || undefined }),
  },
  {
    name: "sentence",
    takes: "a sentence with the model’s mask in it, [MASK] in most",
    means: "the sentence whose gap is predicted",
    get: ({ spec }) => spec.sentence,
    put: (settings, text) => (text ? withSpec(settings, { sentence: text }) : undefined),
  },
  {
    name: "mask",
    takes: "a whole number from 0",
    means: "which mask is asked about when there are several; 0 is the first",
    get: ({ spec }) => spec.mask ?? 0,
    put: whole((settings, mask) => withSpec(settings, { mask: mask || undefined })),
  },
  {
    name: "layer",
    takes: "a whole number from 0",
    means: "layer of the neuron, counted from 0",
    edits: "one",
    get: ({ spec }) => spec.layer,
    put: whole((settings, layer) => withSpec(settings, { layer })),
  },
  {
    name: "neuron",
    takes: "a whole number from 0",
    means: "the neuron’s index in the layer’s mlp_post, counted from 0",
    edits: "one",
    get: ({ spec }) => spec.neuron,
    put: whole((settings, neuron) => withSpec(settings, { neuron })),
  },
  {
    name: "hook",
    takes: "suppress, enhance, scale:0.5, set:1.2 or add:-1 (with any number)",
    means: "what is done to the neuron: set to zero, doubled, multiplied, set to a value, increased by one",
    edits: "one",
    get: ({ spec }) => operations.hookText(spec.hook ?? { kind: "suppress" }),
    put: (settings, text) => {
      const hook = operations.readHookText(text);
      return hook && withSpec(settings, { hook });
    },
  },
  {
    name: "edits",
    takes: takesEdits,
    means: "several neurons in one run, in place of layer, neuron and hook, which are the first one’s",
    edits: "all",
    // what is still being typed is left out
    get: ({ spec }) =>
      editsOf(spec)
        .map(editText)
        .filter((text) => readEdits(text)),
    put: (settings, text) => {
      const edits = readEdits(text);
      return edits && { ...settings, spec: withEdits(settings.spec, edits) };
    },
  },
  {
    name: "candidates",
    takes: "words separated by commas or spaces",
    means: "the words whose probabilities are compared",
    get: ({ spec }) => spec.candidates,
    put: (settings, text) => {
      const candidates = listed(text);
      return candidates.length > 0 ? withSpec(settings, { candidates }) : undefined;
    },
  },
  choice("device", ["auto", "webgpu", "wasm"], "the processor; auto is WebGPU where it works"),
  choice(
    "view",
    ["both", "table", "dots"],
    "the result as a table with bars, as dots on a log scale, or both",
  ),
  choice("notation", ["percent", "scientific"], "numbers as 3.29 % or as the course prints them, 3.287e-02"),
  choice("theme", ["auto", "light", "dark"], "colours; auto follows the page around it or the system"),
  {
    name: "hide",
    takes: `any of ${parts.join(", ")}, separated by commas or spaces`,
    means: "parts that are not shown; a field that is not shown keeps its value",
    get: ({ hide }) => parts.filter((part) => hide.has(part)),
    put: (settings, text) => {
      const named = listed(text);
      const hide = parts.filter((part) => named.includes(part));
      return hide.length === named.length ? { ...settings, hide: new Set(hide) } : undefined;
    },
  },
];

export const byName: ReadonlyMap<string, Parameter> = new Map(
  parameters.map((parameter) => [parameter.name, parameter]),
);

/** Is a parameter what says something of these settings in a link, or does another one say it? */
export function says({ edits }: Parameter, { spec }: Settings): boolean {
  return edits === undefined || edits === (spec.more?.length ? "all" : "one");
}

/** A parameter that takes one of a few words. */
function choice<K extends "device" | "view" | "notation" | "theme">(
  name: K,
  values: readonly Settings[K][],
  means: string,
): Parameter {
  return {
    name,
    takes: `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`,
    means,
    get: (settings) => settings[name],
    put: (settings, text) => {
      const value = values.find((known) => known === text);
      return value === undefined ? undefined : { ...settings, [name]: value };
    },
  };
}

/** A whole number. How far it goes depends on the model, which is not known yet. */
function whole(put: (settings: Settings, value: number) => Settings): Parameter["put"] {
  return (settings, text) => (/^\d{1,9}$/.test(text) ? put(settings, Number(text)) : undefined);
}

/** A parameter's text in these settings, as {@link readValues} reads it. */
export function textOf({ get }: Parameter, settings: Settings): string {
  return clean(String(get(settings)));
}

/** One line, as the form's fields are, of whole characters. */
export function clean(text: string): string {
  return text
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** The parameters as docs/embedding.md lists them. */
export function parameterTable(): string {
  const rows = parameters.map((parameter) => {
    const fallback = textOf(parameter, defaults);
    return `| \`${parameter.name}\` | ${parameter.takes} | ${parameter.means} | ${fallback ? `\`${fallback}\`` : ""} |`;
  });
  return ["| name | takes | is | without it |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
