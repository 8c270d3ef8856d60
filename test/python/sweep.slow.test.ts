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

/** where a picture's lines from 0 end: [x, y] of each */
const ends = (svg: string) =>
  [...svg.matchAll(/M([\d.]+) [\d.]+V([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);

test("a sweep is drawn as a line from 0 for every neuron, in proportion, and said in words", () => {
  const { outputs, printed } = python.run(`found = sweep(model, ids, layer=1, metric="probability:these")
effects = [row["effect"] for row in found]
print(effects)
found.plot()`);
  const effects: number[] = JSON.parse(/^\[.*\]$/m.exec(printed)![0]);
  const data = outputs.at(-1)!.data as Record<string, string>;
  expect(data["text/plain"]).toBe(
    "Plot. Effect of each of 6 neurons of layer 1, as a line from 0. The largest: N5 -0.3125, N4 -0.2500, N3 -0.1875.",
  );
  const svg = data["image/svg+xml"]!;
  expect(svg).toContain("<title>Plot. Effect of each of 6 neurons");
  const zero = Number(/M50 ([\d.]+)H468" style="stroke:#1b1e23/.exec(svg)![1]);
  const drawn = effects.filter((effect) => effect !== 0);
  const lengths = ends(svg).sort(([a], [b]) => a - b);
  expect(lengths).toHaveLength(drawn.length);
  // downwards is larger; heights are written to a tenth
  const unit = (lengths.at(-1)![1] - zero) / -effects[5]!;
  for (const [i, [, y]] of lengths.entries())
    expect(Math.abs(y - zero + drawn[i]! * unit)).toBeLessThan(0.15);
});

test("records are drawn against others, neuron by neuron", () => {
  const { outputs } = python.run(`estimate = attribution(model, ids, layer=1, metric="probability:these")
for row in estimate:
    row["effect"] /= 2
found.plot(against=estimate[2:])`);
  expect((outputs.at(-1)!.data as Record<string, string>)["text/plain"]).toBe(
    "Plot. The exact effect of each of 4 neurons of layer 1 against its estimated effect; equal ones lie on the broken line. " +
      "The farthest from it: N5 -0.3125 against -0.1562, N4 -0.2500 against -0.1250, N3 -0.1875 against -0.0938. Not drawn: 2 of 6.",
  );
  expect(sentence(`found[:2].plot(against=estimate[2:])`)).toBe(
    "ValueError: These records and the others have no neuron in common, so there is nothing to draw one against the other.",
  );
});

test("what is no finite number is not drawn, and that is said", () => {
  python.run(`odd = sweep(model, ids, layer=1, metric="probability:these")
for row in odd[:]: row["effect"] = float("inf")`);
  expect(sentence("odd.plot()")).toBe(
    "ValueError: There is nothing to draw: no neuron has an effect that is a finite number.",
  );
  expect(printed(`odd.__setitem__(0, {**odd[0], "effect": 0.5}) or odd.plot()`)).toMatch(
    / Not drawn: 5 of 6\.$/,
  );
  // every effect the same, and several layers
  expect(printed(`[row.update(effect=0.0, layer=row["neuron"] % 2) for row in odd] and odd.plot()`)).toMatch(
    /^Plot\. Effect of each of 6 neurons of layers 0 to 1/,
  );
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
