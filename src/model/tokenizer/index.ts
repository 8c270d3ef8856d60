// The tokenizer: text to ids and back, as transformers has it.

export type { AddedToken } from "./added-tokens.ts";
export { type NormalizerOptions, normalize } from "./bert-text.ts";
export { byteCharacters } from "./byte-level.ts";
export type { Place } from "./kind.ts";
export { type NormalizerStep, normalizerStep } from "./normalizers.ts";
export { createTokenizer, readTokenizer, type Tokenizer } from "./tokenizer.ts";
