// Which tokens a checkpoint's files add to its vocabulary, by transformers 5's rules: what is found in a text before it
// is cut into words, the special tokens among it. Four files may name them, and which of them count depends on one key.

import type { AddedToken } from "../tokenizer/added-tokens.ts";
import type { TokenRole } from "../types.ts";
import { CheckpointError } from "./errors.ts";
import { brief, shown } from "./shown.ts";

type Json = Record<string, unknown>;

/** the parsed files, {} where there is none */
export interface AddedSources {
  /** tokenizer_config.json */
  config: Json;
  /** special_tokens_map.json */
  specialTokens: Json;
  /** added_tokens.json */
  addedTokens: Json;
  /** tokenizer.json */
  tokenizer: Json;
}

/** what the roles are called unless a file says otherwise: in BERT's tokenizer, in RoBERTa's and those like it, in ALBERT's */
export const roleNames = {
  bert: { unk: "[UNK]", sep: "[SEP]", pad: "[PAD]", cls: "[CLS]", mask: "[MASK]" },
  roberta: { unk: "<unk>", sep: "</s>", pad: "<pad>", cls: "<s>", mask: "<mask>" },
  albert: { unk: "<unk>", sep: "[SEP]", pad: "<pad>", cls: "[CLS]", mask: "[MASK]" },
} satisfies Record<string, Record<TokenRole, string>>;

/** transformers' names of special tokens, in its order; every other name that ends in "_token" is a model's own */
const standardNames = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"].map((role) => `${role}_token`);

export type Specials = Record<TokenRole, string>;

/** as a file writes it; what it does not say of a token, its being special decides */
interface Declared extends Partial<Omit<AddedToken, "content" | "special">> {
  content: string;
  special: boolean;
}

/**
 * The tokens that play BERT's roles, and all added tokens by ascending id.
 * @param vocab token -> id
 * @param defaults what the roles are called unless a file says otherwise
 * @throws CheckpointError when a special token is missing, or a token's id is not the one that transformers gives it
 */
export function addedTokens(
  vocab: ReadonlyMap<string, number>,
  sources: AddedSources,
  defaults: Record<TokenRole, string>,
): { specials: Specials; added: AddedToken[] } {
  const { config } = sources;
  // with this key in it, tokenizer_config.json counts alone
  const saved = isRecord(config.added_tokens_decoder);
  const map = saved ? {} : sources.specialTokens;
  const { named: more, lists, late } = extraTokens(config, map);
  const named = new Map([...namedTokens({ ...config, ...map }), ...more]);
  const specials = Object.fromEntries(
    Object.entries(defaults).map(([role, name]) => [role, named.get(`${role}_token`)?.content ?? name]),
  ) as Specials;
  const standard = [...named].flatMap(([name, token]) => (standardNames.includes(name) ? token : []));
  // those that added_tokens.json's are compared with; a role's default name is not among them
  const known = new Set([...standard, ...lists].map(contentOf));
  const listed = saved ? savedTokens(config) : listedTokens(sources, known);
  const special = new Set([...Object.values(specials), ...[...named.values()].map(contentOf)]);

  const tokens = new Map<string, AddedToken>();
  let next = vocab.size;
  const add = (token: Declared) => {
    if (tokens.has(token.content)) return;
    const complete = withId(token, vocab.get(token.content) ?? next);
    next = Math.max(next, complete.id + 1);
    tokens.set(token.content, complete);
  };
  for (const token of listed) add({ ...token, special: token.special || special.has(token.content) });
  for (const [role, content] of Object.entries(specials)) {
    // of a token that is nowhere, transformers makes up an id
    if (vocab.has(content) || tokens.has(content)) continue;
    throw new CheckpointError(
      `The vocabulary lacks ${brief(content)}, the tokenizer's ${role}_token.`,
      `Add ${role}_token to tokenizer_config.json if it has another name in this vocabulary.`,
    );
  }
  for (const token of [...named.values(), ...lists, ...late]) add(token);
  for (const content of Object.values(specials)) add({ content, special: true });
  return { specials, added: [...tokens.values()].sort((a, b) => a.id - b.id) };
}

/**
 * @throws CheckpointError when two added tokens are one text after normalization, or one is empty: which of the two
 *   transformers finds is chance, and of the other it finds one between any two characters
 */
export function checkNormalized(added: readonly AddedToken[], written: (content: string) => string): void {
  const seen = new Map<string, string>();
  for (const { content, normalized } of added) {
    if (!normalized) continue;
    const text = written(content);
    const other = seen.get(text);
    if (text === "")
      throw new CheckpointError(
        `Of the added token ${shown(content)} the normalizer leaves nothing, so that it cannot be found in a text.`,
        'Take it out of the tokenizer\'s files, or set its "normalized" to false.',
      );
    if (other !== undefined)
      throw new CheckpointError(
        `The added tokens ${shown(other)} and ${shown(content)} are the same after normalization (${shown(text)}).`,
        'Take one of them out of the tokenizer\'s files, or set "normalized" to false in one.',
      );
    seen.set(text, content);
  }
}

