// A forward pass in steps, as a notebook's Python takes it: equal to the same pass in one go, refused by name when asked
// for what is not there, and never in the way of the engine's other runs.

import { join } from "node:path";
import { describe, expect, inject, it, vi } from "vitest";
import { largestDifference } from "../../../model-export/check.ts";
import type { ModelDescription } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { Crossing } from "../../../src/engine/run/crossing.ts";
import { mostRuns, type Step } from "../../../src/engine/run/runs.ts";
import { Runtime } from "../../../src/engine/runtime/runtime.ts";
import type { EncodedText } from "../../../src/engine/worker/bridge.ts";
import { practice, reference } from "../../helpers/fixtures.ts";
import { connectSteps } from "../../helpers/steps.ts";

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

type Call = Awaited<ReturnType<typeof connectSteps>>;

/** The logits [N, V] of positions of a run that is done; without any, of all of the sentence's. */
function predict(
  call: Call,
  end: Step,
  positions?: number[],
  tokens = ids,
  name = model,
): Promise<Float32Array> {
  expect(end.point).toBeUndefined();
  const asked = (positions ?? [...tokens.keys()]).map((position) => [0, position]);
  return call("predict", name, { ids: [tokens] }, end.at, end.data, asked);
}

/** Go on to the end of a run; its logits at all positions [T, V]. */
async function finish(call: Call, step: Step, written?: unknown): Promise<Float32Array> {
  return predict(call, await call<Step>("resume", step.run, written));
}

describe("points that are only read", () => {
  it("come with the next step, bit for bit as they are when a run stands there, and once", async () => {
    const { engine, call } = await setUp();
    const { points } = await call<ModelDescription>("describe");
    const batch = { ids: [ids, ids.with(1, ids[2]!)] };
    const stop = post(1);
    const stood: Step[] = [];
    let at = await call<Step>("start", model, batch, points);
    for (; at.point !== undefined; at = await call<Step>("resume", at.run)) stood.push(at);

    const first = await call<Step>("start", model, batch, [stop], points);
    expect(first.point).toBe(stop);
    const end = await call<Step>("resume", first.run);
    expect(end.point).toBeUndefined();
    expect(end.data).toEqual(at.data);
    const seen = [...first.seen, { point: stop, shape: first.shape, data: first.data }, ...end.seen];
    expect(seen).toEqual(stood.map(({ point, shape, data }) => ({ point, shape, data })));
    await engine.dispose();
  });

  it("see what was written before them", async () => {
    const { engine, call } = await setUp();
    const step = await call<Step>("start", model, { ids: [ids] }, [post(0)], [post(1)]);
    const written = step.data.fill(0.5);
    const both = await call<Step>("start", model, { ids: [ids] }, [post(0), post(1)]);
    const [{ seen }, stood] = [
      await call<Step>("resume", step.run, written),
      await call<Step>("resume", both.run, written),
    ];
    expect(seen).toEqual([{ point: post(1), shape: stood.shape, data: stood.data }]);
    const { seen: untouched } = await call<Step>("start", model, { ids: [ids] }, [], [post(1)]);
    expect(largestDifference(seen[0]!.data, untouched[0]!.data)).toBeGreaterThan(1e-4);
    await engine.dispose();
  });

  it("move without a copy, but for what the model keeps for the next run and what lies at the end", async () => {
    const { engine, call } = await setUp();
    const { points } = await call<ModelDescription>("describe");
    const copies = vi.spyOn(Runtime.prototype, "read");
    const taken = vi.spyOn(Crossing.prototype, "take");
    try {
      const { seen } = await call<Step>("start", model, { ids: [ids] }, [], points);
      expect(seen.map(({ point }) => point)).toEqual(points);
      expect(copies).toHaveBeenCalledTimes(3);
      // an array that has moved to the other end of the port is empty here
      const left = await Promise.all(taken.mock.results.map(({ value }) => value));
      expect(left.map(({ length }) => length)).toEqual(Array(points.length - 1).fill(0));
      const again = await call<Step>("start", model, { ids: [ids] }, [], points);
      expect(again.seen).toEqual(seen);
    } finally {
      copies.mockRestore();
      taken.mockRestore();
    }
    await engine.dispose();
  });
});

