// What the kinds of tokenizers have in common: a text is cut at added tokens, and what is left between them by the kind's own
// rules. tokenizer.ts makes one tokenizer of it.

import * as v from "valibot";
import { manifestLimits } from "../manifest-schema.ts";
import { type AddedToken, splitter } from "./added-tokens.ts";
import { wellFormed } from "./bert-text.ts";
import { codePoints } from "./origins.ts";

/** a token of a text */
export interface Span {
  id: number;
  text: string;
  /** which of the text's words and added tokens it is of */
  word: number;
  /** the code points that it stands for, from start to before end; -1 where that cannot be told */
  start: number;
  end: number;
}

/** a stretch of a text, from first to before last UTF-16 unit */
export type Stretch = readonly [first: number, last: number];

/** a text that a kind has written as its vocabulary is written */
export interface Written {
  text: string;
  /** the stretch of the text it was made of that [first, last) comes from; undefined where that cannot be told */
  origin(first: number, last: number): Stretch | undefined;
}

/** what stands before a word: nothing, white space, or something else, to which it is joined */
export type Place = "start" | "space" | "joined";

/** a word's pieces, each with the stretch of the written text that it is, where that can be told */
export type CutWord = { id: number; text: string; at: Stretch | undefined }[];

export interface Kind {
  /** of every piece that the model knows */
  ids: ReadonlyMap<string, number>;
  /** The text as the vocabulary is written: small letters perhaps, without accents. */
  write(text: string): Written;
  /** A written text's words, each as its pieces. */
  cut(written: string): CutWord[];
  /**
   * The words of a text that follows something, where that makes a difference; undefined: it is cut as any other.
   * @param place what stands before it
   */
  cutAt?(written: string, place: Place): CutWord[];
  /** What is typed for a piece after white space; undefined where it is no whole text. Left out: the piece itself. */
  typed?(piece: string): string | undefined;
}

/** A function that cuts whole texts as a kind does, added tokens first. */
export function spansOf(kind: Kind, added: readonly AddedToken[]): (text: string) => Span[] {
  const asGiven = splitter(
    added.filter((token) => !token.normalized),
    wellFormed,
  );
  const asWritten = splitter(
    added.filter((token) => token.normalized),
    (content) => kind.write(wellFormed(content)).text,
  );
  return (text) => {
    const spans: Span[] = [];
    const point = codePoints(text);
    let word = 0;
    const add = (id: number, piece: string, origin: Stretch | undefined) => {
      const [start, end] = origin ? origin.map(point) : [-1, -1];
      spans.push({ id, text: piece, word, start: start!, end: end! });
    };
    for (const part of asGiven(wellFormed(text))) {
      if (part.id !== undefined) {
        add(part.id, part.text, [part.at, part.at + part.text.length]);
        word++;
        continue;
      }
      const made = kind.write(part.text);
      const origin = ([first, last]: Stretch): Stretch | undefined => {
        const found = made.origin(first, last);
        return found && [part.at + found[0], part.at + found[1]];
      };
      for (const { id, text: stretch, at } of asWritten(made.text)) {
        if (id !== undefined) {
          add(id, stretch, origin([at, at + stretch.length]));
          word++;
          continue;
        }
        for (const pieces of kind.cut(stretch)) {
          for (const { id, text: piece, at: inside } of pieces)
            add(id, piece, inside && origin([at + inside[0], at + inside[1]]));
          word++;
        }
      }
    }
    return spans;
  };
}

/** a token's id in a file */
export const idSchema = v.pipe(
  v.number(),
  v.safeInteger(),
  v.minValue(0),
  v.maxValue(manifestLimits.vocabulary - 1),
);

/** token -> id; not v.record, which drops "constructor" and "prototype": they are words */
export const vocabularySchema = v.custom<Record<string, number>>(
  (value) =>
    typeof value === "object" && value !== null && Object.values(value).every((each) => v.is(idSchema, each)),
  "must be token ids by token",
);
