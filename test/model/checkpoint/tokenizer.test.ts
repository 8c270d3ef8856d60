// Tokenizer files as checkpoints have them -> complete ones, judged by what the engine's tokenizer makes of them: the
// ids that transformers gives.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { CheckpointError } from "../../../src/model/checkpoint/index.ts";
import {
  completeTokenizer,
  type TokenizerFiles,
  type TokenizerSources,
} from "../../../src/model/checkpoint/tokenizer.ts";
import { createTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { randomVocabulary } from "../../helpers/random-checkpoint.ts";

const fixtures = new URL("../../fixtures/", import.meta.url).pathname;

interface Golden {
  text: string;
  ids: number[];
}

function ids({ json, config }: TokenizerFiles, text: string): number[] {
  return createTokenizer(json, config)
    .encode(text)
    .map(({ id }) => id);
}

describe("the completed files of every fixture", () => {
  const odd: Record<string, Golden[]> = JSON.parse(
    readFileSync(join(fixtures, "reference/tokenizer.json"), "utf8"),
  ).checkpoints;

  it.each(readdirSync(join(fixtures, "checkpoints")))("give %s the ids of transformers", async (name) => {
    const checkpoint = await openFolder(join(fixtures, "checkpoints", name));
    await checkpoint.close();
    const { sentences } = JSON.parse(readFileSync(join(fixtures, "reference", `${name}.json`), "utf8"));
    const goldens: Golden[] = [...sentences, ...(odd[name] ?? [])];
    expect(goldens.length).toBeGreaterThan(20);
    const { encode } = createTokenizer(checkpoint.tokenizer.json, checkpoint.tokenizer.config);
    for (const { text, ids } of goldens) {
      expect(
        encode(text).map(({ id }) => id),
        JSON.stringify(text),
      ).toEqual(ids);
    }
  });
});

const vocabulary = randomVocabulary(100);
const model = { vocabulary: 100, positions: 64 } as Parameters<typeof completeTokenizer>[1];
const complete = (sources: TokenizerSources) => completeTokenizer(sources, model);
const vocab = vocabulary.join("\n");
/** [CLS] Raymond is [MASK] [SEP] */
const expected = [2, 5, 6, 4, 3];

function json(change: Record<string, unknown> = {}, modelChange: Record<string, unknown> = {}): string {
  const entries = Object.fromEntries(vocabulary.map((token, id) => [token, id]));
  return JSON.stringify({
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: false,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      vocab: entries,
      ...modelChange,
    },
    ...change,
  });
}

describe("sources", () => {
  it.each([
    ["vocab.txt alone", { vocab }],
    [
      "vocab.txt with Windows line ends, a byte order mark and a last line end",
      { vocab: `\uFEFF${vocabulary.join("\r\n")}\r\n` },
    ],
    ["tokenizer.json alone", { tokenizer: json() }],
    [
      "a tokenizer.json without types, as early versions wrote it",
      { tokenizer: json({}, { type: undefined }) },
    ],
    [
      "a tokenizer.json without a post-processor and added tokens",
      { tokenizer: json({ added_tokens: undefined }) },
    ],
    ["both, of which tokenizer.json counts", { tokenizer: json(), vocab: "[PAD]" }],
    [
      "tokens written as objects",
      { vocab, config: JSON.stringify({ mask_token: { content: "[MASK]", lstrip: true } }) },
    ],
  ])("may be %s", (_, sources) => {
    expect(ids(complete(sources), "Raymond is [MASK]")).toEqual(expected);
  });

  it("give a complete configuration, whatever they lack", () => {
    expect(complete({ vocab }).config).toEqual({
      tokenizer_class: "BertTokenizer",
      do_lower_case: false,
      strip_accents: null,
      tokenize_chinese_chars: true,
      unk_token: "[UNK]",
      sep_token: "[SEP]",
      pad_token: "[PAD]",
      cls_token: "[CLS]",
      mask_token: "[MASK]",
      model_max_length: 64,
      clean_up_tokenization_spaces: true,
    });
  });

  it("never promise more positions than the model has", () => {
    const length = (value: unknown) =>
      complete({ vocab, config: JSON.stringify({ model_max_length: value }) }).config;
    expect(length(1e30)).toMatchObject({ model_max_length: 64 });
    expect(length(32)).toMatchObject({ model_max_length: 32 });
    expect(length(null)).toMatchObject({ model_max_length: 64 });
  });

  it("may name the special tokens otherwise, in either place", () => {
    const own = vocab.replace("[MASK]", "<mask>").replace("[UNK]", "<unk>");
    const names = { mask_token: "<mask>", unk_token: "<unk>" };
    for (const sources of [{ config: JSON.stringify(names) }, { specialTokens: JSON.stringify(names) }]) {
      expect(ids(complete({ vocab: own, ...sources }), "Raymond is <mask> ?")).toEqual([2, 5, 6, 4, 1, 3]);
    }
  });

  it("may have tokens that are added to the vocabulary", () => {
    const short = vocabulary.slice(0, 98).join("\n");
    const files = complete({ vocab: short, addedTokens: JSON.stringify({ New_York: 98 }) });
    expect(ids(files, "is New_York these")).toEqual([2, 6, 98, 12, 3]);
    const same = complete({
      tokenizer: json(
        { added_tokens: [{ id: 98, content: "New_York", special: false }] },
        { vocab: Object.fromEntries(vocabulary.slice(0, 98).map((token, id) => [token, id])) },
      ),
    });
    expect(ids(same, "is New_York these")).toEqual([2, 6, 98, 12, 3]);
  });

  it("may have a token twice: the last counts, as in transformers", () => {
    expect(ids(complete({ vocab: `${vocabulary.slice(0, 99).join("\n")}\nis\n` }), "is")).toEqual([2, 99, 3]);
  });

  it("may have tokens that objects have by nature", () => {
    const own = [...vocabulary.slice(0, 97), "constructor", "__proto__"].join("\n");
    const files = complete({ vocab: own });
    const read = { json: JSON.parse(JSON.stringify(files.json)), config: files.config };
    expect(ids(read, "constructor")).toEqual([2, 97, 3]);
  });
});

