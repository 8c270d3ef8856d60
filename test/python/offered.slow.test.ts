// What is offered before Python runs is there once it does.

import { beforeAll, expect, test } from "vitest";
import { staticCompletions } from "../../src/ui/notebook/editor/completions.ts";
import { type Python, startPython } from "./python.ts";
import { tiny } from "./stand-in.ts";

let python: Python;
beforeAll(async () => {
  python = await startPython({ open: () => tiny });
  const { kind } = python.run(`
import builtins, keyword, torch, transformer_lens, neuron_notebook
from importlib.util import find_spec
from torch.nn import functional
from transformer_lens import HookedEncoder, utils
model = HookedEncoder.from_pretrained("tiny")
cfg, tokenizer, hook = model.cfg, model.tokenizer, model.hook_dict["blocks.0.mlp.hook_post"]
cache = transformer_lens.ActivationCache({}, model)
tensor = torch.zeros(1, 1)`);
  expect(kind).toBe("done");
}, 120_000);

const offered = (source: string) => staticCompletions(source, source.length).options;
/** those of some names of which an expression is false; `name` stands for each */
const without = (names: string[], expression: string) =>
  JSON.parse(
    python.run(
      `import json\nprint(json.dumps([name for name in ${JSON.stringify(names)} if not (${expression})]))`,
    ).printed,
  );

test.each([
  "tensor",
  "torch",
  "functional",
  "model",
  "HookedEncoder",
  "cfg",
  "tokenizer",
  "cache",
  "hook",
  "utils",
  "transformer_lens",
  "neuron_notebook",
])("all that is offered after %s. is there", (owner) => {
  const names = offered(`${owner === "functional" ? "F" : owner}.`).map(({ label }) => label);
  expect(names).not.toEqual([]);
  expect(without(names, `hasattr(${owner}, name)`)).toEqual([]);
});

test.each([
  "torch",
  "transformer_lens",
  "transformer_lens.utils",
  "neuron_notebook",
  "collections",
])("all that is offered to import from %s is there", (module) => {
  const names = offered(`from ${module} import `).map(({ label }) => label);
  expect(names).not.toEqual([]);
  expect(without(names, `hasattr(__import__("${module}", fromlist=[name]), name)`)).toEqual([]);
});

test("modules, built-in functions and keywords that are offered are there", () => {
  const modules = offered("import ").map(({ label }) => label);
  expect(without(modules, "find_spec(name)")).toEqual([]);
  const names = [..."abcdefghijklmnopqrstuvwxyz"].flatMap((letter) => offered(letter));
  const of = (kind: string) => names.filter((each) => each.kind === kind).map(({ label }) => label);
  expect(without(of("function"), "hasattr(builtins, name)")).toEqual([]);
  expect(without(of("keyword"), "name in keyword.kwlist")).toEqual([]);
});
