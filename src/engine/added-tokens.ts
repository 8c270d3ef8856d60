// Added tokens are found in a text before it is cut into words: special tokens such as the mask, and whatever else
// somebody added to a vocabulary. As AddedVocabulary of the Rust crate `tokenizers` finds them.

import { beginsInWord, endsInWord, isWhiteSpace } from "./unicode.ts";

/** as in tokenizer.json */
export interface AddedToken {
  id: number;
  content: string;
  /** not found inside a longer word */
  single_word: boolean;
  /** takes the white space on its left with it */
  lstrip: boolean;
  rstrip: boolean;
  /** looked for in the normalized text, by its own normalized content */
  normalized: boolean;
  special: boolean;
}

/** a stretch of a text, with the id of the added token that it is */
export interface Part {
  text: string;
  id: number | undefined;
}

/**
 * A function that cuts a text at added tokens: the leftmost one first, of several that begin there the longest.
 * @param tokens those to look for
 * @param written how a token stands in the text
 */
export function splitter(
  tokens: readonly AddedToken[],
  written: (content: string) => string,
): (text: string) => Part[] {
  if (tokens.length === 0) return (text) => [{ text, id: undefined }];
  const byText = new Map(tokens.map((token) => [written(token.content), token]));
  const longestFirst = [...byText.keys()].sort((a, b) => b.length - a.length);
  const escaped = longestFirst.map((content) => content.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  const found = new RegExp(escaped.join("|"), "gu");
  return (text) => {
    const parts: Part[] = [];
    let done = 0;
    for (const match of text.matchAll(found)) {
      const token = byText.get(match[0])!;
      let [start, end] = [match.index, match.index + match[0].length];
      if (token.single_word && isInWord(text, start, end)) continue;
      if (token.lstrip) while (start > done && isWhiteSpace(text[start - 1])) start--;
      if (token.rstrip) while (isWhiteSpace(text[end])) end++;
      if (done < start) parts.push({ text: text.slice(done, start), id: undefined });
      parts.push({ text: text.slice(start, end), id: token.id });
      done = end;
    }
    if (done < text.length) parts.push({ text: text.slice(done), id: undefined });
    return parts;
  };
}

/** is the stretch part of a longer word? Two code units hold the character beside it. */
const isInWord = (text: string, start: number, end: number): boolean =>
  endsInWord.test(text.slice(Math.max(0, start - 2), start)) || beginsInWord.test(text.slice(end, end + 2));
