// ELECTRA's generator: a BERT whose embeddings may be narrower than its layers, with a linear layer between the two, and
// a head that goes back to the width of the embeddings with GELU (ElectraGeneratorPredictions).

import type { Family } from "./family.ts";
import { activationOf, neurons, postNormPoints, readBertLike, spelledAs } from "./post-norm.ts";

export const electra: Family = {
  name: "electra",
  title: "ELECTRA (generators)",
  neurons,
  hookPoints: postNormPoints,
  checkpoint: {
    modelTypes: ["electra"],
    architecture: "ElectraForMaskedLM",
    prefixes: ["electra.", "generator_"],
    read(config) {
      const shape = readBertLike(config);
      const width = config.count("embedding_size", 128);
      return {
        ...shape,
        ...activationOf(config),
        ...(width === shape.dModel ? {} : { embeddingWidth: width }),
      };
    },
    spellings: spelledAs("electra.", {
      "transform.dense": ["generator_predictions.dense"],
      "transform.LayerNorm": ["generator_predictions.LayerNorm"],
      "decoder.weight": ["generator_lm_head.weight"],
      bias: ["generator_lm_head.bias"],
    }),
  },
};
