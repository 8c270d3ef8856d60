// Seeded random BERT checkpoints of any shape, up to bert-base-cased's own: for tests and measurements that need the
// size of the real model and not its knowledge. Same shape and seed, same bytes.

import { type FileHandle, mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BertConfig, requiredShapes } from "../../src/model/checkpoint/index.ts";
import { elementsOf } from "../../src/model/graph/layout.ts";

/** google-bert/bert-base-cased: 108 M parameters, 433 MB as fp32 */
export const bertBaseCased: BertConfig = {
  layers: 12,
  dModel: 768,
  dMlp: 3072,
  heads: 12,
  vocabulary: 28_996,
  positions: 512,
  tokenTypes: 2,
  layerNormEps: 1e-12,
  tied: true,
};

/** tokens every vocabulary here has: enough for the tutorial's sentence and its candidates */
const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const words = "Raymond is selling sketches . this that these those the some".split(" ");
const letters = [..."abcdefghijklmnopqrstuvwxyz"];

/**
 * Write a checkpoint folder: model.safetensors (F32), vocab.txt and, last, config.json, so a folder that has it is
 * complete. Matrices are N(0, 0.02) as BERT's initialiser draws them, biases N(0, 0.02), LayerNorm factors N(1, 0.1).
 * Streams: memory does not grow with the model.
 */
export async function writeRandomCheckpoint(folder: string, config: BertConfig, seed: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "tokenizer_config.json"), JSON.stringify({ do_lower_case: false }));
  await writeFile(join(folder, "vocab.txt"), `${randomVocabulary(config.vocabulary).join("\n")}\n`);
  const handle = await open(join(folder, "model.safetensors"), "w");
  try {
    await writeWeights(handle, config, seed);
  } finally {
    await handle.close();
  }
  await writeFile(join(folder, "config.json"), JSON.stringify(toConfigJson(config), null, 2));
}

/** The fields of a Hugging Face config.json. */
export function toConfigJson(config: BertConfig): Record<string, unknown> {
  return {
    architectures: ["BertForMaskedLM"],
    hidden_act: "gelu",
    hidden_size: config.dModel,
    intermediate_size: config.dMlp,
    layer_norm_eps: config.layerNormEps,
    max_position_embeddings: config.positions,
    model_type: "bert",
    num_attention_heads: config.heads,
    num_hidden_layers: config.layers,
    tie_word_embeddings: config.tied,
    type_vocab_size: config.tokenTypes,
    vocab_size: config.vocabulary,
  };
}

/** A vocabulary of exactly this size: special tokens, the tutorial's words, letters and pieces, then [unused0], … */
export function randomVocabulary(size: number): string[] {
  const known = [...specials, ...words, ...letters, ...letters.map((letter) => `##${letter}`)];
  const needed = specials.length + words.length;
  if (size < needed)
    throw new RangeError(`A vocabulary needs ${needed} tokens for its special ones and the tutorial's.`);
  return Array.from({ length: size }, (_, id) => known[id] ?? `[unused${id - known.length}]`);
}

async function writeWeights(handle: FileHandle, config: BertConfig, seed: number): Promise<void> {
  const shapes = [...requiredShapes(config)];
  const sizes = shapes.map(([, shape]) => elementsOf(shape));
  let end = 0;
  const header = Object.fromEntries(
    shapes.map(([name, shape], i) => {
      const begin = end;
      end += sizes[i]! * 4;
      return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  await handle.writeFile(Buffer.concat([prefix, text]));

  const fill = normals(seed);
  const piece = new Float32Array(2 ** 20);
  for (const [i, [name]] of shapes.entries()) {
    const factor = name.endsWith("LayerNorm.weight");
    for (let left = sizes[i]!; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      fill(part, factor ? 1 : 0, factor ? 0.1 : 0.02);
      await handle.writeFile(new Uint8Array(part.buffer, 0, part.byteLength));
    }
  }
}

/**
 * A seeded source of nearly normal numbers: each is the sum of four 16-bit uniform ones, from two steps of Marsaglia's
 * xorshift128; never further than 3.5 standard deviations from the mean.
 */
function normals(seed: number): (target: Float32Array, mean: number, deviation: number) => void {
  let [x, y, z, w] = [0, 1, 2, 3].map((i) => mix(seed + i)) as [number, number, number, number];
  return (target, mean, deviation) => {
    // a sum of four uniforms from 0 to 65535 has mean 2 * 65535 and variance 4 * (2^32 - 1) / 12
    const scale = deviation / Math.sqrt((2 ** 32 - 1) / 3);
    const shift = mean - 2 * 65_535 * scale;
    for (let i = 0; i < target.length; i++) {
      let t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      const first = w;
      t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      target[i] = ((first & 65_535) + (first >>> 16) + (w & 65_535) + (w >>> 16)) * scale + shift;
    }
  };
}

/** splitmix32: neighbouring seeds become unrelated ones, none of them 0 */
function mix(seed: number): number {
  let h = Math.imul(seed + 1, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16) || 1;
}
