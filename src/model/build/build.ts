// A checkpoint in, the files of a split model out, one after the other: weights in chunks of at most 16 MiB, graphs,
// tokenizer. The exporter writes them to a folder, the tab keeps them; both get the same bytes. Memory holds one chunk
// and one piece of a tensor, whatever the size of the checkpoint.

import { type Checkpoint, type Encoding, encode } from "../checkpoint/index.ts";
import { defaultFamily } from "../families/index.ts";
import { BertGraphs, type BertShape, elementsOf, type PlacedShard, placeShards } from "../graph/index.ts";
import { type HookPoint, hookPointsOf, neuronPointsOf } from "../hook-points.ts";
import type { Manifest } from "../manifest.ts";
import { isMatrix, keptLength } from "../stored-weights.ts";
import { plannedSplits, preferredCut, withTail } from "./cuts.ts";

/** a chunk fits in an IndexedDB value of every browser, and under every static host's file limit */
const CHUNK = 16 * 2 ** 20;
/** elements read at a time; small enough not to matter, large enough not to be slow */
const PIECE = 2 ** 20;

type FileSpec = Manifest["head"]["graph"];
/** a manifest to which its self-test is still to be added: see {@link finish} */
export type Unfinished = Omit<Manifest, "selfTest" | "rounding">;

/** one file of the model */
export interface BuiltFile {
  spec: FileSpec;
  /** valid until the next file is asked for, or is made where files overlap: chunks of weights share arrays */
  bytes: Uint8Array<ArrayBuffer>;
}

