// config.json, reduced to what decides the computation. Anything the graphs do not compute is refused by its name:
// a model that runs and is subtly wrong is worse than one that does not run.

import type { BertShape } from "../graph/layout.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

/** `tied` is what config.json says until the checkpoint is opened, then what its tensors are */
export interface BertConfig extends BertShape {
  /** config.json says neither model_type nor architectures, so that the tensors have to show whether it is a BERT */
  unnamed?: boolean;
}

/** names transformers has for x * Phi(x) computed with erf */
const erfGelu = ["gelu", "gelu_python"];

/**
 * Read a config.json.
 * @param text its content
 * @throws CheckpointError naming the field that is missing, or that says it is no BERT this exporter computes
 */
export function parseConfig(text: string, file = "config.json"): BertConfig {
  const json = parseObject(text, file);
  const named = checkFamily(json, file);
  checkComputation(json, file);
  const count = (key: string) => positive(json, key, file);
  const config: BertConfig = {
    layers: count("num_hidden_layers"),
    dModel: count("hidden_size"),
    dMlp: count("intermediate_size"),
    heads: count("num_attention_heads"),
    vocabulary: count("vocab_size"),
    positions: count("max_position_embeddings"),
    tokenTypes: count("type_vocab_size"),
    layerNormEps: epsilon(json, file),
    tied: json.tie_word_embeddings !== false,
    ...(named ? {} : { unnamed: true }),
  };
  if (config.dModel % config.heads !== 0) {
    throw new CheckpointError(
      `${file}: hidden_size ${config.dModel} cannot be shared among ${config.heads} attention heads.`,
      "Check hidden_size and num_attention_heads.",
    );
  }
  return config;
}

/**
 * A JSON object from a file's text.
 * @throws CheckpointError when it is anything else
 */
export function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new CheckpointError(`${file} is not JSON.`, "Download or save the checkpoint again.", { cause });
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new CheckpointError(`${file} is not a JSON object.`, "Download or save the checkpoint again.");
}

/** @returns whether it says what the model is at all */
function checkFamily({ model_type, architectures }: Record<string, unknown>, file: string): boolean {
  const names = Array.isArray(architectures)
    ? architectures.map((name) => (typeof name === "string" ? name : shown(name)))
    : [];
  const type = model_type ?? undefined;
  if (type === undefined && names.length === 0) return false;
  // the earliest configs have no model_type
  if (type === "bert" || (type === undefined && names.some((name) => name.startsWith("Bert")))) return true;
  const found =
    type === undefined ? `the architecture ${names.join(", ").slice(0, 200)}` : `model_type ${shown(type)}`;
  throw new CheckpointError(
    `${file} describes no BERT, but ${found}.`,
    "Choose a BERT masked language model, such as google-bert/bert-base-cased.",
  );
}

function checkComputation(json: Record<string, unknown>, file: string): void {
  const refuse = (key: string, only: string) => {
    throw new CheckpointError(
      `${file}: ${key} is ${shown(json[key])}, and only ${only} can be exported.`,
      "Choose a BERT that is computed as google-bert/bert-base-cased is.",
    );
  };
  if (!erfGelu.includes(String(json.hidden_act ?? "gelu"))) refuse("hidden_act", 'the erf form, "gelu",');
  if ((json.position_embedding_type ?? "absolute") !== "absolute")
    refuse("position_embedding_type", '"absolute"');
  if (json.is_decoder === true) refuse("is_decoder", "an encoder (false)");
  if (json.add_cross_attention === true) refuse("add_cross_attention", "an encoder without it (false)");
}

function positive(json: Record<string, unknown>, key: string, file: string): number {
  const value = json[key];
  if (value === undefined)
    throw new CheckpointError(
      `${file} lacks ${key}.`,
      "Use the config.json that was published with the weights.",
    );
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new CheckpointError(
    `${file}: ${key} is ${shown(value)}, not a positive whole number.`,
    `Correct ${key}.`,
  );
}

/** transformers' default where the field is missing, as in the earliest configs */
function epsilon({ layer_norm_eps: value = 1e-12 }: Record<string, unknown>, file: string): number {
  if (typeof value === "number" && value > 0 && value < 1) return value;
  throw new CheckpointError(
    `${file}: layer_norm_eps is ${shown(value)}, not a small positive number.`,
    "Correct layer_norm_eps.",
  );
}
