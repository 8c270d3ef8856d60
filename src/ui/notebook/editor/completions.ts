// Names that are offered while typing before Python runs: those of the libraries that notebooks here use, by what is
// known of a name from how its kind is usually made. Once Python runs, it knows better and is asked. Pure.

import type { Completion, Completions } from "../../../python/index.ts";

/** asks the running Python what fits at an offset in a source */
export type Complete = (source: string, position: number) => Promise<Completions>;

const list = (names: string): string[] => names.split(" ");

const tensorMethods = list(
  "abs all allclose amax amin any argmax argmin argsort bmm bool chunk clamp clamp_ clone contiguous copy_ cos cpu cuda cumsum " +
    "detach diagonal dim dot double eq equal erf exp expand expand_as fill_ flatten float floor gather ge gt index_select isfinite " +
    "isnan item le log log_softmax logsumexp long lt masked_fill masked_fill_ matmul max mean min mm movedim mul narrow ne " +
    "nonzero norm numel permute pow prod reciprocal relu repeat reshape round sigmoid sign sin size softmax sort split sqrt square " +
    "squeeze std sub sum t tanh to tolist topk transpose type_as unbind unsqueeze var view where zero_",
);
const tensorProperties = list("T data device dtype grad mT ndim shape");

const torchFunctions = list(
  "abs all allclose amax amin any arange argmax argmin argsort bernoulli bincount bmm bucketize cat cdist ceil chunk " +
    "clamp corrcoef cos cosine_similarity cov cummax cumprod cumsum device diag diff dist dot einsum empty eq equal exp eye " +
    "flatten floor full full_like gather ge gt histc hstack inner is_tensor isfinite isnan kthvalue le lerp linspace log " +
    "log_softmax logspace logsumexp lt manual_seed masked_select matmul max mean meshgrid min mm mode mul multinomial " +
    "nanmean nansum no_grad nonzero norm normal numel ones ones_like outer pow prod quantile rand rand_like randint randn " +
    "randn_like randperm relu repeat_interleave reshape roll round searchsorted set_grad_enabled set_printoptions sigmoid " +
    "sign sin softmax sort split sqrt square squeeze stack std std_mean sum take_along_dim tanh tensor tensordot topk " +
    "transpose trapz tril triu unbind unique unsqueeze var vstack where zeros zeros_like",
);
const torchProperties = list("Tensor bool cuda e float32 float64 inf int64 linalg long nan nn pi");

const modelMethods = list(
  "add_hook eval from_pretrained hooks reset_hooks run_with_cache run_with_hooks to to_str_tokens to_tokens",
);

interface Names {
  readonly functions: readonly string[];
  readonly properties?: readonly string[];
}

/** what is known of a value by the kind it has */
const kinds = {
  tensor: { functions: tensorMethods, properties: tensorProperties },
  torch: { functions: torchFunctions, properties: torchProperties },
  model: { functions: modelMethods, properties: list("cfg hook_dict tokenizer") },
  modelClass: { functions: modelMethods },
  config: {
    functions: [],
    properties: list("act_fn d_head d_mlp d_model d_vocab device model_name n_ctx n_heads n_layers"),
  },
  tokenizer: {
    functions: list("batch_decode convert_ids_to_tokens convert_tokens_to_ids decode encode tokenize"),
    properties: list(
      "all_special_ids all_special_tokens cls_token cls_token_id mask_token mask_token_id model_max_length pad_token " +
        "pad_token_id sep_token sep_token_id unk_token unk_token_id vocab vocab_size",
    ),
  },
  cache: { functions: list("items keys remove_batch_dim to values") },
  hook: { functions: ["layer"], properties: ["name"] },
  utils: { functions: list("get_act_name get_device to_numpy") },
  transformer_lens: { functions: [], properties: list("ActivationCache HookedEncoder utils") },
  neuron_notebook: { functions: ["compare"] },
  functional: {
    functions: list(
      "cosine_similarity cross_entropy gelu kl_div layer_norm linear log_softmax mse_loss normalize one_hot pad relu sigmoid softmax",
    ),
  },
} satisfies Record<string, Names>;

/** what a name or a call at the end of an expression stands for, first match first */
const known: readonly (readonly [pattern: RegExp, kind: keyof typeof kinds])[] = [
  [/(^|\W)(torch\.nn\.functional|nn\.functional|F)$/, "functional"],
  [/(^|[^\w.])torch$/, "torch"],
  [/(^|[^\w.])(transformer_lens|tl)$/, "transformer_lens"],
  [/(^|[^\w.])neuron_notebook$/, "neuron_notebook"],
  [/(^|\W)utils$/, "utils"],
  [/(^|\W)cfg$/, "config"],
  [/(^|\W)tokenizer$/, "tokenizer"],
  [/(^|[^\w.])(hook|hook_point)$/, "hook"],
  [/(^|[^\w.])\w*cache$/, "cache"],
  [/(^|\W)HookedEncoder$/, "modelClass"],
  [/(^|[^\w.])(\w*model|bert|encoder)$/, "model"],
];

