// DistilBERT: a BERT of half the layers without token types, under names of its own. Its LayerNorms' eps stands in transformers'
// code, not in config.json (modeling_distilbert.py).

import type { Family } from "./family.ts";
import { neurons, postNormPoints } from "./post-norm.ts";

/** the layout's names of a layer's parts, and DistilBERT's */
const parts: Readonly<Record<string, string>> = {
  "attention.self.query": "attention.q_lin",
  "attention.self.key": "attention.k_lin",
  "attention.self.value": "attention.v_lin",
  "attention.output.dense": "attention.out_lin",
  "attention.output.LayerNorm": "sa_layer_norm",
  "intermediate.dense": "ffn.lin1",
  "output.dense": "ffn.lin2",
  "output.LayerNorm": "output_layer_norm",
};

const head: Readonly<Record<string, string>> = {
  "cls.predictions.transform.dense": "vocab_transform",
  "cls.predictions.transform.LayerNorm": "vocab_layer_norm",
  "cls.predictions.decoder": "vocab_projector",
};

export const distilbert: Family = {
  name: "distilbert",
  title: "DistilBERT",
  neurons,
  hookPoints: postNormPoints,
  checkpoint: {
    modelTypes: ["distilbert"],
    architecture: "DistilBertForMaskedLM",
    prefixes: ["distilbert.", "vocab_"],
    read(config) {
      // the table is filled with sines before it is trained, and stored as any other
      config.only("sinusoidal_pos_embds", [true, false], false);
      const dModel = config.count("dim");
      const heads = config.count("n_heads");
      config.divides("n_heads", heads, "dim", dModel);
      const activation = config.activation("activation", "gelu");
      return {
        layers: config.count("n_layers"),
        dModel,
        dMlp: config.count("hidden_dim"),
        heads,
        vocabulary: config.count("vocab_size"),
        positions: config.count("max_position_embeddings"),
        tokenTypes: 0,
        layerNormEps: 1e-12,
        ...(activation === "gelu" ? {} : { activation, headActivation: activation }),
        tied: config.tied(),
      };
    },
    spellings(name) {
      if (name === "cls.predictions.bias") return ["vocab_projector.bias"];
      const layer = /^bert\.encoder\.layer\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
      if (layer) return [`distilbert.transformer.layer.${layer[1]}.${parts[layer[2]!]}.${layer[3]}`];
      for (const [ours, theirs] of Object.entries(head))
        if (name.startsWith(`${ours}.`)) return [theirs + name.slice(ours.length)];
      return [name.replace(/^bert\./, "distilbert.")];
    },
  },
};
