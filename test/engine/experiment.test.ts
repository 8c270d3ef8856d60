// A run in Node from sentence to table, and every refusal by its code.

import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Engine, ExperimentSpec, Manifest, Progress } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";

const spec: ExperimentSpec = {
  sentence: "Raymond is selling [MASK] sketches.",
  layer: 1,
  neuron: 5,
  candidates: ["this", "these"],
};

let engine: Engine;
let folder: string;

beforeAll(async () => {
  folder = join(inject("models"), "legacy");
  engine = createNodeEngine(folder);
});
afterAll(() => engine.dispose());

describe("before a model is loaded", () => {
  it("a run says so", () => expect(engine.run(spec)).rejects.toMatchObject({ code: "not-loaded" }));
  it("the state tells the price, and what is kept", async () => {
    const { bytes, kept, store } = await engine.state(manifestUrl(folder));
    expect(store).toBe("folder");
    expect(kept).toBe(bytes);
  });
  it("a folder without a manifest is refused", () =>
    expect(createNodeEngine("/nowhere").load(manifestUrl("/nowhere"))).rejects.toMatchObject({
      code: "manifest-missing",
    }));
});

describe("with a model", () => {
  beforeAll(async () => {
    const seen: Progress[] = [];
    const info = await engine.load(manifestUrl(folder), { onProgress: (progress) => seen.push(progress) });
    expect(info).toMatchObject({ name: "legacy", layers: 3, cuts: [0, 1, 2], device: { kind: "wasm" } });
    expect(info.device.reason, "why it is not WebGPU").not.toBe("");
    expect(seen.at(-1)).toEqual({ kind: "preparing" });
  });

  it("gives a result that says where it came from", async () => {
    const result = await engine.run(spec);
    expect(result.experiment).toMatchObject({ position: 4, hook: { kind: "suppress" } });
    expect(result.rows.map(({ word }) => word)).toEqual(["this", "these"]);
    expect(result.provenance).toMatchObject({
      model: "legacy",
      encoding: "fp32",
      runtime: "onnxruntime-web 1.30.0",
    });
    expect(result.provenance.revision).toMatch(/^sha256:/);
  });

  it("runs the pre half once per sentence and layer", async () => {
    await engine.run(spec);
    const again = await engine.run({ ...spec, neuron: 6 });
    expect(again.provenance.timing).toMatchObject({ pre: 0 });
    const other = await engine.run({ ...spec, sentence: "Raymond is selling [MASK] sketch." });
    expect(other.provenance.timing.pre).toBeGreaterThan(0);
  });

  it("leaves nothing of one experiment in the next", async () => {
    const clean = await engine.run(spec);
    await engine.run({ ...spec, neuron: 6, hook: { kind: "set", value: 50 } });
    const again = await engine.run(spec);
    expect(again.provenance.timing.pre, "the same outputs of the pre half").toBe(0);
    expect(again.rows).toEqual(clean.rows);
    await engine.run({ ...spec, layer: 0 });
    expect((await engine.run(spec)).rows).toEqual(clean.rows);
  });

  it("a factor of 1 changes nothing, bit for bit", async () => {
    const { rows, activation } = await engine.run({ ...spec, hook: { kind: "scale", factor: 1 } });
    expect(activation.after).toBe(activation.before);
    for (const { before, after, delta } of rows) {
      expect(after).toBe(before);
      expect(delta).toBe(0);
    }
  });

  it("suppressing equals scaling by 0 and setting to 0", async () => {
    const [a, b, c] = await Promise.all([
      engine.run(spec),
      engine.run({ ...spec, hook: { kind: "scale", factor: 0 } }),
      engine.run({ ...spec, hook: { kind: "set", value: 0 } }),
    ]);
    expect(b.rows).toEqual(a.rows);
    expect(c.rows).toEqual(a.rows);
  });

  it.each<[string, Partial<ExperimentSpec>, string]>([
    ["no-mask", { sentence: "Raymond is selling sketches." }, "no [MASK]"],
    ["no-mask", { sentence: "Raymond is selling [mask] sketches." }, "no [MASK]"],
    ["no-mask", { sentence: "" }, "no [MASK]"],
    ["several-masks", { sentence: "[MASK] is selling [MASK] sketches." }, "2 [MASK]s"],
    ["mask-range", { mask: 3 }, "number 4"],
    ["too-long", { sentence: `[MASK] ${"this ".repeat(100)}` }, "64"],
    ["layer-range", { layer: 3 }, "0 to 2"],
    ["layer-range", { layer: -1 }, "0 to 2"],
    ["layer-range", { layer: 1.5 }, "0 to 2"],
    ["neuron-range", { neuron: 128 }, "0 to 127"],
    ["neuron-range", { neuron: Number.NaN }, "0 to 127"],
    ["hook-value", { hook: { kind: "scale", factor: Number.POSITIVE_INFINITY } }, "Infinity"],
    ["hook-value", { hook: { kind: "set", value: 1e39 } }, "1e+39"],
    ["no-candidates", { candidates: [" "] }, "no word"],
    ["candidate-pieces", { candidates: ["thisthese"] }, "thisthese"],
  ])("%s is refused in one sentence", async (code, part, says) => {
    const error = await engine.run({ ...spec, ...part }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, hint: expect.stringMatching(/\.$/) });
    expect((error as Error).message).toContain(says);
  });

  it("names the pieces of a candidate", async () => {
    await expect(engine.run({ ...spec, candidates: ["sketchesz"] })).rejects.toThrowError(/\(.*##z\)/);
  });

  it("asks which of several [MASK]s, and takes the answer", async () => {
    const sentence = "[MASK] is selling [MASK] sketches.";
    const positions = [0, 1].map(
      async (mask) => (await engine.run({ ...spec, sentence, mask })).experiment.position,
    );
    expect(await Promise.all(positions)).toEqual([1, 4]);
  });

  it("stops when aborted, and runs again afterwards", async () => {
    const signal = AbortSignal.abort();
    await expect(engine.run(spec, { signal })).rejects.toMatchObject({ name: "AbortError" });
    expect((await engine.run(spec)).rows).toHaveLength(2);
  });

  it("checks a forward pass on token ids", async () => {
    const ids = (await engine.tokenize(spec.sentence)).map(({ id }) => id);
    await expect(engine.forward({ ids: [] })).rejects.toMatchObject({ code: "token-range" });
    await expect(engine.forward({ ids: [9999] })).rejects.toMatchObject({ code: "token-range" });
    await expect(engine.forward({ ids, positions: [8] })).rejects.toMatchObject({ code: "position-range" });
    await expect(engine.forward({ ids, layer: 7 })).rejects.toMatchObject({ code: "layer-range" });
    const { logits, mlpPost } = await engine.forward({ ids, positions: [4] });
    expect([logits.length, mlpPost.length]).toEqual([182, 8 * 128]);
  });
});

describe("a damaged model folder", () => {
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), "damaged-"));
    await cp(folder, copy, { recursive: true });
  });
  afterAll(() => rm(copy, { recursive: true }));

  it("wrong weights are not used", async () => {
    const file = join(copy, "weights/layer-0.0.bin");
    const bytes = await readFile(file);
    bytes[100]! ^= 1;
    await writeFile(file, bytes);
    await expect(createNodeEngine(copy).load(manifestUrl(copy), { device: "wasm" })).rejects.toMatchObject({
      code: "file-corrupt",
    });
    await writeFile(file, readFileSync(join(folder, "weights/layer-0.0.bin")));
  });

  it("a processor that computes something else fails the self-test", async () => {
    const path = join(copy, "manifest.json");
    const manifest = JSON.parse(await readFile(path, "utf8")) as Manifest;
    manifest.selfTest.at(-1)!.top[0]!.logit +=
      0.01 * Math.max(1, Math.abs(manifest.selfTest.at(-1)!.top[0]!.logit));
    await writeFile(path, JSON.stringify(manifest));
    await expect(createNodeEngine(copy).load(manifestUrl(copy))).rejects.toMatchObject({ code: "self-test" });
  });
});
