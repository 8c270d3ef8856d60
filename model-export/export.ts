// A checkpoint in, a split model out. Weights stream from the checkpoint into chunks of at most 16 MiB, so that memory
// stays flat; everything is written beside its final place and moved there when it has passed its check.

import { createHash, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { type Checkpoint, type Encoding, encode } from "../src/model/checkpoint/index.ts";
import {
  BertGraphs,
  type BertShape,
  elementsOf,
  type PlacedShard,
  placeShards,
  type Segment,
} from "../src/model/graph/index.ts";
import {
  allFiles,
  type HookPoint,
  hookPointsOf,
  type Manifest,
  neuronPointsOf,
  parseManifest,
} from "../src/model/index.ts";
import { checkExport, type Difference } from "./check.ts";
import { ExportError } from "./errors.ts";

/** a chunk fits in an IndexedDB value of every browser, and under every static host's file limit */
const CHUNK = 16 * 2 ** 20;
/** elements read at a time; small enough not to matter, large enough not to be slow */
const PIECE = 2 ** 20;

type FileSpec = Manifest["head"]["graph"];

export interface ExportOptions {
  /** the folder to write, whose name is the model's; an exported model that stands there is replaced */
  out: string;
  /** layers to cut at; default all, and then one split cut at every layer and one cut at every hook point, too */
  layers?: number[] | undefined;
  encoding?: Encoding | undefined;
  /** weights written so far, and of how many bytes */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface ExportReport {
  manifest: Manifest;
  /** bytes written */
  bytes: number;
  differences: Difference[];
}

/**
 * Write a model.
 * @throws ExportError; nothing is left behind then, and a model that stood at `out` still stands there
 */
export async function exportModel(checkpoint: Checkpoint, options: ExportOptions): Promise<ExportReport> {
  const out = resolve(options.out);
  await checkTarget(out, checkpoint.folder);
  const partial = join(dirname(out), `.${basename(out)}.${randomUUID()}.partial`);
  const clear = () => rmSync(partial, { recursive: true, force: true });
  process.once("exit", clear);
  try {
    const report = await write(checkpoint, partial, { ...options, name: basename(out) });
    await replaceFolder(partial, out);
    return report;
  } finally {
    process.off("exit", clear);
    clear();
  }
}

async function write(
  checkpoint: Checkpoint,
  folder: string,
  { name, layers, encoding = "fp32", onProgress }: ExportOptions & { name: string },
): Promise<ExportReport> {
  const shape = checkpoint.config;
  const cuts = checkCuts(layers, shape);
  for (const sub of ["weights", "graphs"]) await mkdir(join(folder, sub), { recursive: true });

  const placed = placeShards(shape);
  const total = placed.reduce((sum, shard) => sum + shard.byteLength, 0);
  let done = 0;
  const shards: Manifest["shards"] = {};
  for (const shard of placed) {
    const chunks = await writeShard(checkpoint, shard, folder, encoding, (bytes) => {
      done += bytes;
      onProgress?.(done, total);
    });
    shards[shard.name] = { byteLength: shard.byteLength, chunks, tensors: shard.tensors };
  }

  const graphs = new BertGraphs(shape, placed);
  const points = hookPointsOf(shape);
  // splits share segments
  const written = new Map<string, Manifest["head"]>();
  const writeSegments = async (ends: readonly HookPoint[]) => {
    const segments: Manifest["head"][] = [];
    for (const [i, to] of ends.entries()) {
      const from = ends[i - 1];
      const name = graphs.nameOf(from, to);
      const segment = written.get(name) ?? (await writeGraph(folder, name, graphs.segment(from, to)));
      written.set(name, segment);
      segments.push(segment);
    }
    return segments;
  };
  const splits: Manifest["splits"] = [];
  const preferred = defaultLayer(cuts, shape.layers);
  for (const { name: split, at } of plannedSplits(shape, cuts, preferred, layers === undefined)) {
    const segments = await writeSegments([...at, points.at(-1)!]);
    const from = at.findLast((point) => isBeforeLastLayer(point, shape));
    const tail = from && (await writeGraph(folder, graphs.tailNameOf(from), graphs.tail(from)));
    splits.push({
      name: split,
      cuts: at.map((point) => point.name),
      segments,
      ...(tail && { tail: { from: from.name, ...tail } }),
    });
  }
  const head = await writeGraph(folder, "head", graphs.head());
  const tokenizer = {
    json: await writeFileSpec(
      folder,
      "tokenizer.json",
      Buffer.from(JSON.stringify(checkpoint.tokenizer.json)),
    ),
    config: await writeFileSpec(
      folder,
      "tokenizer_config.json",
      Buffer.from(JSON.stringify(checkpoint.tokenizer.config, null, 2)),
    ),
  };

  const unchecked: Omit<Manifest, "selfTest"> = {
    format: "neuron-notebook/2",
    name,
    title: checkpoint.source.repo.split("/").at(-1) ?? name,
    source: checkpoint.source,
    licence: checkpoint.licence,
    encoding,
    model: dimensions(shape),
    tokenizer,
    shards,
    splits,
    head,
    defaultLayer: preferred,
  };
  const { selfTest, differences } = await checkExport(
    folder,
    unchecked,
    graphs.uncut(),
    checkpoint.tokenizer,
  );
  const manifest: Manifest = { ...unchecked, selfTest };
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeFile(join(folder, "manifest.json"), text);
  const bytes = allFiles(manifest).reduce((sum, file) => sum + file.byteLength, text.length);
  return { manifest: parseManifest(text), bytes, differences };
}

function checkCuts(layers: number[] | undefined, { layers: count }: BertShape): number[] {
  const cuts = [...new Set(layers ?? Array.from({ length: count }, (_, layer) => layer))].sort(
    (a, b) => a - b,
  );
  const wrong = cuts.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= count);
  if (wrong !== undefined || cuts.length === 0)
    throw new ExportError(
      `--layers: the model has no layer ${wrong}.`,
      `Its layers are numbered 0 to ${count - 1}; give some of them separated by commas, such as --layers ${Math.min(9, count - 1)}.`,
    );
  return cuts;
}

/** The halves cut at the default layer, and one split that is cut at every hook point, or at the layers that were asked for. */
function plannedSplits(
  shape: BertShape,
  cuts: readonly number[],
  preferred: number,
  everywhere: boolean,
): { name: string; at: HookPoint[] }[] {
  const neurons = neuronPointsOf(shape).filter(({ layer }) => cuts.includes(layer));
  const halves = { name: `layer-${preferred}`, at: neurons.filter(({ layer }) => layer === preferred) };
  if (everywhere) return [halves, { name: "every-hook-point", at: hookPointsOf(shape).slice(0, -1) }];
  return cuts.length > 1
    ? [halves, { name: `layers-${cuts.join("-")}`.slice(0, 100), at: neurons }]
    : [halves];
}

/** whether all of the last layer lies after a hook point */
function isBeforeLastLayer({ kind, layer }: HookPoint, { layers }: BertShape): boolean {
  return layer < layers - 1 || (layer === layers - 1 && kind === "resid");
}

/** layer 9, which the course uses, or the layer three quarters up, as it is in a model of twelve */
function defaultLayer(cuts: number[], layers: number): number {
  const wanted = layers > 9 ? 9 : Math.floor((layers * 3) / 4);
  return cuts.reduce((best, cut) => (Math.abs(cut - wanted) < Math.abs(best - wanted) ? cut : best));
}

function dimensions({ tied: _, ...shape }: BertShape): Manifest["model"] {
  const { layers, dModel, dMlp, heads, vocabulary, positions, tokenTypes, layerNormEps } = shape;
  return { family: "bert", layers, dModel, dMlp, heads, vocabulary, positions, tokenTypes, layerNormEps };
}

/** Stream a shard's tensors into chunk files; fp32 as it is, or rounded to fp16. */
async function writeShard(
  checkpoint: Checkpoint,
  shard: PlacedShard,
  folder: string,
  encoding: Encoding,
  onBytes: (bytes: number) => void,
): Promise<FileSpec[]> {
  const chunks: FileSpec[] = [];
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK, shard.byteLength));
  let filled = 0;
  const flush = async () => {
    if (filled === 0) return;
    chunks.push(
      await writeFileSpec(folder, `weights/${shard.name}.${chunks.length}.bin`, chunk.subarray(0, filled)),
    );
    filled = 0;
  };
  for (const { name, shape } of shard.tensors) {
    const elements = elementsOf(shape);
    for (let first = 0; first < elements; first += PIECE) {
      const values = await checkpoint.read(name, first, Math.min(PIECE, elements - first));
      const bytes = encode(values, encoding, name);
      for (let at = 0; at < bytes.length; ) {
        const room = Math.min(chunk.length - filled, bytes.length - at);
        chunk.set(bytes.subarray(at, at + room), filled);
        filled += room;
        at += room;
        if (filled === chunk.length) await flush();
      }
      onBytes(values.byteLength);
    }
  }
  await flush();
  return chunks;
}

