// The words that a model finds likeliest at the mask, and the words that it knows. V is the vocabulary.

import { listed } from "../../model/index.ts";
import type { Place, Tokenizer } from "../../model/tokenizer/index.ts";
import type { LikelyWord } from "../types.ts";
import { compare } from "./experiment.ts";

/** how many likeliest words a result has */
const most = 10;

/** the likeliest words untouched, and with the edits; each list begins with the likeliest */
export interface Likeliest {
  before: LikelyWord[];
  after: LikelyWord[];
}

/**
 * The likeliest words of both runs, with the probabilities that the table's words have.
 * @param before logits at the mask, [V]
 * @param after the same with the edits, [V]
 * @param place what stands before the mask
 */
export function likeliest(
  before: Float32Array,
  after: Float32Array,
  tokenizer: Pick<Tokenizer, "vocabulary" | "wordOf">,
  place: Place,
): Likeliest {
  const rows = (logits: Float32Array) => {
    const tokens = topOf(logits, most).map((id) => {
      const piece = tokenizer.vocabulary[id] || `no. ${id}`;
      const word = tokenizer.wordOf(id, place);
      // what a list of words cannot hold is none of its words
      if (word === undefined || listed(word)[0] !== word) return { id, text: piece, unlisted: true as const };
      return { id, text: word, ...(piece !== word && { piece }) };
    });
    return compare(tokens, before, after).map(
      (row, i): LikelyWord => (tokens[i]!.unlisted ? { ...row, unlisted: true } : row),
    );
  };
  return { before: rows(before), after: rows(after) };
}

/** The ids of the largest values, the largest first; of equal ones the first. */
export function topOf(values: Float32Array, count: number): number[] {
  const top: number[] = [];
  for (const [id, value] of values.entries()) {
    if (top.length === count && value <= values[top.at(-1)!]!) continue;
    const place = top.findIndex((other) => values[other]! < value);
    top.splice(place < 0 ? top.length : place, 0, id);
    if (top.length > count) top.pop();
  }
  return top;
}

/** The vocabulary's words that can be compared: each is one token, and is written so. */
export function knownWords({ vocabulary, pieces }: Pick<Tokenizer, "vocabulary" | "pieces">): string[] {
  return vocabulary.filter((text, id) => {
    // pieces of words, and what a list of words cannot hold
    if (text.startsWith("##") || listed(text)[0] !== text) return false;
    const read = pieces(text);
    return read.length === 1 && read[0]!.id === id;
  });
}
