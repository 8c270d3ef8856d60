// A Hugging Face checkpoint, opened: what is in it is checked by name and shape at once, while the weights stay where they
// are and are read in the pieces that are asked for, decoded to fp32.

import { DECODER, elementsOf, WORD_EMBEDDINGS } from "../graph/layout.ts";
import { type BertConfig, parseConfig, parseObject } from "./config.ts";
import { decode, type FloatType, floatBytes } from "./decode.ts";
import { CheckpointError } from "./errors.ts";
import { headerLength, parseHeader, prefixLength, type TensorInfo } from "./safetensors.ts";
import type { ByteSource, CheckpointFiles } from "./source.ts";
import { resolveNames } from "./tensor-names.ts";
import { completeTokenizer, type TokenizerFiles } from "./tokenizer.ts";

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
   * @param firstElement counted in the tensor's row-major order
   * @throws CheckpointError naming the tensor when it holds NaN or an infinity, or when the file has become shorter
   */
  read(name: string, firstElement: number, elements: number): Promise<Float32Array<ArrayBuffer>>;
  /** complete tokenizer files; see tokenizer.ts */
  tokenizer: TokenizerFiles;
  /** repo: Hub id, or the folder's name. revision: commit, or "sha256:" and 12 digits of the weights' hash */
  source: { repo: string; revision: string };
  /** as the Hub or the model card states it, else "unknown" */
  licence: string;
  /** length of model.safetensors */
  bytes: number;
  close(): Promise<void>;
}

/** elements compared at a time */
const piece = 2 ** 18;

/** file names of weights this exporter does not read */
const otherWeights =
  /^(pytorch_model.*\.bin|tf_model\.h5|flax_model\.msgpack|model\.ckpt.*|bert_model\.ckpt.*)$/;

/**
 * Open a checkpoint with config.json, model.safetensors and vocab.txt or tokenizer.json.
 * @throws CheckpointError naming what is missing, damaged, or no BERT that can be exported
 */
