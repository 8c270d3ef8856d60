// The exporter checks its own work before it says done: the halves of a split, run one after the other, against the
// uncut graph on the same weight files. Weights are read from disk tensor by tensor while a session opens, and one
// session is open at a time, so that a check needs little more memory than the model itself.
//
// B = 1 batch, T positions, V vocabulary.

import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { type Manifest, tensorNames as names } from "../src/engine/index.ts";
import { createTokenizer, decodeFloat16, ort, Runtime, wasm } from "../src/engine/node.ts";
import { ExportError } from "./errors.ts";
import type { Segment } from "./graph/bert.ts";

/** largest absolute difference of a logit between a split and the uncut graph */
export interface Difference {
  split: string;
  largest: number;
}

/** what the uncut graph said */
export interface Golden {
  selfTest: Manifest["selfTest"];
  /** per input: ids and logits [T, V] */
  runs: { inputIds: number[]; logits: Float32Array }[];
}

type Unchecked = Omit<Manifest, "selfTest">;
type Feeds = Parameters<Runtime["run"]>[1];

/** fp32 sums in another order; the graphs are the same operations on the same numbers */
const TOLERANCE = 1e-4;
/** models up to this many weight bytes have all their splits checked; larger ones the default and the every-layer split */
const SMALL = 64e6;
/** how many of the highest logits the self-test stores */
const TOP = 8;

/** Run the uncut graph on a few inputs: the tutorial's sentence, and a shorter and a longer run of arbitrary tokens. */
export async function goldenRun(
  folder: string,
  manifest: Unchecked,
  uncut: Segment,
  tokenizer: { json: object; config: object },
): Promise<Golden> {
  const { vocabulary, positions } = manifest.model;
  const { encode, maskId } = createTokenizer(tokenizer.json, tokenizer.config);
  const sentence = encode("Raymond is selling [MASK] sketches.").map(({ id }) => id);
  const arbitrary = (length: number) => Array.from({ length }, (_, i) => (i * 7919 + 1) % vocabulary);
  const inputs = [
    sentence.slice(0, positions),
    arbitrary(Math.min(3, positions)),
    arbitrary(Math.min(40, positions)),
  ];
  const runtime = new Runtime(ort, wasm(""));
  const weights = new WeightFiles(folder, manifest);
  try {
    const session = await runtime.open(uncut.graph, weights.external(uncut.shards));
    const runs: Golden["runs"] = [];
    for (const inputIds of inputs) {
      const outputs = await runtime.run(session, modelInputs(runtime, inputIds), [names.logits]);
      runs.push({ inputIds, logits: outputs[names.logits]!.data as Float32Array });
    }
    await session.release();
    const selfTest = runs.map(({ inputIds, logits }) => {
      const position = Math.max(0, inputIds.indexOf(maskId));
      const row = logits.subarray(position * vocabulary, (position + 1) * vocabulary);
      const highest = [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, TOP);
      return { inputIds, position, top: highest.map((id) => ({ id, logit: row[id]! })) };
    });
    return { selfTest, runs };
  } finally {
    weights.close();
  }
}

/**
 * Run splits segment by segment on the golden inputs.
 * @throws ExportError when a logit differs from the uncut graph's by more than the tolerance
 */
export async function checkExport(folder: string, manifest: Manifest, golden: Golden): Promise<Difference[]> {
  const bytes = Object.values(manifest.shards).reduce((sum, shard) => sum + shard.byteLength, 0);
  const chosen = manifest.splits.filter(
    ({ name, cuts }) => bytes <= SMALL || name === "every-layer" || cuts.includes(manifest.defaultLayer),
  );
  const runtime = new Runtime(ort, wasm(""));
  const weights = new WeightFiles(folder, manifest);
  const differences: Difference[] = [];
  try {
    for (const split of chosen) {
      let states = golden.runs.map(({ inputIds }) => modelInputs(runtime, inputIds));
      for (const { graph, shards } of [...split.segments, manifest.head]) {
        const session = await runtime.open(readFileSync(join(folder, graph.file)), weights.external(shards));
        const next: Feeds[] = [];
        for (const state of states) {
          const candidates = { [names.candidateIds]: runtime.int64([0], [1]) };
          const outputs = await runtime.run(session, { ...state, ...candidates }, session.outputNames);
          next.push({ ...state, ...outputs });
        }
        states = next;
        await session.release();
      }
      const largest = Math.max(
        ...states.map((state, i) =>
          largestDifference(state[names.logits]!.data as Float32Array, golden.runs[i]!.logits),
        ),
      );
      differences.push({ split: split.name, largest });
    }
  } finally {
    weights.close();
  }
  const worst = differences.find(({ largest }) => !(largest <= TOLERANCE));
  if (worst)
    throw new ExportError(
      `The split ${worst.split} computes something else than the uncut model: a logit differs by ${worst.largest.toPrecision(2)}.`,
      "This is a fault of the exporter or of ONNX Runtime; please report it with the checkpoint's name.",
    );
  return differences;
}

/** everything a graph may ask for; sessions take what they name */
function modelInputs(runtime: Runtime, inputIds: number[]): Feeds {
  const length = inputIds.length;
  const positions = [...inputIds.keys()];
  return {
    [names.inputIds]: runtime.int64(inputIds, [1, length]),
    [names.tokenTypeIds]: runtime.int64(
      inputIds.map(() => 0),
      [1, length],
    ),
    [names.positionIds]: runtime.int64(positions, [1, length]),
    [names.attentionBias]: runtime.float32(new Float32Array(length * length), [1, 1, length, length]),
    [names.positions]: runtime.int64(positions, [length]),
  };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** The written chunks as external data that is read while a session asks for it. */
class WeightFiles {
  readonly #manifest: Unchecked;
  readonly #open = new Map<string, number>();
  readonly #folder: string;

  constructor(folder: string, manifest: Unchecked) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  external(shards: readonly string[]) {
    return shards.map((path) => ({
      path,
      data: new ShardBytes(this, path, this.#manifest.shards[path]!.byteLength),
    }));
  }

  /** bytes of a shard as fp32, [start, end) */
  read(shard: string, start: number, end: number): Uint8Array {
    const { chunks } = this.#manifest.shards[shard]!;
    const factor = this.#manifest.encoding === "fp16" ? 2 : 1;
    const out = new Uint8Array((end - start) / factor);
    let position = 0;
    for (const { file, byteLength } of chunks) {
      const from = Math.max(start / factor, position);
      const to = Math.min(end / factor, position + byteLength);
      if (from < to) readSync(this.#descriptor(file), out, from - start / factor, to - from, from - position);
      position += byteLength;
    }
    return factor === 1 ? out : new Uint8Array(decodeFloat16(out).buffer);
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #descriptor(file: string): number {
    const known = this.#open.get(file) ?? openSync(join(this.#folder, file), "r");
    this.#open.set(file, known);
    return known;
  }
}

/**
 * ONNX Runtime copies each tensor out of external data by `byteLength` and `subarray`; answering those two from disk
 * spares a second copy of the whole model in memory.
 */
class ShardBytes extends Uint8Array<ArrayBuffer> {
  readonly #files: WeightFiles;
  readonly #shard: string;
  readonly #length: number;

  constructor(files: WeightFiles, shard: string, length: number) {
    super(new ArrayBuffer(0));
    this.#files = files;
    this.#shard = shard;
    this.#length = length;
  }

  override get byteLength(): number {
    return this.#length;
  }

  override subarray(start = 0, end = this.#length): Uint8Array<ArrayBuffer> {
    return this.#files.read(this.#shard, start, end) as Uint8Array<ArrayBuffer>;
  }
}
