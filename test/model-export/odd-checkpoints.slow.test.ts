// Checkpoints as people publish them: exported and run, they give what transformers gives; what transformers cannot load
// either is refused. The expected values are made by model-export/reference/make_odd_references.py.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { oddCheckpoints, oddExperiments } from "../helpers/fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "odd-checkpoints-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** float32 sums in another order */
const RELATIVE = 1e-4;

async function exported(name: string): Promise<string> {
  const out = join(folder, name);
  const checkpoint = await openFolder(join(oddCheckpoints, name));
  try {
    await exportModel(checkpoint, { out, encoding: "fp32" });
  } finally {
    await checkpoint.close();
  }
  return out;
}

describe.each(oddExperiments())("$model", ({
  model,
  sentence,
  mask,
  ids,
  tokens,
  layer,
  neuron,
  before,
  after,
}) => {
  it("gives the ids, tokens and probabilities of transformers", async () => {
    const out = await exported(model);
    const engine = createNodeEngine(out);
    try {
      await engine.load(manifestUrl(out), { device: "wasm" });
      const candidates = Object.keys(before);
      const result = await engine.run({ sentence, mask, layer, neuron, candidates });
      expect(result.experiment.tokens.map(({ id }) => id)).toEqual(ids);
      expect(result.experiment.tokens.map(({ text }) => text)).toEqual(tokens);
      for (const row of result.rows) {
        expect(Math.abs(row.before / before[row.word]! - 1), row.word).toBeLessThan(RELATIVE);
        expect(Math.abs(row.after / after[row.word]! - 1), row.word).toBeLessThan(RELATIVE);
      }
    } finally {
      await engine.dispose();
    }
  });
});

describe("refused", () => {
  const refusal = (path: string) =>
    openFolder(path).then(
      () => undefined,
      ({ message, hint }: { message: string; hint: string }) => ({ message, hint }),
    );

  it("a bias of another vocabulary size, with both shapes and not on account of config.json", async () => {
    expect(await refusal(join(oddCheckpoints, "stale-bias"))).toEqual({
      message: expect.stringMatching(
        /cls\.predictions\.\S*bias should have the shape \[181\].*but has \[178\]/,
      ),
      hint: expect.not.stringContaining("config.json"),
    });
  });

  it("a config.json without a type whose tensors are not a BERT's, saying what to add", async () => {
    const path = join(folder, "no-bert");
    await cp(join(oddCheckpoints, "no-type"), path, { recursive: true });
    const weights = readFileSync(join(path, "model.safetensors"));
    // the same length, so that the header stays whole
    writeFileSync(
      join(path, "model.safetensors"),
      weights.toString("latin1").replaceAll('"bert.', '"dart.'),
      "latin1",
    );
    expect(await refusal(path)).toEqual({
      message: expect.stringMatching(
        /neither model_type nor architectures, and the tensors are not those of a BERT/,
      ),
      hint: expect.stringContaining('Add "model_type": "bert"'),
    });
  });
});

it("every checkpoint has its experiment, or its refusal", () => {
  const folders = readdirSync(oddCheckpoints, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const named = oddExperiments().map(({ model }) => model);
  expect([...named, "stale-bias"].sort()).toEqual(folders.map(({ name }) => name).sort());
});
