// What a family of models is to everything else: which hook points a pass over it reaches, in which order, what its
// checkpoints call things, and where its graphs differ from BERT's.
// B batch, T positions, R tokens that read, D d_model, E width of the embeddings, F d_mlp, N rows, W width of a hook point.

import type { ConfigReader } from "../checkpoint/config-reader.ts";
import type { Dimensions, GraphTools, Shape, Value } from "./shape.ts";

export interface HookPoint {
  /** TransformerLens's name */
  name: string;
  /** what kind of activation it is, in the family's words; only the family and its graphs know what one means */
  kind: string;
  /** how many layers lie wholly before it; of a point inside a layer, that layer */
  layer: number;
  /** of what a hook sees of one sentence: [T, W] */
  shape: readonly ["pos", number];
  /** the graphs' names of the live tensors, which cross a cut here; a hook sees the last one */
  tensors: readonly string[];
}

export interface Family {
  /** as a manifest calls it */
  name: string;
  /** as a sentence calls it, with what else is one of these */
  title: string;
  /** the kind of hook point whose indices are neurons */
  neurons: string;
  /** Every hook point in the order in which a pass reaches them; the last one is the encoder's end. */
  hookPoints(dimensions: Dimensions): HookPoint[];
  /** the numbers in a shape's `options`, each with its least and greatest value; whole ones where nothing else is said */
  options?: Readonly<Record<string, readonly [least: number, most: number, kind?: "any"]>>;
  /**
   * The layer whose weights a layer computes with, itself or one before it: of layers that share weights, the first. Left out:
   * each has its own.
   */
  sharedFrom?(layer: number, model: Pick<Shape, "layers" | "options">): number;
  /** what its checkpoints are like; a family without cannot be exported */
  checkpoint?: CheckpointSide;
  /** where its graphs differ from BERT's */
  graph?: GraphSide;
}

export interface CheckpointSide {
  /** config.json's model_type */
  modelTypes: readonly string[];
  /** transformers' class of the masked language model */
  architecture: string;
  /** what the names of the encoder's tensors begin with, and those of the head */
  prefixes: readonly [encoder: string, head: string];
  /**
   * What tokenizer its models have by config.json's model_type where no file names one, or that it is whatever tokenizer.json
   * says; BERT's where it is left out.
   */
  tokenizers?: Readonly<Record<string, "Roberta" | "XLMRoberta" | "Camembert" | "Albert">> | "tokenizer.json";
  /**
   * A tokenizer that is whatever tokenizer.json says calls and places its special tokens as BERT's does, [CLS] and [SEP]; left
   * out: as RoBERTa's.
   */
  specials?: "bert";
  /** What decides the computation, from config.json; `tied` is as it says there. */
  read(config: ConfigReader): Shape;
  /** Every name that a tensor of the layout goes by in checkpoints, the one that counts first. */
  spellings(name: string, shape: Shape): string[];
  /** Where a checkpoint has several of the layout's tensors as one, the rows of each behind those of another: which it is. */
  part?(name: string): { index: number; of: number } | undefined;
}

/** who reads whom in an attention */
export interface Readers {
  layer: number;
  /** positions of those that read, int64 [1 or B, R] */
  at: Value;
  /** positions of those that are read, int64 [T] */
  places: Value;
  /** added to the scores to hide padding, [B, 1, R, T]; undefined: there is none */
  hiding: Value | undefined;
}

/** parts of a graph that are not BERT's; what is left out is */
export interface GraphSide {
  /**
   * LayerNorms stand before attention and MLP, whose outputs are added to the residual stream as they are, and before the head;
   * where a layer's attention has none in the layout, it reads the stream itself.
   */
  preNorm?: true;
  /** ids [B, T] -> ids of positions, int64 [B, T] */
  positions?(graph: GraphTools, ids: Value): Value;
  /** What is added to the attention scores, [1 or B, 1 or H, R, T]; undefined: what hides padding, if anything. */
  bias?(graph: GraphTools, readers: Readers): Value | undefined;
  /**
   * Cosine and sine of the angles by which queries and keys are turned, [1 or B, R, d/2]; with it there are no embeddings of
   * positions.
   * @param at positions, int64 [1 or B, R]
   */
  rotation?(graph: GraphTools, layer: number, at: Value): [cos: Value, sin: Value];
}
