// ALBERT: a BERT whose layers share their weights, all of them or group by group, and whose embeddings are narrower than its
// layers (modeling_albert.py). A neuron's index is the same weights at every depth.

import type { Family } from "./family.ts";
import { neurons, postNormPoints, readBertLike } from "./post-norm.ts";
import type { Shape } from "./shape.ts";

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

/** of shared layers a file may claim any number, and has the tensors of all */
const most = 1024;

const ofLayer = /^bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)$/;

/** which group of weights a layer has: AlbertTransformer's int(i / (layers / groups)) */
const groupOf = (layer: number, { layers, options }: Pick<Shape, "layers" | "options">): number =>
  Math.trunc(layer / (layers / options!.groups!));

export const albert: Family = {
  name: "albert",
  title: "ALBERT",
  neurons,
  hookPoints: postNormPoints,
  options: { groups: [1, most] },
  checkpoint: {
    modelTypes: ["albert"],
    architecture: "AlbertForMaskedLM",
    prefixes: ["albert.", "predictions."],
    read(config) {
      const shape = readBertLike(config);
      config.only("inner_group_num", [1], 1);
      config.atMost("num_hidden_layers", shape.layers, most);
      const groups = config.count("num_hidden_groups", 1);
      config.atMost("num_hidden_groups", groups, most);
      const activation = config.activation("hidden_act", "gelu_new");
      const width = config.count("embedding_size", 128);
      return {
        ...shape,
        // AlbertMLMHead has the layers' activation
        ...(activation === "gelu" ? {} : { activation, headActivation: activation }),
        ...(width === shape.dModel ? {} : { embeddingWidth: width }),
        options: { groups: Math.min(groups, shape.layers) },
      };
    },
    spellings(name) {
      const layer = ofLayer.exec(name);
      if (layer)
        return [
          `albert.encoder.albert_layer_groups.${layer[1]}.albert_layers.0.${parts[layer[2]!]}.${layer[3]}`,
        ];
      if (name.startsWith("bert.embeddings_project."))
        return [name.replace("bert.embeddings_project.", "albert.encoder.embedding_hidden_mapping_in.")];
      if (name === "cls.predictions.bias") return ["predictions.decoder.bias", "predictions.bias"];
      return [
        name.replace(/^bert\./, "albert.").replace(/^cls\.predictions\.(transform\.)?/, "predictions."),
      ];
    },
  },
  graph: {
    stored(name, model) {
      const layer = ofLayer.exec(name);
      return layer && Number(layer[1]) < model.layers
        ? name.replace(/\d+/, String(groupOf(Number(layer[1]), model)))
        : name;
    },
    allNames(tensors, model) {
      const inGroup = (group: number) =>
        tensors.filter(({ name }) => ofLayer.exec(name)?.[1] === String(group));
      const layers = Array.from({ length: model.layers }, (_, layer) =>
        inGroup(groupOf(layer, model)).map(({ name, shape }) => ({
          name: name.replace(/\d+/, String(layer)),
          shape,
        })),
      );
      return [...tensors.filter(({ name }) => !ofLayer.test(name)), ...layers.flat()];
    },
  },
};
