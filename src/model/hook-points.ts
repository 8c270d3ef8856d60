// The places where a forward pass can stop, by TransformerLens's names: one ordered table per family of models. Everything
// that stops, cuts or edits a pass asks this table; nothing outside of src/model knows which kinds of hook point there are.

import { type Dimensions, familyOf, type HookPoint, type Shape } from "./families/index.ts";

export type { HookPoint } from "./families/index.ts";

/** what a manifest says of a model, as far as its hook points depend on it */
type Model = Dimensions & Pick<Shape, "family">;

/** A model's hook points in the order in which a pass reaches them; the last one is the encoder's end. */
export const hookPointsOf = (model: Model): HookPoint[] => familyOf(model).hookPoints(model);

/** The hook points whose indices are neurons, one per layer, in order. */
export const neuronPointsOf = (model: Model): HookPoint[] =>
  hookPointsOf(model).filter(({ kind }) => kind === familyOf(model).neurons);

/** The graphs' name of the tensor that a hook at a point sees. */
export const hooked = ({ tensors }: HookPoint): string => tensors.at(-1)!;

/** How many numbers a hook sees per position. */
export const widthOf = ({ shape }: HookPoint): number => shape[1];
