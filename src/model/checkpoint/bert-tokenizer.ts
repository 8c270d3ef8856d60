// Is a tokenizer BERT's own? Every other is refused by its name: its ids would be wrong without anybody's noticing.

import { familyOf } from "../families/index.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";
import type { TokenizerKind } from "./subword-tokenizer.ts";

type Json = Record<string, unknown>;

/** the tokenizers of transformers by what they do, without "Tokenizer" and "TokenizerFast" */
const classes = {
  ...{ Bert: "WordPiece", DistilBert: "WordPiece", Electra: "WordPiece", MPNet: "WordPiece" },
  ...{ Roberta: "BPE", XLMRoberta: "Unigram", Camembert: "Unigram", Albert: "Unigram" },
} as const satisfies Readonly<Record<string, TokenizerKind>>;

/** what decides a tokenizer besides its files */
export interface KnownTokenizer {
  kind: TokenizerKind;
  /** transformers' class without "Tokenizer"; undefined: a tokenizer that is whatever tokenizer.json says */
  own: keyof typeof classes | undefined;
}

/** Is a tokenizer_class one of those that are whatever tokenizer.json says? */
const isAnything = (name: unknown): boolean =>
  name === "PreTrainedTokenizerFast" || name === "TokenizersBackend";

/** options of tokenizer_config.json under which a tokenizer is another one, and what they are in BERT's */
const options: Record<string, (value: unknown) => boolean> = {
  word_tokenizer_type: (value) => value === "basic",
  subword_tokenizer_type: (value) => value === "wordpiece",
  do_word_tokenize: (value) => value === true,
  do_subword_tokenize: (value) => value === true,
  // BertTokenizerFast ignores these two, and the tokenizer they are from did not
  do_basic_tokenize: (value) => value === true,
  never_split: (value) => Array.isArray(value) && value.length === 0,
  split_special_tokens: (value) => value === false,
};

const hint = "Choose a checkpoint with BERT's own WordPiece tokenizer.";

function refuse(file: string, part: string, found: unknown, expected: string): never {
  throw new CheckpointError(
    `${file}: the ${part} is ${shown(found)}, and only ${expected} can be used.`,
    hint,
  );
}

/**
 * What kind of tokenizer it is: as tokenizer_config.json says, else config.json, else as the model's type has it.
 * @throws CheckpointError when that is none that can be exported
 */
export function kindOf(config: Json, modelConfig: Json, tokenizer: Json, family?: string): KnownTokenizer {
  const known = kindOfClass(config, modelConfig, tokenizer, family);
  if (known.kind === "WordPiece") checkOptions(config);
  else checkOwnCode(config);
  return known;
}

function kindOfClass(config: Json, modelConfig: Json, tokenizer: Json, family?: string): KnownTokenizer {
  const { tokenizers } = familyOf({ family }).checkpoint ?? {};
  const { type } = record(tokenizer.model);
  const asFile: KnownTokenizer = {
    kind: tokenizers && (type === "BPE" || type === "Unigram") ? type : "WordPiece",
    own: undefined,
  };
  // of these models transformers believes no class that is named
  if (tokenizers === "tokenizer.json") return tokenizer.model ? asFile : { kind: "BPE", own: undefined };
  for (const [file, json] of [
    ["tokenizer_config.json", config],
    // transformers asks it only when the other says nothing
    ["config.json", modelConfig],
  ] as const) {
    const name = json.tokenizer_class ?? undefined;
    if (name === undefined) continue;
    if (isAnything(name)) return asFile;
    const known = String(name).replace(/Tokenizer(Fast)?$/, "");
    if (known !== String(name) && isClass(known)) return { kind: classes[known], own: known };
    refuse(file, "tokenizer_class", name, `${Object.keys(classes).join("Tokenizer, ")}Tokenizer`);
  }
  const model = String(modelConfig.model_type ?? "");
  const own = tokenizers && Object.hasOwn(tokenizers, model) ? tokenizers[model]! : "Bert";
  return { kind: classes[own], own };
}

