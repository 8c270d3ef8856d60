// A result as text to take away: CSV with every digit, and the Python that computes the same numbers with
// TransformerLens. Pure.

import type { ExperimentResult } from "../../engine/index.ts";
import { editText, type NeuronEdit, operations } from "../../model/index.ts";
import { editLines, hooksLine, layersOf, placeLine } from "../experiment/edit-lines.ts";
import { isCourseModel } from "../experiment/models.ts";
import { maskOf } from "../experiment/spec.ts";

/** RFC 4180, numbers unrounded; each row says the edits, as links have them. */
export function toCsv({ rows, experiment }: ExperimentResult): string {
  const edits = quote(experiment.edits.map(editText).join());
  const lines = rows.map(({ word, before, after, delta }) =>
    [quote(word), before, after, Number.isFinite(delta) ? delta : "n/a", edits].join(","),
  );
  return `${["word,before,after,delta,edits", ...lines].join("\r\n")}\r\n`;
}

function quote(word: string): string {
  return /[",\r\n]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word;
}

/** Name of the file that {@link toCsv} is saved as. */
export function csvName({ experiment: { edits } }: ExperimentResult): string {
  const [{ layer, neuron }] = edits as [NeuronEdit];
  if (edits.length === 1) return `layer-${layer}-neuron-${neuron}.csv`;
  return `${edits.length}-edits-layers-${layersOf(edits).join("-")}.csv`;
}

/**
 * A script that prints this result's table. Models that TransformerLens does not know by name are read from a folder; of
 * those that it does not load at all, a comment says so.
 */
export function toPython({ experiment, provenance }: ExperimentResult): string {
  const { sentence, position, edits, candidates } = experiment;
  const { model: name, architecture, encoding, rounded } = provenance;
  if (architecture && architecture.family !== "bert") return noPython(name, architecture.familyTitle);
  // of a checkpoint without a commit of the Hub the repo is its folder's name, and what is in it may be anything
  const known = isCourseModel(provenance.repo) && !provenance.revision.startsWith("sha256:");
  const there = known ? '"google-bert/bert-base-cased"' : JSON.stringify(name);
  return `${rounded ? `# the page's weights were rounded to ${encoding}; these are not, so the numbers differ\n` : ""}${dialects(there)}
import torch
${known ? "from transformer_lens import HookedEncoder, utils" : foreignImports}

torch.set_grad_enabled(False)
${known ? 'model = HookedEncoder.from_pretrained("bert-base-cased")' : foreignModel(name, architecture?.activation)}

words = ${JSON.stringify(candidates.map(({ text }) => text)).replaceAll('","', '", "')}
${placeLine(edits)}
position = ${position}  # of ${maskOf(experiment)}

ids = model.tokenizer(${JSON.stringify(sentence)}, return_tensors="pt")["input_ids"]
word_ids = model.tokenizer.convert_tokens_to_ids(words)


def edit(mlp_post, hook):  # [batch, pos, d_mlp]
${editLines(edits, "mlp_post[0, position", operations.pythonOf).map(indented).join("\n")}
    return mlp_post


${hooksLine(edits, "edit")}
before = model(ids)[0, position].softmax(-1)[word_ids]
after = model.run_with_hooks(ids, fwd_hooks=hooks)[0, position].softmax(-1)[word_ids]

print("det", "original", "after erase kn", "delta", sep="\\t")
for word, p, q in zip(words, before.tolist(), after.tolist()):
    print(word, f"{p:.3e}", f"{q:.3e}", f"{(q - p) / p:+.2%}", sep="\\t")
`;
}

/**
 * Of which TransformerLens the code is, and what 4 has in its place; tried with 3.9.0 and 4.3.0, whose numbers agree. Short,
 * since it is in the script of every page. @param model how 4 is told which one, as Python
 */
const dialects = (model: string) => `# needs transformer_lens 3.9: pip install "transformer_lens==3.9.*"
# 4 has no HookedEncoder; there: from transformer_lens import utilities as utils
# from transformer_lens.model_bridge import TransformerBridge
# model = TransformerBridge.boot_transformers(${model})`;

const indented = (line: string) => `    ${line}`;

const foreignImports = `from transformer_lens import HookedEncoder, loading_from_pretrained as loading, utils
from transformers import AutoTokenizer, BertForPreTraining`;

const noPython = (
  name: string,
  kind: string,
) => `# TransformerLens 3.9 has no code that does the same: its HookedEncoder loads BERT alone,
# and ${name} is of another kind, ${kind}.
`;

/**
 * The steps of HookedEncoder.from_pretrained without its look-up of names. It takes every model's activation for GELU.
 * @param activation another one, by transformers' name
 */
function foreignModel(name: string, activation?: string): string {
  const [inLayers, inHead] = activation
    ? [
        `config.act_fn = "${activation}"  # TransformerLens takes it for GELU, in the head, too\n`,
        `\nfrom transformers.activations import ACT2FN\nmodel.mlm_head.act_fn = ACT2FN["${activation}"]`,
      ]
    : ["", ""];
  return `
# TransformerLens knows ${name} by no name, so its weights come from a folder of yours
# (config.json, model.safetensors, tokenizer files).
folder = ${JSON.stringify(name)}
config = loading.get_pretrained_model_config(folder, device="cpu", architectures=["BertForMaskedLM"])
${inLayers}source = BertForPreTraining.from_pretrained(folder, dtype=torch.float32)
model = HookedEncoder(config, AutoTokenizer.from_pretrained(folder), move_to_device=False)
model.load_state_dict(loading.get_pretrained_state_dict(folder, config, source), strict=False)${inHead}`.trimStart();
}
