// The plain data of an experiment: what a person asks, and what a table says. Nothing here knows of an engine.

/** What happens to the chosen neuron's post-GELU activation at the mask. */
export type Hook =
  /** set to 0: the tutorial's "erase" */
  | { kind: "suppress" }
  /** multiply by 2 */
  | { kind: "enhance" }
  | { kind: "scale"; factor: number }
  | { kind: "set"; value: number }
  /** a number more */
  | { kind: "add"; value: number };

/** a neuron, and what is done to its activation at the mask */
export interface NeuronEdit {
  /** 0-based */
  layer: number;
  /** index into that layer's mlp_post; 0-based */
  neuron: number;
  hook: Hook;
}

/** an edit as a person writes it: without a hook, the neuron is suppressed */
export type NeuronEditSpec = Omit<NeuronEdit, "hook"> & { hook?: Hook | undefined };

/**
 * An experiment as a person writes it: one edit, or several in one run. Everything optional has a default in
 * {@link toExperiment}.
 */
export interface ExperimentSpec extends NeuronEditSpec {
  /** one sentence with the model's mask in it, most often [MASK] */
  sentence: string;
  /** which mask, when there are several; 0 is the first */
  mask?: number | undefined;
  /** edits of the same run, after the first; those of one neuron compose in order */
  more?: readonly NeuronEditSpec[] | undefined;
  /** words whose probability at the mask is reported; each must be one token of the model */
  candidates: string[];
}

/** a token of the sentence as the model reads it */
export interface Token {
  id: number;
  /** the vocabulary's own text: "##s", "[MASK]"; an added token as it stands in the sentence */
  text: string;
}

/** a word to compare: its token, and as text the word as it was written */
export interface Candidate extends Token {
  /** the vocabulary's own text, where it is another one: "Ġthese" of "these" */
  piece?: string;
}

/** an {@link ExperimentSpec} checked against a model; nothing optional is left */
export interface Experiment {
  sentence: string;
  tokens: Token[];
  /** index into tokens of the mask that is asked about */
  position: number;
  /** at least one, in the order in which they were written */
  edits: NeuronEdit[];
  candidates: Candidate[];
}

/** one row of the result */
export interface Comparison {
  word: string;
  id: number;
  /** what the word became in the vocabulary, where that is another text: "Ġthese" of "these" */
  piece?: string;
  /** probability at the mask, softmax over the whole vocabulary, untouched run */
  before: number;
  /** the same with all edits */
  after: number;
  /** (after - before) / before, the course's formula; 1 means +100 %. No finite number where before is 0 */
  delta: number;
}

/** what BERT's special tokens are for; transformers' names end in "_token" */
export type TokenRole = "pad" | "unk" | "cls" | "sep" | "mask";

/** a model as the site lists it, in models/index.json */
export interface CatalogEntry {
  name: string;
  title: string;
  /** address of the manifest, relative to models/ */
  manifest: string;
  /** bytes of all its files */
  bytes: number;
  layers: number;
  dMlp: number;
  /** what stands in a sentence where a word is to be predicted; undefined where the list does not say */
  mask: string | undefined;
  repo: string;
  licence: string;
  /** what rounding its weights has changed, as it was measured; undefined where nothing is rounded */
  rounding?: string | undefined;
  /** SHA-256 of its manifest.json, which tells one version from another */
  version: string;
  /** the embedded practice model */
  practice: boolean;
}
