// The examples' neurons matter in the practice model, computed here, and what of a sentence it cannot read.

import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { listed, tutorial, withOwnMask } from "../../../src/model/index.ts";
import { brokenWords, exampleSpec, examplesFor } from "../../../src/ui/experiment/examples.ts";
import { chipsOf } from "../../../src/ui/experiment/mask-move.ts";
import { practice } from "../../helpers/fixtures.ts";

const folder = join(inject("models"), practice);
const engine = createNodeEngine(folder);
const loaded = engine.load(manifestUrl(folder), { device: "wasm" });
afterAll(() => engine.dispose());
const broken = async (sentence: string) => {
  await loaded;
  return brokenWords(sentence, chipsOf(sentence, await engine.tokenize(sentence), "[MASK]"));
};

describe("the examples", () => {
  test("begin with the course's, and are asked with another model's mask and neuron", () => {
    const { mask: _, ...first } = exampleSpec(examplesFor("[MASK]")[0]!, { ...tutorial, neuron: 3 }, true);
    expect(first).toEqual(tutorial);
    const there = { ...tutorial, layer: 3, neuron: 7, mask: 1 };
    expect(exampleSpec(examplesFor("<mask>")[2]!, there, false)).toMatchObject({
      sentence: "Many girls insulted <mask>.",
      layer: 3,
      neuron: 7,
      mask: undefined,
    });
  });

  test("and a gap are written with a mask of any name", () => {
    const mask = "<$&$1>";
    expect(examplesFor(mask)[0]!.sentence).toBe(`Raymond is selling ${mask} sketches.`);
    expect(withOwnMask("One [MASK], two [MASK].", mask)).toBe(`One ${mask}, two ${mask}.`);
  });

  test.each(
    examplesFor("[MASK]").map((example) => [example.sentence, example] as const),
  )("%s is read whole, and its neuron moves a word by more than a tenth", async (sentence, example) => {
    await loaded;
    expect(await broken(sentence)).toEqual([]);
    const spec = exampleSpec(example, tutorial, true);
    expect(listed(spec.candidates.join(", "))).toEqual(spec.candidates);
    const { rows } = await engine.run(spec);
    expect(Math.max(...rows.map(({ delta }) => Math.abs(delta)))).toBeGreaterThan(0.1);
  });
});

describe("a sentence that the practice model does not understand", () => {
  test("names the words that it reads in pieces, each once", async () => {
    expect(await broken("The capital of France is [MASK].")).toEqual(["capital", "France"]);
    expect(await broken("France, not France, is [MASK].")).toEqual(["France"]);
  });
  test("and none before it has been read", () => {
    expect(brokenWords("The capital [MASK].", chipsOf("The capital [MASK].", [], "[MASK]"))).toEqual([]);
  });
});
