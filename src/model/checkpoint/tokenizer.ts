// The tokenizer files that the browser reads, made from whatever a checkpoint brings: a bare vocab.txt, an old or a new
// tokenizer.json, a tokenizer_config.json of two lines or of thirty. What goes out is always complete, so that nothing
// depends on the defaults of a library; the ids are those of transformers.

import { familyOf } from "../families/index.ts";
import type { AddedToken } from "../tokenizer/added-tokens.ts";
import { type NormalizerOptions, normalize } from "../tokenizer/bert-text.ts";
import { addedTokens, checkNormalized, roleNames, type Specials } from "./added-tokens.ts";
import { checkParts, checkTemplate, checkVocabulary, type KnownTokenizer, kindOf } from "./bert-tokenizer.ts";
import { type BertConfig, parseObject } from "./config.ts";
import { CheckpointError } from "./errors.ts";
import { doubled, template } from "./sequence-templates.ts";
import { shown } from "./shown.ts";
import { byteLevelParts, type Parts, unigramParts, vocabularyOf } from "./subword-tokenizer.ts";

/** contents of a checkpoint's tokenizer files, undefined where there is none */
export interface TokenizerSources {
  /** tokenizer.json */
  tokenizer?: string | undefined;
  /** vocab.txt */
  vocab?: string | undefined;
  /** tokenizer_config.json */
  config?: string | undefined;
  /** special_tokens_map.json */
  specialTokens?: string | undefined;
  /** added_tokens.json */
  addedTokens?: string | undefined;
  /** config.json, which may name the tokenizer's class */
  modelConfig?: string | undefined;
}

/** tokenizer.json and tokenizer_config.json, ready to be written */
export interface TokenizerFiles {
  json: object;
  config: object;
}

type Json = Record<string, unknown>;

/**
 * Complete tokenizer files.
 * @throws CheckpointError when there is no vocabulary, when the tokenizer is not BERT's, when a special token is missing, or
 *   when it has ids that the embedding table has no row for
 */
export function completeTokenizer(
  sources: TokenizerSources,
  { vocabulary, positions, family }: BertConfig,
): TokenizerFiles {
  const parse = (text: string | undefined, file: string) =>
    text === undefined ? {} : parseObject(text, file);
  const tokenizer = parse(sources.tokenizer, "tokenizer.json");
  const config = parse(sources.config, "tokenizer_config.json");
  const known = kindOf(config, parse(sources.modelConfig, "config.json"), tokenizer, family);
  const { kind } = known;
  /** [CLS] and [SEP] as BERT has them */
  const isBerts =
    kind === "WordPiece" ||
    (known.own ? known.own === "Albert" : familyOf({ family }).checkpoint?.specials === "bert");
  const vocab = kind === "WordPiece" ? readVocab(tokenizer, sources) : readPieces(tokenizer, sources);
  const { specials, added } = addedTokens(
    vocab,
    {
      config,
      specialTokens: parse(sources.specialTokens, "special_tokens_map.json"),
      addedTokens: parse(sources.addedTokens, "added_tokens.json"),
      tokenizer,
    },
    roleNames[!isBerts ? "roberta" : kind === "Unigram" ? "albert" : "bert"],
  );
  checkIds(vocab, added, vocabulary);
  const parts =
    kind === "WordPiece"
      ? wordPieceParts(
          tokenizer,
          known.own ? config : {},
          vocab,
          specials,
          added,
          sources.tokenizer !== undefined,
        )
      : subwordParts({ ...known, isBerts }, tokenizer, config, vocab, specials, added);
  const roles = Object.entries(specials).map(([role, token]) => [`${role}_token`, token]);

  const idOf = (token: string) => vocab.get(token) ?? added.find(({ content }) => content === token)!.id;
  return {
    json: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: parts.normalizer,
      pre_tokenizer: parts.pre_tokenizer,
      post_processor: {
        type: "TemplateProcessing",
        single: template(specials, "A"),
        pair: isBerts ? template(specials, "A", "B") : doubled(specials),
        special_tokens: Object.fromEntries(
          [specials.cls, specials.sep].map((token) => [
            token,
            { id: token, ids: [idOf(token)], tokens: [token] },
          ]),
        ),
      },
      decoder: parts.decoder,
      model: parts.model,
    },
    config: {
      ...parts.config,
      ...Object.fromEntries(roles),
      model_max_length: Math.min(positive(config.model_max_length) ?? positions, positions),
      clean_up_tokenization_spaces: true,
    },
  };
}

