// A result as text to take away: CSV with every digit, and the Python that computes the same numbers with
// TransformerLens. Pure.

import { type Comparison, type ExperimentResult, operations } from "../engine/index.ts";
import { isCourseModel } from "./models.ts";
import { maskOf } from "./spec.ts";

/** RFC 4180, numbers unrounded. */
export function toCsv(rows: readonly Comparison[]): string {
  const lines = rows.map(({ word, before, after, delta }) =>
    [quote(word), before, after, Number.isFinite(delta) ? delta : "n/a"].join(","),
  );
  return `${["word,before,after,delta", ...lines].join("\r\n")}\r\n`;
}

function quote(word: string): string {
  return /[",\r\n]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word;
}

/** A script that prints this result's table. Models that TransformerLens does not know by name are read from a folder. */
export function toPython({ experiment, provenance }: ExperimentResult): string {
  const { sentence, position, layer, neuron, hook, candidates } = experiment;
  const known = isCourseModel(provenance.repo);
  return `import torch
${known ? "from transformer_lens import HookedEncoder, utils" : foreignImports}

torch.set_grad_enabled(False)
${known ? 'model = HookedEncoder.from_pretrained("bert-base-cased")' : foreignModel(provenance.model)}

words = ${JSON.stringify(candidates.map(({ text }) => text)).replaceAll('","', '", "')}
layer, neuron = ${layer}, ${neuron}
position = ${position}  # of ${maskOf(experiment)}

ids = model.tokenizer(${JSON.stringify(sentence)}, return_tensors="pt")["input_ids"]
word_ids = model.tokenizer.convert_tokens_to_ids(words)


def edit(mlp_post, hook):  # [batch, pos, d_mlp]
    mlp_post[0, position, neuron] ${operations.pythonOf(hook)}
    return mlp_post


hooks = [(utils.get_act_name("mlp_post", layer), edit)]
before = model(ids)[0, position].softmax(-1)[word_ids]
after = model.run_with_hooks(ids, fwd_hooks=hooks)[0, position].softmax(-1)[word_ids]

print("det", "original", "after erase kn", "delta", sep="\\t")
for word, p, q in zip(words, before.tolist(), after.tolist()):
    print(word, f"{p:.3e}", f"{q:.3e}", f"{(q - p) / p:+.2%}", sep="\\t")
`;
}

const foreignImports = `from transformer_lens import HookedEncoder, loading_from_pretrained as loading, utils
from transformers import AutoTokenizer, BertForPreTraining`;

/** The steps of HookedEncoder.from_pretrained without its look-up of names. */
function foreignModel(name: string): string {
  return `
# TransformerLens knows ${name} by no name, so its weights come from a folder of yours
# (config.json, model.safetensors, tokenizer files).
folder = ${JSON.stringify(name)}
config = loading.get_pretrained_model_config(folder, device="cpu", architectures=["BertForMaskedLM"])
source = BertForPreTraining.from_pretrained(folder, dtype=torch.float32)
model = HookedEncoder(config, AutoTokenizer.from_pretrained(folder), move_to_device=False)
model.load_state_dict(loading.get_pretrained_state_dict(folder, config, source), strict=False)`.trimStart();
}
