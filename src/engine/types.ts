// The plain data that goes in and out of the engine. Nothing here knows of a worker, a GPU or a page.

import type {
  Activation,
  CatalogEntry,
  Comparison,
  Encoding,
  Experiment,
  ExperimentSpec,
  Hook,
  Sweep,
  SweepProvenance,
  SweepRecord,
  SweepResult,
  SweepSpec,
  Token,
  TokenRole,
} from "../model/index.ts";
import type { DownloadProgress, StoreKind, Waiting, WeightStore } from "../storage/index.ts";
import type { ChosenFile } from "./build/chosen.ts";

export type { ChosenFile, Waiting };

/** which processor computed a result */
export interface Device {
  kind: "webgpu" | "wasm" | "cpu";
  /** the GPU adapter's own description, "CPU (WebAssembly)", or "CPU" where ONNX Runtime is not WebAssembly */
  name: string;
  /** a software adapter: WebGPU without a GPU behind it */
  software: boolean;
  /** why WASM is used although WebGPU was not refused by the caller; one sentence, else "" */
  reason: string;
}

/** milliseconds per phase of a run */
export interface Timing {
  tokenize: number;
  /** opening graphs of another layer; 0 when they were open */
  open: number;
  /** the pre half; 0 when its outputs were still there from the run before */
  pre: number;
  /** post half and head, untouched */
  before: number;
  /** post half and head, with the edits */
  after: number;
  total: number;
}

/** where a result came from, enough to repeat it elsewhere */
export interface Provenance {
  model: string;
  repo: string;
  /** commit of the checkpoint, or a hash of its weights when it has none */
  revision: string;
  encoding: Encoding;
  /** what rounding the weights has changed, in words; undefined where nothing is rounded, or that was not measured */
  rounded?: string | undefined;
  device: Device;
  runtime: string;
  timing: Timing;
  /** ISO 8601 */
  at: string;
  /** undefined: BERT, with GELU */
  architecture?: Architecture | undefined;
}

/** what TransformerLens does not find out by itself about a model */
export interface Architecture {
  /** "bert" is the one family that its HookedEncoder loads */
  family: string;
  /** as a sentence calls such a model */
  familyTitle: string;
  /** of the neurons, and in BERT between the head's two linear layers, too */
  activation: Activation;
  /** by layer, the first one that computes with the same weights; undefined: each has its own */
  sharedFrom?: number[] | undefined;
}

/** a word that a model finds likely, as it is written */
export interface LikelyWord extends Comparison {
  /** no word that is written at the mask is read as this token: it cannot be compared, and is called as in the vocabulary */
  unlisted?: true;
}

export interface ExperimentResult {
  experiment: Experiment;
  rows: Comparison[];
  /** the ten words that are likeliest at the mask untouched, and those with the edits; the likeliest first */
  likeliest: { before: LikelyWord[]; after: LikelyWord[] };
  /**
   * per edit, the neuron's mlp_post at the mask before and after it; before it means in the edited run, after the edits
   * of earlier layers and the earlier ones of the same neuron
   */
  activations: { before: number; after: number }[];
  provenance: Provenance;
}

/** one activation to change: element `neuron` of mlp_post at `position` */
export interface Edit {
  /** index into the ids */
  position: number;
  neuron: number;
  hook: Hook;
}

/** a forward pass as a researcher asks for it: token ids in, tensors out */
export interface ForwardSpec {
  /** token ids, [CLS] and [SEP] included */
  ids: number[];
  /** layer at whose mlp_post the model is cut, read and edited; default: the model's default layer */
  layer?: number | undefined;
  /** default: none */
  edits?: Edit[] | undefined;
  /** positions whose logits are wanted; default: all */
  positions?: number[] | undefined;
}

export interface Forward {
  /** [asked positions, vocabulary], row by row */
  logits: Float32Array;
  /** mlp_post of the cut layer before the edits, [positions, d_mlp], row by row */
  mlpPost: Float32Array;
}

/** what loading a model is doing; `done` never falls and ends at `total`, which is 0 until the manifest is there */
export type Progress =
  | ({ kind: "downloading" } & DownloadProgress)
  /**
   * opening the graphs, compiling, self-test: no honest percentage exists; what is found damaged or gone meanwhile is
   * fetched, and may have to be waited for
   */
  | { kind: "preparing"; waiting: Waiting | undefined };

