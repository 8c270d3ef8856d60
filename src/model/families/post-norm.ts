// What the families that are built as BERT is have in common: a layer's MLP reads the normalized residual stream, and its
// output is added to that. Their tensors go by BERT's names in the layout, whatever their checkpoints call them.

import type { ConfigReader } from "../checkpoint/config-reader.ts";
import { tensorNames as names } from "../tensor-names.ts";
import type { HookPoint } from "./family.ts";
import type { Dimensions, GraphTools, Shape, Value } from "./shape.ts";

/** the kind of hook point that is a layer's neurons */
export const neurons = "mlp_post";

/** A place in the residual stream, so many layers behind it. */
export const resid = (dModel: number, layer: number, name: string, tensor = name): HookPoint => ({
  name,
  kind: "resid",
  layer,
  shape: ["pos", dModel],
  tensors: [tensor],
});

/**
 * "mlp_post": a layer's neurons after the activation, [T, d_mlp]; beside them crosses what the MLP's output is added to.
 * "resid": the residual stream between layers, [T, d_model].
 */
export function postNormPoints({ layers, dModel, dMlp }: Dimensions): HookPoint[] {
  const points = [resid(dModel, 0, "hook_full_embed")];
  for (let layer = 0; layer < layers; layer++) {
    points.push({
      name: names.mlpPost(layer),
      kind: neurons,
      layer,
      shape: ["pos", dMlp],
      tensors: [names.mid(layer), names.mlpPost(layer)],
    });
    const after = `blocks.${layer}.hook_normalized_resid_post`;
    points.push(resid(dModel, layer + 1, after, layer + 1 === layers ? names.hidden : after));
  }
  return points;
}

/**
 * The dimensions by BERT's names in config.json, and what is an encoder's: absolute positions, no decoder.
 * @param given what config.json does not say
 */
export function readBertLike(config: ConfigReader, given: Partial<Shape> = {}): Shape {
  config.only("position_embedding_type", ["absolute"], "absolute");
  config.only("is_decoder", [false], false);
  config.only("add_cross_attention", [false], false);
  const shape: Shape = {
    layers: config.count("num_hidden_layers"),
    dModel: config.count("hidden_size"),
    dMlp: config.count("intermediate_size"),
    heads: config.count("num_attention_heads"),
    vocabulary: config.count("vocab_size"),
    positions: config.count("max_position_embeddings"),
    tokenTypes: given.tokenTypes ?? config.count("type_vocab_size"),
    layerNormEps: config.epsilon("layer_norm_eps", 1e-12),
    tied: config.tied(),
  };
  config.divides("num_attention_heads", shape.heads, "hidden_size", shape.dModel);
  return shape;
}

/** The activation of the neurons, where it is not GELU. */
export function activationOf(config: ConfigReader, key = "hidden_act"): Pick<Shape, "activation"> {
  const activation = config.activation(key, "gelu");
  return activation === "gelu" ? {} : { activation };
}

/** A name in a checkpoint, and its older form: LayerNorm's parameters were called gamma and beta. */
export function withOldNorms(name: string): string[] {
  const old = name
    .replace(/LayerNorm\.weight$/, "LayerNorm.gamma")
    .replace(/LayerNorm\.bias$/, "LayerNorm.beta");
  return old === name ? [name] : [name, old];
}

/**
 * Spellings for a family whose encoder is called as BERT's but for the first word, and its head otherwise.
 * @param head BERT's name in the head, without "cls.predictions.", and what it is here
 */
export function spelledAs(prefix: string, head: Readonly<Record<string, readonly string[]>>) {
  return (name: string): string[] => {
    for (const [ours, theirs] of Object.entries(head)) {
      const start = `cls.predictions.${ours}`;
      if (name.startsWith(start)) return theirs.map((spelling) => spelling + name.slice(start.length));
    }
    return withOldNorms(name.replace(/^bert\./, prefix));
  };
}

/**
 * Positions that are counted from `padding + 1` and skip padding, which has the position `padding`: transformers'
 * create_position_ids_from_input_ids, padding + cumsum(ids != padding) (ids != padding).
 */
export function positionsAfterPadding(graph: GraphTools, ids: Value): Value {
  const padding = graph.integers([graph.shape.options!.padding!]);
  const equal = graph.op("Equal", [ids, padding]);
  const read = graph.op("Cast", [graph.op("Not", [equal])], { to: 7 }); // int64
  const counted = graph.op("Mul", [graph.op("CumSum", [read, graph.integers([1])]), read]);
  return graph.op("Add", [counted, padding]);
}
