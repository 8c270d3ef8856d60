// RoBERTa, and what is built as it is: XLM-R, CamemBERT, DistilRoBERTa. A BERT whose positions are counted after its padding,
// with one token type, and a head of its own names whose activation is GELU whatever the layers' is (RobertaLMHead).

import type { CheckpointSide, Family } from "./family.ts";
import {
  activationOf,
  neurons,
  positionsAfterPadding,
  postNormPoints,
  readBertLike,
  spelledAs,
} from "./post-norm.ts";

/** RobertaLMHead by BERT's names; MPNet has the same one */
export const lmHead = {
  "transform.dense": ["lm_head.dense"],
  "transform.LayerNorm": ["lm_head.layer_norm"],
  "decoder.weight": ["lm_head.decoder.weight"],
  bias: ["lm_head.decoder.bias", "lm_head.bias"],
};

const checkpoint: CheckpointSide = {
  modelTypes: ["roberta", "xlm-roberta", "camembert"],
  tokenizers: { roberta: "Roberta", "xlm-roberta": "XLMRoberta", camembert: "Camembert" },
  architecture: "RobertaForMaskedLM",
  prefixes: ["roberta.", "lm_head."],
  read(config) {
    const shape = readBertLike(config);
    const padding = config.id("pad_token_id", 1);
    // of a table of 514 rows, 512 are for tokens
    return {
      ...shape,
      ...activationOf(config),
      positions: config.above("max_position_embeddings", padding + 1) - padding - 1,
      options: { padding },
    };
  },
  spellings: spelledAs("roberta.", lmHead),
};

export const roberta: Family = {
  name: "roberta",
  title: "RoBERTa (also XLM-R, CamemBERT and DistilRoBERTa)",
  neurons,
  hookPoints: postNormPoints,
  options: { padding: [0, 2 ** 22] },
  checkpoint,
  graph: { positions: positionsAfterPadding },
};