/**
 * BERT's parts, and what tokenizer_config.json says of them.
 * @param config {} where tokenizer.json decides
 */
function wordPieceParts(
  tokenizer: Json,
  config: Json,
  vocab: ReadonlyMap<string, number>,
  specials: Specials,
  added: readonly AddedToken[],
  hasFile: boolean,
): Parts & { config: object } {
  if (hasFile) checkParts(tokenizer, specials.cls, specials.sep);
  if (!vocab.has(specials.unk))
    throw new CheckpointError(
      `The tokenizer's unk_token ${shown(specials.unk)} is an added token, and WordPiece needs it in the vocabulary.`,
      "Put it into vocab.txt, or into the vocabulary of tokenizer.json.",
    );
  const normalizer = normalizerOf(tokenizer, config, vocab);
  checkNormalized(added, (content) => normalize(content, normalizer));
  return {
    normalizer: { type: "BertNormalizer", ...normalizer },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: specials.unk,
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocab),
    },
    config: {
      tokenizer_class: "BertTokenizer",
      do_lower_case: normalizer.lowercase,
      strip_accents: normalizer.strip_accents,
      tokenize_chinese_chars: normalizer.handle_chinese_chars,
    },
  };
}

/** RoBERTa's parts, or XLM-R's and CamemBERT's, or ALBERT's */
function subwordParts(
  { kind, own, isBerts }: KnownTokenizer & { isBerts: boolean },
  tokenizer: Json,
  config: Json,
  vocab: ReadonlyMap<string, number>,
  specials: Specials,
  added: readonly AddedToken[],
): Parts & { config: object } {
  const { cls, sep, mask, unk } = specials;
  checkTemplate(tokenizer.post_processor, cls, sep);
  // transformers' own classes put it there where it is missing
  if (!tokenizer.post_processor && own === undefined)
    throw new CheckpointError(
      `tokenizer.json has no post-processor, which puts ${cls} and ${sep} around a text.`,
      "Choose a checkpoint with the tokenizer that its model was published with.",
    );
  // transformers' classes have different defaults for one that is not listed
  if (
    !added.some(({ content, special }) => content === mask && special) ||
    !isListed(tokenizer, config, mask)
  )
    throw new CheckpointError(
      `The tokenizer's mask_token ${shown(mask)} is not among the added tokens of its files.`,
      "Save the tokenizer again in transformers with save_pretrained.",
    );
  const [bos, eos] = ["bos_token", "eos_token"].map((role) => nameOf(config[role]));
  if ((bos ?? cls) !== cls || (eos ?? sep) !== sep)
    throw new CheckpointError(
      `tokenizer_config.json: bos_token and eos_token are ${shown([bos, eos])}, and only ${shown([cls, sep])}, the cls_token and sep_token, can be used.`,
      "Choose a checkpoint with the tokenizer that its model was published with.",
    );
  if (kind === "BPE")
    return {
      ...byteLevelParts(tokenizer, config, vocab, own),
      config: {
        tokenizer_class: isBerts ? "PreTrainedTokenizerFast" : "RobertaTokenizer",
        add_prefix_space: config.add_prefix_space ?? false,
      },
    };
  const parts = unigramParts(tokenizer, config, unk, own);
  return { ...parts, config: { tokenizer_class: `${isBerts ? "Albert" : "XLMRoberta"}Tokenizer` } };
}

/** a special token's text, which may be written as an object */
const nameOf = (token: unknown): unknown => (typeof token === "string" ? token : record(token).content);

