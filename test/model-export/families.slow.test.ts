// Every family of masked language models: exported and run, it gives what transformers gives, at every hook point. The expected
// values are made by model-export/reference/make_families.py.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Engine, ModelDescription } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import type { Step } from "../../src/engine/run/runs.ts";
import { hookPointsOf, parseManifest } from "../../src/model/index.ts";
import { expectFamilySweep, families, familyReference } from "../helpers/families.ts";
import { expectParity } from "../helpers/parity.ts";
import { activationsAt, connectSteps } from "../helpers/steps.ts";

/** the layers that share their weights, by the name of the checkpoint */
const shared: Readonly<Record<string, number[]>> = { albert: [0, 0, 0], "albert-groups": [0, 0, 2] };

describe.each(families)("%s", (name) => {
  const folder = join(inject("models"), name);
  const { model, shards } = parseManifest(readFileSync(join(folder, "manifest.json"), "utf8"));
  let engine: Engine;
  beforeAll(async () => {
    engine = createNodeEngine(folder);
    await engine.load(manifestUrl(folder), { device: "wasm" });
  });
  afterAll(() => engine.dispose());

  it("gives the ids, logits, neurons, streams and suppressed neurons of transformers", async () => {
    const expected = familyReference(name);
    const computes = {
      forward: engine.forward.bind(engine),
      run: engine.run.bind(engine),
      activationsAt: activationsAt.bind(undefined, engine),
    };
    await expectParity(computes, expected);
    const [first] = expected.sentences;
    const checked = [
      ...first!.mlpPost.map(({ layer }) => `blocks.${layer}.mlp.hook_post`),
      ...first!.residual.map(({ point }) => point),
    ];
    expect(checked.sort()).toEqual(
      hookPointsOf(model)
        .map((point) => point.name)
        .sort(),
    );
  });

  it("is swept", async () => {
    await expectFamilySweep(engine, name);
  });

  it("gives a sentence that is padded beside a longer one what it gives the sentence alone", async () => {
    const call = await connectSteps(engine);
    const { special, points } = await call<ModelDescription>("describe");
    const lengths = familyReference(name).sentences.map(({ ids }) => ids);
    lengths.sort((a, b) => a.length - b.length);
    const [short, long] = [lengths[0]!, lengths.at(-1)!];
    const padded = long.map((_, i) => short[i] ?? special.pad.id);
    const mask = [padded.map((_, i) => (i < short.length ? 1 : 0)), long.map(() => 1)];
    expect(mask[0]).toContain(0);
    const end = points.at(-1)!;
    const alone = await call<Step>("start", name, { ids: [short] }, [end]);
    const beside = await call<Step>("start", name, { ids: [padded, long], mask }, [end]);
    if (alone.point === undefined || beside.point === undefined) throw new Error("it does not stop");
    const far = Math.max(...Array.from(alone.data, (value, i) => Math.abs(value - beside.data[i]!)));
    expect(alone.data).toHaveLength(short.length * model.dModel);
    expect(far).toBeLessThan(2e-5);
    for (const { run } of [alone, beside]) await call("drop", run);
  });

  it("keeps weights that layers share once, has them under every layer's name, and says so", async () => {
    const layers = [...Array(model.layers).keys()];
    const { text: sentence, experiments } = familyReference(name).sentences[0]!;
    const [{ layer, neuron, candidates }] = experiments as [(typeof experiments)[number]];
    const words = candidates.map(({ word }) => word);
    const { provenance } = await engine.run({ sentence, layer, neuron, candidates: words });
    const sharedFrom = provenance.architecture?.sharedFrom;
    expect(sharedFrom).toEqual(shared[name]);
    const from = sharedFrom ?? layers;
    const stored = [...new Set(from)].map((layer) => `layer-${layer}`);
    expect(Object.keys(shards)).toEqual(["embeddings", ...stored, "head"]);
    const call = await connectSteps(engine);
    const wOut = (each: number) => call("weights", name, `bert.encoder.layer.${each}.output.dense.weight`);
    const all = (await Promise.all(layers.map(wOut))) as { data: Float32Array }[];
    for (const [one, { data }] of all.entries())
      for (const [other, { data: others }] of all.entries())
        expect(data.every((value, i) => value === others[i])).toBe(from[one] === from[other]);
  });

  it("has token types, or says that it has none", async () => {
    const ids = familyReference(name).sentences[0]!.ids;
    const types = [ids.map(() => model.tokenTypes)];
    const call = await connectSteps(engine);
    await expect(call("start", name, { ids: [ids], types }, [])).rejects.toThrow(
      model.tokenTypes === 0
        ? "has no token types, and some are given"
        : `has no token type ${model.tokenTypes}`,
    );
  });
});
