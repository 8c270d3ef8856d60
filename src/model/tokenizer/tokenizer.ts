// The tokenizer behind a small interface of ours: text to ids and back, from files we already hold, without a network. Each
// kind of tokenizer has a file of its own; added tokens and special ones are the same for all (kind.ts).

import * as v from "valibot";
import { EngineError } from "../errors.ts";
import { manifestLimits } from "../manifest-schema.ts";
import type { Token, TokenRole } from "../types.ts";
import type { AddedToken } from "./added-tokens.ts";
import { wellFormed } from "./bert-text.ts";
import { byteLevel, byteLevelJson } from "./byte-level.ts";
import { idSchema, type Kind, type Place, type Span, spansOf } from "./kind.ts";
import { unigram, unigramJson } from "./unigram.ts";
import { wordPiece, wordPieceJson } from "./wordpiece.ts";

const roles = ["pad", "unk", "cls", "sep", "mask"] as const satisfies TokenRole[];

export interface Tokenizer {
  /** A sentence as tokens, the first and the last special one included. A text is what was read, or a vocabulary's piece. */
  encode(text: string): Token[];
  /**
   * The pieces of one word, without special tokens.
   * @param place what stands before it, which decides in some vocabularies; "space" where it is left out
   */
  pieces(word: string, place?: Place): Token[];
  /**
   * The word that is read as this one token where it is written; undefined where none is, and of special tokens.
   * @param place what stands before it; "space" where it is left out
   */
  wordOf(id: number, place?: Place): string | undefined;
  /** The pieces of a text with where they lie in it. */
  spans(text: string): Span[];
  /** every token's text, by id; "" where an id has none. An added token's as it is looked for, in small letters perhaps */
  vocabulary: readonly string[];
  /** added tokens that are written otherwise than they are looked for, as written */
  asWritten: readonly Token[];
  /** the tokens that this tokenizer calls pad, unk, cls, sep and mask */
  special: Readonly<Record<TokenRole, Token>>;
  /** how many tokens its model knows, without added ones */
  vocabSize: number;
}

const addedTokens = v.object({
  added_tokens: v.array(
    v.object({
      id: idSchema,
      content: v.pipe(v.string(), v.nonEmpty()),
      single_word: v.boolean(),
      lstrip: v.boolean(),
      rstrip: v.boolean(),
      normalized: v.boolean(),
      special: v.boolean(),
    }),
  ),
});

const tokenizerConfig = v.object(
  Object.fromEntries(roles.map((role) => [`${role}_token`, v.string()])) as Record<
    `${TokenRole}_token`,
    v.StringSchema<undefined>
  >,
);

/** the kind of a tokenizer.json as the exporter completes it, by its model's type */
const kinds: Readonly<Record<string, (json: object) => Kind>> = {
  WordPiece: (json) => wordPiece(checked(wordPieceJson, json, "tokenizer.json")),
  BPE: (json) => byteLevel(checked(byteLevelJson, json, "tokenizer.json")),
  Unigram: (json) => unigram(checked(unigramJson, json, "tokenizer.json")),
};

/**
 * @param json the contents of tokenizer.json as the exporter completes it
 * @param config the contents of a complete tokenizer_config.json
 * @throws EngineError "manifest-invalid" when they are anything else
 */
export function createTokenizer(json: object, config: object): Tokenizer {
  const { added_tokens: added } = checked(addedTokens, json, "tokenizer.json");
  const names = checked(tokenizerConfig, config, "tokenizer_config.json");
  const kind = kindOf(json);
  // added tokens stay out of the kinds' hands
  const ids = new Map([...kind.ids, ...added.map(({ content, id }): [string, number] => [content, id])]);
  const special = Object.fromEntries(
    roles.map((role) => {
      const text = names[`${role}_token`];
      const id = ids.get(text);
      if (id === undefined) throw invalid("tokenizer.json", `${text}, the ${role}_token, is not in it`);
      return [role, { id, text }];
    }),
  ) as Record<TokenRole, Token>;

  const spans = spansOf(kind, added);
  const found = added
    .filter((token) => token.normalized)
    .map(({ id, content }) => ({ id, text: kind.write(wellFormed(content)).text }));
  const vocabulary = vocabularyOf([...ids, ...found.map(({ id, text }): [string, number] => [text, id])]);
  const pieces = (word: string, place: Place = "space") => piecesOf(word, place, kind, added, spans);
  const specialIds = new Set(Object.values(special).map(({ id }) => id));
  return {
    encode: (text) =>
      [special.cls, ...spans(text), special.sep].map(({ id, text: piece }) => ({ id, text: piece })),
    pieces,
    wordOf: (id, place) => {
      const text = vocabulary[id] ?? "";
      const word = kind.typed ? kind.typed(text) : text;
      if (!word || word.trim() !== word || specialIds.has(id)) return undefined;
      const read = pieces(word, place);
      return read.length === 1 && read[0]!.id === id ? word : undefined;
    },
    spans,
    vocabulary,
    asWritten: added
      .filter(({ content, id }) => found.some((token) => token.id === id && token.text !== content))
      .map(({ content, id }) => ({ id, text: content })),
    special,
    vocabSize: kind.ids.size,
  };
}

function kindOf(json: object): Kind {
  const { model } = json as { model?: { type?: unknown } };
  const type = String(model?.type);
  if (!Object.hasOwn(kinds, type))
    throw invalid("tokenizer.json", `model.type: must be ${Object.keys(kinds).join(", ")}`);
  try {
    return kinds[type]!(json);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const said = cause instanceof RangeError ? cause.message : "its model cannot be read";
    throw invalid("tokenizer.json", said, cause);
  }
}

/** The pieces of a word; an added token is itself wherever it stands. */
function piecesOf(
  word: string,
  place: Place,
  kind: Kind,
  added: readonly AddedToken[],
  spans: (text: string) => Span[],
): Token[] {
  if (!kind.cutAt || added.some(({ content }) => word.includes(content)))
    return spans(word).map(({ id, text }) => ({ id, text }));
  const written = kind.write(wellFormed(word)).text;
  return kind.cutAt(written, place).flatMap((pieces) => pieces.map(({ id, text }) => ({ id, text })));
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
