// Is a tokenizer BERT's own? Every other is refused by its name: its ids would be wrong without anybody's noticing.

import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

type Json = Record<string, unknown>;

/** classes whose ids are those of BertTokenizerFast; the last two are whatever tokenizer.json says, and that is looked at */
const classes = [
  ...["Bert", "DistilBert", "Electra", "MPNet"].flatMap((name) => [
    `${name}Tokenizer`,
    `${name}TokenizerFast`,
  ]),
  ...["PreTrainedTokenizerFast", "TokenizersBackend"],
];

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
    `${file}: the ${part} is ${shown(found)}, and only ${expected} can be exported.`,
    hint,
  );
}

/** @throws CheckpointError when tokenizer_config.json, or config.json, names a tokenizer that is not BERT's */
export function checkClass(config: Json, modelConfig: Json): void {
  for (const [file, json] of [
    ["tokenizer_config.json", config],
    ["config.json", modelConfig],
  ] as const) {
    const name = json.tokenizer_class ?? undefined;
    if (name !== undefined && !classes.includes(String(name)))
      refuse(file, "tokenizer_class", name, "BertTokenizer");
    // transformers asks config.json only when the other says nothing
    if (name !== undefined) break;
  }
  const { auto_map: auto } = config;
  if (typeof auto === "object" && auto !== null && "AutoTokenizer" in auto)
    refuse(
      "tokenizer_config.json",
      "tokenizer's own code",
      auto.AutoTokenizer,
      "transformers' BertTokenizer",
    );
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
function checkTemplate(post: unknown, cls: string, sep: string): void {
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