export interface BuildOptions {
  /** the model's name: letters, digits, dots, dashes and underscores */
  name: string;
  /** SHA-256 of the bytes, hexadecimal; the platform's own is the fastest */
  sha256: (bytes: Uint8Array<ArrayBuffer>) => string | Promise<string>;
  /** layers to cut at, ascending; default all, and then one split cut at every hook point, too */
  layers?: readonly number[] | undefined;
  /** default: the smallest that is exact, fp16 for a checkpoint that is stored so throughout, else fp32 */
  encoding?: Encoding | undefined;
  /**
   * the weights are hashed, and a file's bytes stay as they are, while the next one is made: faster, and takes memory for more
   * than one chunk; default false
   */
  overlap?: boolean | undefined;
  /** makes the arrays that everything is read and written in; default new Uint8Array */
  allocate?: ((bytes: number) => Uint8Array<ArrayBuffer>) | undefined;
  /** bytes of weights that were read, as fp32, and of all of them */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The files of a model, weights first, and at the end its manifest.
 * @throws CheckpointError when a weight is no number, too large for fp16, or cannot be read
 */
export async function* buildFiles(
  checkpoint: Checkpoint,
  options: BuildOptions,
): AsyncGenerator<BuiltFile, Unfinished, void> {
  const { name, sha256, layers, encoding = exactEncoding(checkpoint), onProgress } = options;
  const { overlap = false, allocate = (bytes) => new Uint8Array(bytes) } = options;
  const shape = checkpoint.config;
  const { repo } = checkpoint;
  const revision = checkpoint.revision();
  // where it goes on while the files are made, that it fails is said at the end
  if (overlap) revision.catch(() => {});
  else await revision;
  const file = async (path: string, bytes: Uint8Array<ArrayBuffer>): Promise<BuiltFile> => ({
    spec: { file: path, byteLength: bytes.byteLength, sha256: await sha256(bytes) },
    bytes,
  });

  const placed = placeShards(shape);
  const total = placed.reduce((sum, shard) => sum + shard.byteLength, 0);
  const largest = Math.min(CHUNK, Math.max(...placed.map((shard) => keptLength(shard, encoding))));
  const arrays = Array.from({ length: overlap ? 2 : 1 }, () => allocate(largest));
  const widest = Math.max(...placed.flatMap(({ tensors }) => tensors.map(({ shape: of }) => of.at(-1)!)));
  const piece = new Float32Array(allocate(4 * Math.max(PIECE, widest)).buffer);
  let done = 0;
  const shards: Manifest["shards"] = {};
  for (const shard of placed) {
    const chunks: FileSpec[] = [];
    const onBytes = (bytes: number) => {
      done += bytes;
      onProgress?.(done, total);
    };
    for await (const bytes of chunksOf(checkpoint, shard, encoding, { arrays, piece, onBytes })) {
      const chunk = await file(`weights/${shard.name}.${chunks.length}.bin`, bytes);
      chunks.push(chunk.spec);
      yield chunk;
    }
    shards[shard.name] = { byteLength: shard.byteLength, chunks, tensors: shard.tensors };
  }

  const graphs = new BertGraphs(shape, placed);
  // splits share segments
  const written = new Map<string, Manifest["head"]>();
  const segment = async function* (
    path: string,
    make: () => ReturnType<BertGraphs["head"]>,
  ): AsyncGenerator<BuiltFile, Manifest["head"], void> {
    const known = written.get(path);
    if (known) return known;
    const made = make();
    const built = await file(`graphs/${path}.onnx`, made.graph as Uint8Array<ArrayBuffer>);
    yield built;
    const entry = { graph: built.spec, shards: made.shards };
    written.set(path, entry);
    return entry;
  };
  const points = hookPointsOf(shape);
  const all = Array.from({ length: shape.layers }, (_, layer) => layer);
  const cuts = layers ?? all;
  const preferred = preferredCut(cuts, shape.layers);
  const neurons = neuronPointsOf(shape);
  const splits: Manifest["splits"] = [];
  for (const { name: split, at } of plannedSplits(points, neurons, cuts, preferred, layers === undefined)) {
    const ends: readonly HookPoint[] = [...at, points.at(-1)!];
    const segments: Manifest["head"][] = [];
    for (const [i, to] of ends.entries()) {
      const from = ends[i - 1];
      segments.push(yield* segment(graphs.nameOf(from, to), () => graphs.segment(from, to)));
    }
    const from = withTail(at, shape.layers);
    const tail = from && (yield* segment(graphs.tailNameOf(from), () => graphs.tail(from)));
    splits.push({
      name: split,
      cuts: at.map((point) => point.name),
      segments,
      ...(tail && { tail: { from: from.name, ...tail } }),
    });
  }
  const head = yield* segment("head", () => graphs.head());

  const { json, config } = checkpoint.tokenizer;
  const words = await file("tokenizer.json", utf8(JSON.stringify(json)));
  yield words;
  const settings = await file("tokenizer_config.json", utf8(JSON.stringify(config, null, 2)));
  yield settings;
  return {
    format: "neuron-notebook/2",
    name,
    // one model in several encodings is several models of a list
    title: `${repo.split("/").at(-1) ?? name}${rounds(checkpoint, encoding) ? `, ${encoding}` : ""}`,
    source: { repo, revision: await revision },
    licence: checkpoint.licence,
    encoding,
    model: dimensions(shape),
    tokenizer: { json: words.spec, config: settings.spec },
    shards,
    splits,
    head,
    defaultLayer: preferred,
  };
}

/** Does a checkpoint lose anything when it is stored so? */
export function rounds(checkpoint: Checkpoint, encoding: Encoding): boolean {
  return encoding !== "fp32" && encoding !== exactEncoding(checkpoint);
}

/** The smallest encoding that rounds nothing. */
function exactEncoding({ tensors }: Checkpoint): Encoding {
  return [...tensors.values()].every(({ dtype }) => dtype === "F16") ? "fp16" : "fp32";
}

/** Bytes of the weights as {@link buildFiles} makes them by default; the graphs are small beside them. */
export function keptBytes(checkpoint: Checkpoint): number {
  const encoding = exactEncoding(checkpoint);
  return placeShards(checkpoint.config).reduce((sum, shard) => sum + keptLength(shard, encoding), 0);
}

/** a tensor as {@link buildFiles} reads it, once */
export interface Reading {
  /** the file of the weights */
  file: string;
  /** its first byte there, and one past its last */
  begin: number;
  end: number;
  /** bytes that are kept of it */
  kept: number;
}

/** What {@link buildFiles} reads by default, in its order. */
export function readings(checkpoint: Checkpoint): Reading[] {
  const encoding = exactEncoding(checkpoint);
  return placeShards(checkpoint.config).flatMap((shard) => {
    const kept = keptLength(shard, encoding) / shard.byteLength;
    return shard.tensors.map(({ name, shape }) => {
      const elements = elementsOf(shape);
      return { ...checkpoint.placeOf(name, elements), kept: 4 * elements * kept };
    });
  });
}

/** The text of manifest.json, byte for byte the same wherever it is made: its hash is what a version is known by. */
export function finish(
  unfinished: Unfinished,
  selfTest: Manifest["selfTest"],
  rounding?: Manifest["rounding"],
): string {
  return `${JSON.stringify({ ...unfinished, ...(rounding && { rounding }), selfTest }, null, 1)}\n`;
}

/** As many elements of a matrix as are read at a time: rows are encoded as a whole. */
const wholeRows = (width: number) => Math.max(1, Math.floor(PIECE / width)) * width;

interface ChunkOptions {
  /** the chunks of all shards, in turn, filled anew: arrays of their own would pile up until the collector comes */
  arrays: Uint8Array<ArrayBuffer>[];
  /** what is read at a time, for the same reason */
  piece: Float32Array<ArrayBuffer>;
  onBytes: (bytes: number) => void;
}

/** A shard's tensors as they are kept, in chunks. */
async function* chunksOf(
  checkpoint: Checkpoint,
  shard: PlacedShard,
  encoding: Encoding,
  { arrays, piece, onBytes }: ChunkOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const next = () => {
    arrays.push(arrays.shift()!);
    return arrays[0]!;
  };
  let chunk = next();
  let filled = 0;
  for (const tensor of shard.tensors) {
    const elements = elementsOf(tensor.shape);
    const step = isMatrix(tensor.shape) ? wholeRows(tensor.shape[1]!) : PIECE;
    for (let first = 0; first < elements; first += step) {
      const values = await checkpoint.read(tensor.name, first, Math.min(step, elements - first), piece);
      const { bytes, unit } = encode(values, encoding, tensor);
      for (let at = 0; at < bytes.length; ) {
        const room = chunk.length - filled;
        const some = Math.min(room - (room % unit), bytes.length - at);
        chunk.set(bytes.subarray(at, at + some), filled);
        filled += some;
        at += some;
        if (some > 0) continue;
        yield chunk.subarray(0, filled);
        chunk = next();
        filled = 0;
      }
      onBytes(values.byteLength);
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

function dimensions({ tied: _, ...shape }: BertShape): Manifest["model"] {
  const { layers, dModel, dMlp, heads, vocabulary, positions, tokenTypes, layerNormEps } = shape;
  const { family = defaultFamily, activation, headActivation, embeddingWidth, options } = shape;
  return {
    ...{ family, layers, dModel, dMlp, heads, vocabulary, positions, tokenTypes, layerNormEps },
    // what is as in most models is not said
    ...(activation && { activation }),
    ...(headActivation && { headActivation }),
    ...(embeddingWidth && { embeddingWidth }),
    ...(options && { options }),
  };
}

const utf8 = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
