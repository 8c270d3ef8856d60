// The graphs of a model, built from its dimensions; see layout.ts for where its tensors lie.

export { BertGraphs, type Segment } from "./bert.ts";
export { type BertShape, elementsOf, type PlacedShard, placeShards } from "./layout.ts";
