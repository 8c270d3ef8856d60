// A checkpoint's weights, in whichever files they are published: model.safetensors, its shards with their index, or
// pytorch_model.bin, one or several. What is in them is known at once; the numbers are read in pieces, decoded to fp32.

import { elementsOf } from "../graph/layout.ts";
import { parseObject } from "./config.ts";
import { decode, type FloatType, floatBytes } from "./decode.ts";
import { CheckpointError } from "./errors.ts";
import { readTorchFile } from "./pytorch/index.ts";
import { headerLength, parseHeader, prefixLength, type TensorInfo } from "./safetensors.ts";
import { brief, shown } from "./shown.ts";
import type { ByteSource, CheckpointFiles } from "./source.ts";
import { pathOf, readBytes, readText } from "./text.ts";

/**
 * A piece of a tensor: its first element, counted in row-major order; how many; and of at least so many elements, where they
 * may be put instead of an array of their own.
 */
export type Piece = [firstElement: number, elements: number, into?: Float32Array<ArrayBuffer>];

export interface Weights {
  tensors: TensorInfo[];
  /** A piece of one of the tensors, decoded to fp32. */
  read(tensor: TensorInfo, ...piece: Piece): Promise<Float32Array<ArrayBuffer>>;
  /** the name of the file that a tensor is in */
  fileOf(tensor: TensorInfo): string;
  /** tells these weights from all others, hexadecimal */
  sha256(): Promise<string>;
  /** length of all files */
  bytes: number;
  close(): Promise<void>;
}

/** the order in which transformers looks for weights; an index names the files that the tensors are in */
const kinds = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
];
/** file names of weights that are not read */
const others = /^(tf_model\.h5|flax_model\.msgpack|model\.ckpt.*|bert_model\.ckpt.*)$/;
/** files of one checkpoint, far above what any masked language model is cut into */
const mostFiles = 1000;

/** The file that weights are looked for in first, of those that there are. */
export const weightFile = (names: ReadonlySet<string>): string | undefined =>
  kinds.find((name) => names.has(name));

/**
 * The names of the files that an index says the tensors are in, and where each tensor is.
 * @throws CheckpointError when it is not as transformers writes it
 */
export function parseIndex(text: string, file: string): { files: string[]; fileOf: Map<string, string> } {
  const { weight_map: map } = parseObject(text, file);
  const wrong = (what: string) =>
    new CheckpointError(`${file} ${what}.`, "Download or save the checkpoint again.");
  if (typeof map !== "object" || map === null || Array.isArray(map)) throw wrong("has no weight_map");
  const entries: [string, unknown][] = Object.entries(map);
  const strange = entries.find(
    ([, name]) => typeof name !== "string" || !/^[\w.-]{1,200}\.(safetensors|bin)$/.test(name),
  );
  if (strange)
    throw wrong(`puts ${shown(strange[0], 100)} into ${shown(strange[1], 100)}, which is no file of weights`);
  const fileOf = new Map(entries as [string, string][]);
  const files = [...new Set(fileOf.values())];
  if (files.length === 0) throw wrong("names no files");
  if (files.length > mostFiles) throw wrong(`names ${files.length} files, and at most ${mostFiles} are read`);
  return { files, fileOf };
}

/**
 * Open the weights of a checkpoint.
 * @throws CheckpointError naming what is missing or damaged
 */
