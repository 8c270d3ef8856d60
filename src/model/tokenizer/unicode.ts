// What each character counts as for BERT's tokenizer, whatever the browser's own version of Unicode says. The tables are
// those of the Rust crate behind transformers; model-export/reference/make_unicode_tables.py asks it, and says how
// they are written.

import tables from "./unicode-tables.json" with { type: "json" };

/** the inside of a regular expression's [brackets] */
function ranges(table: string): string {
  const numbers = table.split(" ").map((number) => Number.parseInt(number, 36));
  let end = 0;
  let inside = "";
  for (let i = 0; i < numbers.length; i += 2) {
    const first = end + numbers[i]!;
    end = first + numbers[i + 1]!;
    inside += `\\u{${first.toString(16)}}-\\u{${end.toString(16)}}`;
  }
  return inside;
}

const [space, punctuation, word] = [tables.whiteSpace, tables.punctuation, tables.word].map(ranges) as [
  string,
  string,
  string,
];

/** control, format and private characters, which the normalizer drops */
export const removed = new RegExp(`[${ranges(tables.removed)}]`, "gu");
/** what the normalizer puts spaces around */
export const ideographs = new RegExp(`[${ranges(tables.ideographs)}]`, "gu");
/** combining marks that the normalizer drops */
export const accents = new RegExp(`[${ranges(tables.accents)}]`, "gu");
/** runs of what NFD replaces or moves; every other character stays, and what stands on its two sides does not mix */
export const composed = new RegExp(`[${ranges(tables.composed)}]+`, "gu");
/** likewise for NFKD */
export const compatible = new RegExp(`[${ranges(tables.compatible)}]+`, "gu");
/** likewise for NFC, which also joins what stands beside each other */
export const composing = new RegExp(`[${ranges(tables.composing)}]+`, "gu");
/** what the normalizer StripAccents drops, more than BERT's own */
export const marks = new RegExp(`[${ranges(tables.marks)}]`, "gu");
export const whiteSpace = new RegExp(`[${space}]`, "gu");
const spaceAlone = new RegExp(`^[${space}]$`, "u");
/** is this one character white space? */
export const isWhiteSpace = (character: string | undefined): boolean =>
  character !== undefined && spaceAlone.test(character);
/** the words of a text: punctuation marks, and what stands between them and white space */
export const words = new RegExp(`[${punctuation}]|[^${space}${punctuation}]+`, "gu");
/** a text whose last, or first, character makes an added token beside it part of a longer word */
export const endsInWord = new RegExp(`[${word}]$`, "u");
export const beginsInWord = new RegExp(`^[${word}]`, "u");

/** the words of a text for byte-level byte-pair encoding: GPT-2's pattern, of the crate's own letters, numbers and spaces */
export const byteLevelWords = (() => {
  const [letter, number] = [ranges(tables.letters), ranges(tables.numbers)];
  const others = `[^${space}${letter}${number}]`;
  const runs = [`[${letter}]+`, `[${number}]+`, `${others}+`].map((run) => ` ?${run}`);
  const spaces = [`[${space}]+(?![^${space}])`, `[${space}]+`];
  return new RegExp(["'s|'t|'re|'ve|'m|'ll|'d", ...runs, ...spaces].join("|"), "gu");
})();

const lower = new Map<string, string>(Object.entries(tables.special));
for (const [first, last, step, distance] of tables.lower as [number, number, number, number][])
  for (let code = first; code <= last; code += step)
    lower.set(String.fromCodePoint(code), String.fromCodePoint(code + distance));

/** Small letters for capitals, character by character: a final sigma is a sigma like any other. */
export function lowerCase(text: string): string {
  let out = "";
  for (const character of text) out += lower.get(character) ?? character;
  return out;
}
