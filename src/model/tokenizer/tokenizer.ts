/// <reference path="./xenova.d.ts" />
// The tokenizer behind a small interface of ours, so that the library can be replaced in this one file.
// @xenova/transformers is used for its BertTokenizer's WordPiece, built from files we already hold: no network, no cache.
// What stands before WordPiece is ours (added-tokens.ts, bert-text.ts), because the library's cuts many texts otherwise
// than transformers does.

import { BertTokenizer } from "@xenova/transformers/src/tokenizers.js";
import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { manifestLimits } from "../manifest.ts";
import type { Token, TokenRole } from "../types.ts";
import { type AddedToken, splitter } from "./added-tokens.ts";
import { type NormalizerOptions, normalize, wellFormed, wordsOf } from "./bert-text.ts";
import { codePoints, traced } from "./origins.ts";

const roles = ["pad", "unk", "cls", "sep", "mask"] as const satisfies TokenRole[];

/** a token of a text */
export interface Span extends Token {
  /** which of the text's words and added tokens it is of */
  word: number;
  /** the code points that it stands for, from start to before end; -1 where that cannot be told */
  start: number;
  end: number;
}

export interface Tokenizer {
  /** A sentence as tokens, the first and the last special one included. A text is what was read, or a vocabulary's piece. */
  encode(text: string): Token[];
  /** The pieces of one word, without special tokens. */
  pieces(word: string): Token[];
  /** The pieces of a text with where they lie in it. */
  spans(text: string): Span[];
  /** every token's text, by id; "" where an id has none. An added token's as it is looked for, in small letters perhaps */
  vocabulary: readonly string[];
  /** added tokens that are written otherwise than they are looked for, as written */
  asWritten: readonly Token[];
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

  const spans = spansOf(
    (word) => bert.model.encode([word]),
    model.continuing_subword_prefix,
    ids,
    added,
    normalizer,
  );
  const found = added
    .filter((token) => token.normalized)
    .map(({ id, content }) => ({ id, text: normalize(wellFormed(content), normalizer) }));
  const pieces = (text: string): Token[] => spans(text).map(({ id, text: piece }) => ({ id, text: piece }));
  return {
    encode: (text) => [special.cls, ...pieces(text), special.sep].map((token) => ({ ...token })),
    pieces,
    spans,
    vocabulary: vocabularyOf([...ids, ...found.map(({ id, text }): [string, number] => [text, id])]),
    asWritten: added
      .filter(({ content, id }) => found.some((token) => token.id === id && token.text !== content))
      .map(({ content, id }) => ({ id, text: content })),
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

function spansOf(
  wordPiece: (word: string) => string[],
  prefix: string,
  ids: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
  options: NormalizerOptions,
): (text: string) => Span[] {
  const asWritten = splitter(
    added.filter((token) => !token.normalized),
    wellFormed,
  );
  const asNormalized = splitter(
    added.filter((token) => token.normalized),
    (content) => normalize(wellFormed(content), options),
  );
  return (text) => {
    const spans: Span[] = [];
    const point = codePoints(text);
    let word = 0;
    const add = (id: number, piece: string, origin: readonly [number, number] | undefined) => {
      const [start, end] = origin ? origin.map(point) : [-1, -1];
      spans.push({ id, text: piece, word, start: start!, end: end! });
    };
    for (const part of asWritten(wellFormed(text))) {
      if (part.id !== undefined) {
        add(part.id, part.text, [part.at, part.at + part.text.length]);
        word++;
        continue;
      }
      const made = traced(part.text, options);
      const origin = (first: number, last: number) =>
        made.origin(first, last)?.map((place) => part.at + place) as [number, number] | undefined;
      for (const { id, text: stretch, at } of asNormalized(made.text)) {
        if (id !== undefined) {
          add(id, stretch, origin(at, at + stretch.length));
          word++;
          continue;
        }
        for (const { word: whole, at: inside } of wordsOf(stretch)) {
          for (const [piece, from, to] of placed(wordPiece(whole), whole.length, prefix))
            add(ids.get(piece)!, piece, origin(at + inside + from, at + inside + to));
          word++;
        }
      }
    }
    return spans;
  };
}

/** The pieces of a word with the stretch of it that each is; the unknown token is all of it. */
function placed(pieces: readonly string[], length: number, prefix: string): [string, number, number][] {
  let at = 0;
  const found = pieces.map((piece, i): [string, number, number] => {
    const from = at;
    at += piece.length - (i > 0 ? prefix.length : 0);
    return [piece, from, at];
  });
  return at === length ? found : pieces.map((piece) => [piece, 0, length]);
}

/** texts by id; the last one of an id counts */
function vocabularyOf(ids: Iterable<readonly [string, number]>): string[] {
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
    "The model has to be exported again and its whole folder uploaded: tell whoever runs the site.",
    { cause },
  );
}
