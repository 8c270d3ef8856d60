// Byte-level and unigram tokenizers, as transformers 5 makes them of a tokenizer.json: its classes take the vocabulary, the merges
// and the compiled normalizer from the file and put the other parts there themselves. A file whose parts are others says
// something that transformers does not do, or another tokenizer: both are refused.

import { byteCharacters, type NormalizerStep, normalizerStep } from "../tokenizer/index.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

type Json = Record<string, unknown>;

/** the kinds of tokenizers, by the model's type in tokenizer.json */
export type TokenizerKind = "WordPiece" | "BPE" | "Unigram";

/** what tokenizer.json says of a tokenizer, as src/model/tokenizer reads it */
export interface Parts {
  normalizer: object | null;
  pre_tokenizer: object;
  decoder: object;
  model: object;
}

const file = "tokenizer.json";

function refuse(part: string, found: unknown, expected: string): never {
  throw new CheckpointError(
    `${file}: the ${part} is ${shown(found)}, and only ${expected} can be used.`,
    "Choose a checkpoint with the tokenizer that its model was published with.",
  );
}

/** token -> id, of both kinds of vocabularies; undefined when it is neither */
export function vocabularyOf(json: Json): Map<string, number> | undefined {
  const { vocab } = record(json.model);
  if (Array.isArray(vocab))
    return new Map(vocab.map((piece, id) => [String(Array.isArray(piece) ? piece[0] : piece), id]));
  const entries = Object.entries(record(vocab));
  return entries.every(([, id]) => Number.isSafeInteger(id) && (id as number) >= 0)
    ? new Map(entries as [string, number][])
    : undefined;
}

/**
 * @param config tokenizer_config.json
 * @param own transformers' class without "Tokenizer"; undefined: the file decides
 * @throws CheckpointError unless the file's parts are those of RobertaTokenizer, or of ModernBERT's tokenizer
 */
export function byteLevelParts(
  json: Json,
  config: Json,
  vocab: ReadonlyMap<string, number>,
  own: string | undefined,
): Parts {
  const { type, merges, dropout, continuing_subword_prefix, end_of_word_suffix } = record(json.model);
  const { byte_fallback, ignore_merges } = record(json.model);
  if ((type ?? "BPE") !== "BPE") refuse("model", type, "BPE");
  const marks = { dropout, continuing_subword_prefix, end_of_word_suffix, byte_fallback, ignore_merges };
  for (const [name, value] of Object.entries(marks)) if (value) refuse(`model's ${name}`, value, "none");
  const lacking = byteCharacters.find((character) => !vocab.has(character));
  if (record(json.model).unk_token && lacking !== undefined)
    refuse("model's unk_token", record(json.model).unk_token, `none, since the vocabulary lacks ${lacking},`);
  const { type: normalizer } = record(json.normalizer);
  if (json.normalizer && (own || normalizer !== "NFC"))
    refuse("normalizer", json.normalizer, own ? "none" : "none or NFC");
  const splitter = record(json.pre_tokenizer);
  if (splitter.type !== "ByteLevel" || (splitter.use_regex ?? true) !== true)
    refuse("pre-tokenizer", json.pre_tokenizer, "ByteLevel");
  const prefix = splitter.add_prefix_space ?? false;
  // transformers has the one of tokenizer_config.json
  if ((config.add_prefix_space ?? false) !== prefix)
    refuse(
      "pre-tokenizer's add_prefix_space",
      prefix,
      `${config.add_prefix_space ?? false}, as in tokenizer_config.json,`,
    );
  return {
    normalizer: json.normalizer ? { type: "NFC" } : null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: prefix, trim_offsets: true, use_regex: true },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: { type: "BPE", vocab: Object.fromEntries(vocab), merges: pairs(merges, vocab) },
  };
}

/** Merges are written as pairs, and in older files as texts with a space between. */
function pairs(merges: unknown, vocab: ReadonlyMap<string, number>): [string, string][] {
  if (!Array.isArray(merges)) refuse("model's merges", merges, "a list");
  return merges.map((merge) => {
    const pair = typeof merge === "string" ? merge.split(" ") : merge;
    const [first, second] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    const known = typeof first === "string" && typeof second === "string";
    if (!known || ![first, second, first + second].every((piece) => vocab.has(piece)))
      refuse("merge", merge, "one of two pieces of the vocabulary that make a third");
    return [first, second];
  });
}

/**
 * @param unknown the tokenizer's unk_token
 * @param own transformers' class without "Tokenizer"; undefined: the file decides
 * @throws CheckpointError unless the file's parts are those of XLMRobertaTokenizer and CamembertTokenizer, or of AlbertTokenizer
 */
