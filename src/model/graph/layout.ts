// Which tensor lies where. A model has one set of shards (embeddings, one per layer, head), shared by all its graphs;
// this file fixes their order and offsets, and is the only place that knows them. Models that are built as BERT is have BERT's
// names here, whatever their checkpoints call their tensors (src/model/families).

import { familyOf, RELATIVE_BIAS, type Shape, type ShardTensors } from "../families/index.ts";

/** what decides the computation of a model */
export type BertShape = Shape;

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
export const TOKEN_TYPES = "bert.embeddings.token_type_embeddings.weight";
export const POSITIONS = "bert.embeddings.position_embeddings.weight";
/** of families whose LayerNorms stand before attention and MLP: that before the head */
export const FINAL_NORM = "bert.final_norm";
/** of embeddings with a width of their own, a linear layer */
export const PROJECTION = "bert.embeddings_project";

/** The name of the decoder's weight. */
export const decoderOf = ({ tied }: Pick<BertShape, "tied">): string => (tied ? WORD_EMBEDDINGS : DECODER);

/** The width of the embeddings, and of what the decoder reads. */
export const embeddingWidthOf = ({
  embeddingWidth,
  dModel,
}: Pick<Shape, "embeddingWidth" | "dModel">): number => embeddingWidth ?? dModel;

/** A linear layer's weight [out, in] and bias [out]. */
const linear = (name: string, out: number, into: number): ShardTensors => [
  [`${name}.weight`, [out, into]],
  [`${name}.bias`, [out]],
];

const norm = (name: string, width: number): ShardTensors => [
  [`${name}.weight`, [width]],
  [`${name}.bias`, [width]],
];

/** Of families without them: no vectors but the LayerNorms' own. */
const withoutBiases = (tensors: ShardTensors): ShardTensors =>
  tensors.filter(([name]) => !name.endsWith(".bias") || name === DECODER_BIAS);

/** The names and shapes of every tensor the graphs need, by shard. */
export function shardTensors(shape: Shape): Map<string, ShardTensors> {
  const { dModel, dMlp, vocabulary, positions, tokenTypes, heads, options = {} } = shape;
  const width = embeddingWidthOf(shape);
  const { graph = {} } = familyOf(shape);
  // the rows before the first token's are the padding's, and those that are not used
  const rows = positions + (options.padding === undefined ? 0 : options.padding + 1);
  const embeddings: ShardTensors = [
    [WORD_EMBEDDINGS, [vocabulary, width]],
    ...(graph.rotation ? [] : ([[POSITIONS, [rows, width]]] satisfies ShardTensors)),
    ...(tokenTypes === 0 ? [] : ([[TOKEN_TYPES, [tokenTypes, width]]] satisfies ShardTensors)),
    ...norm("bert.embeddings.LayerNorm", width),
    ...(shape.embeddingWidth === undefined ? [] : linear(PROJECTION, dModel, width)),
    ...(options.buckets === undefined
      ? []
      : ([[RELATIVE_BIAS, [options.buckets, heads]]] satisfies ShardTensors)),
  ];
  const layer = (index: number): ShardTensors => {
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
  const preNormLayer = (index: number): ShardTensors => {
    const prefix = layerPrefix(index);
    return withoutBiases([
      ...(index === 0 ? [] : norm(attentionNorm(index), dModel)),
      ...linear(`${prefix}.attention.self.query`, dModel, dModel),
      ...linear(`${prefix}.attention.self.key`, dModel, dModel),
      ...linear(`${prefix}.attention.self.value`, dModel, dModel),
      ...linear(`${prefix}.attention.output.dense`, dModel, dModel),
      ...norm(mlpNorm(index), dModel),
      ...linear(`${prefix}.intermediate.dense`, dMlp, dModel),
      ...linear(gateOf(index), dMlp, dModel),
      ...linear(`${prefix}.output.dense`, dModel, dMlp),
    ]);
  };
  const head: ShardTensors = [
    ...(graph.preNorm ? norm(FINAL_NORM, dModel) : []),
    ...linear("cls.predictions.transform.dense", width, dModel),
    ...norm("cls.predictions.transform.LayerNorm", width),
    [DECODER_BIAS, [vocabulary]],
  ];
  if (!shape.tied) head.push([DECODER, [vocabulary, width]]);

  const [make, trim] = graph.preNorm
    ? [preNormLayer, withoutBiases]
    : [layer, (tensors: ShardTensors) => tensors];
  const shards = new Map([["embeddings", trim(embeddings)]]);
  for (let index = 0; index < shape.layers; index++)
    if (layerOfWeights(index, shape) === index) shards.set(`layer-${index}`, make(index));
  return shards.set("head", trim(head));
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

/** of families whose LayerNorms stand before attention and MLP: those, and the MLP's second half that multiplies the first */
export const attentionNorm = (index: number): string => `${layerPrefix(index)}.attention.LayerNorm`;
export const mlpNorm = (index: number): string => `${layerPrefix(index)}.intermediate.LayerNorm`;
export const gateOf = (index: number): string => `${layerPrefix(index)}.intermediate.gate`;

export const layerPrefix = (index: number): string => `bert.encoder.layer.${index}`;
const ofLayer = /^bert\.encoder\.layer\.(\d+)\./;

/** The layer whose weights a layer computes with: itself, unless layers share them. */
const layerOfWeights = (layer: number, model: Omit<Shape, "tied">): number =>
  familyOf(model).sharedFrom?.(layer, model) ?? layer;

/** The name that a tensor is stored by: of layers that share weights, under the first one's. */
export function storedName(name: string, model: Omit<Shape, "tied">): string {
  const layer = ofLayer.exec(name)?.[1];
  if (layer === undefined || Number(layer) >= model.layers) return name;
  return name.replace(ofLayer, `${layerPrefix(layerOfWeights(Number(layer), model))}.`);
}

/** Stored tensors under every name that a graph asks for them by: those of shared layers once for each layer. */
export function underAllNames<T extends { name: string }>(
  tensors: readonly T[],
  model: Omit<Shape, "tied">,
): T[] {
  const layers = Array.from({ length: model.layers }, (_, layer) => layer);
  return tensors.flatMap((tensor) => {
    const own = ofLayer.exec(tensor.name)?.[1];
    const using = layers.filter((layer) => layerOfWeights(layer, model) === Number(own));
    if (own === undefined || using.length < 2) return [tensor];
    return using.map((layer) => ({
      ...tensor,
      name: tensor.name.replace(ofLayer, `${layerPrefix(layer)}.`),
    }));
  });
}

/** How many numbers a tensor of this shape holds. */
export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, dimension) => product * dimension, 1);
