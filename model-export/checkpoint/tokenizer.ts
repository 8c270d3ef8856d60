// The tokenizer files that the browser reads, made from whatever a checkpoint brings: a bare vocab.txt, an old or a new
// tokenizer.json, a tokenizer_config.json of two lines or of thirty. What goes out is always complete, so that nothing
// depends on the defaults of a library; the ids are those of transformers' BertTokenizer.

import { ExportError } from "../errors.ts";
import type { BertConfig } from "./config.ts";
import { parseObject } from "./config.ts";

/** contents of a checkpoint's tokenizer files, undefined where there is none */
export interface TokenizerSources {
  /** tokenizer.json */
  tokenizer?: string | undefined;
  /** vocab.txt */
  vocab?: string | undefined;
  /** tokenizer_config.json */
  config?: string | undefined;
  /** special_tokens_map.json */
  specialTokens?: string | undefined;
  /** added_tokens.json */
  addedTokens?: string | undefined;
}

/** tokenizer.json and tokenizer_config.json, ready to be written */
export interface TokenizerFiles {
  json: object;
  config: object;
}

type Json = Record<string, unknown>;

/** the roles BERT's tokenizer knows, and what they are called unless a file says otherwise */
const defaults = {
  unk_token: "[UNK]",
  sep_token: "[SEP]",
  pad_token: "[PAD]",
  cls_token: "[CLS]",
  mask_token: "[MASK]",
} as const;

type Role = keyof typeof defaults;
type Specials = Record<Role, string>;

interface AddedToken {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

/**
 * Complete tokenizer files.
 * @throws ExportError when there is no vocabulary, when it is no WordPiece vocabulary, when a special token is missing
 *   from it, or when it has ids that the embedding table has no row for
 */
export function completeTokenizer(
  sources: TokenizerSources,
  { vocabulary, positions }: BertConfig,
): TokenizerFiles {
  const given = sources.tokenizer === undefined ? {} : parseObject(sources.tokenizer, "tokenizer.json");
  const config = sources.config === undefined ? {} : parseObject(sources.config, "tokenizer_config.json");
  if (sources.tokenizer !== undefined) checkWordPiece(given);
  const vocab = readVocab(given, sources);
  const specials = specialTokens(config, sources);
  const added = addedTokens(vocab, specials, given, sources);
  checkIds(vocab, added, vocabulary);

  const normalizer = normalizerOf(given, config, vocab);
  const model = record(given.model);
  const idOf = (role: Role) => vocab.get(specials[role])!;
  return {
    json: {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer,
      pre_tokenizer: { type: "BertPreTokenizer" },
      post_processor: {
        type: "TemplateProcessing",
        single: template(specials, "A"),
        pair: template(specials, "A", "B"),
        special_tokens: Object.fromEntries(
          (["cls_token", "sep_token"] as const).map((role) => {
            const token = specials[role];
            return [token, { id: token, ids: [idOf(role)], tokens: [token] }];
          }),
        ),
      },
      decoder: { type: "WordPiece", prefix: "##", cleanup: true },
      model: {
        type: "WordPiece",
        unk_token: specials.unk_token,
        continuing_subword_prefix: model.continuing_subword_prefix ?? "##",
        max_input_chars_per_word: model.max_input_chars_per_word ?? 100,
        vocab: Object.fromEntries(vocab),
      },
    },
    config: {
      tokenizer_class: "BertTokenizer",
      do_lower_case: normalizer.lowercase,
      strip_accents: normalizer.strip_accents,
      tokenize_chinese_chars: normalizer.handle_chinese_chars,
      ...specials,
      model_max_length: Math.min(positive(config.model_max_length) ?? positions, positions),
      clean_up_tokenization_spaces: true,
    },
  };
}

/** @throws ExportError unless a tokenizer.json does what BERT's tokenizer does */
function checkWordPiece(json: Json): void {
  const refuse = (part: string, found: unknown, expected: string) => {
    throw new ExportError(
      `tokenizer.json: the ${part} is ${JSON.stringify(found)}, and only ${expected} can be exported.`,
      "Choose a checkpoint with BERT's own WordPiece tokenizer.",
    );
  };
  const model = record(json.model);
  // files of early versions name no type; byte-pair models are told by their merges
  const type = model.type ?? (model.merges === undefined ? "WordPiece" : "BPE");
  if (type !== "WordPiece") refuse("model", type, "WordPiece");
  const normalizer = record(json.normalizer).type ?? "BertNormalizer";
  if (normalizer !== "BertNormalizer") refuse("normalizer", normalizer, "BertNormalizer");
  const splitter = record(json.pre_tokenizer).type ?? "BertPreTokenizer";
  if (splitter !== "BertPreTokenizer") refuse("pre-tokenizer", splitter, "BertPreTokenizer");
}

/** token -> id; of a token that is there twice, the last id, as in transformers */
function readVocab(given: Json, { tokenizer, vocab: text }: TokenizerSources): Map<string, number> {
  if (tokenizer !== undefined) {
    const entries = Object.entries(record(record(given.model).vocab));
    const wrong = entries.find(([, id]) => !isId(id));
    if (wrong)
      throw new ExportError(
        `tokenizer.json: the id of ${JSON.stringify(wrong[0])} is ${JSON.stringify(wrong[1])}.`,
        "Download or save the checkpoint again.",
      );
    if (entries.length > 0) return new Map(entries as [string, number][]);
    throw new ExportError("tokenizer.json has no vocabulary.", "Download or save the checkpoint again.");
  }
  if (text === undefined) {
    throw new ExportError(
      "The checkpoint has neither tokenizer.json nor vocab.txt.",
      "Put the vocab.txt that was published with the weights beside config.json.",
    );
  }
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return new Map(lines.map((token, id) => [token, id]));
}

/** which token plays which role: tokenizer_config.json, else special_tokens_map.json, else BERT's own */
function specialTokens(config: Json, { specialTokens: text }: TokenizerSources): Specials {
  const map = text === undefined ? {} : parseObject(text, "special_tokens_map.json");
  const roles = Object.keys(defaults) as Role[];
  return Object.fromEntries(
    roles.map((role) => [role, content(config[role]) ?? content(map[role]) ?? defaults[role]]),
  ) as Specials;
}

/** the special tokens, and whatever else is found in the text before it is split into words; by ascending id */
function addedTokens(
  vocab: ReadonlyMap<string, number>,
  specials: Specials,
  given: Json,
  { addedTokens: text }: TokenizerSources,
): AddedToken[] {
  const added = new Map<string, AddedToken>();
  for (const entry of Array.isArray(given.added_tokens) ? given.added_tokens.map(record) : []) {
    const token = content(entry);
    if (token === undefined || !isId(entry.id)) continue;
    const flag = (key: string) => entry[key] === true;
    const [single_word, lstrip, rstrip] = [flag("single_word"), flag("lstrip"), flag("rstrip")];
    const [normalized, special] = [flag("normalized"), flag("special")];
    added.set(token, { id: entry.id, content: token, single_word, lstrip, rstrip, normalized, special });
  }
  const plain = (id: number, content: string, special: boolean): AddedToken => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: !special,
    special,
  });
  for (const [token, id] of Object.entries(
    text === undefined ? {} : parseObject(text, "added_tokens.json"),
  )) {
    if (isId(id) && !added.has(token)) added.set(token, plain(id, token, false));
  }
  for (const [role, token] of Object.entries(specials)) {
    const id = vocab.get(token);
    if (id === undefined) {
      throw new ExportError(
        `The vocabulary lacks ${token}, the tokenizer's ${role}.`,
        `Add ${role} to tokenizer_config.json if it has another name in this vocabulary.`,
      );
    }
    added.set(token, plain(id, token, true));
  }
  return [...added.values()].sort((a, b) => a.id - b.id);
}

