// What a person asks of npm run sweep, from its options to a SweepSpec. Everything that contradicts itself is refused here;
// what depends on the model (words, layers, neurons, positions) the engine checks.

import { readFileSync } from "node:fs";
import { tutorial, tutorialSentence, withOwnMask } from "../../src/model/index.ts";
import {
  asksFor,
  type Metric,
  metricKinds,
  readGroups,
  readMetric,
  readOperation,
  readRanges,
  readShard,
  type Shard,
  type SweepMethod,
  type SweepOperation,
  type SweepSpec,
  sweepMethods,
  takesMetric,
  takesOperation,
  takesRanges,
} from "../../src/model/sweep/index.ts";
import { PRACTICE } from "../catalog.ts";
import { ExportError } from "../errors.ts";
import { toNumber } from "../options.ts";

const text = { type: "string" } as const;
const texts = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

/** every option, as node:util's parseArgs takes them */
export const options = {
  model: text,
  sentence: text,
  mask: text,
  layer: text,
  "all-layers": flag,
  neurons: text,
  word: text,
  contrast: text,
  metric: text,
  operation: text,
  values: text,
  positions: text,
  method: text,
  steps: text,
  runtime: text,
  shard: text,
  top: text,
  csv: text,
  json: text,
  merge: flag,
  search: flag,
  prompts: text,
  template: text,
  slot: texts,
  folder: text,
  threshold: text,
  share: text,
} as const;

export type Options = {
  [Name in keyof typeof options]?: (typeof options)[Name] extends typeof texts
    ? string[]
    : (typeof options)[Name] extends typeof flag
      ? boolean
      : string;
};

/** @throws ExportError naming the first option that is not among these */
export function only(given: Options, mode: string, known: readonly (keyof Options)[]): void {
  const other = Object.keys(given).find((name) => !known.includes(name as keyof Options));
  if (other !== undefined)
    throw new ExportError(
      `${mode} does not take --${other}.`,
      `It takes ${known.map((name) => `--${name}`).join(", ")}.`,
    );
}

/** what a sweep is apart from its sentence; "all" positions are counted when that is there */
export type Asked = Omit<SweepSpec, "sentence" | "positions"> & {
  positions: SweepSpec["positions"] | "all";
};

/** The sweep of a sentence. */
export async function toSpec(
  { positions, ...asked }: Asked,
  sentence: string,
  tokenize: (sentence: string) => Promise<readonly unknown[]>,
): Promise<SweepSpec> {
  const chosen = positions === "all" ? [...(await tokenize(sentence)).keys()] : positions;
  return { ...asked, sentence, positions: chosen };
}

/** The options that say what is swept, and how. */
export const askOptions = [
  ...(["model", "mask", "layer", "all-layers", "neurons", "word", "contrast", "metric"] as const),
  ...(["operation", "values", "positions", "method", "steps", "runtime"] as const),
];

/** @throws ExportError for options that cannot be read or contradict each other */
export function toAsked(given: Options): Asked {
  if (given.layer !== undefined && given["all-layers"]) throw exclude("--layer", "--all-layers");
  const method = toMethod(given.method);
  if (given.steps !== undefined && !method.startsWith("ig-"))
    throw new ExportError(
      `--steps is about integrated gradients, and the method is ${method}.`,
      "Leave it out, or choose --method ig-neuron or ig-layer.",
    );
  return {
    mask: given.mask === undefined ? undefined : toNumber("--mask", given.mask),
    layers: given["all-layers"] ? undefined : toRanges("--layer", given.layer ?? String(tutorial.layer)),
    neurons: given.neurons === undefined ? undefined : toRanges("--neurons", given.neurons),
    positions:
      given.positions === undefined || given.positions === "all"
        ? given.positions
        : toRanges("--positions", given.positions),
    metric: toMetric(given),
    operation: toOperation(given),
    method,
    steps: given.steps === undefined ? undefined : toNumber("--steps", given.steps),
  };
}

