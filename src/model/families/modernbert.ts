// ModernBERT: LayerNorms before attention and MLP, so that the residual stream is a sum; queries and keys turned by their
// positions (rotary embeddings), with angles of their own in the layers that read the near tokens alone; gated MLPs; no biases
// but the decoder's (modeling_modernbert.py). A layer's neurons are what its last linear layer reads, the activation of one half
// of the first times the other half: TransformerLens's hook_post.

import type { ConfigReader } from "../checkpoint/config-reader.ts";
import { tensorNames as names } from "../tensor-names.ts";
import type { Family, HookPoint, Readers } from "./family.ts";
import { neurons, resid } from "./post-norm.ts";
import type { Dimensions, GraphTools, Shape, Value } from "./shape.ts";

/** as that of padding, see src/engine/run/inputs.ts */
const hidden = -3.4e38;
/** positions are looked up as a multiple of so many and a rest: two small tables instead of one for every position */
const block = 64;

function hookPoints({ layers, dModel, dMlp }: Dimensions): HookPoint[] {
  const points = [resid(dModel, 0, "hook_full_embed")];
  for (let layer = 0; layer < layers; layer++) {
    const mid = names.mid(layer);
    const [name, shape] = [names.mlpPost(layer), ["pos", dMlp] as const];
    points.push({ name, kind: neurons, layer, shape, tensors: [mid, name] });
    const after = `blocks.${layer}.hook_resid_post`;
    points.push(resid(dModel, layer + 1, after, layer + 1 === layers ? names.hidden : after));
  }
  return points;
}

const isGlobal = (layer: number, { options }: Shape): boolean => layer % options!.globalEvery! === 0;

/** In layers that read the near tokens alone, tokens farther away than half the window are hidden. */
function bias(graph: GraphTools, { layer, at, places, hiding }: Readers): Value | undefined {
  if (isGlobal(layer, graph.shape)) return undefined;
  const window = graph.integers([graph.shape.options!.halfWindow!]);
  const distance = graph.op("Abs", [
    graph.op("Sub", [places, graph.op("Unsqueeze", [at, graph.integers([-1])])]),
  ]);
  const far = graph.op("Cast", [graph.op("Greater", [distance, window])], { to: 1 }); // float
  const away = graph.op("Mul", [far, graph.table([[hidden]])]);
  // [1 or B, R, T] -> [1 or B, 1, R, T]
  const four = graph.op("Unsqueeze", [away, graph.integers([1])]);
  return hiding === undefined ? four : graph.op("Min", [four, hiding]);
}

/**
 * Angles of rotary embeddings, position times theta^(-2i/d) for the i-th of d/2. Of position p = block q + r they are looked up
 * by the sums for cosine and sine, so that no processor takes the sine of a large number, which some do badly.
 */
function rotation(graph: GraphTools, layer: number, at: Value): [cos: Value, sin: Value] {
  const { dModel, heads, positions, options } = graph.shape;
  const theta = isGlobal(layer, graph.shape) ? options!.globalTheta! : options!.localTheta!;
  const width = dModel / heads;
  const frequencies = Array.from({ length: width / 2 }, (_, i) => theta ** ((-2 * i) / width));
  const lookUp = (index: Value, rows: number, step: number) =>
    [Math.cos, Math.sin].map((wave) => {
      const table = Array.from({ length: rows }, (_, row) =>
        frequencies.map((each) => wave(step * row * each)),
      );
      return graph.op("Gather", [graph.table(table), index], { axis: 0 });
    }) as [Value, Value];
  const size = graph.integers([block]);
  const [farCos, farSin] = lookUp(graph.op("Div", [at, size]), Math.ceil(positions / block), block);
  const [nearCos, nearSin] = lookUp(graph.op("Mod", [at, size]), Math.min(block, positions), 1);
  const times = (a: Value, b: Value) => graph.op("Mul", [a, b]);
  return [
    graph.op("Sub", [times(farCos, nearCos), times(farSin, nearSin)]),
    graph.op("Add", [times(farSin, nearCos), times(farCos, nearSin)]),
  ];
}

/** Every how many layers one reads all tokens: layers 0, n, 2n … of them. */
function globalEvery(config: ConfigReader, layers: number): number {
  const types = config.list("layer_types");
  if (types === undefined) return config.count("global_attn_every_n_layers", 3);
  const next = types.indexOf("full_attention", 1);
  const every = next < 0 ? Math.max(1, types.length) : next;
  const wanted = (layer: number) => (layer % every === 0 ? "full_attention" : "sliding_attention");
  if (types.length !== layers || types.some((type, layer) => type !== wanted(layer)))
    config.refuse(
      "layer_types",
      "full_attention in every so many layers from the first on and sliding_attention between",
    );
  return every;
}

