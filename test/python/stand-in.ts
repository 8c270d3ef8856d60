// A stand-in for the engine, for tests of Python's own part of transformer_lens in Node: a model of two layers whose
// activations and logits are all 1.

import type { EncodedText } from "../../src/engine/worker/bridge.ts";

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "this", "these"];
const [dModel, dMlp, positions] = [4, 3, 8];

const layer = (index: number): [string, number[]][] => {
  const prefix = `bert.encoder.layer.${index}`;
  const linear = (name: string, out: number, into: number): [string, number[]][] => [
    [`${prefix}.${name}.weight`, [out, into]],
    [`${prefix}.${name}.bias`, [out]],
  ];
  return [
    ...["query", "key", "value"].flatMap((name) => linear(`attention.self.${name}`, dModel, dModel)),
    ...linear("attention.output.dense", dModel, dModel),
    ...linear("intermediate.dense", dMlp, dModel),
    ...linear("output.dense", dModel, dMlp),
  ];
};

export const tiny = {
  name: "tiny",
  layers: 2,
  dModel,
  dMlp,
  heads: 2,
  positions,
  eps: 1e-12,
  vocabulary,
  asWritten: [],
  vocabSize: vocabulary.length,
  dVocab: vocabulary.length,
  special: {
    pad: { id: 0, text: "[PAD]" },
    unk: { id: 1, text: "[UNK]" },
    cls: { id: 2, text: "[CLS]" },
    sep: { id: 3, text: "[SEP]" },
    mask: { id: 4, text: "[MASK]" },
  },
  points: [
    "hook_full_embed",
    "blocks.0.mlp.hook_post",
    "blocks.0.hook_normalized_resid_post",
    "blocks.1.mlp.hook_post",
    "blocks.1.hook_normalized_resid_post",
  ],
  weights: [
    ["bert.embeddings.word_embeddings.weight", [vocabulary.length, dModel]] as [string, number[]],
    ...layer(0),
    ...layer(1),
  ].map(([name, shape]) => ({ name, shape })),
};

/** A weight's numbers: 0, 1, 2, ... */
export function weights(name: string): { shape: number[]; data: Float32Array } {
  const { shape } = tiny.weights.find((tensor) => tensor.name === name)!;
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => i) };
}

/** What the engine's tokenizer says of a text, whose words are its tokens. */
export function encode(_: string, text: string): EncodedText {
  const words = [...text.matchAll(/\S+/g)];
  return {
    numbers: words.flatMap(({ 0: word, index }, i) => [
      Math.max(1, vocabulary.indexOf(word)),
      i,
      index,
      index + word.length,
    ]),
    texts: words.map(({ 0: word }) => (vocabulary.includes(word) ? word : "[UNK]")),
  };
}
