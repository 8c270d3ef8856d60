// The graphs of a model, built from its dimensions; see layout.ts for where its tensors lie.

export { BackwardGraphs } from "./backward.ts";
export { BertGraphs } from "./bert.ts";
export type { Segment } from "./encoder.ts";
export {
  type BertShape,
  DECODER_BIAS,
  decoderOf,
  elementsOf,
  embeddingWidthOf,
  type PlacedShard,
  placeShards,
  storedName,
  underAllNames,
} from "./layout.ts";
export { placedBy } from "./placed.ts";
export { SweepGraphs, sweepNames } from "./sweep.ts";
