// npm run sweep -- --layer 9 --contrast these,those/this,that: which neurons matter, as a table and as CSV

import { parseArgs } from "node:util";
import type { Engine, ModelInfo } from "../src/engine/index.ts";
import { createNodeEngine, manifestUrl, nativeRuntime } from "../src/engine/node.ts";
import { withOwnMask } from "../src/model/index.ts";
import { ExportError } from "./errors.ts";
import { main } from "./main.ts";
import { locate } from "./options.ts";
import { provenanceText } from "./provenance.ts";
import {
  askOptions,
  isNative,
  modelOf,
  type Options,
  only,
  options,
  sentenceOf,
  toAsked,
  toShard,
  toSpec,
} from "./sweep/ask.ts";
import { computeSweep } from "./sweep/compute.ts";
import { merge, readFinished } from "./sweep/merge.ts";
import { checkJson, printTop, writeJson } from "./sweep/outputs.ts";
import { promptFile, promptsOf, search } from "./sweep/search.ts";
import { completenessText } from "./sweep/table.ts";

const usage = `npm run sweep -- [options]                        what an operation on each of many neurons does to a prediction
npm run sweep -- --merge parts/*.csv --csv all.csv   joins parts
npm run sweep -- --search --prompts file [options]   neurons that several prompts share

  --model <name>         a model under public/models, or an exported folder (default minibert-blimp)
  --sentence <text>      with the model's mask in it (default "Raymond is selling [MASK] sketches.")
  --mask <n>             which mask when there are several; 0 is the first

  --layer <list>         0-based, such as 9 or 0-3,9 (default 9)
  --all-layers           every layer that the model was exported with
  --neurons <list>       of each of these layers (default all)
  --shard <k/n>          the k-th of n parts of them only, 1/16 to 16/16; --merge joins the parts

  --word <word>          measure the word's probability, or what --metric says of it
  --contrast <groups>    measure the log-odds of these,those/this,that, or what --metric says of them
  --metric <kind>        probability, log-probability, rank; log-odds, difference; kl; or with the words: rank:these

  --operation <what>     suppress (default), enhance, scale:0.5, set:2.5, add:-1, replace
  --values <file>        for replace: a JSON list with one number for each neuron of the layer, its mean for example
  --positions <list>     tokens at which it acts, such as 4 or 0-7, or all (default: the mask)
  --method <name>        exact (default: the model is run), gradient, ig-neuron, ig-layer (estimates)
  --runtime <name>       wasm (default), or native: onnxruntime-node, where you have installed it
  --steps <n>            of integrated gradients (default 20)

  --csv <file>           write every neuron into it while computing; started again, it goes on from what is there
  --json <file>          the same as JSON, when all is done
  --top <n>              neurons in the table (default 20; 0: no table)

  with --merge           --layer and --neurons say what the whole must have
  with --search          the scores are what is lost when a neuron is suppressed; in place of --sentence
    --prompts <file>     a sentence on each line, or a template
    --template <text>    such as "{name} is selling [MASK] {noun}."
    --slot <name=words>  for each {name}: noun=sketches,chairs
    --folder <folder>    keep the sweep of each prompt there as CSV, and go on from them
    --threshold <p>      a prompt keeps neurons with at least so many per cent of its largest score (default 20)
    --share <p>          at least so many per cent of the prompts keep a neuron; moved by 5 until 2 to 5 remain (default 70)
    <files>              in place of prompts: CSV files of sweeps, one for each prompt`;

await main(usage, async (args) => {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const given: Options = { ...values };
  if (given.merge && given.search)
    throw new ExportError("--merge and --search exclude each other.", "Give one of them.");
  if (given.merge) return merge(given, positionals);
  if (given.search && positionals.length > 0) return searchFiles(given, positionals);
  if (positionals.length > 0)
    throw new ExportError(
      `${positionals[0]} belongs to no option.`,
      "Put a text with blanks into quotes; see --help.",
    );
  return given.search ? searchPrompts(given) : sweep(given);
});

async function sweep(given: Options): Promise<void> {
  only(given, "A sweep", [...askOptions, "sentence", "shard", "csv", "json", "top"]);
  const asked = toAsked(given);
  const shard = given.shard === undefined ? undefined : toShard(given.shard);
  checkJson(given.json);
  await withEngine(given, async (engine, info) => {
    const spec = await toSpec(asked, sentenceOf(given, info.mask), (text) => engine.tokenize(text));
    const onStop = (rows: Parameters<typeof printTop>[0]) => printTop(rows, given);
    const { rows, kept, rounded, completeness } = await computeSweep(engine, info, spec, {
      csv: given.csv,
      keep: "--csv",
      shard,
      label: "sweeping",
      onStop,
    });
    writeJson(given.json, rows);
    printTop(rows, given);
    const before = kept > 0 ? `, ${kept} of them from ${given.csv}` : "";
    if (completeness.length > 0) console.error(completenessText(completeness));
    console.error(`${rows.length} neurons${before}; ${provenanceText({ ...rows[0]!, rounded })}`);
  });
}

function searchFiles(given: Options, files: readonly string[]): void {
  only(given, "--search of files", ["search", "threshold", "share", "json"]);
  search(files.map(readFinished), given);
}

async function searchPrompts(given: Options): Promise<void> {
  only(given, "--search", [
    ...askOptions.filter((name) => name !== "operation" && name !== "values"),
    ...(["search", "prompts", "template", "slot", "folder", "threshold", "share", "json"] as const),
  ]);
  const asked = toAsked(given);
  const prompts = promptsOf(given);
  checkJson(given.json);
  await withEngine(given, async (engine, info) => {
    const sweeps = [];
    let rounded: string | undefined;
    for (const [i, prompt] of prompts.entries()) {
      const sentence = withOwnMask(prompt, info.mask);
      const spec = await toSpec(asked, sentence, (text) => engine.tokenize(text));
      const [csv, label] = [promptFile(given.folder, i), `prompt ${i + 1} of ${prompts.length}`];
      const computed = await computeSweep(engine, info, spec, { csv, keep: "--folder", label });
      sweeps.push(computed.rows);
      rounded = computed.rounded;
    }
    search(sweeps, given, rounded);
  });
}

async function withEngine(
  given: Options,
  use: (engine: Engine, info: ModelInfo) => Promise<void>,
): Promise<void> {
  const folder = locate(modelOf(given));
  const engine = createNodeEngine(folder, isNative(given) ? await nativeRuntime() : undefined);
  try {
    await use(engine, await engine.load(manifestUrl(folder), { device: "wasm" }));
  } finally {
    await engine.dispose();
  }
}