export const keywords = list(
  "False None True and as assert break class continue def del elif else except finally for from global if import in is lambda " +
    "nonlocal not or pass raise return try while with yield",
);
const builtins = list(
  "abs all any bool dict dir display enumerate filter float help int isinstance len list map max min next open print range repr reversed " +
    "round set sorted str sum tuple type zip",
);
const modules = list(
  "collections dataclasses functools itertools json math neuron_notebook random re statistics time torch transformer_lens typing",
);
const exported: Record<string, readonly string[]> = {
  torch: [...torchFunctions, ...torchProperties],
  transformer_lens: kinds.transformer_lens.properties,
  "transformer_lens.utils": kinds.utils.functions,
  neuron_notebook: kinds.neuron_notebook.functions,
  collections: list("Counter defaultdict deque namedtuple"),
};

const nothing: Completions = { from: 0, options: [] };

/** What fits at an offset in a source, without running any of it. */
export function staticCompletions(source: string, position: number): Completions {
  const before = source.slice(0, position);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (inText(line)) return { ...nothing, from: position };
  const word = /[\p{L}_][\p{L}\p{N}_]*$/u.exec(line)?.[0] ?? "";
  const from = position - word.length;
  const rest = line.slice(0, line.length - word.length);
  const options = candidates(source, rest, from).filter(
    ({ label }) => label !== word && label.toLowerCase().startsWith(word.toLowerCase()),
  );
  return { from, options };
}

/** Everything that can stand after this part of a line. */
function candidates(source: string, rest: string, from: number): Completion[] {
  const importing = /^\s*from\s+([\w.]+)\s+import\s+(?:[\w\s,(]*[\s,(])?$/.exec(rest);
  if (importing) return as("function", exported[importing[1]!] ?? []);
  if (/^\s*(import|from)\s+$/.test(rest)) return as("module", modules);
  if (rest.endsWith(".")) return membersOf(rest.slice(0, -1), source);
  if (/\d$/.test(rest)) return [];
  return [
    ...as("variable", namesIn(source, from)),
    ...as("function", builtins),
    ...as("keyword", keywords),
    ...as(
      "module",
      modules.filter((name) => source.includes(`import ${name}`)),
    ),
  ];
}

function membersOf(expression: string, source: string): Completion[] {
  // a number's decimal point
  if (/(^|[^\w.])[\d.]*\d$/.test(expression)) return [];
  const kind =
    known.find(([pattern]) => pattern.test(expression))?.[1] ?? assignedKind(expression, source) ?? "tensor";
  const { functions, properties = [] }: Names = kinds[kind];
  return [...as("function", functions), ...as("property", properties)];
}

/** The kind of a name that was given a model, a cache or a module. */
function assignedKind(expression: string, source: string): keyof typeof kinds | undefined {
  const name = /[^\W\d]\w*$/.exec(expression)?.[0];
  if (name === undefined || expression.slice(0, -name.length).endsWith(".")) return undefined;
  const alias = new RegExp(`^\\s*import\\s+([\\w.]+)\\s+as\\s+${name}\\b`, "m").exec(source)?.[1];
  if (alias !== undefined) return alias in kinds ? (alias as keyof typeof kinds) : undefined;
  if (new RegExp(`\\b${name}\\s*=\\s*HookedEncoder\\b`).test(source)) return "model";
  if (new RegExp(`,\\s*${name}\\s*=.*run_with_cache`).test(source)) return "cache";
  return undefined;
}

/** Names that the source itself brings: assigned, defined, imported, or counted over. */
function namesIn(source: string, from: number): string[] {
  const found = new Set<string>();
  // the word being typed is not a name yet
  const text = source.slice(0, from) + source.slice(from).replace(/^[\p{L}\p{N}_]+/u, "");
  const patterns = [
    /^[ \t]*((?:[^\W\d]\w*)(?:\s*,\s*[^\W\d]\w*)*)\s*(?::[^=\n]+)?=(?!=)/gmu,
    /\b(?:def|class|as)\s+([^\W\d]\w*)/gu,
    /\bfor\s+([\w\s,]+?)\s+in\b/gu,
    /^[ \t]*(?:from\s+[\w.]+\s+)?import\s+([\w ,]+)$/gmu,
  ];
  for (const pattern of patterns)
    for (const [, names] of text.matchAll(pattern))
      for (const name of names!.split(",").map((part) => part.trim()))
        if (/^[^\W\d]\w*$/u.test(name)) found.add(name);
  return [...found];
}

function as(kind: Completion["kind"], names: readonly string[]): Completion[] {
  return names.map((label) => ({ label, kind }));
}

/** Is the end of this line inside a string or a comment? Strings over several lines are not seen. */
function inText(line: string): boolean {
  const without = line.replace(/(["'])(?:\\.|(?!\1)[^\\])*\1/g, "");
  return /#/.test(without) || /["']/.test(without);
}
