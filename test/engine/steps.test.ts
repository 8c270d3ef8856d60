// A forward pass in steps, as a notebook's Python takes it: equal to the same pass in one go, refused by name when asked
// for what is not there, and never in the way of the engine's other runs.

import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { largestDifference } from "../../model-export/check.ts";
import type { ModelDescription } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { mostRuns, type Step } from "../../src/engine/steps.ts";
import { practice, reference } from "../helpers/fixtures.ts";
import { connectSteps } from "../helpers/steps.ts";

const model = "legacy";
const post = (layer: number) => `blocks.${layer}.mlp.hook_post`;

/** An engine with a model, and the other end of a port to it. */
async function setUp(name = model) {
  const folder = join(inject("models"), name);
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  return { engine, call: await connectSteps(engine), folder };
}

const { ids } = reference(model).sentences[0]!;

describe("one layer", () => {
  it("is forward's own numbers, bit for bit, untouched and edited", async () => {
    const { engine, call } = await setUp();
    for (const layer of [0, 1, 2]) {
      const clean = await engine.forward({ ids, layer });
      const step = await call<Step>("start", model, ids, [post(layer)]);
      expect(step.point).toBe(post(layer));
      expect(step.shape[0]).toBe(ids.length);
      expect(step.data).toEqual(clean.mlpPost);
      const [, dMlp] = step.shape;
      const edited = await engine.forward({
        ids,
        layer,
        edits: [{ position: 1, neuron: 3, hook: { kind: "set", value: 7 } }],
      });
      const written = step.data.slice();
      written[dMlp! + 3] = 7;
      const end = await call<Step>("resume", step.run, written);
      expect(end.point).toBeUndefined();
      expect(end.data).toEqual(edited.logits);
      expect(largestDifference(end.data, clean.logits)).toBeGreaterThan(1e-4);
      // what was written left no trace
      const again = await call<Step>("start", model, ids, [post(layer)]);
      expect(again.data).toEqual(clean.mlpPost);
      expect((await call<Step>("resume", again.run)).data).toEqual(clean.logits);
    }
    await engine.dispose();
  });

  it("without a point it is the logits at once", async () => {
    const { engine, call } = await setUp();
    const step = await call<Step>("start", model, ids, []);
    expect(step.point).toBeUndefined();
    expect(step.data).toEqual((await engine.forward({ ids })).logits);
    await engine.dispose();
  });
});

describe("several layers", () => {
  it.each([model, practice])("%s: stops at each in order, and ends within 1e-5 of the pair", async (name) => {
    const { engine, call } = await setUp(name);
    const sentence = reference(name).sentences[0]!.ids;
    const { points, layers } = await call<ModelDescription>("describe");
    expect(points).toHaveLength(2 * layers + 1);
    const whole = await engine.forward({ ids: sentence });
    let step = await call<Step>("start", name, sentence, [...points].reverse());
    const seen: string[] = [];
    while (step.point !== undefined) {
      seen.push(step.point);
      const layer = /^blocks\.(\d+)\.mlp\.hook_post$/.exec(step.point)?.[1];
      if (layer !== undefined) {
        const { mlpPost } = await engine.forward({ ids: sentence, layer: Number(layer) });
        expect(largestDifference(step.data, mlpPost), step.point).toBeLessThan(1e-5);
      }
      step = await call<Step>("resume", step.run, step.data);
    }
    expect(seen).toEqual(points);
    expect(largestDifference(step.data, whole.logits)).toBeLessThan(1e-5);
    await engine.dispose();
  });

  it("a change of the residual stream is a change of what follows, and of nothing else", async () => {
    const { engine, call } = await setUp();
    const { logits } = await engine.forward({ ids });
    const [embed, resid] = ["hook_full_embed", "blocks.0.hook_normalized_resid_post"];
    const at = async (point: string, change: (data: Float32Array) => Float32Array | undefined) => {
      const step = await call<Step>("start", model, ids, [point]);
      expect(step.shape).toEqual([ids.length, 32]);
      return { data: step.data, end: (await call<Step>("resume", step.run, change(step.data))).data };
    };
    for (const point of [embed, resid]) {
      const kept = await at(point, () => undefined);
      expect(largestDifference(kept.end, logits), point).toBeLessThan(1e-5);
      const changed = await at(point, (data) => data.map((value, i) => (i < 32 ? -value : value)));
      expect(changed.data, "the run before left no trace").toEqual(kept.data);
      expect(largestDifference(changed.end, logits), point).toBeGreaterThan(1e-3);
    }
    // the embeddings of another sentence make it that sentence
    const other = ids.with(1, ids[1]! + 1);
    const foreign = (await at(embed, () => undefined)).data;
    const step = await call<Step>("start", model, other, [embed]);
    expect(step.data).not.toEqual(foreign);
    expect((await call<Step>("resume", step.run, foreign)).data).toEqual(
      (await at(embed, () => undefined)).end,
    );
    await engine.dispose();
  });

  it("a change at one layer is seen at the next, and the last point can be changed", async () => {
    const { engine, call } = await setUp();
    const last = "blocks.2.hook_normalized_resid_post";
    const first = await call<Step>("start", model, ids, [post(0), post(2), last]);
    const second = await call<Step>("resume", first.run, first.data.fill(0));
    const clean = await engine.forward({ ids, layer: 2 });
    expect(largestDifference(second.data, clean.mlpPost)).toBeGreaterThan(1e-4);
    const third = await call<Step>("resume", second.run);
    expect(third.point).toBe(last);
    const zeroed = await call<Step>("resume", third.run, new Float32Array(third.data.length));
    const [length, width] = zeroed.shape;
    const row = zeroed.data.subarray(0, width);
    for (let i = 1; i < length!; i++) expect(zeroed.data.subarray(i * width!, (i + 1) * width!)).toEqual(row);
    await engine.dispose();
  });
});

