// The tokenizer behind a small interface of ours, so that the library can be replaced in this one file.
// @xenova/transformers is used for its BertTokenizer alone, built from files we already hold: no network, no cache.

import { BertTokenizer } from "@xenova/transformers/src/tokenizers.js";
import type { Token } from "./types.ts";

export interface Tokenizer {
  /** A sentence as tokens, [CLS] and [SEP] included. Cased. */
  encode(text: string): Token[];
  /** The pieces of one word, without special tokens. */
  pieces(word: string): Token[];
  /** every token's text, by id */
  vocabulary: readonly string[];
  maskId: number;
  unknownId: number;
}

/**
 * @param json the contents of tokenizer.json
 * @param config the contents of a complete tokenizer_config.json
 */
export function createTokenizer(json: object, config: object): Tokenizer {
  const bert = new BertTokenizer(json, config);
  const tokens = (ids: number[]): Token[] => ids.map((id) => ({ id, text: bert.model.vocab[id] ?? "" }));
  const encode = (text: string, special: boolean) =>
    tokens(bert(text, { return_tensor: false, add_special_tokens: special }).input_ids);
  return {
    encode: (text) => encode(text, true),
    pieces: (word) => encode(word, false),
    vocabulary: bert.model.vocab,
    maskId: bert.mask_token_id,
    unknownId: bert.unk_token_id,
  };
}
