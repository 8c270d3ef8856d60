// The tokenizer files of RoBERTa, XLM-R and CamemBERT as they have been published over the years: those that mean the same are
// the same, and what transformers would not do, or we do not, is refused by name.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/model/checkpoint/config.ts";
import { CheckpointError } from "../../../src/model/checkpoint/errors.ts";
import { completeTokenizer } from "../../../src/model/checkpoint/tokenizer.ts";
import { familyCheckpoints } from "../../helpers/families.ts";

type Json = Record<string, unknown>;

interface Change {
  json?: (json: Json) => void;
  config?: (config: Json) => void;
  model?: (model: Json) => void;
  /** tokenizer.json is not there */
  bare?: boolean;
}

/** A family's tokenizer files, changed and completed. */
function complete(name: string, { json, config, model, bare = false }: Change = {}) {
  const read = (file: string): Json => JSON.parse(readFileSync(join(familyCheckpoints, name, file), "utf8"));
  const files = {
    json: read("tokenizer.json"),
    config: read("tokenizer_config.json"),
    model: read("config.json"),
  };
  json?.(files.json);
  config?.(files.config);
  model?.(files.model);
  const text = JSON.stringify(files.model);
  return completeTokenizer(
    {
      tokenizer: bare ? undefined : JSON.stringify(files.json),
      config: JSON.stringify(files.config),
      modelConfig: text,
    },
    parseConfig(text),
  );
}

const part = (json: Json, key: string) => json[key] as Json;
const bare = (config: Json) => {
  for (const key of Object.keys(config)) delete config[key];
};
const metaspace = (json: Json) => (part(json, "pre_tokenizer").pretokenizers as Json[])[1]!;

describe("the same tokenizer", () => {
  const same: [string, string, Change][] = [
    ["roberta", "as of a tokenizer_config.json that says nothing", { config: bare }],
    ["xlm-roberta", "as of a tokenizer_config.json that says nothing", { config: bare }],
    [
      "roberta",
      "merges as texts, as older files have them",
      {
        json: (json) => {
          const model = part(json, "model");
          model.merges = (model.merges as string[][]).map((pair) => pair.join(" "));
        },
      },
    ],
    [
      "roberta",
      "the class's older name",
      { config: (config) => (config.tokenizer_class = "RobertaTokenizerFast") },
    ],
    [
      "roberta",
      "no class but the file's",
      { config: (config) => (config.tokenizer_class = "PreTrainedTokenizerFast") },
    ],
    [
      "xlm-roberta",
      "Metaspace as older files write it",
      {
        json: (json) => {
          delete metaspace(json).prepend_scheme;
          metaspace(json).add_prefix_space = true;
        },
      },
    ],
    [
      "modernbert",
      "a class that transformers does not believe",
      { config: (config) => (config.tokenizer_class = "RobertaTokenizer") },
    ],
    ["modernbert", "as of a tokenizer_config.json that names nothing", { config: bare }],
    ["albert", "as of a tokenizer_config.json that says nothing", { config: bare }],
    [
      "albert",
      "no class but the file's",
      { config: (config) => (config.tokenizer_class = "PreTrainedTokenizerFast") },
    ],
    [
      "albert",
      "one space for several at the end, as transformers' converter writes it",
      {
        json: (json) => {
          const spaces = { type: "Replace", pattern: { Regex: " {2,}" }, content: " " };
          (part(json, "normalizer").normalizers as Json[]).push(spaces);
        },
      },
    ],
    [
      "xlm-roberta",
      "a normalizer that makes one space of several, too",
      {
        json: (json) => {
          const spaces = { type: "Replace", pattern: { Regex: " {2,}" }, content: " " };
          json.normalizer = { type: "Sequence", normalizers: [json.normalizer, spaces] };
        },
      },
    ],
  ];
  it.each(same)("%s: %s", (name, _, change) => {
    const { json, config } = complete(name, change);
    expect(json).toEqual(complete(name).json);
    expect(config).toEqual(complete(name).config);
  });
});

