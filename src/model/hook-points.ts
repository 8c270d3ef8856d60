// The places where a forward pass can stop, by TransformerLens's names: one ordered table per model. Everything that
// stops, cuts or edits a pass asks this table; nothing outside it knows which kinds of hook point there are.
// B batch, T positions, D d_model, F d_mlp.

import { tensorNames as names } from "./tensor-names.ts";

export interface HookPoint {
  /** TransformerLens's name */
  name: string;
  /** "mlp_post": the layer's neurons after GELU, [B, T, F]; "resid": the residual stream between layers, [B, T, D] */
  kind: "mlp_post" | "resid";
  /** how many layers lie wholly before it; of an mlp_post its own layer, which is half computed */
  layer: number;
  /** size of the last dimension of what a hook sees */
  width: number;
  /** the graphs' names of the tensors that cross a cut here; a hook sees the last one */
  tensors: readonly string[];
}

/** the dimensions that the table depends on */
interface Dimensions {
  layers: number;
  dModel: number;
  dMlp: number;
}

/** BERT's hook points in the order in which a pass reaches them; the last one is the encoder's end. */
export function hookPointsOf({ layers, dModel, dMlp }: Dimensions): HookPoint[] {
  const resid = (layer: number, name: string, tensor = name): HookPoint => ({
    name,
    kind: "resid",
    layer,
    width: dModel,
    tensors: [tensor],
  });
  const points = [resid(0, "hook_full_embed")];
  for (let layer = 0; layer < layers; layer++) {
    points.push({
      name: names.mlpPost(layer),
      kind: "mlp_post",
      layer,
      width: dMlp,
      tensors: [names.mid(layer), names.mlpPost(layer)],
    });
    const after = `blocks.${layer}.hook_normalized_resid_post`;
    points.push(resid(layer + 1, after, layer + 1 === layers ? names.hidden : after));
  }
  return points;
}

/** The graphs' name of the tensor that a hook at a point sees. */
export const hooked = ({ tensors }: HookPoint): string => tensors.at(-1)!;
