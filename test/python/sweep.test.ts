// Python's own part of sweeps, over a stand-in for the engine: what is asked, and what is made of the answer.

import { beforeAll, beforeEach, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";
import { StandIn } from "./stand-in.ts";

let python: Python;
const engine = new StandIn();

beforeAll(async () => {
  python = await startPython(engine.bridge);
  python.run(`
import torch
from transformer_lens import HookedEncoder
from neuron_notebook import sweep, attribution
import neuron_notebook
model = HookedEncoder.from_pretrained("tiny")
ids = model.tokenizer("this [MASK]", return_tensors="pt")["input_ids"]`);
}, 120_000);
beforeEach(() => {
  engine.clear();
  engine.failsAfter = undefined;
});

const printed = (source: string) => python.run(`print(${source})`).printed.trim();
/** the last line of a cell's error */
const sentence = (source: string) => (python.run(source).outputs.at(-1)?.traceback as string[]).at(-1)!;

test("records are dicts in order of layer and neuron", () => {
  const { printed } = python.run(`found = sweep(model, ids, layer=1, metric="probability:these")
print(len(found), found.total, found[5])
print([row["neuron"] for row in found.top(2)], type(found[:2]).__name__)`);
  expect(printed).toContain(
    "6 6 {'layer': 1, 'neuron': 5, 'activation': 2.5, 'before': 0.25, 'after': -0.0625, 'effect': -0.3125, 'exact': True}",
  );
  expect(printed).toContain("[5, 4] Records");
  expect(printed).toMatch(/Sweeping: 100%.* 6\/6 /);
});

test("the engine is asked for the sentence's ids, and for no more than was said", () => {
  python.run(`sweep(model, ids, metric="kl")`);
  expect(engine.swept).toEqual({
    metric: "kl",
    method: "exact",
    operation: "suppress",
    ids: [2, 5, 4, 3],
    sentence: "this [MASK]",
  });
  python.run(`attribution(model, "this [MASK]", metric="probability:this", layer=[0, 1], neurons=torch.tensor([2, 0]),
    position=2, positions=[1, 2], operation=torch.tensor([0.5, 1., 2.]), method="ig-layer", steps=5)`);
  expect(engine.swept).toEqual({
    metric: "probability:this",
    method: "ig-layer",
    steps: 5,
    sentence: "this [MASK]",
    layers: [0, 1],
    neurons: [2, 0],
    position: 2,
    positions: [1, 2],
    operation: "replace",
    values: [0.5, 1, 2],
  });
});

test("a sweep is shown as a table of its largest effects, and written as everywhere", () => {
  const { outputs } = python.run(`sweep(model, ids, layer=1, metric="probability:these")`);
  const data = outputs.at(-1)!.data as Record<string, string>;
  expect(data["text/html"]).toContain("6 neurons of layer 1, the largest effects first:");
  expect(data["text/html"]!.indexOf(">5<")).toBeLessThan(data["text/html"]!.indexOf(">4<"));
  expect(data["text/plain"]).toMatch(/effect\n +1 +5 /);
  expect(printed(`found.to_csv().splitlines()[6]`)).toMatch(
    /^tiny,tiny,main,fp32,a stand-in,none,this \[MASK\],2,2,1,5,2.5,suppress,probability:these,0.25,-0.0625,-0.3125,/,
  );
  expect(
    printed(
      `open("found.csv", "w").close() or found.top(1).to_csv("found.csv") or open("found.csv", newline="").read() == found.top(1).to_csv()`,
    ),
  ).toBe("True");
  expect(printed(`__import__("json").loads(found.to_json())["records"][5]["effect"]`)).toBe("-0.3125");
});

test("what was computed before a sweep failed is there", () => {
  engine.failsAfter = 3;
  const { printed } = python.run(`try:
    sweep(model, ids, metric="kl")
except Exception as error:
    print(type(error).__name__)`);
  expect(printed).toContain("3 of 6 neurons were done; neuron_notebook.stopped holds them.");
  expect(engine.asked).toContain("end 1");
  expect(python.run("print(len(neuron_notebook.stopped), neuron_notebook.stopped.total)").printed).toBe(
    "3 6\n",
  );
});

test.each([
  [
    `sweep(model, torch.tensor([[2, 3], [2, 3]]), metric="kl")`,
    "ValueError: A sweep is of one sentence, and these are 2. Sweep them one after the other, tokens[i].",
  ],
  [
    `sweep(model, ["this"], metric="kl")`,
    "TypeError: A sweep takes a sentence, or its token ids, such as model.tokenizer(sentence, return_tensors='pt')['input_ids'].",
  ],
  [`sweep(model, ids, metric="kl", layer=[1.5])`, "TypeError: layer holds 1.5; give whole numbers."],
  [
    `attribution(model, ids, metric="kl", method="exact")`,
    "ValueError: attribution() estimates; neuron_notebook.sweep() computes the exact effects.",
  ],
  [
    `sweep(model, ids, metric="kl", batch=8)`,
    "TypeError: sweep() got an unexpected keyword argument 'batch'",
  ],
])("%s is refused", (source, message) => {
  expect(sentence(source)).toBe(message);
});
