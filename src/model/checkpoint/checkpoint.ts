// A Hugging Face checkpoint, opened: what is in it is checked by name and shape at once, while the weights stay where they
// are and are read in the pieces that are asked for, decoded to fp32.

import { DECODER, elementsOf, WORD_EMBEDDINGS } from "../graph/layout.ts";
import { type BertConfig, parseConfig, parseObject } from "./config.ts";
import { type FloatType, floatBytes } from "./decode.ts";
import { CheckpointError } from "./errors.ts";
import type { TensorInfo } from "./safetensors.ts";
import type { CheckpointFiles } from "./source.ts";
import { partOf, resolveNames, spellings } from "./tensor-names.ts";
import { pathOf, readText } from "./text.ts";
import { completeTokenizer, type TokenizerFiles } from "./tokenizer.ts";
import { openWeights, type Piece, type Weights } from "./weights.ts";

export interface Checkpoint {
  /** where it lies */
  folder: string;
  /** `tied` as the tensors are: a decoder matrix equal to the word embeddings counts as tied */
  config: BertConfig;
  /** newest Hugging Face name -> tensor, in the order of a forward pass; cls.predictions.decoder.weight only if untied */
  tensors: ReadonlyMap<string, TensorInfo>;
  /**
   * A piece of a tensor, decoded to fp32; F32 comes bit for bit. Memory is that of the piece.
   * @param name a key of `tensors`
   * @throws CheckpointError naming the tensor when it holds NaN or an infinity, or when the file has become shorter
   */
  read(name: string, ...piece: Piece): Promise<Float32Array<ArrayBuffer>>;
  /** Where the first so many elements of a tensor lie: the file's name, the first byte, one past the last. */
  placeOf(name: string, elements: number): { file: string; begin: number; end: number };
  /** complete tokenizer files; see tokenizer.ts */
  tokenizer: TokenizerFiles;
  /** Hub id, or the folder's name */
  repo: string;
  /** commit, or "sha256:" and 12 digits of the weights' hash */
  revision(): Promise<string>;
  /** for its revision the weights have to be hashed: all of them are read, a piece at a time, beside what else is read */
  hashed: boolean;
  /** as the Hub or the model card states it, else "unknown" */
  licence: string;
  /** length of the weights' files */
  bytes: number;
  close(): Promise<void>;
}

/** elements compared at a time */
const piece = 2 ** 18;

/**
 * Open a checkpoint with config.json, weights (weights.ts says in which files) and vocab.txt or tokenizer.json.
 * @throws CheckpointError naming what is missing, damaged, or no BERT that can be exported
 */
export async function openCheckpoint(folder: CheckpointFiles): Promise<Checkpoint> {
  const text = (name: string) => (folder.names.has(name) ? readText(folder, name) : undefined);

  const config = parseConfig(await required(folder, "config.json", text), pathOf(folder, "config.json"));
  // weights may have to come from afar: whatever can be refused without them is
  const tokenizer = completeTokenizer(
    {
      tokenizer: await text("tokenizer.json"),
      vocab: await text("vocab.txt"),
      config: await text("tokenizer_config.json"),
      specialTokens: await text("special_tokens_map.json"),
      addedTokens: await text("added_tokens.json"),
      modelConfig: await text("config.json"),
    },
    config,
  );
  const weights = await openWeights(folder);
  try {
    // nor is a matrix compared where a header says enough
    resolveTensors(weights.tensors, { ...config, tied: true });
    const tied = await isTied(weights, config);
    const tensors = resolveTensors(weights.tensors, { ...config, tied });
    const origin = await readOrigin(folder, text, weights);
    const find = (name: string) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`There is no tensor ${name}.`);
      const part = partOf(name, config);
      return { tensor, before: part ? (elementsOf(tensor.shape) / part.of) * part.index : 0 };
    };
    return {
      folder: folder.path,
      config: { ...config, tied },
      tensors,
      read: async (name, firstElement, ...rest) => {
        const { tensor, before } = find(name);
        return weights.read(tensor, before + firstElement, ...rest);
      },
      placeOf(name, elements) {
        const { tensor, before } = find(name);
        const size = floatBytes[tensor.dtype as FloatType];
        const begin = tensor.begin + before * size;
        return { file: weights.fileOf(tensor), begin, end: begin + elements * size };
      },
      tokenizer,
      ...origin,
      bytes: weights.bytes,
      close: weights.close,
    };
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** @throws CheckpointError as resolveNames, saying what to add when config.json does not say what the model is */
function resolveTensors(stored: readonly TensorInfo[], config: BertConfig): Map<string, TensorInfo> {
  try {
    return resolveNames(stored, config);
  } catch (error) {
    if (!(error instanceof CheckpointError) || !config.unnamed) throw error;
    throw new CheckpointError(
      `config.json has neither model_type nor architectures, and the tensors are not those of a BERT: ${error.message}`,
      'Add "model_type": "bert" to config.json if it is a BERT masked language model; else choose one.',
      { cause: error },
    );
  }
}

async function required(
  folder: CheckpointFiles,
  name: string,
  text: (name: string) => Promise<string> | undefined,
): Promise<string> {
  const found = await text(name);
  if (found !== undefined) return found;
  throw new CheckpointError(
    `${folder.path} has no ${name}.`,
    `Put the ${name} that was published with the weights into it.`,
  );
}

/**
 * Whether the decoder's matrix is the word embeddings'. The file has the last word, as in transformers 5: a matrix of its
 * own is used even where config.json says tied (transformers 4 ignored it), and an equal one needs no copy.
 */
async function isTied({ tensors: stored, read }: Weights, config: BertConfig): Promise<boolean> {
  const find = (name: string) => {
    const names = spellings(name, { ...config, tied: false });
    return stored.find((tensor) => names.includes(tensor.name));
  };
  const [decoder, words] = [find(DECODER), find(WORD_EMBEDDINGS)];
  if (decoder === undefined || words === undefined) return config.tied;
  if (decoder.shape.join() !== words.shape.join()) return false;
  // resolveNames says which tensor is wrong
  if (![decoder, words].every(({ dtype }) => Object.hasOwn(floatBytes, dtype))) return false;
  const count = elementsOf(words.shape);
  for (let first = 0; first < count; first += piece) {
    const size = Math.min(piece, count - first);
    const [a, b] = [await read(decoder, first, size), await read(words, first, size)];
    if (a.some((value, i) => value !== b[i])) return false;
  }
  return true;
}

type Origin = Pick<Checkpoint, "repo" | "revision" | "hashed" | "licence">;

/** source.json, as fetchFromHub writes it; else what the folder itself tells */
async function readOrigin(
  folder: CheckpointFiles,
  text: (name: string) => Promise<string> | undefined,
  weights: Weights,
): Promise<Origin> {
  const recorded = await text("source.json");
  const { repo, revision, licence } =
    recorded === undefined ? {} : parseObject(recorded, pathOf(folder, "source.json"));
  const given = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  const commit = given(revision);
  return {
    repo: given(repo) ?? folder.name,
    revision: async () => commit ?? `sha256:${(await weights.sha256()).slice(0, 12)}`,
    hashed: commit === undefined,
    licence: given(licence) ?? licenceOf((await text("README.md")) ?? ""),
  };
}

/** the `license:` of a model card's front matter */
function licenceOf(card: string): string {
  const matter = /^\uFEFF?---\r?\n(.*?)\r?\n---/s.exec(card)?.[1] ?? "";
  const value = /^license:\s*(\S.*?)\s*$/m.exec(matter)?.[1] ?? "";
  return value.replace(/^(["'])(.*)\1$/, "$2") || "unknown";
}