describe("one layer", () => {
  it("is forward's own numbers, bit for bit, untouched and edited", async () => {
    const { engine, call } = await setUp();
    for (const layer of [0, 1, 2]) {
      const clean = await engine.forward({ ids, layer });
      const step = await call<Step>("start", model, { ids: [ids] }, [post(layer)]);
      expect(step.point).toBe(post(layer));
      expect(step.shape.slice(0, 2)).toEqual([1, ids.length]);
      expect(step.data).toEqual(clean.mlpPost);
      const [, , dMlp] = step.shape;
      const edited = await engine.forward({
        ids,
        layer,
        edits: [{ position: 1, neuron: 3, hook: { kind: "set", value: 7 } }],
      });
      const written = step.data.slice();
      written[dMlp! + 3] = 7;
      const logits = await finish(call, step, written);
      expect(logits).toEqual(edited.logits);
      expect(largestDifference(logits, clean.logits)).toBeGreaterThan(1e-4);
      // what was written left no trace
      const again = await call<Step>("start", model, { ids: [ids] }, [post(layer)]);
      expect(again.data).toEqual(clean.mlpPost);
      expect(await finish(call, again)).toEqual(clean.logits);
    }
    await engine.dispose();
  });

  it("without a point it is at its end at once, and some rows can be asked for", async () => {
    const { engine, call } = await setUp();
    const step = await call<Step>("start", model, { ids: [ids] }, []);
    expect(step.point).toBeUndefined();
    const logits = await predict(call, step);
    expect(logits).toEqual((await engine.forward({ ids })).logits);
    const row = await predict(call, step, [2]);
    expect(row).toEqual(logits.slice(2 * row.length, 3 * row.length));
    // whoever asks again and again has the encoder done once
    const completed = await call<{ at: string; data: Float32Array }>(
      "complete",
      model,
      { ids: [ids] },
      step.at,
      step.data,
    );
    const { points } = await call<ModelDescription>("describe");
    expect(completed.at).toBe(points.at(-1));
    expect(await predict(call, { ...step, ...completed }, [2, 0])).toEqual(
      Float32Array.of(...row, ...logits.slice(0, row.length)),
    );
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
    let step = await call<Step>("start", name, { ids: [sentence] }, [...points].reverse());
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
    const logits = await predict(call, step, undefined, sentence, name);
    expect(largestDifference(logits, whole.logits)).toBeLessThan(1e-5);
    await engine.dispose();
  });

  it("a change of the residual stream is a change of what follows, and of nothing else", async () => {
    const { engine, call } = await setUp();
    const { logits } = await engine.forward({ ids });
    const [embed, resid] = ["hook_full_embed", "blocks.0.hook_normalized_resid_post"];
    const at = async (point: string, change: (data: Float32Array) => Float32Array | undefined) => {
      const step = await call<Step>("start", model, { ids: [ids] }, [point]);
      expect(step.shape).toEqual([1, ids.length, 32]);
      return { data: step.data, end: await finish(call, step, change(step.data)) };
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
    const step = await call<Step>("start", model, { ids: [other] }, [embed]);
    expect(step.data).not.toEqual(foreign);
    expect(await finish(call, step, foreign)).toEqual((await at(embed, () => undefined)).end);
    await engine.dispose();
  });

  it("a change at one layer is seen at the next, and the last point can be changed", async () => {
    const { engine, call } = await setUp();
    const last = "blocks.2.hook_normalized_resid_post";
    const first = await call<Step>("start", model, { ids: [ids] }, [post(0), post(2), last]);
    const second = await call<Step>("resume", first.run, first.data.fill(0));
    const clean = await engine.forward({ ids, layer: 2 });
    expect(largestDifference(second.data, clean.mlpPost)).toBeGreaterThan(1e-4);
    const third = await call<Step>("resume", second.run);
    expect(third.point).toBe(last);
    const zeroed = await finish(call, third, new Float32Array(third.data.length));
    const width = zeroed.length / ids.length;
    const row = zeroed.subarray(0, width);
    for (let i = 1; i < ids.length; i++) expect(zeroed.subarray(i * width, (i + 1) * width)).toEqual(row);
    await engine.dispose();
  });
});

describe("beside other runs", () => {
  it("a run stands through other sentences, layers and experiments", async () => {
    const { engine, call } = await setUp();
    const clean = await engine.forward({ ids, layer: 1 });
    const outer = await call<Step>("start", model, { ids: [ids] }, [post(1)]);
    const others = await Promise.all([
      engine.run({ sentence: "[MASK] sketches.", layer: 0, neuron: 1, candidates: ["this"] }),
      call<Step>("start", model, { ids: [ids.slice(0, 4)] }, [post(2)]),
      engine.forward({ ids: ids.slice(0, 3), layer: 2 }),
    ]);
    const inner = await call<Step>("resume", others[1].run);
    expect(inner.shape[1]).toBe(4);
    expect(largestDifference(await finish(call, outer), clean.logits)).toBeLessThan(1e-5);
    await engine.dispose();
  });

  it("one run too many ends the oldest", async () => {
    const { engine, call } = await setUp();
    const steps: Step[] = [];
    for (let i = 0; i <= mostRuns; i++)
      steps.push(await call<Step>("start", model, { ids: [ids] }, [post(1)]));
    await expect(call("resume", steps[0]!.run)).rejects.toThrowError(
      `This run is over: more than ${mostRuns} runs were open. Run the cell again`,
    );
    for (const { run } of steps.slice(1)) expect((await call<Step>("resume", run)).point).toBeUndefined();
    await engine.dispose();
  });

  it("a run ends with its model, when dropped, and when it came to its end", async () => {
    const { engine, call, folder } = await setUp();
    const open = await call<Step>("start", model, { ids: [ids] }, [post(1)]);
    await engine.load(manifestUrl(folder), { device: "wasm" });
    await expect(call("resume", open.run)).rejects.toThrowError(
      "This run is over: a model was loaded meanwhile.",
    );
    const dropped = await call<Step>("start", model, { ids: [ids] }, [post(1)]);
    await call("drop", dropped.run);
    await expect(call("resume", dropped.run)).rejects.toThrowError("it was dropped");
    const done = await call<Step>("start", model, { ids: [ids] }, [post(1)]);
    await call("resume", done.run);
    await expect(call("resume", done.run)).rejects.toThrowError("it came to its end");
    await engine.dispose();
    await expect(call("start", model, { ids: [ids] }, [])).rejects.toThrowError("No model is loaded.");
  });
});

describe("what Python may send", () => {
  it.each<[what: string, method: string, args: unknown[], error: string]>([
    ["a strange token", "start", [model, { ids: [[1, 99999]] }, []], "legacy has no token 99999"],
    ["a fraction", "start", [model, { ids: [[1.5]] }, []], "legacy has no token 1.5"],
    ["no tokens", "start", [model, { ids: [] }, []], "There are no tokens to run."],
    [
      "too many tokens",
      "start",
      [model, { ids: [new Array(600).fill(1)] }, []],
      "The sentence is 600 tokens long",
    ],
    [
      "a strange point",
      "start",
      [model, { ids: [ids] }, ["blocks.7.mlp.hook_post"]],
      "no hook point blocks.7",
    ],
    ["ids that are none", "start", [model, { ids: "abc" }, []], "was not given rows of token ids"],
    ["rows of two lengths", "start", [model, { ids: [[1, 2], [1]] }, []], "are all [2, 2], and one is not"],
    [
      "a mask of another size",
      "start",
      [model, { ids: [[1, 2]], mask: [[1]] }, []],
      "are all [1, 2], and one is not",
    ],
    [
      "a mask of other numbers",
      "start",
      [model, { ids: [[1]], mask: [[0.5]] }, []],
      "something else than 0 and 1",
    ],
    ["a mask that hides all", "start", [model, { ids: [[1]], mask: [[0]] }, []], "hides every token"],
    [
      "a token type it lacks",
      "start",
      [model, { ids: [[1]], types: [[2]] }, []],
      "legacy has no token type 2",
    ],
    ["a mask that is none", "start", [model, { ids: [[1]], mask: 7 }, []], "was not given an attention mask"],
    ["types that are none", "start", [model, { ids: [[1]], types: "x" }, []], "was not given token types"],
    [
      "more than anybody reads",
      "start",
      [model, { ids: Array(2000).fill(Array(64).fill(1)) }, []],
      "was not given rows",
    ],
    [
      "hidden states of another size",
      "predict",
      [model, { ids: [[1]] }, "hook_full_embed", new Float32Array(33), [[0, 0]]],
      "33 numbers are not what lies at hook_full_embed of 1 sentences of 1 tokens, 32 of each",
    ],
    [
      "hidden states that are none",
      "predict",
      [model, { ids: [[1]] }, "hook_full_embed", [1]],
      "was not given hidden states",
    ],
    [
      "a point from which nothing goes on",
      "complete",
      [model, { ids: [[1]] }, post(0), new Float32Array(64)],
      "A pass cannot go on from blocks.0.mlp.hook_post alone",
    ],
    [
      "places that are none",
      "predict",
      [model, { ids: [[1]] }, "hook_full_embed", new Float32Array(32), [[0]]],
      "was not given rows and positions",
    ],
    [
      "a place that is not there",
      "predict",
      [model, { ids: [[1]] }, "hook_full_embed", new Float32Array(32), [[0, 1]]],
      "no position 1 of sentence 0",
    ],
    ["points that are none", "start", [model, { ids: [ids] }, [1]], "was not given a list of hook points"],
    ["another model", "start", ["bert", { ids: [ids] }, []], "bert is not open any more"],
    ["a run that never was", "resume", [77], "This run is over."],
    ["a run that is none", "resume", [{}], "was not given a run's number"],
    ["a text that is none", "encode", [model, 5], "was not given a text"],
    ["a text for another model", "encode", ["bert", "x"], "bert is not open any more"],
    ["a method that is none", "constructor", [], "was not given a method"],
    ["arguments that are none", "start", [], "was not given a model's name"],
  ])("%s is refused", async (_, method, args, error) => {
    const { engine, call } = await setUp();
    await expect(call(method, ...args)).rejects.toThrowError(error);
    expect(
      (await call<Step>("start", model, { ids: [ids] }, [])).point,
      "and the engine goes on",
    ).toBeUndefined();
    await engine.dispose();
  });

  it("an activation of another size ends the run", async () => {
    const { engine, call } = await setUp();
    for (const written of [new Float32Array(3), [1, 2], "x"]) {
      const step = await call<Step>("start", model, { ids: [ids] }, [post(1)]);
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
    const { numbers, texts } = await call<EncodedText>("encode", model, text);
    const column = (at: number) => numbers.filter((_, i) => i % 4 === at);
    expect(column(0)).toEqual(all.slice(1, -1));
    expect(column(1)).toEqual([...all.slice(1, -1).keys()]);
    const cut = column(2).map((start, i) => text.slice(start, column(3)[i]));
    expect(cut).toEqual(["Raymond", "is", "selling", "[MASK]", "sketches", "."]);
    expect(texts).toEqual(tokens.slice(1, -1).map(({ text: word }) => word));
    const { vocabulary } = await call<ModelDescription>("describe");
    expect(all.map((id) => vocabulary[id])).toEqual(tokens.map(({ text: word }) => word));
    await engine.dispose();
  });
});
