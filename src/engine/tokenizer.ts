// The tokenizer behind a small interface of ours, so that the library can be replaced in this one file.
// @xenova/transformers is used for its BertTokenizer's WordPiece, built from files we already hold: no network, no cache.
// What stands before WordPiece is ours (added-tokens.ts, bert-text.ts), because the library's cuts many texts otherwise
// than transformers does.

import { BertTokenizer } from "@xenova/transformers/src/tokenizers.js";
import * as v from "valibot";
import { type AddedToken, splitter } from "./added-tokens.ts";
import { normalize, wellFormed, wordsOf } from "./bert-text.ts";
import { EngineError } from "./errors.ts";
import { manifestLimits } from "./manifest.ts";
import type { Token, TokenRole } from "./types.ts";

const roles = ["pad", "unk", "cls", "sep", "mask"] as const satisfies TokenRole[];

export interface Tokenizer {
  /** A sentence as tokens, the first and the last special one included. A text is what was read, or a vocabulary's piece. */
  encode(text: string): Token[];
  /** The pieces of one word, without special tokens. */
  pieces(word: string): Token[];
  /** every token's text, by id; "" where an id has none */
  vocabulary: readonly string[];
  /** the tokens that this tokenizer calls pad, unk, cls, sep and mask */
  special: Readonly<Record<TokenRole, Token>>;
  /** how many tokens WordPiece knows, without added ones */
  vocabSize: number;
}

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(manifestLimits.vocabulary - 1));

const isVocabulary = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.values(value).every((each) => v.is(id, each));

/** what the exporter writes */
const tokenizerJson = v.object({
  added_tokens: v.array(
    v.object({
      id,
      content: v.pipe(v.string(), v.nonEmpty()),
      single_word: v.boolean(),
      lstrip: v.boolean(),
      rstrip: v.boolean(),
      normalized: v.boolean(),
      special: v.boolean(),
    }),
  ),
  normalizer: v.object({
    type: v.literal("BertNormalizer"),
    clean_text: v.boolean(),
    handle_chinese_chars: v.boolean(),
    strip_accents: v.nullable(v.boolean()),
    lowercase: v.boolean(),
  }),
  pre_tokenizer: v.object({ type: v.literal("BertPreTokenizer") }),
  model: v.object({
    type: v.literal("WordPiece"),
    unk_token: v.string(),
    continuing_subword_prefix: v.string(),
    max_input_chars_per_word: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000)),
    // not v.record, which drops "constructor" and "prototype": they are words
    vocab: v.custom<Record<string, number>>(isVocabulary, "must be token ids by token"),
  }),
});

const tokenizerConfig = v.object(
  Object.fromEntries(roles.map((role) => [`${role}_token`, v.string()])) as Record<
    `${TokenRole}_token`,
    v.StringSchema<undefined>
  >,
);

/**
 * @param json the contents of tokenizer.json as the exporter completes it
 * @param config the contents of a complete tokenizer_config.json
 * @throws EngineError "manifest-invalid" when they are anything else
 */
export function createTokenizer(json: object, config: object): Tokenizer {
  const { added_tokens: added, normalizer, model } = checked(tokenizerJson, json, "tokenizer.json");
  const names = checked(tokenizerConfig, config, "tokenizer_config.json");
  // added tokens stay out of the library's hands: it would find them in the middle of words, too
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  const bert = new BertTokenizer({ ...parts, model, added_tokens: [] }, {});
  const ids = new Map([
    ...bert.model.tokens_to_ids,
    ...added.map(({ content, id }): [string, number] => [content, id]),
  ]);
  const special = Object.fromEntries(
    roles.map((role) => {
      const text = names[`${role}_token`];
      const id = ids.get(text);
      if (id === undefined) throw invalid("tokenizer.json", `${text}, the ${role}_token, is not in it`);
      return [role, { id, text }];
    }),
  ) as Record<TokenRole, Token>;
  if (!ids.has(model.unk_token))
    throw invalid("tokenizer.json", "model.unk_token: it is not in the vocabulary");

  const pieces = piecesOf(bert.model, ids, added, (text) => normalize(text, normalizer));
  return {
    encode: (text) => [special.cls, ...pieces(text), special.sep].map((token) => ({ ...token })),
    pieces,
    vocabulary: vocabularyOf(ids),
    special,
    vocabSize: bert.model.tokens_to_ids.size,
  };
}

/**
 * {@link createTokenizer} on the files' texts.
 * @throws EngineError "manifest-invalid"
 */
export function readTokenizer(json: string, config: string): Tokenizer {
  return createTokenizer(parsed(json, "tokenizer.json"), parsed(config, "tokenizer_config.json"));
}

function parsed(text: string, file: string): object {
  try {
    return Object(JSON.parse(text));
  } catch (cause) {
    throw invalid(file, "it is not JSON", cause);
  }
}

function piecesOf(
  wordPiece: { encode(words: string[]): string[] },
  ids: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
  normalized: (text: string) => string,
): (text: string) => Token[] {
  const asWritten = splitter(
    added.filter((token) => !token.normalized),
    wellFormed,
  );
  const asNormalized = splitter(
    added.filter((token) => token.normalized),
    (content) => normalized(wellFormed(content)),
  );
  const cut = (text: string): Token[] =>
    wordPiece.encode(wordsOf(text)).map((piece) => ({ id: ids.get(piece)!, text: piece }));
  return (text) =>
    asWritten(wellFormed(text))
      .flatMap((part) => (part.id === undefined ? asNormalized(normalized(part.text)) : [part]))
      .flatMap(({ id, text }) => (id === undefined ? cut(text) : [{ id, text }]));
}

/** by id */
function vocabularyOf(ids: ReadonlyMap<string, number>): string[] {
  const texts: string[] = [];
  for (const [text, id] of ids) {
    while (texts.length <= id) texts.push("");
    texts[id] = text;
  }
  return texts;
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown, file: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  throw invalid(file, `${v.getDotPath(issue) ?? "the top level"}: ${issue.message}`);
}

function invalid(file: string, what: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-invalid",
    `The model's ${file} is not as the exporter writes it: ${what.slice(0, manifestLimits.words)}.`,
    "Export the model again with npm run export, and check that the whole folder was uploaded.",
    { cause },
  );
}