export async function openWeights(folder: CheckpointFiles): Promise<Weights> {
  const name = weightFile(folder.names);
  if (name === undefined) throw noWeights(folder);
  if (!name.endsWith(".json")) return joined(folder, [name]);
  const path = pathOf(folder, name);
  const { files, fileOf } = parseIndex(await readText(folder, name), path);
  const missing = files.find((file) => !folder.names.has(file));
  if (missing !== undefined)
    throw new CheckpointError(
      `${folder.path} has no ${missing}, which ${name} names.`,
      `Put all ${files.length} files of the weights into it.`,
    );
  const weights = await joined(folder, files);
  try {
    const there = new Set(weights.tensors.map((tensor) => tensor.name));
    const absent = [...fileOf.keys()].find((tensor) => !there.has(tensor));
    if (absent !== undefined)
      throw new CheckpointError(
        `${path} puts ${shown(absent, 100)} into ${fileOf.get(absent)}, which does not have it.`,
        "Download or save the checkpoint again.",
      );
    return weights;
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** Files whose tensors belong together. */
async function joined(folder: CheckpointFiles, files: readonly string[]): Promise<Weights> {
  const sources: { source: ByteSource; path: string }[] = [];
  const close = async () => {
    for (const { source } of sources) await source.close();
  };
  try {
    const places = new Map<TensorInfo, { file: string; source: ByteSource; path: string }>();
    const seen = new Map<string, string>();
    for (const file of files) {
      const path = pathOf(folder, file);
      const source = await folder.open(file);
      sources.push({ source, path });
      const tensors = file.endsWith(".bin")
        ? await readTorchFile(source, path)
        : await readHeader(source, path);
      for (const tensor of tensors) {
        const other = seen.get(tensor.name);
        if (other !== undefined)
          throw new CheckpointError(
            `The tensor ${brief(tensor.name)} is in ${other} and in ${file}.`,
            "Download or save the checkpoint again.",
          );
        seen.set(tensor.name, file);
        places.set(tensor, { file, source, path });
      }
    }
    return {
      tensors: [...places.keys()],
      read: (tensor, ...piece) => readPiece(tensor, places.get(tensor)!, piece),
      fileOf: (tensor) => places.get(tensor)!.file,
      sha256: () => hashOf(sources.map(({ source }) => source)),
      bytes: sources.reduce((sum, { source }) => sum + source.size, 0),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of one file its own hash; of several, that of their hashes, a line each, in the order of the index. */
async function hashOf(sources: readonly ByteSource[]): Promise<string> {
  const hashes: string[] = [];
  for (const source of sources) hashes.push(await source.sha256());
  if (hashes.length === 1) return hashes[0]!;
  const { sha256 } = await import("hash-wasm");
  return sha256(hashes.map((each) => `${each}\n`).join(""));
}

async function readHeader(source: ByteSource, path: string): Promise<TensorInfo[]> {
  const { size } = source;
  const prefix = await readBytes(source, 0, Math.min(prefixLength, size), path);
  const length = headerLength(prefix, size, path);
  return parseHeader(await readBytes(source, prefixLength, length, path), size, path);
}

async function readPiece(
  { name, dtype, shape, begin }: TensorInfo,
  { source, path }: { source: ByteSource; path: string },
  [firstElement, elements, into]: Piece,
): Promise<Float32Array<ArrayBuffer>> {
  const count = elementsOf(shape);
  if (firstElement < 0 || elements < 0 || firstElement + elements > count) {
    throw new RangeError(
      `${name} has ${count} elements; ${firstElement} to ${firstElement + elements} were asked for.`,
    );
  }
  const type = dtype as FloatType; // resolveNames lets no other through
  const size = floatBytes[type];
  const length = elements * size;
  const out = into?.subarray(0, elements);
  // what is stored in fewer bytes than it is decoded to lies at the end, from where it is decoded in place
  const room = out && new Uint8Array(out.buffer, out.byteOffset + out.byteLength - length, length);
  const bytes = await readBytes(source, begin + firstElement * size, length, path, room);
  const values = decode(bytes, type, out);
  checkFinite(values, name, firstElement);
  return values;
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

/** @returns what to say, and how to get from the weights that are there to some that are read */
function noWeights({ path, names }: CheckpointFiles): CheckpointError {
  const other = [...names].find((name) => others.test(name));
  if (other === undefined)
    return new CheckpointError(
      `${path} has no model.safetensors.`,
      "Put the checkpoint's model.safetensors, or its shards with model.safetensors.index.json, or its pytorch_model.bin into it.",
    );
  return new CheckpointError(
    `The weights in ${path} are in ${other}; only model.safetensors and pytorch_model.bin can be used.`,
    `Convert them in Python with transformers: AutoModelForMaskedLM.from_pretrained("${path}").save_pretrained("…"), and copy the tokenizer's files beside them.`,
  );
}
