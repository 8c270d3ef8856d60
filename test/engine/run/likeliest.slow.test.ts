// The likeliest words and the known ones, against the plainest way to find them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { findCandidates, softmaxAt } from "../../../src/engine/run/experiment.ts";
import { knownWords, likeliest, topOf } from "../../../src/engine/run/likeliest.ts";
import { listed, tutorial } from "../../../src/model/index.ts";
import { type Place, readTokenizer } from "../../../src/model/tokenizer/index.ts";
import { practice } from "../../helpers/fixtures.ts";

describe("the largest of many numbers", () => {
  it("are those of a sort, equal ones in their order", () => {
    const values = Float32Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 1009) / 10);
    const sorted = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
    expect(topOf(values, 10)).toEqual(sorted.slice(0, 10));
    expect(topOf(values.slice(0, 3), 10)).toHaveLength(3);
  });

  it("have the probabilities of a softmax over all, and the name of an id without a text", () => {
    const before = Float32Array.of(1, 3, 2);
    const after = Float32Array.of(3, 1, 2);
    const wordOf = (id: number) => ["a", "b"][id];
    const found = likeliest(before, after, { vocabulary: ["a", "b", ""], wordOf }, "space");
    expect(found.before.map(({ word }) => word)).toEqual(["b", "no. 2", "a"]);
    expect(found.after.map(({ word }) => word)).toEqual(["a", "no. 2", "b"]);
    const [p] = softmaxAt(before, [1]);
    const [q] = softmaxAt(after, [1]);
    expect(found.before[0]).toEqual({ word: "b", id: 1, before: p, after: q, delta: (q! - p!) / p! });
  });
});

describe.each(["distilbert", "roberta", "camembert", "xlm-roberta"])("likely words of %s", (name) => {
  const read = (file: string) => readFileSync(join(inject("models"), name, file), "utf8");
  const tokenizer = readTokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
  const { vocabulary } = tokenizer;
  /** all of them, in rows of ten */
  const all = (place: Place) =>
    Array.from({ length: Math.ceil(vocabulary.length / 10) }, (_, ten) => {
      const logits = new Float32Array(vocabulary.length);
      for (let i = 0; i < 10; i++) logits[ten * 10 + i] = 20 - i;
      return likeliest(logits, logits, tokenizer, place).before;
    }).flat();

  it.each([
    "start",
    "space",
    "joined",
  ] as const)("are candidates of the same token as they are written, or are not listed: %s", (place) => {
    const rows = all(place);
    const words = rows.filter(({ unlisted }) => !unlisted);
    expect(words.length).toBeGreaterThan(0);
    for (const { word, id, piece } of words) {
      expect(listed(word)).toEqual([word]);
      expect(findCandidates([word], tokenizer, place)).toEqual([{ id, text: word, ...(piece && { piece }) }]);
    }
    // of the others, no way to write them is that token
    for (const { word, id } of rows.filter(({ unlisted }) => unlisted)) {
      expect(word).toBe(vocabulary[id] || `no. ${id}`);
      const ways = [word, word.replace(/^[\u0120\u2581]|^##/, "")].filter((way) => listed(way)[0] === way);
      if (Object.values(tokenizer.special).some((token) => token.id === id)) continue;
      // a literal mark of the vocabulary is nothing that a person writes
      for (const way of ways.filter((each) => !each.startsWith("\u2581")))
        expect(tokenizer.pieces(way, place).map((token) => token.id)).not.toEqual([id]);
    }
    expect(rows.some(({ word, unlisted }) => !unlisted && /^[\u0120\u2581]|^##/.test(word))).toBe(false);
  });

  it("are those that the model knows after white space, found while others have their turn", async () => {
    let turns = 0;
    const turn = setInterval(() => turns++);
    const words = await knownWords({ ...tokenizer, vocabulary });
    clearInterval(turn);
    expect(words).toEqual(
      all("space").flatMap(({ word, unlisted, id }) => (unlisted || id >= vocabulary.length ? [] : word)),
    );
    expect(words).toContain("the");
    if (vocabulary.length >= 500) expect(turns).toBeGreaterThan(0);
    expect(await knownWords(tokenizer, () => false)).toEqual([]);
  });

  it("name a word after white space without its mark", () => {
    const mark = { roberta: "\u0120", camembert: "\u2581", "xlm-roberta": "\u2581" }[name] ?? "";
    const [the] = all("space").filter(({ word, unlisted }) => word === "the" && !unlisted);
    expect(the).toMatchObject({ word: "the", id: vocabulary.indexOf(`${mark}the`) });
    expect(the!.piece).toBe(mark ? `${mark}the` : undefined);
  });
});

it.each([
  "It is <mask>.",
  "<mask> is it.",
  "It is un<mask>.",
])("what RoBERTa finds likely in %j is compared with the same numbers when it is asked for", async (sentence) => {
  const folder = join(inject("models"), "roberta");
  const engine = createNodeEngine(folder);
  try {
    await engine.load(manifestUrl(folder), { device: "wasm" });
    const spec = { sentence, layer: 0, neuron: 0, hook: { kind: "suppress" } } as const;
    const [first] = (await engine.words()).filter((word) => word.length === 1);
    const { likeliest: top } = await engine.run({ ...spec, candidates: [first!] });
    const rows = top.before.filter(({ unlisted }) => !unlisted);
    expect(rows.length).toBeGreaterThan(0);
    const again = await engine.run({ ...spec, candidates: rows.map(({ word }) => word) });
    expect(again.rows).toEqual(rows);
  } finally {
    await engine.dispose();
  }
});

describe("the practice model", () => {
  it("names its likeliest words with the table's numbers, and knows words that can be compared", async () => {
    const folder = join(inject("models"), practice);
    const engine = createNodeEngine(folder);
    try {
      await engine.load(manifestUrl(folder), { device: "wasm" });
      const { rows, likeliest: top } = await engine.run(tutorial);
      for (const list of [top.before, top.after]) expect(list).toHaveLength(10);
      const falling = (values: number[]) => values.every((value, i) => i === 0 || value <= values[i - 1]!);
      expect(falling(top.before.map(({ before }) => before))).toBe(true);
      expect(falling(top.after.map(({ after }) => after))).toBe(true);
      for (const row of rows.filter(({ word }) => top.before.some((each) => each.word === word)))
        expect(top.before.find(({ word }) => word === row.word)).toEqual(row);
      const words = await engine.words();
      expect(words).toEqual(expect.arrayContaining(tutorial.candidates));
      expect(words.filter((word) => word.startsWith("##"))).toEqual([]);
      // each of them is a candidate that is taken
      const some = words.filter((_, i) => i % 97 === 0);
      const result = await engine.run({ ...tutorial, candidates: some });
      expect(result.rows.map(({ word }) => word)).toEqual(some);
    } finally {
      await engine.dispose();
    }
  });
});
