/// <reference path="./xenova.d.ts" />
// WordPiece, as BERT's tokenizer has it: what stands before it is ours (bert-text.ts), because the library's cuts many texts
// otherwise than transformers does.

import { TokenizerModel } from "@xenova/transformers/src/tokenizers.js";
import * as v from "valibot";
import { wordsOf } from "./bert-text.ts";
import { type CutWord, type Kind, vocabularySchema } from "./kind.ts";
import { traced } from "./origins.ts";

/** what the exporter writes of it into tokenizer.json */
export const wordPieceJson = v.object({
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
    vocab: vocabularySchema,
  }),
});

export function wordPiece({ normalizer, model }: v.InferOutput<typeof wordPieceJson>): Kind {
  const library = TokenizerModel.fromConfig(model);
  const ids = library.tokens_to_ids;
  if (!ids.has(model.unk_token)) throw new RangeError("model.unk_token: it is not in the vocabulary");
  const prefix = model.continuing_subword_prefix.length;
  return {
    ids,
    write: (text) => traced(text, normalizer),
    cut: (written) =>
      wordsOf(written).map(({ word, at }): CutWord => {
        const pieces = library.encode([word]);
        return pieces.map((text, i) => {
          const [from, to] = placed(pieces, i, word.length, prefix);
          return { id: ids.get(text)!, text, at: [at + from, at + to] };
        });
      }),
  };
}

/** The stretch of a word that a piece is; the unknown token is all of it. */
function placed(pieces: readonly string[], i: number, length: number, prefix: number): [number, number] {
  const sizes = pieces.map((piece, j) => piece.length - (j > 0 ? prefix : 0));
  const upTo = (end: number) => sizes.slice(0, end).reduce((sum, size) => sum + size, 0);
  return upTo(pieces.length) === length ? [upTo(i), upTo(i + 1)] : [0, length];
}