/** what opening a checkpoint is doing */
export type OpenProgress =
  /** its weights are downloaded from the Hub */
  | ({ kind: "fetching" } & DownloadProgress)
  /**
   * its weights are read, from the disk and perhaps twice, and kept; `done` never falls and ends at `total`, which is 0
   * while that is not known
   */
  | { kind: "reading"; done: number; total: number; waiting: Waiting | undefined }
  /** the runtime is fetched; then the self-test is computed */
  | Progress;

/** a model on the Hub as a person names it */
export interface HubQuestion {
  /** "google-bert/bert-base-cased" */
  repo: string;
  /** branch, tag or commit */
  revision: string;
}

/** what asking the Hub is doing, where that takes long */
export interface FindProgress {
  kind: "asking";
  /** why no answer is coming */
  waiting: Waiting;
}

export interface FindOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: FindProgress) => void) | undefined;
}

/** a model on the Hub, found and priced: plain data, which {@link Engine.open} opens */
export interface HubModel extends HubQuestion {
  /** the Hub's address, or a mirror's */
  endpoint: string;
  /** the repository's present name */
  name: string;
  /** what the revision stands at */
  commit: string;
  /** as the model card states it, else "unknown" */
  licence: string;
  /** what is downloaded; the weights last. `sha256` is known of large files only, and not everywhere */
  files: { path: string; size: number; sha256: string | undefined }[];
  /** paths of those with weights */
  weights: string[];
  /** of all files */
  bytes: number;
}

export interface OpenOptions {
  /** what the model will be called: letters, digits, dots, dashes and underscores. One that was opened under it is replaced. */
  name: string;
  /** false: it is kept in memory, and goes with the tab. Default true. */
  keep?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: OpenProgress) => void) | undefined;
}

/** what the page needs to know of an opened model */
export interface ModelInfo {
  name: string;
  title: string;
  repo: string;
  revision: string;
  licence: string;
  encoding: Encoding;
  layers: number;
  dModel: number;
  dMlp: number;
  /** longest input in tokens, [CLS] and [SEP] included */
  positions: number;
  vocabulary: number;
  /** what stands in a sentence where a word is to be predicted: "[MASK]", in some models "<mask>" */
  mask: string;
  /** layers that can be cut, ascending */
  cuts: number[];
  defaultLayer: number;
  /** by layer, the first one that computes with the same weights; undefined: each has its own */
  sharedFrom?: number[] | undefined;
  device: Device;
  /** where its files are kept; "memory" when some of them go with the tab */
  store: StoreKind;
  /** how many kept files were found damaged while opening, and fetched again */
  repaired: number;
}

/** what a notebook's Python needs to know of the open model */
export interface ModelDescription {
  name: string;
  layers: number;
  dModel: number;
  dMlp: number;
  heads: number;
  /** longest input in tokens, [CLS] and [SEP] included */
  positions: number;
  /** added to the variance by LayerNorm */
  eps: number;
  /** "bert", and what a sentence calls such a model */
  family: string;
  familyTitle: string;
  /** of the neurons, and between the head's two linear layers */
  activation: Activation;
  headActivation: Activation;
  /** 0: it has none */
  tokenTypes: number;
  /** what rounding its weights has changed, in words; undefined where nothing is rounded, or that was not measured */
  rounding?: string | undefined;
  /** hook points by TransformerLens's names, in the order in which a run passes them */
  points: string[];
  /** every tensor of the checkpoint that its files hold, by its own name */
  weights: { name: string; shape: number[] }[];
  /** every token's text, by id; "" where an id has none. An added token's as it is looked for, in small letters perhaps */
  vocabulary: readonly string[];
  /** added tokens that are written otherwise than they are looked for, as written */
  asWritten: readonly Token[];
  /** how many of them WordPiece knows: transformers' vocab_size, without added tokens */
  vocabSize: number;
  /** rows of the embedding table, and width of the logits: TransformerLens's d_vocab. Some may have no token */
  dVocab: number;
  /** what this tokenizer calls its special tokens */
  special: Readonly<Record<TokenRole, Token>>;
}