/** @throws ExportError when a token's id is no row of the embedding table */
function checkIds(vocab: ReadonlyMap<string, number>, added: readonly AddedToken[], rows: number): void {
  const tokens = [...vocab, ...added.map(({ content, id }) => [content, id] as const)];
  const outside = tokens.find(([, id]) => id >= rows);
  if (outside === undefined) return;
  throw new ExportError(
    `The tokenizer gives ${JSON.stringify(outside[0])} the id ${outside[1]}, but config.json's vocab_size is ${rows}.`,
    "Use the tokenizer files that were published with these weights.",
  );
}

/** tokenizer_config.json decides, as in transformers; then tokenizer.json; then what the vocabulary shows */
function normalizerOf(given: Json, config: Json, vocab: ReadonlyMap<string, number>) {
  const own = record(given.normalizer);
  return {
    type: "BertNormalizer",
    clean_text: bool(own.clean_text) ?? true,
    handle_chinese_chars: bool(config.tokenize_chinese_chars) ?? bool(own.handle_chinese_chars) ?? true,
    strip_accents: bool(config.strip_accents) ?? bool(own.strip_accents) ?? null,
    // transformers' default is true, which turns most words of a cased vocabulary into [UNK]
    lowercase: bool(config.do_lower_case) ?? bool(own.lowercase) ?? !hasCapitals(vocab),
  };
}

/** a vocabulary with capital letters outside [BRACKETS] is one of a cased model */
function hasCapitals(vocab: ReadonlyMap<string, number>): boolean {
  return [...vocab.keys()].some((token) => !/^[[<].*[\]>]$/.test(token) && /\p{Lu}/u.test(token));
}

/** [CLS] A [SEP], or [CLS] A [SEP] B [SEP] */
function template({ cls_token: cls, sep_token: sep }: Specials, ...sequences: string[]): object[] {
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const parts = sequences.flatMap((id, type_id) => [{ Sequence: { id, type_id } }, special(sep, type_id)]);
  return [special(cls, 0), ...parts];
}

/** a token is written as its text, or as an object with more about it */
function content(token: unknown): string | undefined {
  const text = typeof token === "string" ? token : record(token).content;
  return typeof text === "string" && text !== "" ? text : undefined;
}

const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
const bool = (value: unknown) => (typeof value === "boolean" ? value : undefined);
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const positive = (value: unknown) => (typeof value === "number" && value > 0 ? value : undefined);
