// Random strings of all of Unicode, the same in every run. model-export/reference/make_tokenizer_cases.py makes the same
// ones, and has BertTokenizerFast cut them.

import { dice, pick } from "./mutate.ts";

type Pool = readonly (readonly [number, number])[];

/** what is drawn from, in test/fixtures/tokenizers/inputs.json */
export interface Alphabet {
  seed: number;
  /** how many */
  strings: number;
  /** ranges of code points */
  pools: Record<string, Pool>;
  snippets: string[];
}

/** 3 to 24 characters or snippets each, from three pools, letters and white space. */
export function* randomStrings({ seed, strings, pools, snippets }: Alphabet): Generator<string> {
  const roll = dice(seed);
  const character = (pool: Pool) => {
    const [first, last] = pick(roll, pool);
    return String.fromCodePoint(first + Math.floor(roll() * (last - first + 1)));
  };
  for (let i = 0; i < strings; i++) {
    const theme = [1, 2, 3].map(() => pick(roll, Object.values(pools)));
    let text = "";
    for (let items = 3 + Math.floor(roll() * 22); items > 0; items--) {
      const kind = roll();
      if (kind < 0.1) text += pick(roll, snippets);
      else if (kind < 0.25) text += character(pools.spaces!);
      else if (kind < 0.4) text += character(pools.letters!);
      else text += character(pick(roll, theme));
    }
    yield text;
  }
}

const specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/** A vocabulary of every character of the pools that may be a word's, alone and as a later piece. */
export function vocabularyOf(pools: Alphabet["pools"]): string[] {
  const codes = (names: string[]) =>
    names.flatMap((name) =>
      pools[name]!.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
    );
  const left = new Set(codes(["spaces", "controls"]));
  const others = Object.keys(pools).filter((name) => !["spaces", "controls", "any"].includes(name));
  const kept = [...new Set(codes(others))].filter((code) => !left.has(code)).sort((a, b) => a - b);
  const words = kept.map((code) => String.fromCodePoint(code));
  return [...specials, ...words, ...words.map((word) => `##${word}`)];
}
