// Every family of masked language models in Chromium, as a person meets it: in the form, and in Python, which takes BERTs and
// says why it does not take others. The expected values are transformers' (model-export/reference/make_families.py).

import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { launch } from "../helpers/chromium.ts";
import { families, familyReference } from "../helpers/families.ts";
import { decode, type Reference } from "../helpers/fixtures.ts";
import { compute, expectQuiet, visit } from "../helpers/page.ts";
import type { StaticServer } from "../helpers/server.ts";
import { runInPython } from "./open-harness.ts";
import { serveModels } from "./serve-models.ts";

let folder: string;
let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "families-"));
  for (const name of families) symlinkSync(join(inject("models"), name), join(folder, name));
  const all = catalog(inject("models")).filter(({ name }) => families.includes(name));
  server = await serveModels(folder, all);
  browser = await launch("webgpu");
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const printed = (value: number) => value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2");

describe.each(families)("%s", (name) => {
  const [sentence] = familyReference(name).sentences;
  const [experiment] = sentence!.experiments;
  const { layer, neuron, candidates } = experiment!;
  afterEach(expectQuiet);

  it("in the form", async () => {
    const address = `experiment.html#model=${name}&device=wasm&layer=${layer}&neuron=${neuron}`;
    const to = await visit(browser, `${server.url}${address}`);
    const words = candidates.map(({ word }) => word);
    const rows = await compute(to, { sentence: sentence!.text, layer, neuron, candidates: words });
    expect(rows.map(([word, before, after]) => [word, before, after])).toEqual(
      candidates.map(({ word, before, after }) => [word, printed(before), printed(after)]),
    );
    // words are named as they are written, and every one of the sentence can be pointed at
    const likely = to.experiment.getByRole("list", { name: "Likeliest before" }).getByRole("button");
    expect((await likely.allInnerTexts()).filter((word) => /^(##|[\u0120\u2581])/.test(word))).toEqual([]);
    const tokens = to.experiment.getByRole("list", { name: "Tokens with their positions" });
    expect(await tokens.getByRole("button").count()).toBeGreaterThan(2);
    const still = await tokens.locator("span[part=token] > span").allInnerTexts();
    expect(still.filter((text) => !/^(\[(CLS|SEP)\]|<\/?s>|[\u0120\u2581])$/.test(text))).toEqual([]);
    await to.page.close();
  });
});

it.each([
  ["albert", "All 3 layers compute with the same weights"],
  ["albert-groups", "Layers 0–1 compute with the same weights"],
])("%s says which layers share their weights, on its card and below the map of a sweep", async (name, said) => {
  const [{ text, experiments }] = familyReference(name).sentences as [Reference["sentences"][number]];
  const [plus, minus] = experiments[0]!.candidates.map(({ word }) => word) as [string, string];
  const to = await visit(browser, `${server.url}experiment.html#model=${name}&device=wasm`);
  await compute(to, { sentence: text, layer: 0, neuron: 0, candidates: [plus, minus] });
  await to.model.getByText("Model and device").click();
  await to.model.getByText(said).waitFor();
  const search = to.page.locator("nn-find-neurons");
  await search.getByRole("button", { name: "Find the neurons…" }).click();
  await search.getByRole("textbox", { name: "Words" }).fill(plus);
  await search.getByRole("textbox", { name: "against" }).fill(minus);
  await search.getByRole("button", { name: /find the neurons$/i }).click();
  await search.getByText(said).waitFor();
  await to.page.close();
  expectQuiet();
});

describe("in Python", () => {
  const said = (source: string) => runInPython(browser, `${server.url}harness/`, source);

  it.each([
    ["bert-relu", "relu", "ReLU()"],
    ["bert-gelu-new", "gelu_new", "GELU(approximate='tanh')"],
  ])("%s has its own activation, and TransformerLens's parts compute with it", async (name, act, head) => {
    const [sentence] = familyReference(name).sentences;
    const { logits, ids, mlpPost } = sentence!;
    const text = await said(`
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${name}")
tokens = model.tokenizer(${JSON.stringify(sentence!.text)}, return_tensors="pt").input_ids
print(model.cfg.act_fn, model.mlm_head.act_fn, tokens[0].tolist())
logits, cache = model.run_with_cache(tokens)
print(*logits[0].flatten().tolist())
before = cache["blocks.0.hook_resid_pre"]
last = cache["blocks.2.hook_normalized_resid_post"]
head = model.unembed(model.mlm_head(last))
print((head - logits).abs().max().item() < 1e-4)
post = cache["blocks.0.mlp.hook_post"]
print(*post[0].flatten().tolist())
`);
    const [, kinds, values, same, neurons] = text.split("\n");
    expect(kinds).toBe(`${act} ${head} [${ids.join(", ")}]`);
    const differences = (line: string, expected: Float32Array) =>
      line.split(" ").map((value, i) => Math.abs(Number(value) - expected[i]!));
    const found = [...differences(values!, decode(logits)), ...differences(neurons!, decode(mlpPost[0]!))];
    expect(found).toHaveLength(decode(logits).length + decode(mlpPost[0]!).length);
    expect(Math.max(...found)).toBeLessThan(1e-4);
    expect(same).toBe("True");
  });

  it.each(
    families.filter((name) => !name.startsWith("bert-")),
  )("%s is refused in a sentence", async (name) => {
    const text = await said(`
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${name}")
`);
    expect(text.split("\n").at(-1)).toMatch(
      new RegExp(
        `^ValueError: ${name} is no BERT \\(.+\\), and HookedEncoder, here as in TransformerLens, is of BERTs alone: use `,
      ),
    );
  });
});