/** Whether ONNX Runtime is to be the installed one instead of WebAssembly. */
export const isNative = ({ runtime = "wasm" }: Options): boolean =>
  runtime === "native" || (runtime === "wasm" ? false : refuse("--runtime", runtime, "wasm or native"));

export const modelOf = (given: Options): string => given.model ?? PRACTICE;

export const sentenceOf = (given: Options, mask: string): string =>
  given.sentence === undefined ? tutorialSentence(mask) : withOwnMask(given.sentence, mask);

/** --word, --contrast and --metric, of which the last names a kind, or all of it */
function toMetric({ metric, word, contrast }: Options): Metric {
  if (word !== undefined && contrast !== undefined) throw exclude("--word", "--contrast");
  const words = word !== undefined ? "--word" : contrast !== undefined ? "--contrast" : undefined;
  if (words === undefined) {
    if (metric === undefined)
      throw new ExportError(
        "Nothing says what to measure.",
        "Give --word these, --contrast these,those/this,that or --metric kl.",
      );
    return readMetric(metric) ?? refuse("--metric", metric, takesMetric);
  }
  const kind = metric ?? (words === "--word" ? "probability" : "log-odds");
  const known = metricKinds.find((each) => each === kind);
  if (!known) {
    if (readMetric(kind)) throw exclude(words, `--metric ${kind}`);
    return refuse("--metric", kind, takesMetric);
  }
  const asks = asksFor(known);
  if (asks !== (words === "--word" ? "word" : "groups"))
    throw new ExportError(
      `--metric ${known} is about ${{ word: "one word", groups: "two groups of words", nothing: "the whole prediction" }[asks]}, and ${words} is given.`,
      {
        word: "Give --word these.",
        groups: "Give --contrast these,those/this,that.",
        nothing: "Leave it out.",
      }[asks],
    );
  if (word !== undefined) return { kind: known, word } as Metric;
  const groups = readGroups(contrast!);
  if (!groups) return refuse("--contrast", contrast!, "two groups of words, such as these,those/this,that");
  return { kind: known, ...groups } as Metric;
}

function toOperation({ operation = "suppress", values }: Options): SweepOperation {
  const replace = operation.toLowerCase() === "replace";
  if (replace !== (values !== undefined))
    throw new ExportError(
      replace ? "--operation replace needs the values." : "--values are for --operation replace.",
      "Give --operation replace --values file.json, a list with one number for each neuron of the layer.",
    );
  return (
    readOperation(operation, values === undefined ? undefined : readValues(values)) ??
    refuse("--operation", operation, takesOperation)
  );
}

function readValues(file: string): number[] {
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ExportError(`--values ${file} cannot be read as JSON.`, "Name a file with a list of numbers.", {
      cause,
    });
  }
  if (Array.isArray(values) && values.every((value) => Number.isFinite(value))) return values;
  throw new ExportError(
    `--values ${file} is not a list of numbers.`,
    "Give one number for each neuron of the layer.",
  );
}

function toMethod(text = "exact"): SweepMethod {
  const names = sweepMethods.map(({ name }) => name);
  return names.find((name) => name === text) ?? refuse("--method", text, names.join(", "));
}

export function toRanges(option: string, text: string): number[] {
  return readRanges(text) ?? refuse(option, text, takesRanges);
}

export function toShard(text: string): Shard {
  return readShard(text) ?? refuse("--shard", text, "a part and how many there are, 1/16 to 16/16");
}

function refuse(option: string, text: string, takes: string): never {
  throw new ExportError(`${option} ${text} cannot be read.`, `It takes ${takes}.`);
}

function exclude(one: string, other: string): ExportError {
  return new ExportError(`${one} and ${other} exclude each other.`, "Give one of them.");
}

/** Layers and neurons of a sweep, in full. */
export function blockOf(
  { layers, neurons }: Pick<SweepSpec, "layers" | "neurons">,
  { cuts, dMlp }: { cuts: readonly number[]; dMlp: number },
) {
  return {
    layers: [...(layers ?? cuts)],
    neurons: [...(neurons ?? Array.from({ length: dMlp }, (_, neuron) => neuron))],
  };
}