const isClass = (name: string): name is keyof typeof classes => Object.hasOwn(classes, name);

function checkOwnCode(config: Json): void {
  const { auto_map: auto } = config;
  if (typeof auto === "object" && auto !== null && "AutoTokenizer" in auto)
    refuse("tokenizer_config.json", "tokenizer's own code", auto.AutoTokenizer, "transformers' own");
}

/** @throws CheckpointError when an option makes another tokenizer than BERT's */
function checkOptions(config: Json): void {
  checkOwnCode(config);
  for (const [option, isBerts] of Object.entries(options)) {
    const value = config[option] ?? undefined;
    if (value !== undefined && !isBerts(value))
      refuse("tokenizer_config.json", `option ${option}`, value, "BERT's own tokenizer without it");
  }
}

/** @throws CheckpointError unless a tokenizer.json does what BERT's tokenizer does */
export function checkParts(json: Json, cls: string, sep: string): void {
  const file = "tokenizer.json";
  const model = record(json.model);
  // files of early versions name no type; byte-pair models are told by their merges
  const type = model.type ?? (model.merges === undefined ? "WordPiece" : "BPE");
  if (type !== "WordPiece") refuse(file, "model", type, "WordPiece");
  const [prefix, longest] = [model.continuing_subword_prefix ?? "##", model.max_input_chars_per_word ?? 100];
  if (prefix !== "##") refuse(file, "continuing_subword_prefix", prefix, '"##"');
  if (longest !== 100) refuse(file, "max_input_chars_per_word", longest, "100");

  const normalizer = record(json.normalizer);
  const kind = json.normalizer === null ? null : (normalizer.type ?? "BertNormalizer");
  if (kind !== "BertNormalizer") refuse(file, "normalizer", kind, "BertNormalizer");
  if ((normalizer.clean_text ?? true) !== true)
    refuse(file, "normalizer's clean_text", normalizer.clean_text, "true");
  const splitter =
    json.pre_tokenizer === null ? null : (record(json.pre_tokenizer).type ?? "BertPreTokenizer");
  if (splitter !== "BertPreTokenizer") refuse(file, "pre-tokenizer", splitter, "BertPreTokenizer");
  checkTemplate(json.post_processor, cls, sep);
}

/** [CLS] in front and [SEP] behind, which may be written in two ways, or left to transformers */
export function checkTemplate(post: unknown, cls: string, sep: string): void {
  const { type, single, cls: first, sep: last } = record(post);
  if (post === undefined || post === null || type === undefined) return;
  const pair = type === "BertProcessing" || type === "RobertaProcessing";
  const parts = pair
    ? [first, last].map((pair) => (Array.isArray(pair) ? pair[0] : pair))
    : type === "TemplateProcessing" && Array.isArray(single)
      ? single.map((part) => record(record(part).SpecialToken).id ?? record(record(part).Sequence).id)
      : [type];
  const wanted = pair ? [cls, sep] : [cls, "A", sep];
  if (parts.length !== wanted.length || parts.some((part, i) => part !== wanted[i]))
    refuse("tokenizer.json", "post-processor", post, `${cls} A ${sep}`);
}

/** marks at the beginning of a word in vocabularies of other tokenizers, such as SentencePiece's */
const marks = { "▁": "SentencePiece", Ġ: "byte-pair" };

/** @throws CheckpointError when a vocabulary's words are written as another tokenizer's */
export function checkVocabulary(vocab: ReadonlyMap<string, number>, file: string): void {
  const tokens = [...vocab.keys()];
  for (const [mark, kind] of Object.entries(marks)) {
    const marked = tokens.filter((token) => token.length > 1 && token.startsWith(mark)).length;
    if (marked * 10 > tokens.length)
      throw new CheckpointError(
        `${file} is a ${kind} vocabulary: ${marked} of its ${tokens.length} tokens begin with ${mark}.`,
        hint,
      );
  }
}

const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