export async function openCheckpoint(folder: CheckpointFiles): Promise<Checkpoint> {
  const text = (name: string) => (folder.names.has(name) ? readText(folder, name) : undefined);

  const config = parseConfig(await required(folder, "config.json", text), pathOf(folder, "config.json"));
  checkWeightFiles(folder);
  const path = pathOf(folder, "model.safetensors");
  const source = await folder.open("model.safetensors");
  try {
    const stored = await readHeader(source, path);
    const readTensor = reader(source, path);
    const tied = await isTied(stored, config, readTensor);
    const tensors = resolveTensors(stored, { ...config, tied });
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
    const origin = await readOrigin(folder, text, source);
    return {
      folder: folder.path,
      config: { ...config, tied },
      tensors,
      read: async (name, firstElement, elements) => {
        const tensor = tensors.get(name);
        if (tensor === undefined) throw new RangeError(`There is no tensor ${name}.`);
        return readTensor(tensor, firstElement, elements);
      },
      tokenizer,
      source: { repo: origin.repo, revision: origin.revision },
      licence: origin.licence,
      bytes: source.size,
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
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

const pathOf = (folder: CheckpointFiles, name: string) => `${folder.path}/${name}`;

async function readText(folder: CheckpointFiles, name: string): Promise<string> {
  const source = await folder.open(name);
  const path = pathOf(folder, name);
  try {
    const bytes = await readBytes(source, 0, source.size, path);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(`${path} is not written in UTF-8.`, "Save it as UTF-8, or download it again.", {
      cause,
    });
  } finally {
    await source.close();
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

/** @throws CheckpointError saying how to get from the weights that are there to model.safetensors */
function checkWeightFiles({ path: folder, names: files }: CheckpointFiles): void {
  if (files.has("model.safetensors")) return;
  const convert = `BertForMaskedLM.from_pretrained("${folder}").save_pretrained("…", max_shard_size="100GB")`;
  if (files.has("model.safetensors.index.json")) {
    throw new CheckpointError(
      `The weights in ${folder} are spread over several files; only one model.safetensors can be exported.`,
      `Join them in Python with transformers: ${convert}.`,
    );
  }
  const other = [...files].find((name) => otherWeights.test(name));
  if (other !== undefined) {
    throw new CheckpointError(
      `The weights in ${folder} are in ${other}; only model.safetensors can be exported.`,
      `Convert them in Python with transformers: ${convert}, and copy vocab.txt beside them.`,
    );
  }
  throw new CheckpointError(
    `${folder} has no model.safetensors.`,
    "Put the checkpoint's model.safetensors into it.",
  );
}

async function readHeader(source: ByteSource, path: string): Promise<TensorInfo[]> {
  const { size } = source;
  const prefix = await readBytes(source, 0, Math.min(prefixLength, size), path);
  const length = headerLength(prefix, size, path);
  return parseHeader(await readBytes(source, prefixLength, length, path), size, path);
}

type ReadTensor = (
  tensor: TensorInfo,
  firstElement: number,
  elements: number,
) => Promise<Float32Array<ArrayBuffer>>;

function reader(source: ByteSource, path: string): ReadTensor {
  return async ({ name, dtype, shape, begin }, firstElement, elements) => {
    const count = elementsOf(shape);
    if (firstElement < 0 || elements < 0 || firstElement + elements > count) {
      throw new RangeError(
        `${name} has ${count} elements; ${firstElement} to ${firstElement + elements} were asked for.`,
      );
    }
    const type = dtype as FloatType; // resolveNames lets no other through
    const size = floatBytes[type];
    const bytes = await readBytes(source, begin + firstElement * size, elements * size, path);
    const values = decode(bytes, type);
    checkFinite(values, name, firstElement);
    return values;
  };
}

/** exactly these bytes, in a buffer of their own */
async function readBytes(
  source: ByteSource,
  position: number,
  length: number,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(position, length);
  if (bytes.byteLength === length) return bytes;
  throw new CheckpointError(
    `${path} ended at byte ${position + bytes.byteLength} while it was being read.`,
    "Download or save the checkpoint again.",
  );
}

function checkFinite(values: Float32Array, name: string, firstElement: number): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0; // NaN as soon as one is NaN or infinite
  if (sum === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new CheckpointError(
    `The tensor ${name} holds ${values[at]} at element ${firstElement + at}.`,
    "The checkpoint is damaged or its training diverged; download or train it again.",
  );
}

/**
 * Whether the decoder's matrix is the word embeddings'. The file has the last word, as in transformers 5: a matrix of its
 * own is used even where config.json says tied (transformers 4 ignored it), and an equal one needs no copy.
 */
async function isTied(stored: readonly TensorInfo[], config: BertConfig, read: ReadTensor): Promise<boolean> {
  const decoder = stored.find(({ name }) => name === DECODER);
  const words = stored.find(({ name }) => name === WORD_EMBEDDINGS);
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

interface Origin {
  repo: string;
  revision: string;
  licence: string;
}

/** source.json, as fetchFromHub writes it; else what the folder itself tells */
async function readOrigin(
  folder: CheckpointFiles,
  text: (name: string) => Promise<string> | undefined,
  weights: ByteSource,
): Promise<Origin> {
  const recorded = await text("source.json");
  const { repo, revision, licence } =
    recorded === undefined ? {} : parseObject(recorded, pathOf(folder, "source.json"));
  const given = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    repo: given(repo) ?? folder.name,
    revision: given(revision) ?? `sha256:${(await weights.sha256()).slice(0, 12)}`,
    licence: given(licence) ?? licenceOf((await text("README.md")) ?? ""),
  };
}

/** the `license:` of a model card's front matter */
function licenceOf(card: string): string {
  const matter = /^\uFEFF?---\r?\n(.*?)\r?\n---/s.exec(card)?.[1] ?? "";
  const value = /^license:\s*(\S.*?)\s*$/m.exec(matter)?.[1] ?? "";
  return value.replace(/^(["'])(.*)\1$/, "$2") || "unknown";
}
