// The sentence as words that can be pointed at, and the move of the mask from one of them to another. Pure.

import type { Token } from "../../model/index.ts";

/** a token, or a word where the model's tokens are not known yet */
export interface Chip {
  text: string;
  /** where its word stands in the sentence, from and before which character; undefined where it stands nowhere in it */
  word: { from: number; to: number } | undefined;
  kind: "word" | "mask" | "special";
  /** the index among the model's tokens; undefined where they are not known */
  position: number | undefined;
}

/**
 * The sentence in pieces that a person can point at.
 * @param tokens as the model reads it; none where that is not known, which gives words and punctuation marks
 * @param mask what the model calls its mask
 */
export function chipsOf(sentence: string, tokens: readonly Token[], mask: string): Chip[] {
  if (tokens.length > 0) return aligned(sentence, tokens, mask);
  const words = mask ? new RegExp(`${literally(mask)}|[\\p{L}\\p{N}]+|\\S`, "gu") : /[\p{L}\p{N}]+|\S/gu;
  return [...sentence.matchAll(words)].map(({ 0: text, index }) => ({
    text,
    word: { from: index, to: index + text.length },
    kind: text === mask ? "mask" : "word",
    position: undefined,
  }));
}

/** A pattern, for the flag u, of the text itself: outside of a class a "-" means itself, and must not be escaped. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Every token with the word it is of: the pieces of a word have one place. A token that is written otherwise has none. */
function aligned(sentence: string, tokens: readonly Token[], mask: string): Chip[] {
  const small = sentence.toLowerCase();
  // no letter changes its length in either, so that places in one are places in the other
  const text = small.length === sentence.length ? small : sentence;
  const words = Array.from(text.matchAll(whole), ({ 0: word, index }) => ({
    from: index,
    to: index + word.length,
  }));
  let end = 0;
  /** the token before was found nowhere, so that something stands between */
  let gap = false;
  return tokens.map((token, position): Chip => {
    const written = token.text.trim();
    const piece = written.replace(/^(##|[\u0120\u2581])(?=.)/u, "");
    const sought = text === small ? piece.toLowerCase() : piece;
    const from = text.indexOf(sought, end);
    const found = from >= 0 && (gap || text.slice(end, from).trim() === "");
    const kind = written === mask ? "mask" : special.test(written) ? "special" : "word";
    // [CLS] and [SEP] stand around the sentence
    gap = !found && (kind === "word" || position > 0);
    if (!found) return { text: token.text, word: undefined, kind, position };
    end = from + sought.length;
    const word = words.find((each) => each.from <= from && end <= each.to) ?? { from, to: end };
    return { text: token.text, word, kind, position };
  });
}

/** a word, where white space stands between words */
const whole = /[^\s\p{P}$+<=>^`|~\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}]+/gu;

const special = /^(\[[A-Z]+\]|<\/?[a-z]+>)$/;

export interface Moved {
  sentence: string;
  /** which of the sentence's masks is asked about; 0 is the first */
  mask: number;
  /** the word that stands under the mask now */
  covered: string | undefined;
}

/**
 * Move the mask to a word, and put a word where it was. Moving to another mask asks about that one.
 * @param asked which of the sentence's masks moves; 0 is the first
 * @param back the word that takes its place
 */
export function moveMask(
  sentence: string,
  { from, to }: { from: number; to: number },
  mask: string,
  asked: number,
  back: string,
): Moved | undefined {
  const masks = Array.from(sentence.matchAll(new RegExp(literally(mask), "gu")), ({ index }) => index);
  const other = masks.indexOf(from);
  if (other >= 0) return other === asked ? undefined : { sentence, mask: other, covered: undefined };
  const here = masks[asked];
  if (here === undefined) return undefined;
  const covered = sentence.slice(from, to);
  const after = here + mask.length;
  const moved =
    from < here
      ? sentence.slice(0, from) + mask + sentence.slice(to, here) + back + sentence.slice(after)
      : sentence.slice(0, here) + back + sentence.slice(after, from) + mask + sentence.slice(to);
  return { sentence: moved, mask: masks.filter((place) => place !== here && place < from).length, covered };
}
