// What Python in the page costs on top of the engine, on WASM in Chromium: one sentence with a hook, and 64 sentences
// plain, with a hook, with a cache, also against TransformerLens where PEER_PYTHON has it (see bench/peers). The practice
// model, and bert-base-cased's shape where .cache/full-size/model is exported. Ratios are of one run, of CPU time and, in
// brackets, of the clock; nothing is asserted, because these machines are noisy.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, inject, it } from "vitest";
import { openHarness } from "../test/e2e/open-harness.ts";
import { launch } from "../test/helpers/chromium.ts";
import { practice, practiceCheckpoint, root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { browserCpu, compare, ratio, type Took, text } from "./measure.ts";

interface Measured {
  name: string;
  checkpoint: string;
  folder: () => string;
  /** how often a task runs in a turn, so that a turn is long enough to be counted */
  repeat: { one: number; batch: number };
}

const fullSize = join(root, ".cache/full-size");
const models: Measured[] = [
  {
    name: practice,
    checkpoint: practiceCheckpoint,
    folder: () => join(inject("models"), practice),
    repeat: { one: 40, batch: 3 },
  },
];
if (existsSync(join(fullSize, "model")))
  models.push({
    name: "full-size",
    checkpoint: join(fullSize, "checkpoint"),
    folder: () => join(fullSize, "model"),
    repeat: { one: 8, batch: 1 },
  });

const [rows, layer, turns] = [64, 9, 5];
const ids = Array.from({ length: rows }, (_, row) =>
  Array.from({ length: 8 }, (_i, at) => 100 + ((row * 7 + at * 61) % 900)),
);

const prepare = (name: string) => `
import time, torch
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${name}")
base, at, turn = torch.tensor(${JSON.stringify(ids)}), torch.arange(${rows}), 0
point = "blocks.${layer}.mlp.hook_post"
def silence(value, hook):
    value[:, 4, 5] = 0
    return value
def fresh():
    global turn
    turn += 1
    tokens = base.clone()
    tokens[:, 3] = 100 + turn
    return tokens
def timed(task, count, rows=None):
    batches = [fresh()[:rows] for _ in range(count)]
    start = time.perf_counter()
    for tokens in batches:
        task(tokens)
    print((time.perf_counter() - start) * 1000)
same = base[:1]
`;
const one = "lambda _: model.run_with_hooks(same, fwd_hooks=[(point, silence)])[0, 4]";
const tasks = {
  single: "lambda tokens: model(tokens)[0, 4]",
  plain: "lambda tokens: model(tokens)[at, 4]",
  all: "lambda tokens: model(tokens).reshape(-1)[0]",
  hook: "lambda tokens: model.run_with_hooks(tokens, fwd_hooks=[(point, silence)])[at, 4]",
  cache: "lambda tokens: model.run_with_cache(tokens)[0][at, 4]",
};

describe.each(models)("$name", ({ name, checkpoint, folder, repeat }) => {
  it("one sentence, and 64", async () => {
    const server = await serve({ "/": inject("harness"), [`/models/${name}/`]: folder() });
    const browser = await launch("no-adapter");
    const page = await openHarness(browser, server.url);
    page.setDefaultTimeout(0);
    const cell = (source: string) =>
      page.evaluate(async (text) => {
        const { outputs } = await window.harness.runCell(window.harness.kernel, text);
        const failed = outputs.find((output) => "ename" in output);
        if (failed) throw new Error(JSON.stringify(failed));
        const [said] = outputs;
        return said?.output_type === "stream" ? Number(said.text) : 0;
      }, source);
    await cell(prepare(name));
    const cpu = await browserCpu(browser);

    const single = await compare(turns, cpu, {
      engine: () =>
        page.evaluate(
          async ([tokens, count, at]) => {
            const from = performance.now();
            const edits = [{ position: 4, neuron: 5, hook: { kind: "suppress" as const } }];
            for (let i = 0; i < count; i++)
              await window.harness.engine.forward({ ids: tokens, layer: at, edits, positions: [4] });
            return performance.now() - from;
          },
          [ids[0]!, repeat.one, layer] as const,
        ),
      python: () => cell(`timed(${one}, ${repeat.one})`),
    });
    const over = (kind: keyof Took) => (single.python[kind] - single.engine[kind]) / repeat.one;
    console.log(
      `${name}, one sentence, the same one again: engine.forward ${text(single.engine, repeat.one)}, run_with_hooks ` +
        `${text(single.python, repeat.one)}, ratio ${ratio(single.python, single.engine)}, ` +
        `more by ${over("cpu").toFixed(1)} ms CPU (${over("wall").toFixed(1)} ms)`,
    );

    const timed = (task: keyof typeof tasks, count?: number) => () =>
      cell(`timed(${tasks[task]}, ${count ?? `${repeat.batch}`}${count ? ", 1" : ""})`);
    await timed("cache")();
    const took = await compare(turns, cpu, {
      single: timed("single", repeat.one),
      plain: timed("plain"),
      all: timed("all"),
      hook: timed("hook"),
      cache: timed("cache"),
    });
    const per = repeat.batch;
    const alone = { cpu: took.single.cpu / repeat.one, wall: took.single.wall / repeat.one };
    const inBatch = { cpu: took.plain.cpu / per / rows, wall: took.plain.wall / per / rows };
    console.log(
      `${name}, ${rows} sentences of 8 tokens: plain ${text(took.plain, per)}, ${ratio(inBatch, alone)} of one alone; ` +
        `all logits ${text(took.all, per)}; with a hook ${ratio(took.hook, took.plain)} of plain, ` +
        `run_with_cache ${ratio(took.cache, took.plain)} of plain`,
    );
    const python = process.env.PEER_PYTHON;
    if (python) {
      const lens = JSON.parse(
        execFileSync(python, [join(root, "bench/peers/lens.py"), checkpoint, String(layer), String(turns)], {
          input: JSON.stringify(ids),
          env: { ...process.env, OMP_NUM_THREADS: "1" },
          stdio: ["pipe", "pipe", "ignore"],
        }).toString(),
      ) as Record<"plain" | "hook" | "cache", Took>;
      const each = (took: Took) => ({ cpu: took.cpu / per, wall: took.wall / per });
      console.log(
        `${name}, against TransformerLens on one thread (plain ${text(lens.plain)}): ` +
          `one row of logits per sentence ${ratio(each(took.plain), lens.plain)}, all logits ${ratio(each(took.all), lens.plain)}, ` +
          `hook ${ratio(each(took.hook), lens.hook)}, cache ${ratio(each(took.cache), lens.cache)}`,
      );
    }
    await browser.close();
    await server.close();
  }, 1_800_000);
});
