// What a family of models is to everything else: which hook points a pass over it reaches, in which order.
// B batch, T positions, W width of a hook point.

export interface HookPoint {
  /** TransformerLens's name */
  name: string;
  /** what kind of activation it is, in the family's words; only the family and its graphs know what one means */
  kind: string;
  /** how many layers lie wholly before it; of a point inside a layer, that layer */
  layer: number;
  /** of what a hook sees of one sentence: [T, W] */
  shape: readonly ["pos", number];
  /** the graphs' names of the live tensors, which cross a cut here; a hook sees the last one */
  tensors: readonly string[];
}

/** the dimensions that a table of hook points depends on */
export interface Dimensions {
  layers: number;
  /** width of the residual stream */
  dModel: number;
  /** neurons of a layer's MLP */
  dMlp: number;
}

export interface Family {
  /** as a manifest calls it */
  name: string;
  /** the kind of hook point whose indices are neurons */
  neurons: string;
  /** Every hook point in the order in which a pass reaches them; the last one is the encoder's end. */
  hookPoints(dimensions: Dimensions): HookPoint[];
}
