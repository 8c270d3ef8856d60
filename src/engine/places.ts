// Where a forward pass can stop. Places are numbered in the order in which a run passes them: 2k is the residual stream
// after k layers (0: behind the embeddings), 2l + 1 is mlp_post of layer l. The last one is the encoder's end.

import { type Manifest, tensorNames as names, type Segment } from "./manifest.ts";

/** A model cut at some places: each segment runs from the end of the one before, the last to the encoder's end. */
export interface Split {
  /** the place at which each segment ends, ascending */
  ends: readonly number[];
  segments: readonly Segment[];
}

/** mlp_post of a layer */
export const mlpPostOf = (layer: number): number => 2 * layer + 1;

/** behind the last layer */
export const endOf = (layers: number): number => 2 * layers;

export const isMlpPost = (place: number): boolean => place % 2 === 1;

/** the layer whose mlp_post a place is */
export const layerAt = (place: number): number => (place - 1) / 2;

/** TransformerLens's name of the hook point at a place. */
export function hookPoint(place: number): string {
  if (isMlpPost(place)) return names.mlpPost(layerAt(place));
  return place === 0 ? "hook_full_embed" : `blocks.${place / 2 - 1}.hook_normalized_resid_post`;
}

/** The graphs' name of the tensor that a hook at a place sees; the encoder's end is what the head reads. */
export const hookedAt = (place: number, layers: number): string =>
  place === endOf(layers) ? names.hidden : hookPoint(place);

/** The graphs' names of the tensors that cross a cut at a place. */
export function tensorsAt(place: number, layers: number): string[] {
  const hooked = hookedAt(place, layers);
  return isMlpPost(place) ? [names.mid(layerAt(place)), hooked] : [hooked];
}

/** Every split of a model: those cut at layers, and where it was exported the one that ends a segment at every place. */
export function splitsOf({ model: { layers }, splits, stages }: Manifest): Split[] {
  const end = endOf(layers);
  const atLayers = splits.map(({ cuts, segments }) => ({ ends: [...cuts.map(mlpPostOf), end], segments }));
  return stages ? [...atLayers, { ends: [...stages.keys()], segments: stages }] : atLayers;
}

/** The coarsest split that can stop at these places; undefined when none can. */
export function findSplit(splits: readonly Split[], places: readonly number[]): Split | undefined {
  return splits
    .filter(({ ends }) => places.every((place) => ends.includes(place)))
    .sort((a, b) => a.ends.length - b.ends.length)[0];
}

/** Where runs of a model can stop, ascending. */
export function placesOf(manifest: Manifest): number[] {
  return [...new Set(splitsOf(manifest).flatMap(({ ends }) => ends))].sort((a, b) => a - b);
}
