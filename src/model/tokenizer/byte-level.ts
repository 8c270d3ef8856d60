/// <reference path="./xenova.d.ts" />
// Byte-level byte-pair encoding, as RoBERTa's and ModernBERT's tokenizers have it (RobertaTokenizer; NFC, ByteLevel and BPE of the Rust crate
// `tokenizers`). A word keeps the space before it, as "Ġ": every byte of its UTF-8 is written as one character.

import { TokenizerModel } from "@xenova/transformers/src/tokenizers.js";
import * as v from "valibot";
import { type CutWord, type Kind, vocabularySchema } from "./kind.ts";
import { normalizerJson, normalizerOf } from "./normalizers.ts";
import { byteLevelWords } from "./unicode.ts";

/** what the exporter writes of it into tokenizer.json */
export const byteLevelJson = v.object({
  normalizer: normalizerJson,
  pre_tokenizer: v.object({ type: v.literal("ByteLevel"), add_prefix_space: v.boolean() }),
  model: v.object({
    type: v.literal("BPE"),
    vocab: vocabularySchema,
    merges: v.array(v.tuple([v.string(), v.string()])),
  }),
});

/** GPT-2's bytes_to_unicode: printable bytes as themselves, the others as the characters from U+0100 on, in order */
export const byteCharacters = (() => {
  const printable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
})();

const utf8 = new TextEncoder();
const encoded = (text: string): string =>
  Array.from(utf8.encode(text), (byte) => byteCharacters[byte]!).join("");

const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]));
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text whose bytes are written so; undefined where they are not whole characters. */
function decoded(piece: string): string | undefined {
  const bytes = Array.from(piece, (character) => byteOf.get(character) ?? -1);
  if (bytes.includes(-1)) return undefined;
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

export function byteLevel({ normalizer, pre_tokenizer, model }: v.InferOutput<typeof byteLevelJson>): Kind {
  // the library knows merges as texts alone
  const library = TokenizerModel.fromConfig({ ...model, merges: model.merges.map((pair) => pair.join(" ")) });
  const ids = library.tokens_to_ids;
  const normalize = normalizerOf(normalizer);
  const stray = model.merges.find(([first, second]) => !ids.has(first + second));
  if (stray) throw new RangeError("model.merges: one makes what is not in the vocabulary");
  const cut = (text: string): CutWord[] =>
    Array.from(text.matchAll(byteLevelWords), ([word]) => {
      // what the vocabulary lacks is dropped before anything is merged
      const known = Array.from(encoded(word)).filter((character) => ids.has(character));
      return library
        .encode([known.join("")])
        .map((piece) => ({ id: ids.get(piece)!, text: piece, at: undefined }));
    });
  const spaced = (text: string) =>
    pre_tokenizer.add_prefix_space && !text.startsWith(" ") ? ` ${text}` : text;
  return {
    ids,
    write: (text) => {
      const made = normalize(text);
      return { text: made, origin: made === text ? (first, last) => [first, last] : () => undefined };
    },
    cut: (text) => cut(spaced(text)),
    typed: (piece) => decoded(piece)?.replace(/^ /, ""),
    cutAt: (text, place) => cut(place === "space" ? ` ${text}` : place === "start" ? spaced(text) : text),
  };
}
