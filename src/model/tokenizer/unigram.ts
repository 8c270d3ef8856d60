// SentencePiece's unigram model, as XLM-R's, CamemBERT's and ALBERT's tokenizers have it (WhitespaceSplit, Metaspace and Unigram
// of the Rust crate `tokenizers`, after the steps of normalizers.ts). Every word begins with "▁"; of all ways to cut one, the likeliest counts.
//
// The library's own model takes UTF-16 units for characters, and finds no emoji.

import * as v from "valibot";
import type { CutWord, Kind } from "./kind.ts";
import { normalizerJson, normalizerOf } from "./normalizers.ts";
import { isWhiteSpace } from "./unicode.ts";

/** what the exporter writes of it into tokenizer.json */
export const unigramJson = v.object({
  normalizer: normalizerJson,
  pre_tokenizer: v.object({
    type: v.literal("Sequence"),
    pretokenizers: v.tuple([
      v.object({ type: v.literal("WhitespaceSplit") }),
      v.object({
        type: v.literal("Metaspace"),
        replacement: v.literal("▁"),
        prepend_scheme: v.literal("always"),
        split: v.literal(true),
      }),
    ]),
  }),
  model: v.object({
    type: v.literal("Unigram"),
    unk_id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    vocab: v.pipe(v.array(v.tuple([v.string(), v.pipe(v.number(), v.finite())])), v.minLength(1)),
  }),
});

const begin = "▁";
/** how much less likely than the rarest piece an unknown character is, as a logarithm (K_UNK_PENALTY) */
const penalty = 10;

export function unigram({ normalizer, model }: v.InferOutput<typeof unigramJson>): Kind {
  const { vocab, unk_id: unknown } = model;
  if (unknown >= vocab.length) throw new RangeError("model.unk_id: it is not in the vocabulary");
  const ids = new Map(vocab.map(([piece], id) => [piece, id]));
  const best = viterbi(vocab, ids, unknown);
  const normalize = normalizerOf(normalizer);
  const pieces = (word: string): CutWord =>
    best(word).map((text) => ({ id: ids.get(text) ?? unknown, text, at: undefined }));
  const words = (text: string, first: (word: string) => string) =>
    split(text).map((word, i) => (i === 0 ? first : marked)(word));
  // a literal ▁ begins a piece, too
  const cut = (text: string, first: (word: string) => string): CutWord[] =>
    words(text, first).flatMap((word) => word.match(/▁[^▁]*|^[^▁]+/gu)!.map(pieces));
  return {
    ids,
    write: (text) => {
      const made = normalize(text);
      return { text: made, origin: made === text ? (first, last) => [first, last] : () => undefined };
    },
    cut: (text) => cut(text, marked),
    typed: (piece) => (piece.startsWith(begin) ? piece.slice(begin.length) : piece),
    cutAt: (text, place) => cut(text, place === "joined" ? (word) => word : marked),
  };
}

const marked = (word: string): string => (word.startsWith(begin) ? word : begin + word);

/** What stands between white space. */
function split(text: string): string[] {
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (!isWhiteSpace(character)) word += character;
    else if (word !== "") {
      words.push(word);
      word = "";
    }
  }
  return word === "" ? words : [...words, word];
}

/** A function that cuts a word into the pieces whose log-probabilities have the greatest sum (Unigram::encode_optimized). */
function viterbi(
  vocab: readonly (readonly [string, number])[],
  ids: ReadonlyMap<string, number>,
  unknown: number,
): (word: string) => string[] {
  const longest = vocab.reduce((most, [piece]) => Math.max(most, Array.from(piece).length), 1);
  const rarest = vocab.reduce((least, [, score]) => Math.min(least, score), Number.POSITIVE_INFINITY);
  return (word) => {
    const characters = Array.from(word);
    /** the best way to the end of each character: its sum, where its last piece starts, and that piece's id */
    const ends: ({ score: number; start: number; id: number } | undefined)[] = [];
    const offer = (end: number, score: number, start: number, id: number) => {
      const there = ends[end];
      if (!there || score > there.score) ends[end] = { score, start, id };
    };
    for (let start = 0; start < characters.length; start++) {
      const here = start === 0 ? 0 : ends[start]!.score;
      let piece = "";
      let single = false;
      for (let end = start + 1; end <= Math.min(characters.length, start + longest); end++) {
        piece += characters[end - 1]!;
        const id = ids.get(piece);
        if (id === undefined) continue;
        offer(end, vocab[id]![1] + here, start, id);
        single ||= end === start + 1;
      }
      if (!single) offer(start + 1, rarest - penalty + here, start, unknown);
    }
    const pieces: string[] = [];
    let fused = "";
    for (let end = characters.length; end > 0; ) {
      const { start, id } = ends[end]!;
      const piece = characters.slice(start, end).join("");
      // unknown characters beside each other are one token
      if (id === unknown) fused = piece + fused;
      else {
        if (fused !== "") pieces.push(fused);
        fused = "";
        pieces.push(piece);
      }
      end = start;
    }
    if (fused !== "") pieces.push(fused);
    return pieces.reverse();
  };
}
