// Any text, by tokenizers of several kinds: the ids of transformers' BertTokenizerFast. The expected values are made by
// model-export/reference/make_tokenizer_cases.py.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { BertConfig } from "../../../src/model/checkpoint/index.ts";
import { completeTokenizer } from "../../../src/model/checkpoint/tokenizer.ts";
import {
  type NormalizerOptions,
  normalize,
  wellFormed,
  wordsOf,
} from "../../../src/model/tokenizer/bert-text.ts";
import { createTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { type Alphabet, randomStrings, vocabularyOf } from "../../helpers/random-strings.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/tokenizers/${name}.json`, import.meta.url), "utf8"));

interface Inputs extends Alphabet {
  variants: Record<string, { "tokenizer_config.json": object; added?: object[] }>;
  texts: string[];
}

interface Expected {
  vocabulary: number;
  /** digests of the strings themselves */
  strings: string;
  variants: Record<
    string,
    { ids: string; spans: string; words: string; texts: { ids: number[]; tokens: string[] }[] }
  >;
}

const inputs: Inputs = read("inputs");
const expected: Expected = read("expected");
const strings = [...randomStrings(inputs)];
const vocabulary = vocabularyOf(inputs.pools);

/** four bytes of a SHA-256 for every ten */
const group = 10;

/** The texts of the groups whose digest is another one. */
function different(digests: string, parts: readonly string[]): string[] {
  const wanted = Buffer.from(digests, "base64");
  const groups = Array.from({ length: parts.length / group }, (_, i) => i);
  expect(wanted.length).toBe(4 * groups.length);
  return groups.flatMap((i) => {
    const [from, to] = [i * group, (i + 1) * group];
    const digest = createHash("sha256").update(parts.slice(from, to).join("\n")).digest().subarray(0, 4);
    return digest.equals(wanted.subarray(4 * i, 4 * i + 4)) ? [] : strings.slice(from, to);
  });
}

function open(name: string) {
  const { "tokenizer_config.json": config, added = [] } = inputs.variants[name]!;
  const flags = { lstrip: false, rstrip: false, single_word: false, normalized: false, special: true };
  const decoder = Object.fromEntries([
    ...vocabulary.slice(0, 5).map((content, id) => [id, { ...flags, content }]),
    ...added.map((token, i) => [vocabulary.length + i, token]),
  ]);
  const sources = {
    vocab: vocabulary.map((token) => `${token}\n`).join(""),
    config: JSON.stringify(added.length > 0 ? { ...config, added_tokens_decoder: decoder } : config),
  };
  const rows = { vocabulary: vocabulary.length + added.length, positions: 512 } as BertConfig;
  const files = completeTokenizer(sources, rows);
  return {
    tokenizer: createTokenizer(files.json, files.config),
    options: (files.json as { normalizer: NormalizerOptions }).normalizer,
  };
}

it("the strings are those that transformers was given", () => {
  expect(strings.length).toBe(10_000);
  expect(vocabulary.length).toBe(expected.vocabulary);
  expect(different(expected.strings, strings)).toEqual([]);
});

describe.each(Object.keys(inputs.variants))("the tokenizer %s", (name) => {
  const { tokenizer, options } = open(name);
  const wanted = expected.variants[name]!;

  it("gives the chosen texts the ids and tokens of transformers", () => {
    for (const [i, text] of inputs.texts.entries()) {
      const tokens = tokenizer.encode(text);
      const found = { ids: tokens.map(({ id }) => id), tokens: tokens.map((token) => token.text) };
      expect(found, JSON.stringify(text)).toEqual(wanted.texts[i]);
    }
  });

  it("gives 10,000 random strings the ids of transformers", () => {
    const ids = strings.map((text) =>
      tokenizer
        .encode(text)
        .map(({ id }) => id)
        .join(" "),
    );
    expect(different(wanted.ids, ids)).toEqual([]);
  });

  it("says of every token of 10,000 random strings which word and characters it is, as transformers does", () => {
    const spans = strings.map((text) =>
      tokenizer
        .spans(text)
        .map(({ word, start, end }) => `${word}:${start}-${end}`)
        .join(" "),
    );
    expect(different(wanted.spans, spans)).toEqual([]);
  });

  it("cuts 10,000 random strings into the words that transformers knows no vocabulary for", () => {
    const words = strings.map((text) =>
      wordsOf(normalize(wellFormed(text), options))
        .map(({ word }) => word)
        .join(" "),
    );
    expect(different(wanted.words, words)).toEqual([]);
  });
});

it("half of a surrogate pair alone is read as what UTF-8 has for it, and dropped", () => {
  const { tokenizer } = open("cased");
  const whole = tokenizer.encode("ab cd");
  for (const text of ["a\ud800b cd", "ab\udc00 cd", "\udfffab cd\ud83d"])
    expect(tokenizer.encode(text)).toEqual(whole);
});
