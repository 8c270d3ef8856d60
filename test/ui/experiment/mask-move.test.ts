import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { readTokenizer } from "../../../src/model/tokenizer/index.ts";
import { type Chip, chipsOf, moveMask } from "../../../src/ui/experiment/mask-move.ts";

const tokens = (texts: string) => texts.split(" ").map((text, id) => ({ id, text }));
/** each chip with what its word is in the sentence */
const shown = (sentence: string, chips: Chip[]) =>
  chips.map(({ text, word }) => [text, word && sentence.slice(word.from, word.to)]);

describe("a sentence in pieces", () => {
  test("tokens know their words; special ones have none", () => {
    const sentence = "Raymond  is selling [MASK] sketches.";
    const chips = chipsOf(sentence, tokens("[CLS] Raymond is selling [MASK] sketches . [SEP]"), "[MASK]");
    expect(shown(sentence, chips)).toEqual([
      ["[CLS]", undefined],
      ["Raymond", "Raymond"],
      ["is", "is"],
      ["selling", "selling"],
      ["[MASK]", "[MASK]"],
      ["sketches", "sketches"],
      [".", "."],
      ["[SEP]", undefined],
    ]);
    expect(chips.map(({ kind }) => kind)).toEqual([
      "special",
      "word",
      "word",
      "word",
      "mask",
      "word",
      "word",
      "special",
    ]);
    expect(chips.at(-1)!.position).toBe(7);
  });

  test("all pieces of a word stand for the whole word", () => {
    const sentence = "The capital of France is [MASK].";
    const chips = chipsOf(
      sentence,
      tokens("[CLS] The cap ##ital of F ##ran ##ce is [MASK] . [SEP]"),
      "[MASK]",
    );
    expect(shown(sentence, chips).filter(([, word]) => word === "France")).toHaveLength(3);
    expect(shown(sentence, chips).filter(([, word]) => word === "capital")).toHaveLength(2);
  });

  test("small letters of an uncased model are found, a word that is no token is passed over", () => {
    const sentence = "Ever ☃ Seen [MASK]?";
    const chips = chipsOf(sentence, tokens("[CLS] ever [UNK] seen [MASK] ? [SEP]"), "[MASK]");
    expect(shown(sentence, chips)).toEqual([
      ["[CLS]", undefined],
      ["ever", "Ever"],
      ["[UNK]", undefined],
      ["seen", "Seen"],
      ["[MASK]", "[MASK]"],
      ["?", "?"],
      ["[SEP]", undefined],
    ]);
  });

  test("the marks of words after white space are no part of them, and unmarked pieces are of the word they are in", () => {
    const chips = (sentence: string, texts: string, mask: string) =>
      shown(sentence, chipsOf(sentence, tokens(texts), mask)).map(([, word]) => word);
    expect(
      chips(
        "Raymond's unselling <mask> sketches.",
        "<s> Ray mond 's \u0120un sell ing <mask> \u0120sketch es . </s>",
        "<mask>",
      ),
    ).toEqual([
      undefined,
      "Raymond",
      "Raymond",
      "'s",
      ...Array(3).fill("unselling"),
      "<mask>",
      "sketches",
      "sketches",
      ".",
      undefined,
    ]);
    expect(
      chips(
        "Elle vend <mask> \u00e9l\u00e8ves.",
        "<s> \u2581Elle \u2581vend \u2581 <mask> \u2581\u00e9l \u00e8ves . </s>",
        "<mask>",
      ),
    ).toEqual([
      undefined,
      "Elle",
      "vend",
      undefined,
      "<mask>",
      "\u00e9l\u00e8ves",
      "\u00e9l\u00e8ves",
      ".",
      undefined,
    ]);
    // words without white space between them stand for themselves
    expect(
      chips("\u6211\u559c\u6b22\u732b<mask>", "<s> \u2581\u6211 \u559c\u6b22 \u732b <mask> </s>", "<mask>"),
    ).toEqual([undefined, "\u6211", "\u559c\u6b22", "\u732b", "<mask>", undefined]);
    // a vocabulary may know the mark itself as a character
    expect(chips("a \u2581 [MASK]", "[CLS] a \u2581 [MASK] [SEP]", "[MASK]")).toEqual([
      undefined,
      "a",
      "\u2581",
      "[MASK]",
      undefined,
    ]);
  });

  test.each([
    "distilbert",
    "roberta",
    "camembert",
    "xlm-roberta",
  ])("a real tokenizer's, of %s: every piece of a word has the whole word's place", (name) => {
    const read = (file: string) => readFileSync(join(inject("models"), name, file), "utf8");
    const tokenizer = readTokenizer(read("tokenizer.json"), read("tokenizer_config.json"));
    const mask = tokenizer.special.mask.text;
    const sentence = `raymond is selling ${mask} sketches, 20 of them.`;
    const chips = chipsOf(sentence, tokenizer.encode(sentence), mask);
    const places = shown(
      sentence,
      chips.filter(({ text, kind }) => kind !== "special" && !/^[\u0120\u2581]$/.test(text)),
    );
    expect([...new Set(places.map(([, word]) => word))]).toEqual([
      "raymond",
      "is",
      "selling",
      mask,
      "sketches",
      ",",
      "20",
      "of",
      "them",
      ".",
    ]);
  });

  test("without tokens, words and marks", () => {
    const sentence = "It’s a <mask>, again.";
    expect(shown(sentence, chipsOf(sentence, [], "<mask>")).map(([text]) => text)).toEqual([
      "It",
      "’",
      "s",
      "a",
      "<mask>",
      ",",
      "again",
      ".",
    ]);
  });
});

