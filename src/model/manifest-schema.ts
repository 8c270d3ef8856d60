// What a manifest.json may be: the schemas, and the bounds of whatever a stranger writes into one.

import * as v from "valibot";
import { activations, defaultFamily, families } from "./families/index.ts";
import { encodings } from "./stored-weights.ts";

/**
 * What a manifest may ask for at most, far above any BERT's. Whoever writes a manifest decides what a visitor's browser
 * downloads, keeps and allocates, so every value in it has a limit.
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
  v.pipe(v.instance(Array), v.minLength(min), v.maxLength(max), v.array(item));

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
  /** length as fp32, the form the graphs refer to; stored-weights.ts says how many bytes that is in the files */
  byteLength: upTo(manifestLimits.shard, 1),
  /** in order; together they are the shard in the manifest's encoding */
  chunks: list(fileSpec, parts, 1),
  tensors: list(tensor, parts),
});

/** a graph and the shards that its external data names */
const segment = v.object({ graph: fileSpec, shards: list(name, parts) });

const split = v.object({
  /** "layer-9", "every-hook-point" */
  name,
  /** names of the hook points it is cut at, in order; there is one more segment than cuts */
  cuts: list(line, 2 * parts + 1, 1),
  segments: list(segment, 2 * parts + 2, 2),
  /** a second way from one of the cuts to the encoder's end, which computes the last layer at the asked tokens only */
  tail: v.optional(v.object({ from: line, ...segment.entries })),
});

/** how far a model with rounded weights was from the unrounded one when it was exported, on a few sentences at the mask */
const rounding = v.object({
  sentences: upTo(1000, 1),
  /** largest absolute difference of a logit, and of a probability over the whole vocabulary */
  logit: v.pipe(finite, v.minValue(0)),
  probability: v.pipe(finite, v.minValue(0), v.maxValue(1)),
  /** of the tutorial's words the one whose delta moved most, in percent, and that delta; left out where the model has no such neuron or word */
  tutorial: v.optional(v.object({ word: line, exact: finite, rounded: finite })),
});

const common = {
  name,
  title: line,
  source: v.object({ repo: line, revision: line }),
  licence: line,
  encoding: v.picklist(encodings),
  /** left out where nothing is rounded, and in models that were exported before it was measured */
  rounding: v.optional(rounding),
  model: v.object({
    /** whose hook points it has; see families/ */
    family: v.optional(
      v.pipe(
        v.string(),
        v.check(
          (family) => families.has(family),
          () => `this version of the page knows ${[...families.keys()].join(", ")} alone`,
        ),
      ),
      defaultFamily,
    ),
    layers: upTo(parts, 1),
    dModel: upTo(2 ** 16, 1),
    dMlp: upTo(2 ** 18, 1),
    heads: upTo(parts, 1),
    vocabulary: upTo(manifestLimits.vocabulary, 1),
    positions: upTo(2 ** 16, 1),
    tokenTypes: upTo(parts),
    layerNormEps: finite,
    activation: v.optional(v.picklist(activations)),
    headActivation: v.optional(v.picklist(activations)),
    embeddingWidth: v.optional(upTo(2 ** 16, 1)),
    options: v.optional(v.record(name, finite)),
  }),
  tokenizer: v.object({ json: fileSpec, config: fileSpec }),
  shards: v.record(name, shard),
  head: segment,
  defaultLayer: upTo(parts),
  /** runs with their answers, computed by the uncut graph at export time; a device that cannot repeat them is not used */
  selfTest: list(
    v.object({
      inputIds: list(upTo(2 ** 22), 2 ** 16, 1),
      position: upTo(2 ** 16),
      /** the highest logits at that position, descending */
      top: list(v.object({ id: upTo(2 ** 22), logit: finite }), parts, 1),
    }),
    100,
    1,
  ),
};

const manifest = v.object({
  format: v.literal("neuron-notebook/2"),
  ...common,
  splits: list(split, parts, 1),
});

/** as models were exported before: splits cut at layers by number, and one cut at every hook point without a name */
const firstManifest = v.object({
  format: v.literal("neuron-notebook/1"),
  ...common,
  splits: list(
    v.object({
      name,
      cuts: list(upTo(parts), parts, 1),
      segments: list(segment, parts + 1, 2),
    }),
    parts,
    1,
  ),
  stages: v.optional(list(segment, 2 * parts + 1)),
});

export const anyManifest = v.variant("format", [manifest, firstManifest]);

export type Manifest = v.InferOutput<typeof manifest>;
export type Segment = v.InferOutput<typeof segment>;
export type ManifestFile = v.InferOutput<typeof fileSpec>;
export type FirstManifest = v.InferOutput<typeof firstManifest>;
