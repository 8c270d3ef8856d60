// Where a manifest says that a model's tensors lie, as the graph builders want it: graphs that were not exported can be
// built over the same weights at any time.

import type { Manifest } from "../manifest.ts";
import { type BertShape, DECODER, type PlacedShard } from "./layout.ts";

/** The dimensions and placed shards of an exported model. */
export function placedBy({ model, shards }: Pick<Manifest, "model" | "shards">): {
  shape: BertShape;
  shards: PlacedShard[];
} {
  const placed = Object.entries(shards).map(([name, { byteLength, tensors }]) => ({
    name,
    byteLength,
    tensors,
  }));
  const tied = !placed.some(({ tensors }) => tensors.some(({ name }) => name === DECODER));
  return { shape: { ...model, tied }, shards: placed };
}