async function writeGraph(folder: string, name: string, { graph, shards }: Segment) {
  return { graph: await writeFileSpec(folder, `graphs/${name}.onnx`, graph), shards };
}

async function writeFileSpec(folder: string, file: string, bytes: Uint8Array): Promise<FileSpec> {
  await writeFile(join(folder, file), bytes);
  return { file, byteLength: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * Only an exported model or nothing may be replaced, and never the checkpoint itself.
 * @throws ExportError
 */
async function checkTarget(out: string, checkpoint: string): Promise<void> {
  const inside = (child: string, parent: string) => `${child}${sep}`.startsWith(`${parent}${sep}`);
  const source = resolve(checkpoint);
  if (inside(source, out) || inside(out, source))
    throw new ExportError(
      `${out} cannot be written: the checkpoint is ${source}.`,
      "Give another folder with --out.",
    );
  if (!/^[\w.-]+$/.test(basename(out)))
    throw new ExportError(
      `"${basename(out)}" cannot be a model's name.`,
      "Use letters, digits, dots and dashes for the last part of --out.",
    );
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new ExportError(`${out} cannot be written: ${error.message}.`, "Give another folder with --out.");
  });
  if (entries.length === 0) return;
  const text = await readFile(join(out, "manifest.json"), "utf8").catch(() => "");
  if (!text.includes('"neuron-notebook/'))
    throw new ExportError(
      `${out} holds something else than an exported model, and would be replaced.`,
      "Give a new folder with --out, or empty that one.",
    );
}

/** Put a finished folder in its place; what stood there comes back when that fails. */
async function replaceFolder(finished: string, out: string): Promise<void> {
  const old = `${finished}.old`;
  const existed = await rename(out, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(finished, out);
  } catch (error) {
    if (existed) await rename(old, out);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}
