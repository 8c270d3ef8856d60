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

/**
 * What a manifest may ask for at most, far above any BERT's. Whoever writes a manifest decides what a visitor's browser
 * downloads, keeps and allocates, so it is believed in nothing that has no bound.
 */
export const manifestLimits = {
  /** characters of manifest.json; bert-base-cased's has 54,000 */
  text: 4 * 2 ** 20,
  /** bytes of one file, which is the exporter's size of a chunk */
  file: 16 * 2 ** 20,
  /** bytes of one shard as fp32: one array in memory */
  shard: 2 ** 31,
  /** bytes of all files */
  total: 8 * 2 ** 30,
  /** rows of the embedding table */
  vocabulary: 2 ** 22,
  /** shards, splits, cuts, layers */
  parts: 1024,
  /** characters of a title, a licence, a tensor's name */
  words: 500,
} as const;

const { parts, words } = manifestLimits;

const upTo = (max: number, min = 0) => v.pipe(v.number(), v.safeInteger(), v.minValue(min), v.maxValue(max));
const finite = v.pipe(v.number(), v.finite());
const name = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(/^[\w.-]+$/, "must be letters, digits, dots, dashes"),
);
const line = v.pipe(v.string(), v.maxLength(words));
/** the length is looked at before any item */
const list = <T extends v.GenericSchema>(item: T, max: number, min = 0) =>
  v.pipe(v.array(v.unknown()), v.minLength(min), v.maxLength(max), v.array(item));

/** below the manifest: no scheme, no leading slash, nothing that a URL parser unpacks or climbs by */
const relative = v.pipe(
  v.string(),
  v.maxLength(300),
  v.regex(/^[\w.-]+(\/[\w.-]+)*$/, "must be a path below the manifest"),
  v.check(
    (path) => !path.split("/").some((step) => step === "." || step === ".."),
    "must not leave the manifest's folder",
  ),
);

const fileSpec = v.object({
  file: relative,
  byteLength: upTo(manifestLimits.file, 1),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
});

const tensor = v.object({
  /** the checkpoint's own name */
  name: line,
  shape: list(upTo(manifestLimits.shard, 1), 8),
  /** byte offset in the shard as fp32 */
  offset: upTo(manifestLimits.shard),
});

const shard = v.object({
  /** length as fp32, the form the graphs refer to; twice the kept bytes when the encoding is fp16 */
  byteLength: upTo(manifestLimits.shard, 1),
  /** in order; together they are the shard in the manifest's encoding */
  chunks: list(fileSpec, parts, 1),
  tensors: list(tensor, parts),
});

/** a graph and the shards that its external data names */
const segment = v.object({ graph: fileSpec, shards: list(name, parts) });

const split = v.object({
  /** "layer-9", "every-layer" */
  name,
  /** layers cut at mlp_post, ascending; there is one more segment than cuts */
  cuts: list(upTo(parts), parts, 1),
  segments: list(segment, parts + 1, 2),
});