describe("beside other runs", () => {
  it("a run stands through other sentences, layers and experiments", async () => {
    const { engine, call } = await setUp();
    const clean = await engine.forward({ ids, layer: 1 });
    const outer = await call<Step>("start", model, ids, [post(1)]);
    const others = await Promise.all([
      engine.run({ sentence: "[MASK] sketches.", layer: 0, neuron: 1, candidates: ["this"] }),
      call<Step>("start", model, ids.slice(0, 4), [post(2)]),
      engine.forward({ ids: ids.slice(0, 3), layer: 2 }),
    ]);
    const inner = await call<Step>("resume", others[1].run);
    expect(inner.shape[0]).toBe(4);
    expect(largestDifference((await call<Step>("resume", outer.run)).data, clean.logits)).toBeLessThan(1e-5);
    await engine.dispose();
  });

  it("one run too many ends the oldest", async () => {
    const { engine, call } = await setUp();
    const steps: Step[] = [];
    for (let i = 0; i <= mostRuns; i++) steps.push(await call<Step>("start", model, ids, [post(1)]));
    await expect(call("resume", steps[0]!.run)).rejects.toThrowError(
      `This run is over: more than ${mostRuns} runs were open. Run the cell again`,
    );
    for (const { run } of steps.slice(1)) expect((await call<Step>("resume", run)).point).toBeUndefined();
    await engine.dispose();
  });

  it("a run ends with its model, when dropped, and when it came to its end", async () => {
    const { engine, call, folder } = await setUp();
    const open = await call<Step>("start", model, ids, [post(1)]);
    await engine.load(manifestUrl(folder), { device: "wasm" });
    await expect(call("resume", open.run)).rejects.toThrowError(
      "This run is over: a model was loaded meanwhile.",
    );
    const dropped = await call<Step>("start", model, ids, [post(1)]);
    await call("drop", dropped.run);
    await expect(call("resume", dropped.run)).rejects.toThrowError("it was dropped");
    const done = await call<Step>("start", model, ids, [post(1)]);
    await call("resume", done.run);
    await expect(call("resume", done.run)).rejects.toThrowError("it came to its end");
    await engine.dispose();
    await expect(call("start", model, ids, [])).rejects.toThrowError("No model is loaded.");
  });
});

describe("what Python may send", () => {
  it.each<[what: string, method: string, args: unknown[], error: string]>([
    ["a strange token", "start", [model, [1, 99999], []], "legacy has no token 99999"],
    ["a fraction", "start", [model, [1.5], []], "legacy has no token 1.5"],
    ["no tokens", "start", [model, [], []], "There are no tokens to run."],
    ["too many tokens", "start", [model, new Array(600).fill(1), []], "The sentence is 600 tokens long"],
    ["a strange point", "start", [model, ids, ["blocks.7.mlp.hook_post"]], "no hook point blocks.7"],
    ["ids that are none", "start", [model, "abc", []], "was not given a list of token ids"],
    ["points that are none", "start", [model, ids, [1]], "was not given a list of hook points"],
    ["another model", "start", ["bert", ids, []], "bert is not open any more"],
    ["a run that never was", "resume", [77], "This run is over."],
    ["a run that is none", "resume", [{}], "was not given a run's number"],
    ["a text that is none", "encode", [model, 5, true], "was not given a text"],
    ["a text for another model", "encode", ["bert", "x", true], "bert is not open any more"],
    ["a method that is none", "constructor", [], "was not given a method"],
    ["arguments that are none", "start", [], "was not given a model's name"],
  ])("%s is refused", async (_, method, args, error) => {
    const { engine, call } = await setUp();
    await expect(call(method, ...args)).rejects.toThrowError(error);
    expect((await call<Step>("start", model, ids, [])).point, "and the engine goes on").toBeUndefined();
    await engine.dispose();
  });

  it("an activation of another size ends the run", async () => {
    const { engine, call } = await setUp();
    for (const written of [new Float32Array(3), [1, 2], "x"]) {
      const step = await call<Step>("start", model, ids, [post(1)]);
      await expect(call("resume", step.run, written)).rejects.toThrowError("A hook gave back");
      await expect(call("resume", step.run)).rejects.toThrowError("This run is over");
    }
    await engine.dispose();
  });

  it("text becomes tokens as the engine's own tokenizer makes them", async () => {
    const { engine, call } = await setUp();
    const text = "Raymond is selling [MASK] sketches.";
    const tokens = await engine.tokenize(text);
    const all = tokens.map(({ id }) => id);
    expect(await call("encode", model, text, true)).toEqual(all);
    expect(await call("encode", model, text, false)).toEqual(all.slice(1, -1));
    const { vocabulary } = await call<ModelDescription>("describe");
    expect(all.map((id) => vocabulary[id])).toEqual(tokens.map(({ text: word }) => word));
    await engine.dispose();
  });
});
