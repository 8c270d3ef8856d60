// Names offered before Python runs.

import { expect, test } from "vitest";
import { staticCompletions } from "../../../../src/ui/notebook/editor/completions.ts";

/** completions where a bar stands in the source */
function at(marked: string) {
  const position = marked.indexOf("|");
  const source = marked.replace("|", "");
  const { from, options } = staticCompletions(source, position);
  return { typed: source.slice(from, position), labels: options.map(({ label }) => label), options };
}

test.each([
  ["torch.sof|", "sof", ["softmax"]],
  ["x = torch.zeros(2, 3).arg|", "arg", ["argmax", "argmin", "argsort"]],
  ["HookedEncoder.from|", "from", ["from_pretrained"]],
  ["model.run_|", "run_", ["run_with_cache", "run_with_hooks"]],
  ["model.tokenizer.convert|", "convert", ["convert_ids_to_tokens", "convert_tokens_to_ids"]],
  ["model.cfg.n_|", "n_", ["n_ctx", "n_heads", "n_layers"]],
  ["hook.la|", "la", ["layer"]],
  ["utils.get_a|", "get_a", ["get_act_name"]],
  ["from transformer_lens import Hook|", "Hook", ["HookedEncoder"]],
  ["from transformer_lens import utils, Act|", "Act", ["ActivationCache"]],
  ["import transf|", "transf", ["transformer_lens"]],
  ["neuron_notebook.comp|", "comp", ["compare"]],
  ["net = HookedEncoder.from_pretrained('x')\nnet.to_s|", "to_s", ["to_str_tokens"]],
  ["import torch as t\nt.arang|", "arang", ["arange"]],
  ["logits, acts = model.run_with_cache(x)\nacts.remove|", "remove", ["remove_batch_dim"]],
])("%s", (source, typed, labels) => {
  const found = at(source);
  expect(found.typed).toBe(typed);
  expect(found.labels).toEqual(labels);
});

test("a tensor's methods are those of a tensor, a model's those of a model", () => {
  expect(at("probs.|").labels).toEqual(expect.arrayContaining(["softmax", "tolist", "shape"]));
  expect(at("probs.|").labels).not.toContain("run_with_hooks");
  expect(at("model.|").labels).toEqual(expect.arrayContaining(["run_with_hooks", "tokenizer"]));
  expect(at("model.|").labels).not.toContain("softmax");
});

test("names that the cell has are offered, and the one being typed is not", () => {
  const source =
    "from math import sqrt\nlayer, neuron = 9, 1094\ndef suppress(x): pass\nfor word in words: |";
  expect(at(source).labels).toEqual(
    expect.arrayContaining(["sqrt", "layer", "neuron", "suppress", "word", "for"]),
  );
  expect(at("unheard|").labels).toEqual([]);
  expect(at("laye| = 3\nlayer = 1").labels).toEqual(["layer"]);
});

test.each([
  "# torch.so|",
  "'model.run|",
  'print("torch.z|',
  "3.|",
  "x = 1.5.|",
  "12|",
])("nothing in %s", (source) => {
  expect(at(source).labels).toEqual([]);
});
