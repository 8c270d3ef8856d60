// Inputs and outputs of the graphs by name; the tensors that cross a cut bear TransformerLens's names.

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
  /** int64 [batch, asked]: rows of [batch * pos] at which the last layer is computed, as many for each sentence */
  askedRows: "asked_rows",
  /** float [batch, 1, asked, pos]: as the attention bias, for the asked tokens alone */
  askedBias: "asked_attention_bias",
  /** int64 [asked]: rows of [batch * pos] whose prediction is wanted */
  positions: "positions",
  /** int64 [candidates] */
  candidateIds: "candidate_ids",
  /** float [asked, vocabulary] */
  logits: "logits",
  /** float [asked, candidates], natural logarithm */
  logProbs: "log_probs",
} as const;