describe("refused", () => {
  const wrong: [string, Change, RegExp][] = [
    ["roberta", { bare: true }, /has no tokenizer\.json/],
    ["camembert", { bare: true }, /has no tokenizer\.json/],
    [
      "roberta",
      { json: (json) => (json.normalizer = { type: "NFC" }) },
      /the normalizer is \{"type":"NFC"\}, and only none can be used/,
    ],
    [
      "roberta",
      { config: (config) => (config.add_prefix_space = true) },
      /add_prefix_space is false, and only true, as in tokenizer_config\.json, can be used/,
    ],
    [
      "roberta",
      { json: (json) => (part(json, "pre_tokenizer").use_regex = false) },
      /the pre-tokenizer is .*"use_regex":false\}, and only ByteLevel can be used/,
    ],
    [
      "roberta",
      { json: (json) => (part(json, "model").ignore_merges = true) },
      /model's ignore_merges is true/,
    ],
    [
      "roberta",
      { json: (json) => (part(json, "model").merges = [["a", "zz"]]) },
      /the merge is \["a","zz"\]/,
    ],
    ["roberta", { json: (json) => (part(json, "model").merges = ["a b c"]) }, /the merge is "a b c"/],
    [
      "roberta",
      { config: (config) => (config.bos_token = "<pad>") },
      /bos_token and eos_token are \["<pad>","<\/s>"\]/,
    ],
    [
      "roberta",
      { json: (json) => (json.added_tokens = []) },
      /mask_token "<mask>" is not among the added tokens/,
    ],
    [
      "roberta",
      {
        json: (json) => (json.post_processor = null),
        config: (config) => (config.tokenizer_class = "TokenizersBackend"),
      },
      /has no post-processor, which puts <s> and <\/s> around a text/,
    ],
    [
      "modernbert",
      { json: (json) => (json.normalizer = { type: "NFKC" }) },
      /the normalizer is \{"type":"NFKC"\}, and only none or NFC/,
    ],
    [
      "modernbert",
      { json: (json) => (json.post_processor = null) },
      /has no post-processor, which puts \[CLS\] and \[SEP\] around a text/,
    ],
    ["modernbert", { bare: true }, /has no tokenizer\.json/],
    ["modernbert", { json: (json) => (json.model = { type: "WordLevel" }) }, /the model is "WordLevel"/],
    ["xlm-roberta", { json: (json) => (part(json, "model").unk_id = 0) }, /model's unk_id is 0, and only 3/],
    [
      "xlm-roberta",
      { json: (json) => (metaspace(json).prepend_scheme = "first") },
      /the pre-tokenizer is .*"prepend_scheme":"first".*, and only WhitespaceSplit and Metaspace with ▁ before every word can be used/,
    ],
    [
      "xlm-roberta",
      { json: (json) => (json.normalizer = { type: "NFKC" }) },
      /the normalizer is \{"type":"NFKC"\}, and only SentencePiece's own can be used/,
    ],
    ["xlm-roberta", { config: (config) => (config.add_prefix_space = false) }, /add_prefix_space is false/],
    ["xlm-roberta", { json: (json) => (part(json, "model").byte_fallback = true) }, /byte_fallback is true/],
    [
      "albert",
      { config: (config) => (config.do_lower_case = false) },
      /the normalizer is .*only Replace, Replace, NFKD, StripAccents and SentencePiece's own, as tokenizer_config\.json's do_lower_case/,
    ],
    [
      "albert",
      { config: (config) => (config.keep_accents = true) },
      /only Replace, Replace, Lowercase and SentencePiece's own/,
    ],
    [
      "albert-groups",
      { config: bare },
      /only Replace, Replace, NFKD, StripAccents, Lowercase and SentencePiece's own/,
    ],
    [
      "albert",
      { json: (json) => (part(json, "normalizer").normalizers as Json[]).push({ type: "NFKC" }) },
      /the normalizer is .*only Replace, Replace, NFKD, StripAccents, Lowercase and SentencePiece's own/,
    ],
    [
      "albert",
      {
        json: (json) => {
          const model = part(json, "model");
          (model.vocab as unknown[]).splice(1, 0, ["else", -1]);
          model.unk_id = 2;
        },
      },
      /^The files give the added token "<unk>" the id 1, and transformers gives it 2\.$/,
    ],
    [
      "albert",
      { config: (config) => (config.tokenizer_class = "XLMRobertaTokenizer") },
      /the normalizer is \{"type":"Sequence",.*"StripAccents".*, and only SentencePiece's own can be used/,
    ],
    ["albert", { bare: true }, /has no tokenizer\.json/],
    [
      "camembert",
      { config: (config) => (config.tokenizer_class = "DebertaV2Tokenizer") },
      /tokenizer_class is "DebertaV2Tokenizer"/,
    ],
    [
      "bert-relu",
      { config: (config) => (config.tokenizer_class = "RobertaTokenizer") },
      /the model is "WordPiece", and only BPE can be used/,
    ],
  ];
  it.each(wrong)("%s %o: %s", (name, change, message) => {
    expect(() => complete(name, change)).toThrow(message);
    expect(() => complete(name, change)).toThrow(CheckpointError);
  });
});
