// The parameters of a link, of an embedded page's address and of <neuron-experiment>'s attributes: one table for
// reading, writing and the documentation. What a stranger wrote is read without trust: whatever is wrong falls back to
// the default, and is named.

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
  /** The settings with a text's value in it; undefined for a text that is none. */
  put(settings: Settings, text: string): Settings | undefined;
  /** what says the edits of an experiment: one by its parts, or all in a list. Whoever writes settings asks {@link says} */
  readonly edits?: "one" | "all";
}

/** settings as they were read, and a sentence about each thing that could not be */
export interface Reading {
  settings: Settings;
  complaints: string[];
}

/** longest text of a parameter: far beyond what a model reads at once */
const longestText = 4000;
/** longest fragment or query that is looked at: two such texts, percent-encoded */
const longestAddress = 100_000;
/** more is a hostile or a mangled link, of which a few examples are enough */
const mostComplaints = 8;

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

const byName: ReadonlyMap<string, Parameter> = new Map(
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

/** A whole number. How far it goes hangs on the model, which is not known yet. */
function whole(put: (settings: Settings, value: number) => Settings): Parameter["put"] {
  return (settings, text) => (/^\d{1,9}$/.test(text) ? put(settings, Number(text)) : undefined);
}

/** A parameter's text in these settings, as {@link readValues} reads it. */
export function textOf({ get }: Parameter, settings: Settings): string {
  return clean(String(get(settings)));
}

/** One line, as the form's fields are, of whole characters. */
function clean(text: string): string {
  return text
    .replace(/\p{Cs}/gu, "\ufffd")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** Settings from names and texts, such as an element's attributes; what is missing or wrong is as in `base`. */
export function readValues(values: Iterable<readonly [string, string]>, base: Settings = defaults): Reading {
  const complaints: string[] = [];
  const seen = new Set<string>();
  const given = [...values];
  const all = given.some(([name]) => byName.get(name)?.edits === "all");
  let settings = base;
  for (const [name, text] of given) {
    const parameter = byName.get(name);
    if (!parameter) {
      complaints.push(`“${shorten(name)}” is no parameter and is ignored.`);
    } else if (all && parameter.edits === "one") {
      complaints.push(`“${name}” is ignored beside “edits”, which names the neurons.`);
    } else if (seen.has(name)) {
      complaints.push(
        `“${name}” is there more than once; “${shorten(textOf(parameter, settings))}” is used.`,
      );
    } else {
      seen.add(name);
      const read = text.length <= longestText ? parameter.put(settings, clean(text)) : undefined;
      if (!read) complaints.push(complaint(parameter, text, base));
      settings = read ?? settings;
    }
  }
  return { settings, complaints: fold(complaints) };
}

function complaint(parameter: Parameter, text: string, base: Settings): string {
  const { name, takes } = parameter;
  const got = text.length > longestText ? `${text.length} characters long` : `“${shorten(text)}”`;
  const instead = textOf(parameter, base);
  return `“${name}” takes ${takes}, but is ${got}; ${instead ? `“${shorten(instead)}”` : "its default"} is used instead.`;
}

/** The start of a text that may be anything. */
function shorten(text: string): string {
  const line = clean(text.slice(0, 200));
  const characters = [...line];
  return characters.length > 40 || text.length > 200 ? `${characters.slice(0, 39).join("")}…` : line;
}

function fold(complaints: string[]): string[] {
  if (complaints.length <= mostComplaints) return complaints;
  const more = complaints.length - mostComplaints + 1;
  return [...complaints.slice(0, mostComplaints - 1), `${more} more parts of the address are ignored.`];
}

/** what {@link readSettings} needs of a Location */
export interface Address {
  readonly hash: string;
  readonly search: string;
}

/**
 * The settings an address asks for. Never throws.
 * @param query read the query, too, as embedded pages do; the fragment counts more. Names there that are unknown are
 *   passed over, because course systems add theirs
 */
export function readSettings({ hash, search }: Address, { query = false } = {}): Reading {
  const below = query
    ? readText(search.replace(/^\?/, ""), defaults, true)
    : { settings: defaults, complaints: [] };
  const above = namesSettings(hash)
    ? readText(hash.replace(/^#/, ""), below.settings, false)
    : { settings: below.settings, complaints: [] };
  return { settings: above.settings, complaints: fold([...below.complaints, ...above.complaints]) };
}

/** Does a fragment hold settings, or is it empty or the name of a place on the page? */
export function namesSettings(hash: string): boolean {
  return hash.includes("=");
}

function readText(text: string, base: Settings, tolerant: boolean): Reading {
  if (text.length > longestAddress)
    return {
      settings: base,
      complaints: [
        `The address is ${text.length} characters long, which no link of ours is, and is ignored.`,
      ],
    };
  const unreadable: string[] = [];
  const values: [string, string][] = [];
  for (const piece of text.split("&").filter(Boolean)) {
    const [name = "", ...rest] = piece.split("=");
    const value = decode(rest.join("="));
    if (tolerant && !byName.has(name)) continue;
    if (value === undefined || rest.length === 0)
      unreadable.push(`“${shorten(piece)}” cannot be read and is ignored.`);
    else values.push([decode(name) ?? name, value]);
  }
  const { settings, complaints } = readValues(values, base);
  return { settings, complaints: fold([...unreadable, ...complaints]) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** The settings as an address's fragment (or query), without its # (or ?): what differs from the defaults, readably. */
export function writeSettings(settings: Settings): string {
  const written = parameters.flatMap((parameter) => {
    const text = textOf(parameter, settings);
    if (!says(parameter, settings)) return [];
    const reads = text.length <= longestText && parameter.put(defaults, text);
    // what could not be read again, such as a number that is still being typed, is left out
    return !reads || text === textOf(parameter, defaults) ? [] : `${parameter.name}=${encode(text)}`;
  });
  // programs that find links in a text take punctuation at the end for the text's
  return written.join("&").replace(/[.!~*'()\],:]$/, percent);
}

/** Percent-encode all but what is harmless and reads better as it is. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(5B|5D|2C|3A)/g, (code) => decodeURIComponent(code))
    .replaceAll("'", "%27")
    .replaceAll("%20", "+");
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Do two settings read the same? */
export function sameSettings(a: Settings, b: Settings): boolean {
  return parameters.every((parameter) => textOf(parameter, a) === textOf(parameter, b));
}

/** The parameters as docs/embedding.md lists them. */
export function parameterTable(): string {
  const rows = parameters.map((parameter) => {
    const fallback = textOf(parameter, defaults);
    return `| \`${parameter.name}\` | ${parameter.takes} | ${parameter.means} | ${fallback ? `\`${fallback}\`` : ""} |`;
  });
  return ["| name | takes | is | without it |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
