// What decides a model's computation, and what a family builds its part of a graph with; src/model/graph/encoder.ts is that.

/** the dimensions that a table of hook points depends on */
export interface Dimensions {
  layers: number;
  /** width of the residual stream */
  dModel: number;
  /** neurons of a layer's MLP */
  dMlp: number;
}

/** x Phi(x); its tanh form 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))); max(x, 0) */
export const activations = ["gelu", "gelu_new", "relu"] as const;
export type Activation = (typeof activations)[number];

export interface Shape extends Dimensions {
  /** name of the family; BERT where there is none */
  family?: string | undefined;
  heads: number;
  /** rows of the embedding table; the tokenizer may use fewer */
  vocabulary: number;
  /** longest input in tokens, [CLS] and [SEP] included */
  positions: number;
  /** 0: the model has none */
  tokenTypes: number;
  layerNormEps: number;
  /** of the neurons; GELU where there is none */
  activation?: Activation | undefined;
  /** between the head's two linear layers; GELU where there is none */
  headActivation?: Activation | undefined;
  /** width of the embeddings where a linear layer leads from them to d_model */
  embeddingWidth?: number | undefined;
  /** numbers that only the family knows the meaning of */
  options?: Readonly<Record<string, number>> | undefined;
  /** the decoder is the word embedding matrix itself */
  tied: boolean;
}

/** names and shapes of a shard's tensors, in order */
export type ShardTensors = [name: string, shape: number[]][];

/** the name of a value in a graph */
export type Value = string;

/** an integer, several of them, a float, or a text */
export type Attribute = number | readonly number[] | { float: number } | { text: string };

/** One graph under construction. B batch, T positions, D d_model; between attentions everything is a matrix with B*T rows. */
export interface GraphTools {
  readonly shape: Shape;
  /** A node whose output nobody else names. */
  op(type: string, inputs: Value[], attributes?: Record<string, Attribute>): Value;
  /** A weight by the layout's name. */
  weight(name: string): Value;
  integers(values: readonly number[]): Value;
  /** A constant table of fp32 numbers, row by row. */
  table(rows: readonly (readonly number[])[]): Value;
}