test.each(["<mask-1>", "^$.*+?()[]{}|/\\-", "[MASK]"])("a mask may be called %s", (mask) => {
  const sentence = `One ${mask} two.`;
  const chips = chipsOf(sentence, [], mask);
  expect(chips.map(({ text, kind }) => [text, kind])).toEqual([
    ["One", "word"],
    [mask, "mask"],
    ["two", "word"],
    [".", "word"],
  ]);
  expect(moveMask(sentence, chips[2]!.word!, mask, 0, "or")!.sentence).toBe(`One or ${mask}.`);
});

describe("the mask moves", () => {
  /** to the chip of this text, the first of them */
  const move = (sentence: string, to: string, asked = 0, back = "these") => {
    const word = chipsOf(sentence, [], "[MASK]").find(({ text }) => text === to)!.word!;
    return moveMask(sentence, word, "[MASK]", asked, back);
  };

  test("forwards and backwards, and the word comes back", () => {
    const there = move("Raymond is selling [MASK] sketches.", "sketches")!;
    expect(there).toEqual({ sentence: "Raymond is selling these [MASK].", mask: 0, covered: "sketches" });
    expect(move(there.sentence, "these", 0, there.covered)).toEqual({
      sentence: "Raymond is selling [MASK] sketches.",
      mask: 0,
      covered: "these",
    });
    expect(move("Raymond is selling [MASK] sketches.", "Raymond")!.sentence).toBe(
      "[MASK] is selling these sketches.",
    );
  });

  test("of several, the one that is asked about moves, and another one is chosen by pointing at it", () => {
    const sentence = "[MASK] dogs see [MASK] cats.";
    expect(move(sentence, "cats", 0, "Some")).toEqual({
      sentence: "Some dogs see [MASK] [MASK].",
      mask: 1,
      covered: "cats",
    });
    expect(move(sentence, "dogs", 1, "the")).toEqual({
      sentence: "[MASK] [MASK] see the cats.",
      mask: 1,
      covered: "dogs",
    });
    expect(moveMask(sentence, { from: 16, to: 22 }, "[MASK]", 0, "x")).toEqual({
      sentence,
      mask: 1,
      covered: undefined,
    });
    expect(moveMask(sentence, { from: 0, to: 6 }, "[MASK]", 0, "x")).toBeUndefined();
    expect(moveMask("no mask", { from: 0, to: 2 }, "[MASK]", 0, "x")).toBeUndefined();
  });
});