export function unigramParts(json: Json, config: Json, unknown: string, own: string | undefined): Parts {
  const { type, vocab, unk_id, byte_fallback } = record(json.model);
  if (type !== "Unigram" || !Array.isArray(vocab)) refuse("model", type, "Unigram");
  const wrong = vocab.find((piece) => !isPiece(piece));
  if (wrong !== undefined) refuse("piece", wrong, "a text with its logarithm");
  if (byte_fallback) refuse("model's byte_fallback", byte_fallback, "none");
  const id = vocab.findIndex(([piece]) => piece === unknown);
  const albert = own === "Albert";
  // AlbertTokenizer takes the second piece for it, whatever the file says
  if (albert && id !== 1) refuse(`place of ${shown(unknown)}`, id, "1");
  if (id < 0 || unk_id !== id) refuse("model's unk_id", unk_id, `${id}, that of ${shown(unknown)},`);
  const [space, meta, ...more] = list(json.pre_tokenizer, "Sequence", "pretokenizers").map(record);
  const { type: kind, replacement, prepend_scheme, add_prefix_space, split } = meta ?? {};
  const always = (prepend_scheme ?? (add_prefix_space === false ? "never" : "always")) === "always";
  if (
    space?.type !== "WhitespaceSplit" ||
    kind !== "Metaspace" ||
    replacement !== "▁" ||
    !always ||
    more.length > 0
  )
    refuse("pre-tokenizer", json.pre_tokenizer, "WhitespaceSplit and Metaspace with ▁ before every word");
  if ((split ?? true) !== true) refuse("pre-tokenizer", json.pre_tokenizer, "one that splits");
  if ((config.add_prefix_space ?? true) !== true)
    throw new CheckpointError(
      `tokenizer_config.json: add_prefix_space is ${shown(config.add_prefix_space)}, and only true can be used.`,
      "Choose a checkpoint with the tokenizer that its model was published with.",
    );
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return {
    normalizer: normalizerFrom(json.normalizer, own === undefined ? own : albert ? albertSteps(config) : []),
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace] },
    decoder: metaspace,
    model: { type: "Unigram", unk_id: id, vocab, byte_fallback: false },
  };
}

/**
 * A normalizer of steps that are known. What many files do last, one space for several, changes nothing where white space goes.
 * @param expected the steps before SentencePiece's own; undefined: any
 */
function normalizerFrom(normalizer: unknown, expected: readonly NormalizerStep[] | undefined): object | null {
  const wanted =
    expected === undefined
      ? "steps that transformers' AlbertTokenizer has, too,"
      : expected.length === 0
        ? "SentencePiece's own"
        : `${expected.map(({ type }) => type).join(", ")} and SentencePiece's own, as tokenizer_config.json's do_lower_case and keep_accents say,`;
  const given = normalizer ? list(normalizer, "Sequence", "normalizers") : [];
  const steps = given.flatMap((value) => {
    const { type, pattern, content } = record(value);
    if (type === "Replace" && record(pattern).Regex === " {2,}" && content === " ") return [];
    return normalizerStep(value) ?? refuse("normalizer", normalizer, wanted);
  });
  if (expected) {
    const own = steps.at(-1)?.type === "Precompiled" ? steps.slice(0, -1) : steps;
    if (JSON.stringify(own) !== JSON.stringify(expected)) refuse("normalizer", normalizer, wanted);
  }
  const [first] = steps;
  return steps.length > 1 ? { type: "Sequence", normalizers: steps } : (first ?? null);
}

/** the steps that AlbertTokenizer has before SentencePiece's own */
function albertSteps({ do_lower_case, keep_accents }: Json): NormalizerStep[] {
  const quotes = ["``", "''"].map(
    (text): NormalizerStep => ({ type: "Replace", pattern: { String: text }, content: '"' }),
  );
  const plain: NormalizerStep[] = keep_accents ? [] : [{ type: "NFKD" }, { type: "StripAccents" }];
  return [...quotes, ...plain, ...((do_lower_case ?? true) ? [{ type: "Lowercase" } as const] : [])];
}

/** the steps of a sequence, or the only one */
function list(value: unknown, type: string, key: string): unknown[] {
  const found = record(value);
  return found.type === type && Array.isArray(found[key]) ? found[key] : [value];
}

const isPiece = (piece: unknown): piece is [string, number] =>
  Array.isArray(piece) && typeof piece[0] === "string" && Number.isFinite(piece[1]);
const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