describe("case", () => {
  const lower = vocab.toLowerCase().replace(/\[(pad|unk|cls|sep|mask)\]/g, (token) => token.toUpperCase());
  const lowercase = (sources: TokenizerSources) =>
    (complete(sources).config as { do_lower_case: boolean }).do_lower_case;

  it("is what tokenizer_config.json says, then what tokenizer.json says, then what the vocabulary shows", () => {
    const says = (value: boolean) => JSON.stringify({ do_lower_case: value });
    expect(lowercase({ tokenizer: json(), config: says(true) })).toBe(true);
    expect(lowercase({ vocab: lower, config: says(false) })).toBe(false);
    expect(lowercase({ tokenizer: json({ normalizer: { type: "BertNormalizer", lowercase: true } }) })).toBe(
      true,
    );
    expect(lowercase({ tokenizer: json(), config: "{}" })).toBe(false);
    expect(lowercase({ vocab })).toBe(false);
    expect(lowercase({ vocab: lower })).toBe(true);
  });

  it("is lowered, and accents are stripped, for an uncased model", () => {
    expect(ids(complete({ vocab: lower }), "RAYMOND Ís [MASK]")).toEqual(expected);
    const kept = complete({ vocab: lower, config: JSON.stringify({ strip_accents: false }) });
    expect(ids(kept, "RAYMOND Ís [MASK]")).toEqual([2, 5, 1, 4, 3]);
  });
});

