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
  /** where it begins; a token that takes white space with it may reach into the next part */
  at: number;
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
  // by their first code unit, the longest first
  const beginning = new Map<string, { content: string; token: AddedToken }[]>();
  for (const token of tokens) {
    const content = written(token.content);
    const first = content.charAt(0);
    if (!beginning.get(first)?.push({ content, token })) beginning.set(first, [{ content, token }]);
  }
  for (const some of beginning.values()) some.sort((a, b) => b.content.length - a.content.length);
  const at = (text: string, i: number) =>
    beginning.get(text[i]!)?.find(({ content }) => text.startsWith(content, i));
  return (text) => {
    const parts: Part[] = [];
    let done = 0;
    for (let i = 0; i < text.length; i++) {
      const found = at(text, i);
      if (!found) continue;
      const { token, content } = found;
      const from = i;
      // one that does not stand as a single word still hides what begins within it
      i += content.length - 1;
      let [start, end] = [from, from + content.length];
      if (token.single_word && isInWord(text, start, end)) continue;
      if (token.lstrip) while (start > done && isWhiteSpace(text[start - 1])) start--;
      if (token.rstrip) while (isWhiteSpace(text[end])) end++;
      if (done < start) parts.push({ text: text.slice(done, start), at: done, id: undefined });
      parts.push({ text: text.slice(start, end), at: start, id: token.id });
      done = end;
    }
    if (done < text.length) parts.push({ text: text.slice(done), at: done, id: undefined });
    return parts;
  };
}

/** is the stretch part of a longer word? Two code units hold the character beside it. */
const isInWord = (text: string, start: number, end: number): boolean =>
  endsInWord.test(text.slice(Math.max(0, start - 2), start)) || beginsInWord.test(text.slice(end, end + 2));
