// Words at a gap, for models whose vocabulary tells a word after white space from one that begins a text or is joined to
// something; and [MASK] for models that call their mask otherwise.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { toExperiment } from "../../../src/engine/run/experiment.ts";
import { toSweep } from "../../../src/engine/sweep/to-sweep.ts";
import { parseManifest } from "../../../src/model/index.ts";
import { readTokenizer } from "../../../src/model/tokenizer/index.ts";

function open(name: string) {
  const read = (file: string) => readFileSync(join(inject("models"), name, file), "utf8");
  const manifest = parseManifest(read("manifest.json"));
  return { manifest, tokenizer: readTokenizer(read("tokenizer.json"), read("tokenizer_config.json")) };
}

const [layer, neuron, hook] = [0, 0, { kind: "suppress" }] as const;

describe.each([
  // RoBERTa knows "the" in the middle of a word, and "\u0120the" after white space
  ["roberta", "Raymond is selling <mask> sketches.", "\u0120the"],
  ["roberta", "<mask> sketches.", undefined],
  ["roberta", "(<mask>) sketches.", undefined],
  // CamemBERT begins every text with \u2581
  ["camembert", "Raymond is selling <mask> sketches.", "\u2581the"],
  ["camembert", "<mask> sketches.", "\u2581the"],
])("%s: the word at the gap of %j", (name, sentence, piece) => {
  it(`is ${piece ?? "a token of its own, or refused"}`, () => {
    const { manifest, tokenizer } = open(name);
    const spec = { sentence, layer, neuron, hook, candidates: ["the"] };
    const { vocabulary } = tokenizer;
    if (piece === undefined && !vocabulary.includes("the")) {
      expect(() => toExperiment(spec, manifest, tokenizer)).toThrow(/"the" is \d tokens for this model/);
      return;
    }
    const [found] = toExperiment(spec, manifest, tokenizer).candidates;
    expect(found).toEqual({ id: vocabulary.indexOf(piece ?? "the"), text: "the", ...(piece && { piece }) });
    const metric = { kind: "probability", word: "the" } as const;
    const sweep = toSweep({ sentence, metric }, manifest, tokenizer, ["exact"]);
    expect(sweep.metric).toMatchObject({ word: { id: found!.id, text: "the" } });
  });
});

it("[MASK] is read as the model's own mask, unless that is there", () => {
  const { manifest, tokenizer } = open("roberta");
  const read = (sentence: string) =>
    toExperiment({ sentence, layer, neuron, hook, candidates: ["the"] }, manifest, tokenizer).sentence;
  expect(read("It is [MASK].")).toBe("It is <mask>.");
  expect(read("It is [MASK] <mask>.")).toBe("It is [MASK] <mask>.");
  const metric = { kind: "kl" } as const;
  const { sentence, tokens, position } = toSweep({ sentence: "It is [MASK].", metric }, manifest, tokenizer, [
    "exact",
  ]);
  expect([sentence, tokens[position]!.text.trim()]).toEqual(["It is <mask>.", "<mask>"]);
});