describe("refused", () => {
  const wrong: [string, TokenizerSources, RegExp][] = [
    ["no vocabulary at all", {}, /neither tokenizer.json nor vocab.txt/],
    ["an empty vocabulary", { tokenizer: json({}, { vocab: {} }) }, /no vocabulary/],
    ["a byte-pair tokenizer", { tokenizer: json({}, { type: "BPE" }) }, /the model is "BPE"/],
    [
      "an early byte-pair tokenizer",
      { tokenizer: json({}, { type: undefined, merges: [] }) },
      /the model is "BPE"/,
    ],
    [
      "a unigram tokenizer",
      { tokenizer: json({}, { type: "Unigram", vocab: [["a", 0]] }) },
      /the model is "Unigram"/,
    ],
    ["another normalizer", { tokenizer: json({ normalizer: { type: "NFKC" } }) }, /the normalizer is "NFKC"/],
    [
      "another pre-tokenizer",
      { tokenizer: json({ pre_tokenizer: { type: "Metaspace" } }) },
      /pre-tokenizer is "Metaspace"/,
    ],
    ["no normalizer", { tokenizer: json({ normalizer: null }) }, /the normalizer is null/],
    [
      "a normalizer that keeps control characters",
      { tokenizer: json({ normalizer: { type: "BertNormalizer", clean_text: false } }) },
      /normalizer's clean_text is false/,
    ],
    [
      "another prefix of pieces",
      { tokenizer: json({}, { continuing_subword_prefix: "@@" }) },
      /continuing_subword_prefix is "@@"/,
    ],
    [
      "longer words",
      { tokenizer: json({}, { max_input_chars_per_word: 200 }) },
      /max_input_chars_per_word is 200/,
    ],
    [
      "another post-processor",
      {
        tokenizer: json({ post_processor: { type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0] } }),
      },
      /the post-processor is {"type":"RobertaProcessing"/,
    ],
    [
      "another template",
      {
        tokenizer: json({
          post_processor: { type: "TemplateProcessing", single: [{ Sequence: { id: "A", type_id: 0 } }] },
        }),
      },
      /the post-processor is .*only \[CLS\] A \[SEP\]/,
    ],
    ...(
      [
        [{ tokenizer_class: "BertJapaneseTokenizer" }, /tokenizer_class is "BertJapaneseTokenizer"/],
        [{ tokenizer_class: "BigBirdTokenizerFast" }, /tokenizer_class is "BigBirdTokenizerFast"/],
        [{ auto_map: { AutoTokenizer: ["own.Tokenizer", null] } }, /own code is \["own.Tokenizer",null\]/],
        [{ word_tokenizer_type: "mecab" }, /word_tokenizer_type is "mecab"/],
        [{ subword_tokenizer_type: "character" }, /subword_tokenizer_type is "character"/],
        [{ do_basic_tokenize: false }, /do_basic_tokenize is false/],
        [{ never_split: ["Raymond"] }, /never_split is \["Raymond"\]/],
        [{ split_special_tokens: true }, /split_special_tokens is true/],
      ] as const
    ).map(([config, message]): [string, TokenizerSources, RegExp] => [
      `what tokenizer_config.json says is another: ${JSON.stringify(config)}`,
      { vocab, config: JSON.stringify(config) },
      message,
    ]),
    [
      "what config.json says is another",
      { vocab, modelConfig: JSON.stringify({ tokenizer_class: "BertJapaneseTokenizer" }) },
      /config.json: the tokenizer_class is "BertJapaneseTokenizer"/,
    ],
    [
      "a SentencePiece vocabulary in vocab.txt",
      {
        vocab: [...vocabulary.slice(0, 5), ..."abcdefgh"]
          .map((word, i) => (i < 5 ? word : `▁${word}`))
          .join("\n"),
      },
      /vocab.txt is a SentencePiece vocabulary: 8 of its 13 tokens begin with ▁/,
    ],
    [
      "a byte-pair vocabulary in vocab.txt",
      { vocab: [...vocabulary.slice(0, 5), "Ġthe", "Ġa"].join("\n") },
      /vocab.txt is a byte-pair vocabulary/,
    ],
    [
      "an added token under an id that transformers does not give it",
      { vocab: vocabulary.slice(0, 90).join("\n"), addedTokens: '{"@USER": 95}' },
      /the added token "@USER" the id 95, and transformers gives it 90/,
    ],
    [
      "two added tokens that are one after normalization",
      {
        vocab: vocabulary.slice(0, 90).join("\n"),
        config: '{"do_lower_case": true}',
        addedTokens: '{"@USER": 90, "@user": 91}',
      },
      /"@USER" and "@user" are the same after normalization/,
    ],
    [
      "an added token of which normalization leaves nothing",
      {
        vocab: vocabulary.slice(0, 90).join("\n"),
        config: '{"do_lower_case": true}',
        addedTokens: '{"\u0301": 90}',
      },
      /the normalizer leaves nothing/,
    ],
    ["an id that is none", { tokenizer: json({}, { vocab: { a: -1 } }) }, /id of "a" is -1/],
    ["no JSON", { tokenizer: "<html>" }, /tokenizer.json is not JSON/],
    [
      "a vocabulary larger than the embedding table",
      { vocab: `${vocab}\nmore` },
      /"more" the id 100, but config.json's vocab_size is 100/,
    ],
    ["an added token outside it", { vocab, addedTokens: '{"x": 4000}' }, /"x" the id 4000/],
    ...["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"].map((token): [string, TokenizerSources, RegExp] => [
      `a vocabulary without ${token}`,
      { vocab: vocab.replace(token, "[other]") },
      new RegExp(
        `lacks \\${token.slice(0, -1)}\\], the tokenizer's ${token.slice(1, -1).toLowerCase()}_token`,
      ),
    ]),
  ];
  it.each(wrong)("is %s", (_, sources, message) => {
    expect(() => complete(sources)).toThrow(message);
    expect(() => complete(sources)).toThrow(CheckpointError);
  });
});
