// Which tensor lies where. A model has one set of shards (embeddings, one per layer, head), shared by all its graphs;
// this file fixes their order and offsets, and is the only place that knows them.

/** the dimensions of a BERT masked language model */
export interface BertShape {
  layers: number;
  /** width of the residual stream */
  dModel: number;
  /** neurons of a layer's MLP */
  dMlp: number;
  heads: number;
  /** rows of the embedding table; the tokenizer may use fewer */
  vocabulary: number;
  /** longest input in tokens, [CLS] and [SEP] included */
  positions: number;
  tokenTypes: number;
  layerNormEps: number;
  /** the decoder is the word embedding matrix itself */
  tied: boolean;
}

interface PlacedTensor {
  /** Hugging Face's current name, without variants */
  name: string;
  shape: number[];
  /** byte offset in the shard as fp32 */
  offset: number;
}

export interface PlacedShard {
  name: string;
  /** length in bytes as fp32 */
  byteLength: number;
  tensors: PlacedTensor[];
}

export const WORD_EMBEDDINGS = "bert.embeddings.word_embeddings.weight";
export const DECODER = "cls.predictions.decoder.weight";
export const DECODER_BIAS = "cls.predictions.bias";

/** The name of the decoder's weight. */
export const decoderOf = ({ tied }: Pick<BertShape, "tied">): string => (tied ? WORD_EMBEDDINGS : DECODER);

/** A linear layer's weight [out, in] and bias [out]. */
const linear = (name: string, out: number, into: number): [string, number[]][] => [
  [`${name}.weight`, [out, into]],
  [`${name}.bias`, [out]],
];

const norm = (name: string, width: number): [string, number[]][] => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]],
];

/** The names and shapes of every tensor the graphs need, by shard. */
export function shardTensors(shape: BertShape): Map<string, [string, number[]][]> {
  const { dModel, dMlp, vocabulary, positions, tokenTypes } = shape;
  const embeddings: [string, number[]][] = [
    [WORD_EMBEDDINGS, [vocabulary, dModel]],
    ["bert.embeddings.position_embeddings.weight", [positions, dModel]],
    ["bert.embeddings.token_type_embeddings.weight", [tokenTypes, dModel]],
    ...norm("bert.embeddings.LayerNorm", dModel),
  ];
  const layer = (index: number): [string, number[]][] => {
    const prefix = layerPrefix(index);
    return [
      ...linear(`${prefix}.attention.self.query`, dModel, dModel),
      ...linear(`${prefix}.attention.self.key`, dModel, dModel),
      ...linear(`${prefix}.attention.self.value`, dModel, dModel),
      ...linear(`${prefix}.attention.output.dense`, dModel, dModel),
      ...norm(`${prefix}.attention.output.LayerNorm`, dModel),
      ...linear(`${prefix}.intermediate.dense`, dMlp, dModel),
      ...linear(`${prefix}.output.dense`, dModel, dMlp),
      ...norm(`${prefix}.output.LayerNorm`, dModel),
    ];
  };
  const head: [string, number[]][] = [
    ...linear("cls.predictions.transform.dense", dModel, dModel),
    ...norm("cls.predictions.transform.LayerNorm", dModel),
    [DECODER_BIAS, [vocabulary]],
  ];
  if (!shape.tied) head.push([DECODER, [vocabulary, dModel]]);

  const shards = new Map([["embeddings", embeddings]]);
  for (let index = 0; index < shape.layers; index++) shards.set(`layer-${index}`, layer(index));
  return shards.set("head", head);
}

/** Every shard with its tensors placed one behind the other, without gaps. */
export function placeShards(shape: BertShape): PlacedShard[] {
  return [...shardTensors(shape)].map(([name, entries]) => {
    let byteLength = 0;
    const tensors = entries.map(([tensor, dimensions]) => {
      const placed = { name: tensor, shape: dimensions, offset: byteLength };
      byteLength += 4 * elementsOf(dimensions);
      return placed;
    });
    return { name, byteLength, tensors };
  });
}

export const layerPrefix = (index: number): string => `bert.encoder.layer.${index}`;

/** How many numbers a tensor of this shape holds. */
export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);
