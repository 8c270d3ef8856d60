// The text of edits: what links, attributes and the terminal read and write.

import { describe, expect, test } from "vitest";
import {
  editsOf,
  editText,
  type Hook,
  mostEdits,
  type NeuronEdit,
  readEdit,
  readEdits,
  tutorial,
  withEdits,
} from "../../src/model/index.ts";
import { dice, pick } from "../helpers/mutate.ts";

describe("the text of an edit", () => {
  test.each<[string, NeuronEdit]>([
    ["9.1094", { layer: 9, neuron: 1094, hook: { kind: "suppress" } }],
    ["0.0:enhance", { layer: 0, neuron: 0, hook: { kind: "enhance" } }],
    ["9.1094:scale:-0.5", { layer: 9, neuron: 1094, hook: { kind: "scale", factor: -0.5 } }],
    ["3.7:set:2.5", { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } }],
    ["3.7:add:1e-7", { layer: 3, neuron: 7, hook: { kind: "add", value: 1e-7 } }],
  ])("%s", (text, edit) => {
    expect(editText(edit)).toBe(text);
    expect(readEdit(text)).toEqual(edit);
  });

  test("may name what it means without a name, in letters of any case", () => {
    expect(readEdit("9.1094:suppress")).toEqual(readEdit("9.1094"));
    expect(readEdit("9.7:Set:+.5")).toEqual(readEdit("9.7:set:0.5"));
  });

  test.each([
    "",
    "9",
    "9.",
    ".7",
    "9,7",
    "-1.7",
    "9.-7",
    "9.7.1",
    "9.7:",
    "9.7:erase",
    "9.7:set",
    "9.7:suppress:1",
    "9.7:set:",
    "9.7:set:NaN",
    "9.7:set:1e999",
    "9.7:set:1:2",
    "9.1e3",
    "1234567890.7",
    "９.7",
    "9.7 ",
    "9 .7",
    "__proto__",
  ])("%j is none", (text) => expect(readEdit(text)).toBeUndefined());
});

describe("a list of edits", () => {
  test("keeps the order, and an edit that stands there twice counts twice", () => {
    const text = "9.5:enhance,3.7:set:2.5,9.5:enhance";
    expect(readEdits(text)!.map(editText)).toEqual(text.split(","));
    expect(readEdits("9.5:enhance; 3.7:set:2.5，9.5:enhance")!.map(editText)).toEqual(text.split(","));
  });

  test.each([
    "",
    " , ",
    "9.5,x",
    "9.5:set:1,5",
    Array(mostEdits + 1)
      .fill("1.2")
      .join(),
  ])("%.20j is refused as a whole", (text) => expect(readEdits(text)).toBeUndefined());

  test("takes as many as an experiment does", () =>
    expect(readEdits(Array(mostEdits).fill("1.2").join())).toHaveLength(mostEdits));

  test("random ones come back as they were, through text and through the experiment", () => {
    const roll = dice(7);
    const amount = () => (roll() - 0.5) * 10 ** Math.floor(roll() * 60 - 30);
    const hooks: (() => Hook)[] = [
      () => ({ kind: "suppress" }),
      () => ({ kind: "enhance" }),
      () => ({ kind: "scale", factor: amount() }),
      () => ({ kind: "set", value: amount() }),
      () => ({ kind: "add", value: Math.round(amount()) + 0 }),
    ];
    const whole = () => Math.floor(roll() * 10 ** Math.floor(roll() * 9));
    for (let i = 0; i < 2000; i++) {
      const edits = Array.from({ length: 1 + Math.floor(roll() * mostEdits) }, () => ({
        layer: whole(),
        neuron: whole(),
        hook: pick(roll, hooks)(),
      }));
      const text = edits.map(editText).join();
      expect(readEdits(text), text).toEqual(edits);
      expect(editsOf(withEdits(tutorial, edits)), text).toEqual(edits);
    }
  });
});

test("an experiment with one neuron is written as ever", () => {
  const one = withEdits({ ...tutorial, more: [{ layer: 1, neuron: 2 }] }, editsOf(tutorial));
  expect(one).toStrictEqual(tutorial);
  const { hook: _, ...plain } = tutorial;
  expect(editsOf(plain)).toEqual([{ layer: 9, neuron: 1094, hook: { kind: "suppress" } }]);
  expect(editsOf({ ...plain, more: [{ layer: 1, neuron: 2 }] }).map(editText)).toEqual(["9.1094", "1.2"]);
});
