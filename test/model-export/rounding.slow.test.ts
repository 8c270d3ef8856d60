// What rounding changes, as the exporter measures it, against plain experiments of the rounded and the unrounded model.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { sentences } from "../../model-export/sentences.ts";
import type { Engine, ExperimentResult } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl, softmaxAt } from "../../src/engine/node.ts";
import { type Encoding, type Manifest, parseManifest, tutorial } from "../../src/model/index.ts";
import { checkpoints, practice, practiceCheckpoint } from "../helpers/fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "rounding-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function exported(from: string, name: string, encoding: Encoding): Promise<Manifest> {
  const checkpoint = await openFolder(from);
  const { manifest } = await exportModel(checkpoint, { out: join(folder, name), encoding });
  await checkpoint.close();
  return manifest;
}

/** The tutorial's result, and the logits at the mask of each sentence. */
async function computed(model: string): Promise<{ result: ExperimentResult; logits: Float32Array[] }> {
  const engine: Engine = createNodeEngine(model);
  const { vocabulary } = await engine.load(manifestUrl(model), { device: "wasm" });
  const result = await engine.run(tutorial);
  const metric = { kind: "probability", word: "this" } as const;
  const sweep = await engine.sweep({ sentence: tutorial.sentence, metric, layers: [9], neurons: [1094] });
  expect(sweep.provenance.rounded).toBe(result.provenance.rounded);
  const logits: Float32Array[] = [];
  for (const sentence of sentences) {
    const tokens = await engine.tokenize(sentence);
    const position = tokens.findIndex(({ text }) => text === "[MASK]");
    const ids = tokens.map(({ id }) => id);
    const { logits: row } = await engine.forward({ ids, positions: [position] });
    expect(row).toHaveLength(vocabulary);
    logits.push(row);
  }
  await engine.dispose();
  return { result, logits };
}

const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
const softmax = (logits: Float32Array) => softmaxAt(logits, [...logits.keys()]);

describe("the practice model as int8", () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = await exported(practiceCheckpoint, `${practice}-int8`, "int8");
  });

  it("says how far its logits, probabilities and the tutorial's deltas are from the unrounded model's", async () => {
    const { rounding } = manifest;
    const rounded = await computed(join(folder, `${practice}-int8`));
    const exact = await computed(join(inject("models"), practice));
    expect(rounding).toMatchObject({ sentences: 32 });
    const pairs = exact.logits.map((row, i) => [row, rounded.logits[i]!] as const);
    expect(rounding!.logit).toBeCloseTo(Math.max(...pairs.map(([a, b]) => difference(a, b))), 4);
    const probabilities = pairs.map(([a, b]) => difference(softmax(a), softmax(b)));
    expect(rounding!.probability).toBeCloseTo(Math.max(...probabilities), 5);
    const moved = exact.result.rows.map(({ word, delta }, i) => ({
      ...{ word, exact: delta, rounded: rounded.result.rows[i]!.delta },
    }));
    const [most] = moved.sort((a, b) => Math.abs(b.exact - b.rounded) - Math.abs(a.exact - a.rounded));
    expect(rounding!.tutorial!.word).toBe(most!.word);
    for (const key of ["exact", "rounded"] as const)
      expect(rounding!.tutorial![key] / most![key]).toBeCloseTo(1, 4);
  });

  it("is called rounded in lists, and in its results alone", async () => {
    const entry = catalog(folder).find(({ name }) => name === `${practice}-int8`)!;
    expect(entry.title).toBe("minibert-blimp, int8");
    expect(entry.rounding).toMatch(
      /^Its weights are rounded to int8: on 32 test sentences a probability was off by at most [\d.]+ percentage points, a logit by [\d.]+\. The tutorial’s change of “th\w+” is \+[\d,]+\s% instead of \+[\d,]+\s%\.$/,
    );
    const { result } = await computed(join(folder, `${practice}-int8`));
    expect(result.provenance.rounded).toMatch(
      /^rounded, a probability off by at most [\d.]+ percentage points on 32 sentences$/,
    );
    const { result: exact } = await computed(join(inject("models"), practice));
    expect(exact.provenance.rounded).toBeUndefined();
  });
});

describe("of other models", () => {
  it("one without the tutorial's neuron says the rest", async () => {
    const { rounding, title } = await exported(join(checkpoints, "legacy"), "legacy", "fp16");
    expect([title, rounding!.tutorial, rounding!.sentences]).toEqual(["legacy, fp16", undefined, 32]);
    expect(rounding!.logit).toBeGreaterThan(0);
  });

  it.each([
    ["half", "fp16"],
    ["half", "fp32"],
    ["legacy", "fp32"],
  ] as const)("%s as %s rounds nothing, and says nothing", async (name, encoding) => {
    const { rounding, title } = await exported(join(checkpoints, name), name, encoding);
    expect([title, rounding]).toEqual([name, undefined]);
  });

  it("one that is too short for any of the sentences is refused, and not written", async () => {
    const checkpoint = await openFolder(join(checkpoints, "legacy"));
    const out = join(folder, "short");
    const short = { ...checkpoint, config: { ...checkpoint.config, positions: 3 } };
    await expect(exportModel(short, { out, encoding: "int8" })).rejects.toThrow(
      "short takes 3 tokens, which is too short to measure what rounding changes.",
    );
    expect(catalog(folder).some(({ name }) => name === "short")).toBe(false);
    await checkpoint.close();
  });

  it("manifests without this, and with nonsense in it, are read and refused", async () => {
    const text = readFileSync(join(folder, "legacy/manifest.json"), "utf8");
    const good = JSON.parse(text) as Manifest;
    expect(parseManifest(text).rounding).toBeUndefined();
    const rounding = { sentences: 1, logit: 0, probability: 2 };
    expect(() => parseManifest(JSON.stringify({ ...good, rounding }))).toThrow("rounding.probability");
    const logit = { sentences: 1, logit: null, probability: 0 };
    expect(() => parseManifest(JSON.stringify({ ...good, rounding: logit }))).toThrow("rounding.logit");
  });
});
