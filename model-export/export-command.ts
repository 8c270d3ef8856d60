// npm run export -- <folder or Hub id> [options]

import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import type { Checkpoint } from "../src/model/checkpoint/index.ts";
import { type Encoding, encodings, format, roundingText } from "../src/model/index.ts";
import { openFolder } from "./checkpoint-folder.ts";
import { ExportError } from "./errors.ts";
import { type ExportOptions, exportModel } from "./export.ts";
import { fetchFromHub } from "./hub.ts";
import { main } from "./main.ts";
import { ProgressBar } from "./progress.ts";

const usage = `npm run export -- <folder or Hub id> [options]

  <folder>             a Hugging Face masked-LM checkpoint: config.json, model.safetensors, vocab.txt or tokenizer.json
  <Hub id>             such as google-bert/bert-base-cased; HF_ENDPOINT and HF_TOKEN are respected

  --revision <rev>     branch, tag or commit on the Hub (default main; the commit is recorded)
  --layers <list>      layers to cut at, such as 9 or 8,9,10 (default all)
  --encoding <list>    fp32 (exact), fp16 (half the download) or int8 (a quarter); default fp32, or fp16 for weights
                       that are stored so. Of several, as in fp32,int8, readers choose: the first has the model's
                       name, the others <name>-<encoding>
  --out <folder>       where to write (default public/models/<name>)`;

// The check runs a few short inputs once: optimising ONNX Runtime's machine code would cost 50 MB and gain nothing.
setFlagsFromString("--liftoff-only");

await main(usage, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      revision: { type: "string", default: "main" },
      layers: { type: "string" },
      encoding: { type: "string" },
      out: { type: "string" },
    },
  });
  const [source, ...more] = positionals;
  if (source === undefined || more.length > 0) throw new ExportError("Name one checkpoint.", usage);
  const asked = values.encoding === undefined ? [undefined] : toEncodings(values.encoding);
  const layers = values.layers === undefined ? undefined : toLayers(values.layers);
  const folder = await locate(source, values.revision);
  const out = values.out ?? join("public/models", basename(resolve(source)));
  const checkpoint = await openFolder(folder);
  try {
    for (const [i, encoding] of asked.entries())
      await write(checkpoint, {
        out: i === 0 ? out : join(out, "..", `${basename(out)}-${encoding}`),
        layers,
        encoding,
      });
  } finally {
    await checkpoint.close();
  }
});

/** Export a model once, and say how that went. */
async function write(checkpoint: Checkpoint, options: ExportOptions): Promise<void> {
  const started = performance.now();
  const { manifest, bytes, differences } = await withBar("writing weights", (onProgress) =>
    exportModel(checkpoint, { ...options, onProgress }),
  );
  const { model, source: origin } = manifest;
  const worst = Math.max(...differences.map(({ largest }) => largest));
  console.log(
    `${manifest.name}: ${model.layers} layers, d_model ${model.dModel}, d_mlp ${model.dMlp}, ${manifest.encoding}, revision ${origin.revision}`,
  );
  console.log(
    `checked ${differences.length} ${differences.length === 1 ? "split" : "splits"} against the uncut graph: largest difference of a logit ${worst.toExponential(1)}`,
  );
  const rounding = roundingText(manifest);
  if (rounding) console.log(rounding);
  // resourceUsage counts in KiB
  const peak = format.bytes(process.resourceUsage().maxRSS * 1024);
  console.log(
    `wrote ${options.out} (${format.bytes(bytes)}) in ${format.duration(performance.now() - started)}, peak memory ${peak}`,
  );
}

/** A folder as it is, or a Hub id downloaded into the cache. */
async function locate(source: string, revision: string): Promise<string> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory()) return source;
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(source))
    throw new ExportError(
      `There is no folder ${source}.`,
      "Name an existing folder, or a Hub id such as google-bert/bert-base-cased.",
    );
  return withBar(`downloading ${source}`, (onProgress) => fetchFromHub(source, { revision, onProgress }));
}

/** Run a long step under a progress bar, whose line ends even when the step fails. */
async function withBar<T>(
  label: string,
  step: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const bar = new ProgressBar(label);
  try {
    return await step((done, total) => bar.update(done, total));
  } finally {
    bar.close();
  }
}

function toEncodings(text: string): Encoding[] {
  return [...new Set(text.split(","))].map((each) => {
    const encoding = encodings.find((one) => one === each);
    if (encoding) return encoding;
    throw new ExportError(`--encoding ${each} does not exist.`, `Use one of ${encodings.join(", ")}.`);
  });
}

function toLayers(text: string): number[] {
  if (/^\d+(,\d+)*$/.test(text)) return text.split(",").map(Number);
  throw new ExportError(
    `--layers ${text} is not a list of layers.`,
    "Write numbers separated by commas, such as --layers 8,9,10.",
  );
}
