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
      if (word === undefined || !isListed(word)) return { id, text: piece, unlisted: true as const };
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

/** how many tokens are looked at before others may have the thread: some 10 ms */
const slice = 500;

/**
 * The words that can be compared where white space stands before the mask: each is read as one token where it is written.
 * Looked for a slice at a time, so that what else is asked for is answered in between.
 * @param wanted asked after each slice; where it says no, none are returned
 */
export async function knownWords(
  { vocabulary, wordOf }: Pick<Tokenizer, "vocabulary" | "wordOf">,
  wanted: () => boolean = () => true,
): Promise<string[]> {
  const words: string[] = [];
  for (const id of vocabulary.keys()) {
    if (id % slice === slice - 1) await new Promise((go) => setTimeout(go));
    if (!wanted()) return [];
    const word = wordOf(id, "space");
    if (word !== undefined && isListed(word)) words.push(word);
  }
  return words;
}

/** Can a list of words hold it? */
const isListed = (word: string): boolean => listed(word)[0] === word;
