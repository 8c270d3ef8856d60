// manifest.json: everything the engine needs to know of an exported model, parsed and validated once at the border.
// The exporter writes what this file describes. All file paths are relative to the manifest.

import * as v from "valibot";
import { EngineError } from "./errors.ts";

/** inputs and outputs of the graphs; the tensors that cross a cut bear TransformerLens's names */
export const tensorNames = {
  /** int64 [batch, pos] */
  inputIds: "input_ids",
  tokenTypeIds: "token_type_ids",
  positionIds: "position_ids",
  /** float [batch, 1, pos, pos], added to the attention scores: 0, or very negative at padding */
  attentionBias: "attention_bias",
  /** float [batch, pos, d_model]: what the layer's MLP reads and what its output is added to */
  mid: (layer: number) => `blocks.${layer}.normalized_resid_mid`,
  /** float [batch, pos, d_mlp]: the layer's neurons, after GELU */
  mlpPost: (layer: number) => `blocks.${layer}.mlp.hook_post`,
  /** float [batch, pos, d_model]: the last layer's output */
  hidden: "normalized_resid_post",
  /** int64 [asked]: rows of [batch * pos] whose prediction is wanted */
  positions: "positions",
  /** int64 [candidates] */
  candidateIds: "candidate_ids",
  /** float [asked, vocabulary] */
  logits: "logits",
  /** float [asked, candidates], natural logarithm */
  logProbs: "log_probs",
} as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));
const relative = v.pipe(
  v.string(),
  v.regex(/^[\w.-]+(\/[\w.-]+)*$/, "must be a path below the manifest"),
  v.check((path) => !path.split("/").includes(".."), "must not leave the manifest's folder"),
);

const fileSpec = v.object({
  file: relative,
  byteLength: positive,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
});

const tensor = v.object({
  /** the checkpoint's own name */
  name: v.string(),
  shape: v.array(positive),
  /** byte offset in the shard as fp32 */
  offset: count,
});

const shard = v.object({
  /** length as fp32, the form the graphs refer to; twice the kept bytes when the encoding is fp16 */
  byteLength: positive,
  /** in order; together they are the shard in the manifest's encoding */
  chunks: v.pipe(v.array(fileSpec), v.minLength(1)),
  tensors: v.array(tensor),
});

/** a graph and the shards that its external data names */
const segment = v.object({ graph: fileSpec, shards: v.array(v.string()) });

const split = v.object({
  /** "layer-9", "every-layer" */
  name: v.string(),
  /** layers cut at mlp_post, ascending; there is one more segment than cuts */
  cuts: v.pipe(v.array(count), v.minLength(1)),
  segments: v.pipe(v.array(segment), v.minLength(2)),
});

const manifest = v.object({
  format: v.literal("neuron-notebook/1"),
  name: v.pipe(v.string(), v.regex(/^[\w.-]+$/, "must be letters, digits, dots, dashes")),
  title: v.string(),
  source: v.object({ repo: v.string(), revision: v.string() }),
  licence: v.string(),
  encoding: v.picklist(["fp32", "fp16"]),
  model: v.object({
    layers: positive,
    dModel: positive,
    dMlp: positive,
    heads: positive,
    vocabulary: positive,
    positions: positive,
    tokenTypes: positive,
    layerNormEps: v.number(),
  }),
  tokenizer: v.object({ json: fileSpec, config: fileSpec }),
  shards: v.record(v.string(), shard),
  splits: v.pipe(v.array(split), v.minLength(1)),
  head: segment,
  defaultLayer: count,
  /** runs with their answers, computed by the uncut graph at export time; a device that cannot repeat them is not used */
  selfTest: v.pipe(
    v.array(
      v.object({
        inputIds: v.pipe(v.array(count), v.minLength(1)),
        position: count,
        /** the highest logits at that position, descending */
        top: v.pipe(v.array(v.object({ id: count, logit: v.number() })), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type Split = v.InferOutput<typeof split>;
export type Segment = v.InferOutput<typeof segment>;

/**
 * Parse and validate a manifest.
 * @throws EngineError "manifest-invalid" naming the offending field
 */
export function parseManifest(text: string, from = "manifest.json"): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    const html = /^\s*</.test(text);
    throw invalid(
      from,
      html ? "the server answered with a web page instead of JSON" : "it is not JSON",
      cause,
    );
  }
  const result = v.safeParse(manifest, data);
  if (!result.success) {
    const issue = result.issues[0];
    throw invalid(from, `${v.getDotPath(issue) ?? "the top level"}: ${issue.message}`);
  }
  checkReferences(result.output, from);
  return result.output;
}

/** what a schema cannot say: names that must exist, counts that must agree */
function checkReferences(m: Manifest, from: string): void {
  const segments = [m.head, ...m.splits.flatMap((split) => split.segments)];
  for (const name of segments.flatMap((segment) => segment.shards)) {
    if (!(name in m.shards)) throw invalid(from, `a segment names the shard "${name}", which shards lacks`);
  }
  const factor = m.encoding === "fp16" ? 2 : 1;
  for (const [name, { byteLength, chunks }] of Object.entries(m.shards)) {
    const kept = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (kept * factor !== byteLength)
      throw invalid(from, `shards.${name}: its chunks do not add up to byteLength`);
  }
  for (const { name, cuts, segments } of m.splits) {
    if (segments.length !== cuts.length + 1)
      throw invalid(from, `splits: "${name}" has the wrong number of segments`);
    if (cuts.some((cut, i) => cut >= m.model.layers || (i > 0 && cut <= cuts[i - 1]!)))
      throw invalid(from, `splits: "${name}" has cuts that are not ascending layers of the model`);
  }
  if (!m.splits.some((split) => split.cuts.includes(m.defaultLayer)))
    throw invalid(from, `defaultLayer: no split is cut at layer ${m.defaultLayer}`);
}

/** The coarsest split that exposes the given layers; undefined when none does. */
export function findSplit(m: Manifest, layers: readonly number[]): Split | undefined {
  return m.splits
    .filter((split) => layers.every((layer) => split.cuts.includes(layer)))
    .sort((a, b) => a.cuts.length - b.cuts.length)[0];
}

/** Layers that can be cut, ascending. */
export function cutLayers(m: Manifest): number[] {
  return [...new Set(m.splits.flatMap((split) => split.cuts))].sort((a, b) => a - b);
}

function invalid(from: string, what: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-invalid",
    `${from} does not describe a model: ${what}.`,
    "Export the model again with npm run export, and check that the whole folder was uploaded.",
    { cause },
  );
}
