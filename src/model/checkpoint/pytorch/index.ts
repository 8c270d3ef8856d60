// pytorch_model.bin as torch.save has written it since torch 1.6: a zip with a pickle that says what the tensors are, and
// a file of numbers for each storage. Nothing of it is run; see pickle.ts.

import { elementsOf } from "../../graph/layout.ts";
import { CheckpointError } from "../errors.ts";
import type { TensorInfo } from "../safetensors.ts";
import { brief } from "../shown.ts";
import type { ByteSource } from "../source.ts";
import { readStateDict } from "./pickle.ts";
import { PickleError } from "./pickle-bytes.ts";
import type { PickledTensor } from "./pickle-values.ts";
import { type Entry, locate, readDirectory, ZipError } from "./zip.ts";

/** bytes of a pickle: bert-large's has 60,000 */
const longestPickle = 2 ** 25;

/** torch's storages as safetensors calls their types, and bytes per element */
const types: Record<string, readonly [TensorInfo["dtype"], number]> = {
  FloatStorage: ["F32", 4],
  HalfStorage: ["F16", 2],
  BFloat16Storage: ["BF16", 2],
  DoubleStorage: ["F64", 8],
  LongStorage: ["I64", 8],
  IntStorage: ["I32", 4],
  ShortStorage: ["I16", 2],
  CharStorage: ["I8", 1],
  ByteStorage: ["U8", 1],
  BoolStorage: ["BOOL", 1],
};

/**
 * The tensors of a file, in its own order; several may lie in the same place.
 * @throws CheckpointError naming the older format, or what is wrong, and with which tensor
 */
export async function readTorchFile(source: ByteSource, file: string): Promise<TensorInfo[]> {
  await checkFormat(source, file);
  try {
    const entries = await readDirectory(source);
    const names = [...entries.keys()];
    const pickle = names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle === undefined) throw new ZipError("it holds no data.pkl");
    const root = pickle.slice(0, -"data.pkl".length);
    if (names.some((name) => name === `${root}constants.pkl` || name.startsWith(`${root}code/`)))
      throw new CheckpointError(
        `${file} is a TorchScript program, not a state_dict.`,
        "Save the model's state_dict, in transformers with save_pretrained.",
      );
    const order = entries.get(`${root}byteorder`);
    if (order && (await content(source, order, 64, "byteorder")) !== "little")
      throw new ZipError("its numbers are not little-endian");
    const entry = await locate(source, entries.get(pickle)!);
    if (entry.end - entry.begin > longestPickle)
      throw new ZipError("its data.pkl is longer than any model's");
    const tensors = readStateDict(await source.read(entry.begin, entry.end - entry.begin));
    return await placeTensors(tensors, source, (key) => entries.get(`${root}data/${key}`), file);
  } catch (cause) {
    if (!(cause instanceof ZipError || cause instanceof PickleError)) throw cause;
    throw new CheckpointError(
      `${file} is not a file of tensors as torch.save writes it: ${cause.message}.`,
      "Download the checkpoint again, or load it in transformers where you trust it and save it as safetensors with save_pretrained.",
      { cause },
    );
  }
}

/** @throws CheckpointError when it is not a zip */
async function checkFormat(source: ByteSource, file: string): Promise<void> {
  const first = await source.read(0, Math.min(16, source.size));
  const begins = (...bytes: number[]) => bytes.every((byte, i) => first[i] === byte);
  if (begins(0x50, 0x4b)) return; // "PK"
  if (new TextDecoder().decode(first).startsWith("version "))
    throw new CheckpointError(
      `${file} is a Git LFS pointer, not the weights themselves.`,
      "Fetch them with git lfs pull, or download that file from the model's page on the Hub.",
    );
  // a pickled magic number is what torch wrote first before it wrote zips
  const old = begins(0x80, 0x02, 0x8a, 0x0a);
  throw new CheckpointError(
    old
      ? `${file} is in the format of torch before 1.6, which is not read here.`
      : `${file} is not a file that torch.save has written: it is no zip.`,
    old
      ? "Load it in transformers where you trust it, and save it as safetensors with save_pretrained."
      : "Download the checkpoint again.",
  );
}

async function content(source: ByteSource, entry: Entry, longest: number, what: string): Promise<string> {
  const { begin, end } = await locate(source, entry);
  if (end - begin > longest) throw new ZipError(`its ${what} is longer than it can be`);
  return new TextDecoder().decode(await source.read(begin, end - begin)).trim();
}

async function placeTensors(
  tensors: ReadonlyMap<string, PickledTensor>,
  source: ByteSource,
  fileOf: (key: string) => Entry | undefined,
  file: string,
): Promise<TensorInfo[]> {
  const located = new Map<string, Entry>();
  const infos: TensorInfo[] = [];
  for (const [name, { storage, offset, shape, stride }] of tensors) {
    const what = `"${brief(name)}"`;
    const [dtype, size] = types[storage.type]!;
    const entry = located.get(storage.key) ?? (await locateData(source, fileOf(storage.key), what));
    located.set(storage.key, entry);
    const bytes = entry.end - entry.begin;
    if (bytes !== storage.elements * size)
      throw new ZipError(`${what} needs ${storage.elements * size} bytes, and its file has ${bytes}`);
    const elements = elementsOf(shape);
    if (!Number.isSafeInteger(elements) || offset + elements > storage.elements)
      throw new ZipError(`${what} reaches beyond its storage`);
    if (!isContiguous(shape, stride))
      throw new CheckpointError(
        `The tensor ${brief(name)} in ${file} is stored as a view of another one, by its strides.`,
        "Load the checkpoint in transformers where you trust it, and save it as safetensors with save_pretrained.",
      );
    const begin = entry.begin + offset * size;
    infos.push({ name, dtype, shape, begin, end: begin + elements * size });
  }
  return infos;
}

async function locateData(source: ByteSource, entry: Entry | undefined, what: string): Promise<Entry> {
  if (!entry) throw new ZipError(`the numbers of ${what} are not in it`);
  return locate(source, entry);
}

/** Row-major, without gaps. Along a dimension of one element no stride is ever taken. */
function isContiguous(shape: readonly number[], stride: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}