/** the state of a model before it is opened, without opening it */
export interface ModelState {
  /** bytes of everything that opening the default split needs, weights and runtime */
  bytes: number;
  /** bytes of those that are kept on this device already */
  kept: number;
  /** where they are or will be kept */
  store: StoreKind;
  /** an older version is kept, which this one will replace */
  outdated: boolean;
  /** bytes this origin may still keep; undefined where the browser does not tell */
  free: number | undefined;
}

export interface LoadOptions {
  /** "auto": WebGPU where it works and passes the self-test, else WASM. Default "auto". */
  device?: "auto" | "webgpu" | "wasm" | undefined;
  /** false: what is not kept yet goes to memory, and with the tab. Default true. */
  keep?: boolean | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** how far a sweep is */
export interface SweepProgress {
  /** neurons that are done, and those that were asked for */
  done: number;
  total: number;
  /** milliseconds that the rest will take, as the ones before did; undefined before any is done */
  remaining: number | undefined;
  /** those since the last report, in order of layer and neuron; none in the first report, which comes at once */
  records: SweepRecord[];
  sweep: Sweep;
  provenance: SweepProvenance;
}

export interface SweepOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: SweepProgress) => void) | undefined;
}

/** The engine as the page and the terminal see it. Calls may overlap; they are carried out one after the other. */
export interface Engine {
  /** Name of the model that is open; undefined before one is, and after the engine has stopped. */
  readonly model: string | undefined;
  /** What opening this model would cost. Never starts a download of weights. */
  state(manifestUrl: string, options?: { signal?: AbortSignal | undefined }): Promise<ModelState>;
  /** Download what is missing, verify, keep, open. Replaces the model that was open. */
  load(manifestUrl: string, options?: LoadOptions): Promise<ModelInfo>;
  /**
   * What a model on the Hub is and costs. Asks the Hub for its list of files and never for weights.
   * @throws EngineError "checkpoint" when it has none that can be used or does not give it out, "network"
   */
  find(question: HubQuestion, options?: FindOptions): Promise<HubModel>;
  /**
   * Make a model of a checkpoint's files, as the exporter does, and keep it; {@link load} then opens it by the address in its
   * entry. What is open stays open. When it fails or is aborted, nothing of it is kept, but what has arrived from the Hub:
   * that stays as an unfinished download, with which the same call goes on.
   * @throws EngineError "checkpoint" for files that are no checkpoint that can be used, "storage-full", "network"
   */
  open(from: readonly ChosenFile[] | HubModel, options: OpenOptions): Promise<CatalogEntry>;
  /** The sentence as the open model's tokens, [CLS] and [SEP] included. */
  tokenize(sentence: string): Promise<Token[]>;
  /**
   * The words that the open model knows as one token each after white space, which candidates have to be; in the vocabulary's
   * order. None where another model is opened meanwhile.
   */
  words(): Promise<string[]>;
  /** Compare the candidates' probabilities before and after the hook. */
  run(spec: ExperimentSpec, options?: { signal?: AbortSignal | undefined }): Promise<ExperimentResult>;
  /** One forward pass with edits at one layer, on token ids; the tensors behind {@link run}. */
  forward(spec: ForwardSpec, options?: { signal?: AbortSignal | undefined }): Promise<Forward>;
  /**
   * What an operation on each of many neurons does to a metric. Other calls are answered in between. When it is aborted or
   * fails, what was reported until then is right and stays the caller's.
   * @throws EngineError sweep-words, sweep-neurons, sweep-positions, sweep-metric, sweep-method, those of an experiment, and
   *   "run-ended" when another model is opened meanwhile
   */
  sweep(spec: SweepSpec, options?: SweepOptions): Promise<SweepResult>;
  /**
   * Serve the open model in steps on this untrusted port; see bridge.ts.
   * @param onStop called when the engine has stopped, and will answer nothing on this port any more
   */
  connect(port: MessagePort, onStop?: () => void): Promise<void>;
  /**
   * Forget a kept model and free its space; resolves to the bytes freed. A layer that is open stays open, others are
   * then refused with "not-loaded" when they would have to be downloaded.
   */
  remove(name: string): Promise<number>;
  /** Keep files in this store from now on, instead of the one this origin gives. What is open stays open. */
  use(store: WeightStore): Promise<void>;
  /** Release sessions and device. */
  dispose(): Promise<void>;
}
