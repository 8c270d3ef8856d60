// What one batched pass saves, on WASM in Node, in CPU time: the practice model, and bert-base-cased's shape where
// .cache/full-size/model is exported. Prints ratios from one run; nothing is asserted, because these machines are noisy.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, inject, it } from "vitest";
import type { Engine, ModelDescription } from "../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import type { Step } from "../src/engine/run/runs.ts";
import { practice, root } from "../test/helpers/fixtures.ts";
import { connectSteps } from "../test/helpers/steps.ts";
import { compare, ownCpu, text } from "./measure.ts";

const fullSize = join(root, ".cache/full-size/model");
const models: [string, () => string][] = [[practice, () => join(inject("models"), practice)]];
if (existsSync(fullSize)) models.push(["bert-base-cased's shape", () => fullSize]);

describe.each(models)("%s", (name, folder) => {
  const open = async (): Promise<Engine> => {
    const engine = createNodeEngine(folder());
    await engine.load(manifestUrl(folder()), { device: "wasm" });
    return engine;
  };

  it("another neuron, another layer, another sentence", async () => {
    const engine = await open();
    const { layers } = await engine.load(manifestUrl(folder()), { device: "wasm" });
    // words that every vocabulary here has, in as many sentences as there are turns
    const letters = [..."abcdefghijklmnopqrstuvwxyz"];
    const sentence = (turn: number) =>
      `${letters[turn % 26]} ${letters[Math.floor(turn / 26)]} x y [MASK] z .`;
    const spec = { layer: Math.min(9, layers - 1), candidates: ["a"] };
    let neuron = 0;
    const took = await compare(15, ownCpu, {
      sentence: (turn) => engine.run({ ...spec, sentence: sentence(turn), neuron: neuron++ }),
      neuron: (turn) => engine.run({ ...spec, sentence: sentence(turn), neuron: neuron++ }),
      layer: (turn) =>
        engine.run({ ...spec, layer: turn % layers, sentence: sentence(turn), neuron: neuron++ }),
    });
    console.log(
      `${name}: new sentence ${text(took.sentence)}, another neuron ${text(took.neuron)}, ratio ${(took.neuron.cpu / took.sentence.cpu).toFixed(2)}; ` +
        `another layer ${text(took.layer)}, ${(took.layer.cpu / took.neuron.cpu).toFixed(2)} of another neuron`,
    );
    await engine.dispose();
  }, 600_000);

  it("64 sentences at a time", async () => {
    const engine = await open();
    const call = await connectSteps(engine);
    const { name: model, points, layers } = await call<ModelDescription>("describe");
    const ids = (turn: number) =>
      Array.from({ length: 64 }, (_, row) =>
        Array.from({ length: 8 }, (_i, at) => 100 + ((turn * 61 + row * 7 + at) % 900)),
      );
    /** what lies there of the first sentence */
    const first = ({ data, shape }: Step) => data.slice(0, shape[1]! * shape[2]!);
    const walk = async (rows: number[][], stops: string[], read: string[]) => {
      let step = await call<Step>("start", model, { ids: rows }, stops, read);
      while (step.point !== undefined)
        step = await call<Step>("resume", step.run, stops.includes(step.point) ? step.data : undefined);
      return call("predict", model, { ids: rows.slice(0, 1) }, step.at, first(step), [[0, 0]]);
    };
    const took = await compare(3, ownCpu, {
      one: (turn) => walk(ids(turn).slice(0, 1), [], []),
      plain: (turn) => walk(ids(turn), [], []),
      hook: (turn) => walk(ids(turn + 10), [`blocks.${Math.min(9, layers - 1)}.mlp.hook_post`], []),
      cache: (turn) => walk(ids(turn + 20), [], points),
    });
    const { one, plain, hook, cache } = took;
    console.log(
      `${name}, 64 sentences of 8 tokens: plain ${text(plain)}, ${(plain.cpu / 64 / one.cpu).toFixed(2)} of single runs; ` +
        `with a hook ${(hook.cpu / plain.cpu).toFixed(2)}, reading all ${points.length} hook points ${(cache.cpu / plain.cpu).toFixed(2)} of plain`,
    );
    await engine.dispose();
  }, 600_000);
});