/** whether a file lists an added token with its flags */
function isListed(tokenizer: Json, config: Json, content: string): boolean {
  const lists = [tokenizer.added_tokens, Object.values(record(config.added_tokens_decoder))];
  return lists.some((list) => Array.isArray(list) && list.some((token) => record(token).content === content));
}

/** token -> id of a tokenizer.json that has no words */
function readPieces(tokenizer: Json, { tokenizer: text }: TokenizerSources): Map<string, number> {
  if (text === undefined)
    throw new CheckpointError(
      "The checkpoint has no tokenizer.json.",
      "Load its tokenizer in transformers and save it again with save_pretrained, which writes one.",
    );
  const vocab = vocabularyOf(tokenizer);
  if (vocab && vocab.size > 0) return vocab;
  throw new CheckpointError("tokenizer.json has no vocabulary.", "Download or save the checkpoint again.");
}

/** token -> id; of a token that is there twice, the last id, as in transformers */
function readVocab(given: Json, { tokenizer, vocab: text }: TokenizerSources): Map<string, number> {
  if (tokenizer !== undefined) {
    const entries = Object.entries(record(record(given.model).vocab));
    const wrong = entries.find(([, id]) => !isId(id));
    // the vocabularies of other models are lists
    if (entries.length === 0) checkParts(given, "", "");
    if (wrong)
      throw new CheckpointError(
        `tokenizer.json: the id of ${shown(wrong[0])} is ${shown(wrong[1])}.`,
        "Download or save the checkpoint again.",
      );
    if (entries.length > 0) return new Map(entries as [string, number][]);
    throw new CheckpointError("tokenizer.json has no vocabulary.", "Download or save the checkpoint again.");
  }
  if (text === undefined) {
    throw new CheckpointError(
      "The checkpoint has neither tokenizer.json nor vocab.txt.",
      "Put the vocab.txt that was published with the weights beside config.json.",
    );
  }
  // as transformers reads it: a line ends with a line feed, and white space before that is not the token's
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const vocab = new Map(lines.map((line, id) => [line.replace(/\p{White_Space}+$/u, ""), id]));
  checkVocabulary(vocab, "vocab.txt");
  return vocab;
}

/** @throws CheckpointError when a token's id lies outside the embedding table */
function checkIds(vocab: ReadonlyMap<string, number>, added: readonly AddedToken[], rows: number): void {
  const check = (token: string, id: number) => {
    if (id < rows) return;
    throw new CheckpointError(
      `The tokenizer gives ${shown(token)} the id ${id}, but config.json's vocab_size is ${rows}.`,
      "Use the tokenizer files that were published with these weights.",
    );
  };
  for (const [token, id] of vocab) check(token, id);
  for (const { content, id } of added) check(content, id);
}

/** tokenizer_config.json decides, as in transformers; then tokenizer.json; then what the vocabulary shows. */
function normalizerOf(given: Json, config: Json, vocab: ReadonlyMap<string, number>): NormalizerOptions {
  const own = record(given.normalizer);
  return {
    clean_text: true,
    handle_chinese_chars: bool(config.tokenize_chinese_chars) ?? bool(own.handle_chinese_chars) ?? true,
    strip_accents: bool(config.strip_accents) ?? bool(own.strip_accents) ?? null,
    // transformers' default is true, which turns most words of a cased vocabulary into [UNK]
    lowercase: bool(config.do_lower_case) ?? bool(own.lowercase) ?? !hasCapitals(vocab),
  };
}

/** a vocabulary with capital letters outside [BRACKETS] is one of a cased model */
function hasCapitals(vocab: ReadonlyMap<string, number>): boolean {
  return [...vocab.keys()].some((token) => !/^[[<].*[\]>]$/.test(token) && /\p{Lu}/u.test(token));
}

const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const bool = (value: unknown) => (typeof value === "boolean" ? value : undefined);
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const positive = (value: unknown) => (typeof value === "number" && value > 0 ? value : undefined);
