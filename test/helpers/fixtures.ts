// The reference values of model-export/reference, as the tests read them, and where the exported fixtures lie.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { largestDifference } from "../../model-export/check.ts";

export const root = join(import.meta.dirname, "../..");
export const checkpoints = join(root, "test/fixtures/checkpoints");
/** the checkpoint "legacy" as it was exported before splits named their hook points; not to be exported anew */
export const firstFormat = join(root, "test/fixtures/exported/first-format");
export const practiceCheckpoint = join(root, "model-export/minibert-blimp/checkpoint");

/** random checkpoints that differ in every dimension and naming variant */
export const tiny = ["legacy", "tied-copy", "untied", "half", "bfloat", "wide"] as const;
/** checkpoints as people publish them; expected.json is theirs */
export const oddCheckpoints = join(root, "test/fixtures/odd-checkpoints");
export const practice = "minibert-blimp";

/** base64 of little-endian floats; `rows` are the token positions the first dimension stands for */
export interface Encoded {
  rows?: number[];
  shape: number[];
  f32: string;
}

export interface ReferenceCandidate {
  word: string;
  id: number;
  before: number;
  after: number;
  delta: number;
  printed: { before: string; after: string; delta: string };
  /** printed strings that do not hang on rounding */
  steady: string[];
}

export interface ReferenceExperiment {
  position: number;
  layer: number;
  neuron: number;
  activation: number;
  logitsAfter: Encoded | null;
  candidates: ReferenceCandidate[];
}

export interface ReferenceSentence {
  text: string;
  ids: number[];
  maskPositions: number[];
  logits: Encoded & { rows: number[] };
  mlpPost: (Encoded & { layer: number; rows: number[] })[];
  residual: (Encoded & { point: string; rows: number[] })[];
  experiments: ReferenceExperiment[];
}

export interface Reference {
  checkpoint: { sha256: Record<string, string> };
  model: { layers: number; dModel: number; dMlp: number; vocabulary: number; positions: number };
  sentences: ReferenceSentence[];
}

export function reference(name: string): Reference {
  return JSON.parse(readFileSync(join(root, `test/fixtures/reference/${name}.json`), "utf8"));
}

/** one sentence of an odd checkpoint, and what transformers makes of it */
export interface OddExperiment {
  model: string;
  sentence: string;
  mask: number;
  ids: number[];
  tokens: string[];
  /** of the embedding table */
  rows: number;
  layer: number;
  neuron: number;
  /** probabilities by word */
  before: Record<string, number>;
  after: Record<string, number>;
}

export function oddExperiments(): OddExperiment[] {
  return JSON.parse(readFileSync(join(oddCheckpoints, "expected.json"), "utf8")).experiments;
}

export function decode({ f32 }: Encoded): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(f32, "base64")).buffer);
}

/** Largest absolute difference between rows of a computed matrix and the reference's rows. */
export function worstRow(
  computed: Float32Array,
  width: number,
  expected: Encoded & { rows: number[] },
): number {
  const values = decode(expected);
  const differences = expected.rows.map((row, i) =>
    largestDifference(
      computed.subarray(row * width, (row + 1) * width),
      values.subarray(i * width, (i + 1) * width),
    ),
  );
  return Math.max(...differences);
}
