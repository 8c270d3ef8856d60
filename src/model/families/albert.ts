// ALBERT: a BERT whose layers share their weights, all of them or group by group, and between whose embeddings and layers there
// is a linear layer (modeling_albert.py). A neuron's index is the same weights at every depth; its activation is not, and an
// edit is of an activation.

import type { Family } from "./family.ts";
import { neurons, postNormPoints, readBertLike } from "./post-norm.ts";
import type { Shape } from "./shape.ts";

/** the layout's names of a layer's parts, and ALBERT's */
const parts: Readonly<Record<string, string>> = {
  "attention.self.query": "attention.query",
  "attention.self.key": "attention.key",
  "attention.self.value": "attention.value",
  "attention.output.dense": "attention.dense",
  "attention.output.LayerNorm": "attention.LayerNorm",
  "intermediate.dense": "ffn",
  "output.dense": "ffn_output",
  "output.LayerNorm": "full_layer_layer_norm",
};

/** config.json may claim any number of layers that share their weights: the tensors of all are there */
const most = 1024;

type Sharing = Pick<Shape, "layers" | "options">;

/** which group of weights a layer has: AlbertTransformer's int(i / (layers / groups)) */
const groupOf = (layer: number, { layers, options }: Sharing): number =>
  Math.trunc(layer / (layers / options!.groups!));

function sharedFrom(layer: number, model: Sharing): number {
  let first = layer;
  while (first > 0 && groupOf(first - 1, model) === groupOf(layer, model)) first--;
  return first;
}

export const albert: Family = {
  name: "albert",
  title: "ALBERT",
  neurons,
  hookPoints: postNormPoints,
  options: { groups: [1, most] },
  sharedFrom,
  checkpoint: {
    modelTypes: ["albert"],
    tokenizers: { albert: "Albert" },
    specials: "bert",
    architecture: "AlbertForMaskedLM",
    prefixes: ["albert.", "predictions."],
    read(config) {
      const shape = readBertLike(config);
      config.only("inner_group_num", [1], 1);
      config.atMost("num_hidden_layers", shape.layers, most);
      const groups = config.count("num_hidden_groups", 1);
      // every group has weights, and of more groups than layers some would not be used
      config.atMost("num_hidden_groups", groups, shape.layers);
      const activation = config.activation("hidden_act", "gelu_new");
      return {
        ...shape,
        // AlbertMLMHead has the layers' activation
        ...(activation === "gelu" ? {} : { activation, headActivation: activation }),
        // there is a linear layer even where the widths are the same
        embeddingWidth: config.count("embedding_size", 128),
        options: { groups },
      };
    },
    spellings(name, shape) {
      const layer = /^bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
      if (layer) {
        const group = `albert.encoder.albert_layer_groups.${groupOf(Number(layer[1]), shape)}`;
        return [`${group}.albert_layers.0.${parts[layer[2]!]}.${layer[3]}`];
      }
      if (name === "cls.predictions.bias") return ["predictions.decoder.bias", "predictions.bias"];
      return [
        name
          .replace(/^bert\.embeddings_project/, "albert.encoder.embedding_hidden_mapping_in")
          .replace(/^bert\./, "albert.")
          .replace(/^cls\.predictions\.(transform\.)?/, "predictions."),
      ];
    },
  },
};
