// Models as people publish them, in Chromium: one whose mask is called <mask>, and one with more rows than tokens. The
// expected values are transformers' (model-export/reference/make_odd_references.py).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { launch } from "../helpers/chromium.ts";
import { oddCheckpoints, oddExperiments } from "../helpers/fixtures.ts";
import { complaint, compute, expectQuiet, fields, fill, table, type Visit, visit } from "../helpers/page.ts";
import type { StaticServer } from "../helpers/server.ts";
import { runInPython } from "./open-harness.ts";
import { serveModels } from "./serve-models.ts";

const folder = mkdtempSync(join(tmpdir(), "odd-models-"));
const named = (name: string) => oddExperiments().find(({ model }) => model === name)!;
const angle = named("angle");

let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  for (const name of ["angle", "padded"]) {
    const checkpoint = await openFolder(join(oddCheckpoints, name));
    await exportModel(checkpoint, { out: join(folder, name), encoding: "fp32" });
    await checkpoint.close();
  }
  server = await serveModels(folder, catalog(folder));
  browser = await launch("webgpu");
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a model whose mask is called <mask>, on the page", () => {
  let to: Visit;
  afterEach(expectQuiet);

  it("says what stands for the gap, and what is missing without it", async () => {
    to = await visit(browser, `${server.url}experiment.html#model=angle&device=wasm&layer=1&neuron=7`);
    await to.experiment.getByText("<mask> is the gap: click a word to move it there").waitFor();
    const { sentence, run } = fields(to);
    await to.experiment.getByText("[MASK] is read as <mask>, this model’s name for it").waitFor();
    await sentence.fill("Raymond is selling sketches.");
    await run.click();
    expect(await complaint(sentence)).toContain("There is no <mask> in the sentence");
    await sentence.fill("<mask> is selling <mask> sketches.");
    await to.experiment.getByRole("combobox", { name: "Which <mask>" }).waitFor();
  });

  it("takes [MASK] for it", async () => {
    const { sentence, layer, neuron, before, after } = angle;
    const candidates = Object.keys(before);
    const typed = sentence.replace("<mask>", "[MASK]");
    const rows = await compute(to, { sentence: typed, layer, neuron, candidates });
    const printed = (value: number) => value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2");
    expect(rows.map(([word, p, q]) => [word, p, q])).toEqual(
      candidates.map((word) => [word, printed(before[word]!), printed(after[word]!)]),
    );
  });

  it("computes the probabilities of transformers", async () => {
    const { sentence, layer, neuron, before, after } = angle;
    const candidates = Object.keys(before);
    const rows = await compute(to, { sentence, layer, neuron, candidates });
    const printed = (value: number) => value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2");
    expect(rows.map(([word, p, q]) => [word, p, q])).toEqual(
      candidates.map((word) => [word, printed(before[word]!), printed(after[word]!)]),
    );
    await to.experiment.getByRole("table", { name: "Probability of each word at <mask>" }).waitFor();
    await to.experiment.getByText("The neuron’s activation at <mask>").waitFor();
    // the tokens are shown with their positions, the one asked about marked
    const marked = to.experiment.locator(".asked");
    await expect.poll(() => marked.textContent()).toMatch(/<mask>\s*4/);
  });

  it("takes Chinese commas between the words to compare", async () => {
    const { candidates } = fields(to);
    await fill(to, { sentence: angle.sentence, layer: 1, neuron: 7 });
    await candidates.fill("these，this、that");
    await fields(to).run.click();
    await expect.poll(async () => (await table(to)).map(([word]) => word)).toEqual(["these", "this", "that"]);
    await to.page.close();
  });
});

describe("in Python", () => {
  const printed = (source: string) => runInPython(browser, `${server.url}harness/`, source);
  const load = (name: string) => `
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("${name}")
tokenizer = model.tokenizer
`;

  it("a mask called <mask> is found, and what it hides predicted", async () => {
    const { sentence, ids, before } = angle;
    const said = await printed(`${load("angle")}
ids = tokenizer("${sentence}", return_tensors="pt").input_ids
print(tokenizer.mask_token, tokenizer.mask_token_id, tokenizer.cls_token, tokenizer.unk_token)
print(ids[0].tolist(), tokenizer.decode(ids[0]))
mask = ids[0].tolist().index(tokenizer.mask_token_id)
logits = model(ids)
words = tokenizer.convert_tokens_to_ids(["these", "this"])
print(*logits[0, mask].softmax(-1)[words].tolist())
print(model("${sentence}", return_type="predictions") == tokenizer.decode(logits[0, mask].argmax()))
`);
    const [, names, tokens, probabilities, same] = said.split("\n");
    expect(names).toBe("<mask> 4 <s> <unk>");
    expect(tokens).toBe(`[${ids.join(", ")}] <s> Raymond is selling <mask> sketches. </s>`);
    for (const [i, value] of probabilities!.split(" ").entries())
      expect(Math.abs(Number(value) / Object.values(before)[i]! - 1)).toBeLessThan(1e-4);
    expect(same).toBe("True");
  });

  it("rows without a token are counted, and decode to nothing", async () => {
    const { rows } = named("padded");
    const said = await printed(`${load("padded")}
print(model.cfg.d_vocab, tokenizer.vocab_size, [tokenizer.decode(217)], tokenizer.convert_ids_to_tokens(217))
logits = model(tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt").input_ids)
print(list(logits.shape))
top = logits[0, 4].topk(${rows})
print(len(tokenizer.convert_ids_to_tokens(top.indices.tolist())), len(tokenizer.decode(top.indices)) > 0)
`);
    expect(said.split("\n").slice(1, 4)).toEqual([
      `${rows} 181 [''] None`,
      `[1, 8, ${rows}]`,
      `${rows} True`,
    ]);
  });
});
