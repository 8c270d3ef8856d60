// BERT, post-LN: a layer's MLP reads the normalized residual stream, and its output is added to that.

import { tensorNames as names } from "../tensor-names.ts";
import type { Family, HookPoint } from "./family.ts";

/**
 * "mlp_post": a layer's neurons after GELU, [T, d_mlp]; beside them crosses what the MLP's output is added to.
 * "resid": the residual stream between layers, [T, d_model].
 */
export const bert: Family = {
  name: "bert",
  neurons: "mlp_post",
  hookPoints({ layers, dModel, dMlp }) {
    const resid = (layer: number, name: string, tensor = name): HookPoint => ({
      name,
      kind: "resid",
      layer,
      shape: ["pos", dModel],
      tensors: [tensor],
    });
    const points = [resid(0, "hook_full_embed")];
    for (let layer = 0; layer < layers; layer++) {
      points.push({
        name: names.mlpPost(layer),
        kind: "mlp_post",
        layer,
        shape: ["pos", dMlp],
        tensors: [names.mid(layer), names.mlpPost(layer)],
      });
      const after = `blocks.${layer}.hook_normalized_resid_post`;
      points.push(resid(layer + 1, after, layer + 1 === layers ? names.hidden : after));
    }
    return points;
  },
};