/** every "…_token" of a file, by that name, transformers' own names first */
function namedTokens(file: Json): Map<string, Declared> {
  const names = Object.keys(file).filter((key) => key.endsWith("_token") && !standardNames.includes(key));
  const found = new Map<string, Declared>();
  for (const name of [...standardNames, ...names]) {
    const token = specialToken(file[name]);
    if (token) found.set(name, token);
  }
  return found;
}

/**
 * Further special tokens: under names of their own, in lists, and in special_tokens_map.json's additional_special_tokens,
 * which count only where tokenizer_config.json has neither list, not even an empty one.
 */
function extraTokens(
  config: Json,
  map: Json,
): { named: Map<string, Declared>; lists: Declared[]; late: Declared[] } {
  let { extra_special_tokens: extra, additional_special_tokens: additional } = config;
  if (isEmpty(extra) && additional !== undefined) [extra, additional] = [additional, undefined];
  const named = new Map<string, Declared>();
  const take = (tokens: Json) => {
    for (const [name, token] of Object.entries(tokens)) {
      const taken = specialToken(token);
      if (taken) named.set(name, taken);
    }
  };
  if (isRecord(extra)) {
    take(extra);
    extra = undefined;
  }
  if (Array.isArray(map.extra_special_tokens)) extra = [...listOf(extra), ...map.extra_special_tokens];
  else if (isRecord(map.extra_special_tokens)) take(map.extra_special_tokens);
  const late = extra === undefined ? (map.additional_special_tokens ?? additional) : [];
  return { named, lists: tokensOf(extra), late: tokensOf(late) };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const tokensOf = (list: unknown): Declared[] => listOf(list).flatMap((token) => specialToken(token) ?? []);
const specialToken = (token: unknown): Declared | undefined => {
  const found = declared(token, true);
  return found && { ...found, special: true };
};

/** tokenizer_config.json's added_tokens_decoder: tokens by id */
function savedTokens(config: Json): Declared[] {
  const entries = Object.entries(config.added_tokens_decoder as Json);
  return byId(
    entries.map(([key, token]) => {
      const id = Number(key);
      if (!isId(id)) throw wrong("tokenizer_config.json", { [key]: token });
      return { ...declaredOr(token, "tokenizer_config.json"), id };
    }),
  );
}

/** added_tokens.json's, and tokenizer.json's over them */
function listedTokens(sources: AddedSources, specials: ReadonlySet<string>): Declared[] {
  const { addedTokens, tokenizer } = sources;
  const list = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : [];
  const found = new Map<unknown, Declared>();
  for (const [content, id] of Object.entries(addedTokens)) {
    if (!isId(id)) throw wrong("added_tokens.json", { [content]: id });
    const special = specials.has(content);
    found.set(id, { content, id, special, normalized: !special });
  }
  for (const token of list) {
    const id = isRecord(token) ? token.id : undefined;
    if (!isId(id)) throw wrong("tokenizer.json", token);
    found.set(id, { ...declaredOr(token, "tokenizer.json"), id });
  }
  return byId([...found.values()]);
}

const byId = (tokens: Declared[]): Declared[] => tokens.sort((a, b) => a.id! - b.id!);

/** @param id what transformers gives it: the vocabulary's, else one more than the last */
function withId({ id: stated, content, special, ...flags }: Declared, id: number): AddedToken {
  if (stated !== undefined && stated !== id)
    throw new CheckpointError(
      `The files give the added token ${shown(content)} the id ${stated}, and transformers gives it ${id}.`,
      "Save the tokenizer again in transformers with save_pretrained, and check which row of the embeddings is the token's.",
    );
  const { single_word = false, lstrip = false, rstrip = false, normalized = !special } = flags;
  return { id, content, single_word, lstrip, rstrip, normalized, special };
}

/** a token is written as its text, or as an object with more about it */
function declared(token: unknown, special: boolean): Declared | undefined {
  const given: Json = typeof token === "string" ? { content: token } : isRecord(token) ? token : {};
  if (typeof given.content !== "string" || given.content === "") return undefined;
  const found: Declared = { content: given.content, special: bool(given.special) ?? special };
  for (const flag of ["single_word", "lstrip", "rstrip", "normalized"] as const) {
    const value = bool(given[flag]);
    if (value !== undefined) found[flag] = value;
  }
  return found;
}

function declaredOr(token: unknown, file: string): Declared {
  const found = declared(token, false);
  if (found === undefined) throw wrong(file, token);
  return found;
}

function wrong(file: string, token: unknown): CheckpointError {
  return new CheckpointError(
    `${file}: ${shown(token)} cannot be an added token.`,
    "Download or save the checkpoint again.",
  );
}

const contentOf = ({ content }: Declared): string => content;
const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || Object.keys(value).length === 0;
const bool = (value: unknown) => (typeof value === "boolean" ? value : undefined);
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
