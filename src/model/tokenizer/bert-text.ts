// From a text to the words that WordPiece cuts: BertNormalizer and BertPreTokenizer of the Rust crate `tokenizers`, step
// by step in its order.

import { accents, composed, ideographs, lowerCase, removed, whiteSpace, words } from "./unicode.ts";

/** as in tokenizer.json */
export interface NormalizerOptions {
  clean_text: boolean;
  handle_chinese_chars: boolean;
  /** null: where letters are made small, accents go too */
  strip_accents: boolean | null;
  lowercase: boolean;
}

/** A text as UTF-8 can hold it: a lone surrogate becomes U+FFFD. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, "\ufffd");

/** The text as the vocabulary's words are written. */
export function normalize(text: string, options: NormalizerOptions): string {
  let out = text;
  if (options.clean_text) out = out.replace(removed, "").replace(whiteSpace, " ");
  if (options.handle_chinese_chars) out = out.replace(ideographs, " $& ");
  if (options.strip_accents ?? options.lowercase)
    out = out.replace(composed, (run) => run.normalize("NFD")).replace(accents, "");
  return options.lowercase ? lowerCase(out) : out;
}

/** A normalized text cut at white space, which goes, and around every punctuation mark: the words, and where each begins. */
export const wordsOf = (text: string): { word: string; at: number }[] =>
  Array.from(text.matchAll(words), (match) => ({ word: match[0], at: match.index }));
