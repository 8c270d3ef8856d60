// A checkpoint in, a split model in a folder out. The files are made by src/model/build, as they are in a tab; here they
// are written beside their final place, and moved there when they have passed their check.

import { createHash, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { buildFiles, finish, rounds } from "../src/model/build/index.ts";
import type { Checkpoint, Encoding } from "../src/model/checkpoint/index.ts";
import { BertGraphs, type BertShape, placeShards } from "../src/model/graph/index.ts";
import { allFiles, type Manifest, parseManifest } from "../src/model/index.ts";
import { checkExport, type Difference } from "./check.ts";
import { ExportError } from "./errors.ts";
import { ownPages } from "./own-pages.ts";
import { measureRounding } from "./rounding.ts";

export interface ExportOptions {
  /** the folder to write, whose name is the model's; an exported model that stands there is replaced */
  out: string;
  /** layers to cut at; default all, and then one split cut at every layer and one cut at every hook point, too */
  layers?: number[] | undefined;
  /** default fp32, or fp16 where the checkpoint is stored so throughout */
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
  { name, layers, encoding, onProgress }: ExportOptions & { name: string },
): Promise<ExportReport> {
  if (layers) layers = checkCuts(layers, checkpoint.config);
  for (const sub of ["weights", "graphs"]) await mkdir(join(folder, sub), { recursive: true });
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const buffers: ArrayBuffer[] = [];
  const allocate = (bytes: number) => {
    const buffer = ownPages(bytes);
    buffers.push(buffer);
    return new Uint8Array(buffer);
  };
  const files = buildFiles(checkpoint, { name, sha256, layers, encoding, allocate, onProgress });
  let next = await files.next();
  for (; !next.done; next = await files.next())
    await writeFile(join(folder, next.value.spec.file), next.value.bytes);
  const unfinished = next.value;
  for (const buffer of buffers) buffer.resize(0);

  // before the whole model is opened, since WebAssembly's memory never shrinks
  const rounding = rounds(checkpoint, unfinished.encoding)
    ? await measureRounding(checkpoint, folder, unfinished)
    : undefined;
  const uncut = new BertGraphs(checkpoint.config, placeShards(checkpoint.config)).uncut();
  const { selfTest, differences } = await checkExport(folder, unfinished, uncut, checkpoint.tokenizer);
  const text = finish(unfinished, selfTest, rounding);
  await writeFile(join(folder, "manifest.json"), text);
  const manifest = parseManifest(text);
  const bytes = allFiles(manifest).reduce((sum, file) => sum + file.byteLength, text.length);
  return { manifest, bytes, differences };
}

/** @throws ExportError */
function checkCuts(layers: readonly number[], { layers: count }: BertShape): number[] {
  const cuts = [...new Set(layers)].sort((a, b) => a - b);
  const wrong = cuts.find((layer) => !Number.isInteger(layer) || layer < 0 || layer >= count);
  if (wrong !== undefined || cuts.length === 0)
    throw new ExportError(
      `--layers: the model has no layer ${wrong}.`,
      `Its layers are numbered 0 to ${count - 1}; give some of them separated by commas, such as --layers ${Math.min(9, count - 1)}.`,
    );
  return cuts;
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
