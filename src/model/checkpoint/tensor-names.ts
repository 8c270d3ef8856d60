// One name for every weight. Checkpoints of different ages call the same tensor differently; from here on each is
// known by the newest Hugging Face name, and everything a masked language model does not compute is left out.

import { type CheckpointSide, familyOf } from "../families/index.ts";
import { DECODER, shardTensors, WORD_EMBEDDINGS } from "../graph/layout.ts";
import type { BertConfig } from "./config.ts";
import { CheckpointError } from "./errors.ts";
import type { TensorInfo } from "./safetensors.ts";

/**
 * Every tensor a masked-LM forward pass reads, by its newest name, with the shape it must have; the decoder's matrix
 * is not among them when it is tied. Linear weights are [out, in].
 */
export function requiredShapes(config: BertConfig): Map<string, number[]> {
  return new Map([...shardTensors(config).values()].flat());
}

/**
 * Find every required tensor among those of a file.
 * @param config `tied` as the tensors are, not as config.json says
 * @returns newest name -> tensor, in the order of a forward pass
 * @throws CheckpointError naming the tensor that is missing, misshapen or not a floating-point type
 */
export function resolveNames(tensors: readonly TensorInfo[], config: BertConfig): Map<string, TensorInfo> {
  const stored = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const resolved = new Map<string, TensorInfo>();
  const required = requiredShapes({ ...config, layers: layersToSeek(tensors.length, config) });
  for (const [name, own] of required) {
    const { of: parts = 1 } = partOf(name, config) ?? {};
    const shape = [own[0]! * parts, ...own.slice(1)];
    const tensor = spellings(name, config)
      .map((spelling) => stored.get(spelling))
      .find((found) => found !== undefined);
    if (tensor === undefined) throw missing(name, stored, config);
    if (tensor.shape.join() !== shape.join()) throw misshapen(tensor, shape, resolved, config);
    if (tensor.dtype !== "F32" && tensor.dtype !== "F16" && tensor.dtype !== "BF16") {
      throw new CheckpointError(
        `The tensor ${tensor.name} is stored as ${tensor.dtype}; only F32, F16 and BF16 can be used.`,
        "Load the checkpoint in transformers with dtype=torch.float32 and save it again with save_pretrained.",
      );
    }
    resolved.set(name, tensor);
  }
  return resolved;
}

/**
 * The config's layers, but at most one more than so many tensors can make up: of millions that a config.json claims, the
 * first that is not there is found without naming them all.
 */
function layersToSeek(tensors: number, config: BertConfig): number {
  const stored = (layers: number) => {
    const names = [...requiredShapes({ ...config, layers }).keys()];
    return new Set(names.map((name) => spellings(name, config)[0])).size;
  };
  const [one, two] = [stored(1), stored(2)];
  return Math.min(config.layers, Math.floor(tensors / (two - one)) + 1);
}

const checkpointOf = (config: BertConfig): CheckpointSide => familyOf(config).checkpoint!;

/** Which part of a stored tensor one of the layout is, by its rows; undefined: the whole. */
export const partOf = (name: string, config: BertConfig) => checkpointOf(config).part?.(name);

/** all names a tensor goes by, the one that counts first */
export function spellings(name: string, config: BertConfig): string[] {
  const { spellings: of } = checkpointOf(config);
  // a tied matrix may have been saved under its other name alone
  return name === WORD_EMBEDDINGS && config.tied
    ? [...of(name, config), ...of(DECODER, config)]
    : of(name, config);
}

function misshapen(
  { name, shape }: TensorInfo,
  wanted: readonly number[],
  resolved: ReadonlyMap<string, TensorInfo>,
  { vocabulary }: BertConfig,
): CheckpointError {
  const [has, should] = [shape, wanted].map((sizes) => `[${sizes.join(", ")}]`);
  const words = resolved.get(WORD_EMBEDDINGS);
  // the word embeddings came before, and are as config.json says; so this tensor is of another vocabulary
  const rowsOnly = shape.length === wanted.length && wanted.slice(1).join() === shape.slice(1).join();
  if (words && rowsOnly && wanted[0] === vocabulary)
    return new CheckpointError(
      `The tensor ${name} should have the shape ${should}, one row for each of the word embeddings [${words.shape.join(", ")}], but has ${has}.`,
      "The vocabulary was resized without it: in transformers, resize the model with resize_token_embeddings and save it again.",
    );
  return new CheckpointError(
    `The tensor ${name} should have the shape ${should} by config.json, but has ${has}.`,
    "Use the config.json that was published with these weights.",
  );
}

function missing(name: string, stored: ReadonlyMap<string, TensorInfo>, config: BertConfig): CheckpointError {
  const { architecture, prefixes } = checkpointOf(config);
  const [encoder, head] = prefixes;
  const has = (prefix: string) => [...stored.keys()].some((other) => other.startsWith(prefix));
  const names = spellings(name, config);
  const called = names.includes(name) ? name : names[0]!;
  const classes = config.family === undefined ? `${architecture} or BertForPreTraining` : architecture;
  if (called.startsWith(head) && !has(head)) {
    return new CheckpointError(
      `The checkpoint has no masked-LM head: the tensor ${called} is missing.`,
      `Choose a checkpoint saved from ${classes}.`,
    );
  }
  if (name === DECODER) {
    return new CheckpointError(
      `The tensor ${called} is missing, and config.json says that it is not tied to the word embeddings.`,
      "Set tie_word_embeddings to true if it is the same matrix, else save the checkpoint again with it.",
    );
  }
  return new CheckpointError(
    `The tensor ${called} is missing from the checkpoint.`,
    has(encoder)
      ? `Check that it is a complete ${architecture} of ${config.layers} layers.`
      : `Choose a checkpoint saved from ${classes}, whose tensors are called ${encoder}… and ${head}….`,
  );
}
