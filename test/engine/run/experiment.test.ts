// A run in Node from sentence to table, and every refusal by its code.

import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Engine, Progress } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { ExperimentSpec, Manifest } from "../../../src/model/index.ts";

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
    expect(result.experiment).toMatchObject({
      position: 4,
      edits: [{ layer: 1, neuron: 5, hook: { kind: "suppress" } }],
    });
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
    const { rows, activations } = await engine.run({ ...spec, hook: { kind: "scale", factor: 1 } });
    expect(activations).toHaveLength(1);
    expect(activations[0]!.after).toBe(activations[0]!.before);
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

  describe("with several edits", () => {
    const numbers = async (part: Partial<ExperimentSpec>) => (await engine.run({ ...spec, ...part })).rows;

    it("those of one neuron compose in order", async () => {
      const set = (value: number) => ({ layer: 1, neuron: 5, hook: { kind: "set", value } }) as const;
      const half = { layer: 1, neuron: 5, hook: { kind: "scale", factor: 0.5 } } as const;
      const both = await engine.run({ ...spec, ...set(3), more: [half] });
      expect(both.rows).toEqual(await numbers(set(1.5)));
      expect(both.activations[1]).toEqual({ before: 3, after: 1.5 });
      expect(await numbers({ ...half, more: [set(3)] })).toEqual(await numbers(set(3)));
    });

    it("edits that change nothing leave every number as it was, and layers may come in any order", async () => {
      const more = [0, 2].map((layer) => ({ layer, neuron: 7, hook: { kind: "scale", factor: 1 } as const }));
      expect(await numbers({ more })).toEqual(await numbers({}));
      const [a, b] = [
        { layer: 0, neuron: 3, hook: { kind: "set", value: 4 } as const },
        { layer: 2, neuron: 9, hook: { kind: "suppress" } as const },
      ];
      const straight = await engine.run({ ...spec, ...a, more: [b] });
      const turned = await engine.run({ ...spec, ...b, more: [a] });
      expect(turned.rows).toEqual(straight.rows);
      expect(turned.activations).toEqual(straight.activations.toReversed());
      expect(straight.rows).not.toEqual(await numbers(a));
    });

    it("the way to the first layer is not run again, and nothing is left for the next run", async () => {
      const clean = await numbers({});
      const more = [{ layer: 2, neuron: 9, hook: { kind: "set", value: 50 } as const }];
      const changed = await engine.run({ ...spec, more });
      expect(changed.provenance.timing).toMatchObject({ pre: 0, before: 0 });
      expect(changed.rows).not.toEqual(clean);
      expect(await numbers({})).toEqual(clean);
    });

    it("takes 64 of them, of one layer and of all, and refuses one more", async () => {
      const edits = (count: number, layers: number) =>
        Array.from({ length: count }, (_, i) => ({ layer: i % layers, neuron: i }));
      for (const layers of [1, 3]) {
        const { activations } = await engine.run({
          ...spec,
          ...edits(1, layers)[0]!,
          more: edits(64, layers).slice(1),
        });
        expect(activations.map(({ after }) => after)).toEqual(Array(64).fill(0));
      }
      await expect(engine.run({ ...spec, more: edits(64, 3) })).rejects.toMatchObject({
        code: "edit-count",
        message: "The experiment has 65 edits, and takes at most 64.",
      });
    });

    it.each<[string, NonNullable<ExperimentSpec["more"]>[number], string]>([
      [
        "layer-range",
        { layer: 3, neuron: 5 },
        "Edit 2: legacy has no layer 3: its 3 layers are numbered 0 to 2.",
      ],
      ["neuron-range", { layer: 2, neuron: 128 }, "Edit 2: Layer 2 has no neuron 128: its 128 neurons are"],
      ["hook-value", { layer: 0, neuron: 1, hook: { kind: "set", value: Number.NaN } }, "Edit 2: NaN cannot"],
    ])("%s is refused, and which edit it is", async (code, edit, says) => {
      const error = await engine.run({ ...spec, more: [edit] }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    });
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
    // on WASM the shortest run is repeated
    const [{ top }] = manifest.selfTest.toSorted((a, b) => a.inputIds.length - b.inputIds.length) as [
      Manifest["selfTest"][number],
    ];
    top[0]!.logit += 0.01 * Math.max(1, Math.abs(top[0]!.logit));
    await writeFile(path, JSON.stringify(manifest));
    await expect(createNodeEngine(copy).load(manifestUrl(copy))).rejects.toMatchObject({ code: "self-test" });
  });
});
