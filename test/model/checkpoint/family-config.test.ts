// config.json of families that have settings of their own: what means the same, and what transformers computes and we do not is
// refused by its name.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseConfig } from "../../../src/model/checkpoint/config.ts";
import { familyCheckpoints } from "../../helpers/families.ts";

type Json = Record<string, unknown>;

/** A family's config, changed; undefined takes a field out. */
function read(name: string, change: Json) {
  const config: Json = JSON.parse(readFileSync(join(familyCheckpoints, name, "config.json"), "utf8"));
  return parseConfig(JSON.stringify({ ...config, ...change }));
}

it("ModernBERT's as the Hub has it, before layer_types and rope_parameters", () => {
  const old = { layer_types: undefined, rope_parameters: undefined };
  expect(read("modernbert", { ...old, local_rope_theta: 10_000.0, global_rope_theta: 160_000.0 })).toEqual(
    read("modernbert", {}),
  );
  expect(read("modernbert", old)).toEqual(read("modernbert", {}));
  const thetas = { ...old, local_rope_theta: 500, global_rope_theta: 900 };
  expect(read("modernbert", thetas).options).toMatchObject({ localTheta: 500, globalTheta: 900 });
  // what is left out has transformers' defaults
  const bare = read("modernbert-relu", { ...old, global_attn_every_n_layers: undefined });
  expect(bare.options).toMatchObject({ globalEvery: 3 });
});

it.each<[string, Json, RegExp]>([
  ["modernbert", { norm_bias: true }, /norm_bias is true, and only false/],
  ["modernbert", { mlp_bias: true }, /mlp_bias is true/],
  ["modernbert", { attention_bias: true }, /attention_bias is true/],
  ["modernbert", { classifier_bias: true }, /classifier_bias is true/],
  ["modernbert", { decoder_bias: false }, /decoder_bias is false, and only true/],
  ["modernbert", { head_dim: 16 }, /head_dim is 16, and only a model without it/],
  ["modernbert", { num_attention_heads: 8 }, /hidden_size 24 cannot be shared among 16/],
  ["modernbert", { rope_scaling: { rope_type: "yarn", factor: 2 } }, /rope_scaling is \{"rope_type":"yarn"/],
  ["modernbert", { rope_parameters: [] }, /rope_parameters is \[\], not an object/],
  [
    "modernbert",
    { rope_parameters: { full_attention: { rope_type: "linear", factor: 2 } } },
    /rope_parameters: full_attention: rope_type is "linear", and only "default"/,
  ],
  [
    "modernbert",
    { rope_parameters: { sliding_attention: { rope_theta: 0 } } },
    /sliding_attention: rope_theta is 0, not a positive number/,
  ],
  [
    "modernbert",
    { layer_types: ["sliding_attention", "full_attention", "full_attention"] },
    /layer_types is \["sliding_attention",.*only full_attention in every so many layers from the first on/,
  ],
  ["modernbert", { layer_types: ["full_attention"] }, /layer_types is \["full_attention"\]/],
  ["modernbert", { layer_types: "full_attention" }, /layer_types is "full_attention", not a list/],
  ["modernbert", { hidden_activation: "silu" }, /hidden_activation is "silu", and only gelu/],
  ["albert", { inner_group_num: 2 }, /inner_group_num is 2, and only 1/],
  ["albert", { num_hidden_groups: 4 }, /num_hidden_groups is 4, not at most 3/],
  ["albert", { num_hidden_layers: 2000 }, /num_hidden_layers is 2000, not at most 1024/],
  ["albert", { hidden_act: "silu" }, /hidden_act is "silu"/],
])("%s with %o is refused", (name, change, message) => {
  expect(() => read(name, change)).toThrow(message);
});
