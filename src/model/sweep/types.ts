// A sweep as plain data: what a person asks of many neurons at once, and what is answered of each. Nothing here knows of an
// engine. The effect of a neuron is what the metric becomes when the operation acts on it alone, minus what it was.

import type { Encoding } from "../stored-weights.ts";
import type { Hook, Token } from "../types.ts";

/**
 * What is measured at the mask. With p the softmax over the whole vocabulary there:
 * "probability": p(word); "log-probability": ln p(word), natural; "rank": how many words are likelier than the word, plus 1;
 * "difference": the sum of p over plus, minus that over minus; "log-odds": ln of the quotient of those sums;
 * "kl": the Kullback-Leibler divergence from the untouched prediction to the changed one, in nats (0 before).
 */
export type Metric<Word = string> =
  | { kind: "probability" | "log-probability" | "rank"; word: Word }
  | { kind: "difference" | "log-odds"; plus: readonly Word[]; minus: readonly Word[] }
  | { kind: "kl" };

/** what is done to a neuron: what a hook does, or the neuron's own of these values, one per neuron of the layer, in its place */
export type SweepOperation = Hook | { kind: "replace"; values: readonly number[] };

/**
 * "exact": the model is run with the neuron changed. "gradient": gradient times change of the activation, the first-order
 * estimate from one backward pass. "ig-neuron": integrated gradients along the neuron's own path from 0 to its activation.
 * "ig-layer": integrated gradients of a layer along the joint path of all its neurons (Dai et al. 2022).
 */
export type SweepMethod = "exact" | "gradient" | "ig-neuron" | "ig-layer";

/** a sweep as a person writes it; what is optional has a default in the engine's toSweep */
export interface SweepSpec {
  /** one sentence with the model's mask in it; where ids are given, what stands for them in a CSV */
  sentence: string;
  /** token ids to run, [CLS] and [SEP] included; default: those of the sentence */
  ids?: readonly number[] | undefined;
  /** index of the token at which the metric is measured, in place of a mask */
  position?: number | undefined;
  /** which mask is measured, when there are several; 0 is the first */
  mask?: number | undefined;
  /** tokens at which the operation acts, by index; default: where the metric is measured, alone */
  positions?: readonly number[] | undefined;
  /** default: all that can be cut */
  layers?: readonly number[] | undefined;
  /** neurons of each of these layers; default: all */
  neurons?: readonly number[] | undefined;
  /** default: suppress */
  operation?: SweepOperation | undefined;
  metric: Metric;
  /** default: exact */
  method?: SweepMethod | undefined;
  /** of integrated gradients: points on the path, both ends included; default 20 */
  steps?: number | undefined;
}

/** a {@link SweepSpec} checked against a model; nothing optional is left */
export interface Sweep {
  sentence: string;
  tokens: Token[];
  /** index of the token at which the metric is measured */
  position: number;
  /** ascending */
  positions: number[];
  /** ascending */
  layers: number[];
  /** ascending */
  neurons: number[];
  operation: SweepOperation;
  metric: Metric<Token>;
  method: SweepMethod;
  steps: number;
}

/** what a sweep says of one neuron */
export interface SweepRecord {
  layer: number;
  neuron: number;
  /** untouched mlp_post at the first of the positions */
  activation: number;
  /** the metric without the operation, the same for all records of a sweep */
  before: number;
  /** the metric with it; of an estimate: before + effect */
  after: number;
  /** after - before; its estimate where `exact` is false */
  effect: number;
  /** false: an estimate, by the method named */
  exact: boolean;
  method: SweepMethod;
  /** KL divergence in nats; undefined where the whole prediction was not computed */
  kl?: number | undefined;
  /** the word's rank before and after; undefined where the metric has no word, or the whole prediction was not computed */
  rankBefore?: number | undefined;
  rankAfter?: number | undefined;
}

/** where a sweep's numbers come from, enough to repeat them elsewhere */
export interface SweepProvenance {
  model: string;
  repo: string;
  revision: string;
  encoding: Encoding;
  /** what rounding the weights has changed, in words; undefined where nothing is rounded, or that was not measured */
  rounded?: string | undefined;
  /** the processor's name */
  device: string;
  runtime: string;
  /** by layer, the first one that computes with the same weights; undefined: each has its own */
  sharedFrom?: number[] | undefined;
}

/**
 * How well integrated gradients add up: on infinitely many points, the attributions of all neurons that move along a path are
 * together what the metric at its end is more than at its beginning.
 */
export interface Completeness {
  layer: number;
  /** whose path it is; undefined: the joint path of all neurons of the layer */
  neuron: number | undefined;
  /** sum of the attributions of all that move; an attribution is minus an effect */
  attributed: number;
  /** the metric as it is without the operation, minus that where the operation acts on all that move */
  difference: number;
  /** attributed - difference */
  residual: number;
}

export interface SweepResult {
  sweep: Sweep;
  /** in order of layer and neuron; fewer than asked for when it was stopped */
  records: SweepRecord[];
  /** neurons that were asked for */
  total: number;
  provenance: SweepProvenance;
  /** of integrated gradients, one per path that was walked to its end; undefined for other methods */
  completeness?: Completeness[] | undefined;
}