const manifest = v.object({
  format: v.literal("neuron-notebook/1"),
  name,
  title: line,
  source: v.object({ repo: line, revision: line }),
  licence: line,
  encoding: v.picklist(["fp32", "fp16"]),
  model: v.object({
    layers: upTo(parts, 1),
    dModel: upTo(2 ** 16, 1),
    dMlp: upTo(2 ** 18, 1),
    heads: upTo(parts, 1),
    vocabulary: upTo(manifestLimits.vocabulary, 1),
    positions: upTo(2 ** 16, 1),
    tokenTypes: upTo(parts, 1),
    layerNormEps: finite,
  }),
  tokenizer: v.object({ json: fileSpec, config: fileSpec }),
  shards: v.record(name, shard),
  splits: list(split, parts, 1),
  /**
   * one more split, which ends a segment behind the embeddings, at mlp_post of every layer and behind every layer; for
   * hooks on the residual stream. Models that were exported with some layers only are without it.
   */
  stages: v.optional(list(segment, 2 * parts + 1)),
  head: segment,
  defaultLayer: upTo(parts),
  /** runs with their answers, computed by the uncut graph at export time; a device that cannot repeat them is not used */
  selfTest: list(
    v.object({
      inputIds: list(upTo(manifestLimits.vocabulary), 2 ** 16, 1),
      position: upTo(2 ** 16),
      /** the highest logits at that position, descending */
      top: list(v.object({ id: upTo(manifestLimits.vocabulary), logit: finite }), parts, 1),
    }),
    100,
    1,
  ),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type Segment = v.InferOutput<typeof segment>;

/**
 * Parse and validate a manifest.
 * @throws EngineError "manifest-invalid" naming the offending field
 */
export function parseManifest(text: string, from = "manifest.json"): Manifest {
  if (text.length > manifestLimits.text) throw invalid(from, "it is longer than any manifest");
  const result = v.safeParse(manifest, parseJson(text, from), { abortEarly: true });
  if (!result.success) {
    const issue = result.issues[0];
    throw invalid(from, `${v.getDotPath(issue) ?? "the top level"}: ${issue.message}`);
  }
  const complaint = complaints(result.output).next().value;
  if (complaint) throw invalid(from, complaint);
  return result.output;
}

/** keys by which an object's prototype is reached */
const reserved = ["__proto__", "constructor", "prototype"];

function parseJson(text: string, from: string): unknown {
  try {
    return JSON.parse(text, (key, value) => {
      if (reserved.includes(key)) throw invalid(from, `"${key}" cannot be the name of anything in it`);
      return value;
    });
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const html = /^\s*</.test(text);
    throw invalid(
      from,
      html ? "the server answered with a web page instead of JSON" : "it is not JSON",
      cause,
    );
  }
}

/** What a schema cannot say: names that must exist, counts that must agree. Nothing is yielded for a good manifest. */
function* complaints(m: Manifest): Generator<string, undefined> {
  yield* fileComplaints(m);
  yield* shardComplaints(m);
  yield* splitComplaints(m);
  yield* selfTestComplaints(m);
}

/** one content per path and one length per content, or the store would hold one file for another */
function* fileComplaints(m: Manifest): Generator<string> {
  const files = namedFiles(m);
  const hashes = new Map<string, string>();
  const lengths = new Map<string, number>();
  for (const [field, { file, byteLength, sha256 }] of files) {
    if ((hashes.get(file) ?? sha256) !== sha256) yield `${field}.sha256: ${file} has another one elsewhere`;
    if ((lengths.get(sha256) ?? byteLength) !== byteLength)
      yield `${field}.byteLength: a file with the same sha256 has another length`;
    hashes.set(file, sha256);
    lengths.set(sha256, byteLength);
  }
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  if (total > manifestLimits.total)
    yield `shards: all files together have ${total} bytes, which no model has`;
}

function* shardComplaints({ shards, encoding }: Manifest): Generator<string> {
  const factor = encoding === "fp16" ? 2 : 1;
  const entries = Object.entries(shards);
  if (entries.length > parts) yield `shards: there are ${entries.length}`;
  const tensors = new Set<string>();
  for (const [name, shard] of entries) {
    const kept = shard.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (kept * factor !== shard.byteLength) yield `shards.${name}: its chunks do not add up to byteLength`;
    for (const [i, tensor] of shard.tensors.entries()) {
      const field = `shards.${name}.tensors.${i}`;
      const bytes = 4 * tensor.shape.reduce((product, dimension) => product * dimension, 1);
      if (tensors.has(tensor.name)) yield `${field}.name: "${tensor.name}" is there twice`;
      if (tensor.offset % 4 !== 0) yield `${field}.offset: is not a multiple of 4`;
      if (tensor.offset + bytes > shard.byteLength) yield `${field}: it reaches beyond its shard`;
      tensors.add(tensor.name);
    }
  }
}

function* splitComplaints({
  model,
  shards,
  splits,
  stages,
  head,
  defaultLayer,
}: Manifest): Generator<string> {
  const names = new Set<string>();
  yield* segmentComplaints("head", head, shards);
  for (const [i, { name, cuts, segments }] of splits.entries()) {
    const field = `splits.${i}`;
    if (names.has(name)) yield `${field}.name: "${name}" is there twice`;
    names.add(name);
    if (segments.length !== cuts.length + 1)
      yield `${field}.segments: "${name}" has the wrong number of segments`;
    if (cuts.some((cut, j) => cut >= model.layers || (j > 0 && cut <= cuts[j - 1]!)))
      yield `${field}.cuts: "${name}" has cuts that are not ascending layers of the model`;
    for (const [j, segment] of segments.entries())
      yield* segmentComplaints(`${field}.segments.${j}`, segment, shards);
  }
  if (stages && stages.length !== 2 * model.layers + 1) yield "stages: it has the wrong number of segments";
  for (const [i, segment] of (stages ?? []).entries())
    yield* segmentComplaints(`stages.${i}`, segment, shards);
  if (!splits.some(({ cuts }) => cuts.includes(defaultLayer)))
    yield `defaultLayer: no split is cut at layer ${defaultLayer}`;
}

function* segmentComplaints(field: string, segment: Segment, shards: Manifest["shards"]): Generator<string> {
  const unknown = segment.shards.find((name) => !Object.hasOwn(shards, name));
  if (unknown !== undefined) yield `${field}.shards: it names the shard "${unknown}", which shards lacks`;
  if (new Set(segment.shards).size < segment.shards.length) yield `${field}.shards: a name is there twice`;
}

function* selfTestComplaints({ selfTest, model }: Manifest): Generator<string> {
  for (const [i, { inputIds, position, top }] of selfTest.entries()) {
    const field = `selfTest.${i}`;
    if (inputIds.length > model.positions)
      yield `${field}.inputIds: there are more than the model's positions`;
    if (position >= inputIds.length) yield `${field}.position: it lies beyond the inputIds`;
    if (inputIds.some((id) => id >= model.vocabulary))
      yield `${field}.inputIds: an id is not in the vocabulary`;
    if (top.some(({ id }) => id >= model.vocabulary)) yield `${field}.top: an id is not in the vocabulary`;
  }
}

/** every file of a model with the name of its field */
function namedFiles({
  tokenizer,
  head,
  splits,
  stages = [],
  shards,
}: Manifest): [string, v.InferOutput<typeof fileSpec>][] {
  return [
    ["tokenizer.json", tokenizer.json],
    ["tokenizer.config", tokenizer.config],
    ["head.graph", head.graph],
    ...splits.flatMap(({ segments }, i) =>
      segments.map(({ graph }, j): [string, typeof graph] => [`splits.${i}.segments.${j}.graph`, graph]),
    ),
    ...stages.map(({ graph }, i): [string, typeof graph] => [`stages.${i}.graph`, graph]),
    ...Object.entries(shards).flatMap(([name, { chunks }]) =>
      chunks.map((chunk, i): [string, typeof chunk] => [`shards.${name}.chunks.${i}`, chunk]),
    ),
  ];
}

/** Layers that can be cut, ascending. */
export function cutLayers(m: Manifest): number[] {
  return [...new Set(m.splits.flatMap((split) => split.cuts))].sort((a, b) => a - b);
}

function invalid(from: string, what: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-invalid",
    // what was refused may be quoted, and may be as long as its author liked
    `${from} does not describe a model: ${what.slice(0, words)}.`,
    "Export the model again with npm run export, and check that the whole folder was uploaded.",
    { cause },
  );
}
