// The exporter checks its own work before it says done: the halves of a split, run one after the other, against the
// uncut graph on the same weight files. Weights are read from disk tensor by tensor while a session opens, and one
// session is open at a time, so that a check needs little more memory than the model itself.
//
// B = 1 batch, T positions, V vocabulary.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Asked,
  everywhere,
  goldenInputs,
  ort,
  Runtime,
  runSteps,
  selfTestOf,
  wasm,
} from "../src/engine/node.ts";
import type { Unfinished } from "../src/model/build/index.ts";
import type { Segment } from "../src/model/graph/index.ts";
import type { Manifest } from "../src/model/index.ts";
import { createTokenizer } from "../src/model/tokenizer/index.ts";
import { ExportError } from "./errors.ts";
import { WeightFiles } from "./weight-files.ts";

/** largest absolute difference of a logit between a split and the uncut graph */
export interface Difference {
  split: string;
  largest: number;
}

interface Checked {
  selfTest: Manifest["selfTest"];
  differences: Difference[];
}

/** what one way through a split gave: logits [N, V] of the asked tokens per input */
interface Found {
  split: string;
  at: Asked;
  logits: Float32Array[];
}

/** fp32 sums in another order; the graphs are the same operations on the same numbers */
const TOLERANCE = 1e-5;
/**
 * Run splits segment by segment, then the uncut graph, on a few inputs: the tutorial's sentence, and a shorter and a
 * longer run of arbitrary tokens. The uncut graph comes last because WebAssembly's memory never shrinks.
 * @returns the differences, and what the last split said as the manifest's self-test
 * @throws ExportError when a logit differs by more than the tolerance
 */
export async function checkExport(
  folder: string,
  manifest: Unfinished,
  uncut: Segment,
  tokenizer: { json: object; config: object },
): Promise<Checked> {
  const { vocabulary } = manifest.model;
  const words = createTokenizer(tokenizer.json, tokenizer.config);
  const inputs = goldenInputs(manifest.model, words);

  const runtime = new Runtime(ort, wasm(""));
  const weights = new WeightFiles(folder, manifest);
  try {
    const external = (shards: readonly string[]) => weights.external(shards);
    const open = (segments: Manifest["head"][]) =>
      [...segments, manifest.head].map(({ graph, shards }) => ({
        graph: () => readFileSync(join(folder, graph.file)),
        shards,
      }));
    const found: Found[] = [];
    for (const { name, cuts, segments, tail } of manifest.splits) {
      found.push({
        split: name,
        at: everywhere,
        logits: await runSteps(runtime, open(segments), external, inputs),
      });
      if (!tail) continue;
      const way = open([...segments.slice(0, cuts.indexOf(tail.from) + 1), tail]);
      found.push({
        split: name,
        at: sparse,
        logits: await runSteps(runtime, way, external, inputs, sparse),
      });
    }
    const expected = await runSteps(
      runtime,
      [{ graph: () => uncut.graph, shards: uncut.shards }],
      external,
      inputs,
    );
    const worst = ({ at, logits }: Found) =>
      logits.map((some, j) =>
        Math.max(
          ...at(inputs[j]!.length, inputs[j]!).map((row, i) =>
            largestDifference(rowOf(some, i, vocabulary), rowOf(expected[j]!, row, vocabulary)),
          ),
        ),
      );
    const differences = manifest.splits.map(({ name }) => ({
      split: name,
      largest: Math.max(...found.filter(({ split }) => split === name).flatMap(worst)),
    }));
    refuse(differences);
    // what the segments say, because a tab, which cannot hold the uncut model, makes the same self-test
    const last = manifest.splits.at(-1)!.name;
    const { logits } = found.find(({ split, at }) => split === last && at === everywhere)!;
    const selfTest = selfTestOf(inputs, logits, manifest, words);
    return { selfTest, differences };
  } finally {
    weights.close();
  }
}

/** every third token, from the last one on */
const sparse: Asked = (length) =>
  everywhere(length, [])
    .filter((i) => (length - 1 - i) % 3 === 0)
    .reverse();

const rowOf = (logits: Float32Array, row: number, width: number) =>
  logits.subarray(row * width, (row + 1) * width);

function refuse(differences: Difference[]): void {
  const worst = differences.find(({ largest }) => largest > TOLERANCE);
  if (!worst) return;
  throw new ExportError(
    `The split ${worst.split} computes something else than the uncut model: a logit differs by ${worst.largest.toPrecision(2)}.`,
    "This is a fault of the exporter or of ONNX Runtime; please report it with the checkpoint's name.",
  );
}

/** Largest absolute difference; infinite as soon as one is not a number. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < b.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    if (difference > largest) largest = difference;
  }
  return largest;
}
