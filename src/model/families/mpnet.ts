// MPNet: a BERT without token types whose positions are counted after its padding, and whose attention scores have a bias
// by distance, the same in all layers (modeling_mpnet.py: compute_position_bias, relative_position_bucket).

import type { Family, Readers } from "./family.ts";
import { activationOf, neurons, positionsAfterPadding, postNormPoints, readBertLike } from "./post-norm.ts";
import { lmHead } from "./roberta.ts";
import type { GraphTools, Value } from "./shape.ts";

/** rows of the biases by distance, as a checkpoint has them: [buckets, H] */
export const RELATIVE_BIAS = "bert.encoder.relative_attention_bias.weight";
/** transformers' own constants */
const [padding, farthest] = [1, 128];

/**
 * Which row of the biases a distance has: each of the near ones its own, farther ones share by their logarithm.
 * @param distance of the token that is read from the one that reads
 */
export function bucketOf(distance: number, buckets: number): number {
  const half = buckets / 2;
  const [side, away] = [distance > 0 ? half : 0, Math.abs(distance)];
  const exact = half / 2;
  if (away < exact) return side + away;
  // in fp32, as torch computes it: at a boundary the rounding decides
  const { fround } = Math;
  const ratio = fround(Math.log(fround(away / exact)));
  const far = fround(fround(ratio / fround(Math.log(farthest / exact))) * fround(half - exact));
  return side + Math.min(exact + Math.trunc(far), half - 1);
}

/** What is added to the scores: of every head its number for the bucket of the distance. */
function bias(graph: GraphTools, { at, places, hiding }: Readers): Value {
  const { positions, options } = graph.shape;
  // buckets by distance, from 1 - positions to positions - 1, as a constant of the graph
  const buckets = Array.from({ length: 2 * positions - 1 }, (_, i) =>
    bucketOf(i - positions + 1, options!.buckets!),
  );
  const distances = graph.op("Sub", [places, graph.op("Unsqueeze", [at, graph.integers([-1])])]);
  const index = graph.op("Add", [distances, graph.integers([positions - 1])]);
  const rows = graph.op("Gather", [graph.integers(buckets), index], { axis: 0 });
  const found = graph.op("Gather", [graph.weight(RELATIVE_BIAS), rows], { axis: 0 });
  // [1 or B, R, T, H] -> [1 or B, H, R, T]
  const perHead = graph.op("Transpose", [found], { perm: [0, 3, 1, 2] });
  return hiding === undefined ? perHead : graph.op("Add", [perHead, hiding]);
}

const spellings = (() => {
  const parts: readonly (readonly [ours: string, theirs: string])[] = [
    ["attention.self.query", "attention.attn.q"],
    ["attention.self.key", "attention.attn.k"],
    ["attention.self.value", "attention.attn.v"],
    ["attention.output.dense", "attention.attn.o"],
    ["attention.output.LayerNorm", "attention.LayerNorm"],
  ];
  return (name: string): string[] => {
    for (const [ours, theirs] of Object.entries(lmHead)) {
      const start = `cls.predictions.${ours}`;
      if (name.startsWith(start)) return theirs.map((spelling) => spelling + name.slice(start.length));
    }
    const found = parts.reduce((text, [ours, theirs]) => text.replace(`.${ours}.`, `.${theirs}.`), name);
    return [found.replace(/^bert\./, "mpnet.")];
  };
})();

export const mpnet: Family = {
  name: "mpnet",
  title: "MPNet",
  neurons,
  hookPoints: postNormPoints,
  options: { padding: [0, 2 ** 22], buckets: [4, 1024] },
  checkpoint: {
    modelTypes: ["mpnet"],
    architecture: "MPNetForMaskedLM",
    prefixes: ["mpnet.", "lm_head."],
    read(config) {
      // MPNetEncoder computes with 32, whatever config.json says
      const buckets = config.only("relative_attention_num_buckets", [32], 32);
      return {
        ...readBertLike(config, { tokenTypes: 0 }),
        ...activationOf(config),
        positions: config.above("max_position_embeddings", padding + 1) - padding - 1,
        options: { padding, buckets },
      };
    },
    spellings,
  },
  graph: { positions: positionsAfterPadding, bias },
};