function read(config: ConfigReader): Shape {
  for (const key of ["norm_bias", "attention_bias", "mlp_bias", "classifier_bias"])
    config.only(key, [false], false);
  config.only("decoder_bias", [true], true);
  config.absent("rope_scaling");
  config.absent("head_dim");
  const layers = config.count("num_hidden_layers");
  const dModel = config.count("hidden_size");
  const heads = config.count("num_attention_heads");
  // pairs of numbers of a head are turned
  config.divides("num_attention_heads", 2 * heads, "hidden_size", dModel);
  const ropes = config.inside("rope_parameters");
  const theta = (type: string, old: string, otherwise: number) => {
    const rope = ropes?.inside(type);
    rope?.only("rope_type", ["default"], "default");
    return rope?.has("rope_theta") ? rope.positive("rope_theta", otherwise) : config.positive(old, otherwise);
  };
  const activation = config.activation("hidden_activation", "gelu");
  const headActivation = config.activation("classifier_activation", "gelu");
  return {
    layers,
    dModel,
    dMlp: config.count("intermediate_size"),
    heads,
    vocabulary: config.count("vocab_size"),
    positions: config.count("max_position_embeddings", 8192),
    tokenTypes: 0,
    layerNormEps: config.epsilon("norm_eps", 1e-5),
    ...(activation === "gelu" ? {} : { activation }),
    ...(headActivation === "gelu" ? {} : { headActivation }),
    options: {
      globalEvery: globalEvery(config, layers),
      halfWindow: Math.trunc(config.count("local_attention", 128) / 2),
      globalTheta: theta("full_attention", "global_rope_theta", 160_000),
      localTheta: theta("sliding_attention", "local_rope_theta", 10_000),
    },
    tied: config.tied(),
  };
}

/** the layout's names of a layer's parts, and ModernBERT's; where one stands twice, it is one tensor there */
const parts: Readonly<Record<string, string>> = {
  "attention.LayerNorm": "attn_norm",
  "attention.self.query": "attn.Wqkv",
  "attention.self.key": "attn.Wqkv",
  "attention.self.value": "attn.Wqkv",
  "attention.output.dense": "attn.Wo",
  "intermediate.LayerNorm": "mlp_norm",
  "intermediate.dense": "mlp.Wi",
  "intermediate.gate": "mlp.Wi",
  "output.dense": "mlp.Wo",
};
const others: Readonly<Record<string, string>> = {
  "bert.embeddings.word_embeddings": "model.embeddings.tok_embeddings",
  "bert.embeddings.LayerNorm": "model.embeddings.norm",
  "bert.final_norm": "model.final_norm",
  "cls.predictions.transform.dense": "head.dense",
  "cls.predictions.transform.LayerNorm": "head.norm",
  "cls.predictions.decoder": "decoder",
  "cls.predictions": "decoder",
};
const ofLayer = /^bert\.encoder\.layer\.(\d+)\.(.+)\.weight$/;

export const modernbert: Family = {
  name: "modernbert",
  title: "ModernBERT",
  neurons,
  hookPoints,
  options: {
    globalEvery: [1, 1024],
    halfWindow: [0, 2 ** 16],
    globalTheta: [1e-6, 1e12, "any"],
    localTheta: [1e-6, 1e12, "any"],
  },
  checkpoint: {
    modelTypes: ["modernbert"],
    tokenizers: "tokenizer.json",
    specials: "bert",
    architecture: "ModernBertForMaskedLM",
    prefixes: ["model.", "head."],
    read,
    spellings(name) {
      const layer = ofLayer.exec(name);
      if (layer) return [`model.layers.${layer[1]}.${parts[layer[2]!]}.weight`];
      const [, part, kind] = /^(.+)\.(weight|bias)$/.exec(name)!;
      return [`${others[part!]}.${kind}`];
    },
    part(name) {
      const own = ofLayer.exec(name)?.[2];
      const together = Object.keys(parts).filter((each) => own && parts[each] === parts[own]);
      return together.length < 2 ? undefined : { index: together.indexOf(own!), of: together.length };
    },
  },
  graph: { preNorm: true, bias, rotation },
};
