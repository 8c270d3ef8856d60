import { describe, expect, test, vi } from "vitest";
import type { ExperimentResult } from "../../../src/engine/index.ts";
import { type ExperimentSpec, tutorial } from "../../../src/model/index.ts";
import { readModels } from "../../../src/ui/experiment/models.ts";
import recorded from "../../../src/ui/experiment/recorded.json" with { type: "json" };
import { sameSpec, specOf } from "../../../src/ui/experiment/spec.ts";
import {
  activationTexts,
  awaited,
  caption,
  deviceText,
  provenanceParts,
  summary,
} from "../../../src/ui/experiment/words.ts";
import { csvName, toCsv, toPython } from "../../../src/ui/kit/export.ts";
import { linearEnd, logAxis, place } from "../../../src/ui/kit/scale.ts";
import { entry, gpu, type Row, resultOf } from "./helpers.ts";

/** several edits, two of them of one neuron */
const several: ExperimentSpec = {
  ...tutorial,
  more: [
    { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } },
    { layer: 3, neuron: 7, hook: { kind: "enhance" } },
  ],
};

describe("axes", () => {
  test.each([
    [[0.41, 0.3], 0.5],
    [[0.5], 0.5],
    [[0.0329], 0.05],
    [[0.9], 1],
    [[1], 1],
    [[0.012], 0.02],
    [[0], 1],
    [[], 1],
  ])("linear over %j ends at %d", (values, end) => expect(linearEnd(values)).toBe(end));

  test.each([
    [[0.41, 0.0024], -3, 0],
    [[0.05, 0.06], -2, -1],
    [[1e-20, 0.5], -12, 0],
    [[0, 0.5], -1, 0],
    [[0.01], -3, -2],
    [[0], -2, -1],
  ])("logarithmic over %j", (values, low, high) => {
    const axis = logAxis(values);
    expect([axis.low, axis.high]).toEqual([low, high]);
    for (const value of values) expect(place(axis, value)).toBeGreaterThanOrEqual(0);
  });

  test("decades are evenly spaced and few are labelled", () => {
    const axis = logAxis([1e-9, 1]);
    expect(place(axis, 1e-9)).toBeCloseTo(0, 12);
    expect(place(axis, 1e-6)).toBeCloseTo(1 / 3, 12);
    expect(place(axis, 1)).toBe(1);
    expect(place(axis, 0)).toBe(0);
    expect(axis.labels.length).toBeLessThanOrEqual(5);
  });
});

describe("sentences", () => {
  test.each<[Row[], string]>([
    [
      [
        ["this", 0.001, 0.004],
        ["these", 0.0329, 0.0138],
        ["those", 0.007, 0.0025],
      ],
      "“these” fell from 3.29 % to 1.38 %; “this” rose from 0.100 % to 0.400 %.",
    ],
    [[["these", 0.5, 0.25]], "“these” fell from 50.0 % to 25.0 %."],
    [[["these", 0.5, 0.50000001]], "Hardly anything changes: even “these” stays at 50.0 %."],
    [
      [
        ["these", 0.5, 0.498],
        ["this", 0.001, 0.001001],
      ],
      "Hardly anything changes: at most, “these” goes from 50.0 % to 49.8 %.",
    ],
    [
      [
        ["this", 0.002, 0.26],
        ["these", 0.5, 0.49],
      ],
      "“these” fell from 50.0 % to 49.0 %; “this” rose from 0.200 % to 26.0 %, 130 times as likely.",
    ],
    [[["these", 0.5, 0.5]], "No probability changed."],
    [[], "No probability changed."],
  ])("summary %#", (rows, text) => expect(summary(resultOf(rows).rows).replaceAll("\u202f", " ")).toBe(text));

  test("caption and device", () => {
    expect(caption(resultOf([]).experiment)).toBe(
      "Probability of each word at [MASK] in “Raymond is selling [MASK] sketches.”, before and after neuron 1094 of layer 9 is set to zero",
    );
    expect(caption(resultOf([], several).experiment)).toContain(
      "before and after neuron 1094 of layer 9 is set to zero, neuron 7 of layer 3 is set to 2.5 and neuron 7 of layer 3 is doubled",
    );
    expect(awaited(several)).toBe(
      "No result yet for “Raymond is selling [MASK] sketches.”, neuron 1094 of layer 9 set to zero, neuron 7 of layer 3 set to 2.5 and neuron 7 of layer 3 doubled.",
    );
    expect(activationTexts(resultOf([]))).toEqual(["1.000 before, 0 after"]);
    expect(activationTexts(resultOf([], several))[1]).toBe(
      "neuron 7 of layer 3, set to 2.5: 2.000 before, 1.000 after",
    );
    const { provenance, experiment } = resultOf([], several);
    expect(provenanceParts(provenance, experiment.edits).at(-1)).toBe(
      "edits 9.1094, 3.7:set:2.5, 3.7:enhance",
    );
    expect(provenanceParts(provenance)).toEqual(provenanceParts(provenance, resultOf([]).experiment.edits));
    expect(deviceText(gpu)).toBe("WebGPU on google swiftshader (software adapter)");
  });
});

describe("to take away", () => {
  test("CSV keeps every digit and quotes what needs it", () => {
    const result = resultOf([
      ["these", 0.1, 0.30000000000000004],
      ['a"b', 0.5, 0.25],
    ]);
    expect(toCsv(result)).toBe(
      'word,before,after,delta,edits\r\nthese,0.1,0.30000000000000004,2.0000000000000004,9.1094\r\n"a""b",0.5,0.25,-0.5,9.1094\r\n',
    );
  });

  test("several edits are in every row, and in the file's name", () => {
    expect(csvName(resultOf([]))).toBe("layer-9-neuron-1094.csv");
    expect(csvName(resultOf([], several))).toBe("3-edits-layers-9-3.csv");
    expect(toCsv(resultOf([["these", 0.5, 0.25]], several))).toBe(
      'word,before,after,delta,edits\r\nthese,0.5,0.25,-0.5,"9.1094,3.7:set:2.5,3.7:enhance"\r\n',
    );
  });

  test("Python for several edits has a hook in every layer", () => {
    const python = toPython(resultOf([], several));
    expect(python).toContain("layers = [9, 3]\nposition");
    expect(python).toContain(`def edit(mlp_post, hook):  # [batch, pos, d_mlp]
    if hook.layer() == 9:
        mlp_post[0, position, 1094] = 0.0
    if hook.layer() == 3:
        mlp_post[0, position, 7] = 2.5
    if hook.layer() == 3:
        mlp_post[0, position, 7] *= 2.0
    return mlp_post


hooks = [(utils.get_act_name("mlp_post", layer), edit) for layer in layers]
`);
  });

  test("Python for the course's model loads it by name", () => {
    const result = resultOf([]);
    const provenance = { ...result.provenance, repo: "google-bert/bert-base-cased" };
    const python = toPython({ ...result, provenance });
    expect(python).toContain('HookedEncoder.from_pretrained("bert-base-cased")');
    expect(python).toMatch(/^# needs transformer_lens 3\.9: /);
    expect(python).toContain('TransformerBridge.boot_transformers("google-bert/bert-base-cased")');
    expect(python).toContain('words = ["this", "that", "these", "those", "the", "some"]');
    expect(python).toContain("layer, neuron = 9, 1094");
    expect(python).toContain("mlp_post[0, position, neuron] = 0.0");
  });

  test("Python for rounded weights says first that its numbers will be others", () => {
    const result = resultOf([]);
    const provenance = { ...result.provenance, encoding: "int8", rounded: "rounded, …" } as const;
    expect(toPython({ ...result, provenance })).toMatch(
      /^# the page's weights were rounded to int8; these are not, so the numbers differ\n# needs /,
    );
  });

  test("Python for a checkpoint of a folder that is called as the course's model reads the folder", () => {
    const result = resultOf([]);
    const provenance = {
      ...result.provenance,
      model: "bert-base-cased",
      repo: "bert-base-cased",
      revision: "sha256:31c0ffc4e8d9",
    };
    const python = toPython({ ...result, provenance });
    expect(python).toContain('folder = "bert-base-cased"');
    expect(python).not.toContain("google-bert");
    expect(python).not.toContain("HookedEncoder.from_pretrained");
  });

  test("Python for another model reads a folder, and quotes are escaped", () => {
    const hook = { kind: "scale", factor: 0.5 } as const;
    const python = toPython(resultOf([], { ...tutorial, hook, sentence: 'Say "[MASK]".' }));
    expect(python).toContain('folder = "tiny"');
    expect(python).toContain('TransformerBridge.boot_transformers("tiny")');
    expect(python).toContain(String.raw`model.tokenizer("Say \"[MASK]\".", return_tensors="pt")`);
    expect(python).toContain("mlp_post[0, position, neuron] *= 0.5");
    expect(python).not.toContain("act_fn");
  });

  test("Python for a BERT with ReLU says so, for which TransformerLens does not ask", () => {
    const result = resultOf([]);
    const architecture = { family: "bert", familyTitle: "BERT", activation: "relu" } as const;
    const python = toPython({ ...result, provenance: { ...result.provenance, architecture } });
    expect(python).toContain('config.act_fn = "relu"');
    expect(python).toContain('model.mlm_head.act_fn = ACT2FN["relu"]');
  });

  test("for a family that TransformerLens does not load there is no Python", () => {
    const result = resultOf([]);
    const architecture = { family: "roberta", familyTitle: "RoBERTa", activation: "gelu" } as const;
    const python = toPython({ ...result, provenance: { ...result.provenance, architecture } });
    expect(python).toBe(
      "# TransformerLens 3.9 has no code that does the same: its HookedEncoder loads BERT alone,\n# and tiny is of another kind, RoBERTa.\n",
    );
  });
});

describe("what comes with the page", () => {
  test("the recorded result is the tutorial's, and consistent", () => {
    const { experiment, rows } = recorded as ExperimentResult;
    expect(sameSpec(specOf(experiment), tutorial)).toBe(true);
    expect(rows.map(({ word }) => word)).toEqual(tutorial.candidates);
    // deltas are computed in float64 from the printed probabilities
    for (const { before, after, delta } of rows) expect(delta).toBeCloseTo((after - before) / before, 6);
  });

  test("models are resolved against the index, practice first, nonsense skipped", () => {
    const version = "0123456789abcdef".repeat(4);
    const good = { name: "b", manifest: "b/manifest.json", bytes: 1, layers: 2, dMlp: 3, version };
    const index = { models: [good, { ...good, name: "a", practice: true }] };
    const models = readModels(index, "https://x.test/sub/models/index.json");
    expect(models.map(({ name }) => name)).toEqual(["a", "b"]);
    const manifest = "https://x.test/sub/models/b/manifest.json";
    expect(models[1]).toMatchObject({ title: "b", manifest, version });
    expect(readModels("<html>", "https://x.test/")).toEqual([]);
  });

  test.each([
    ["no name", { name: undefined }],
    ["no manifest", { manifest: 5 }],
    ["no version", { version: undefined }],
    ["a version that is no hash", { version: "2026-01-01" }],
    ["no size", { bytes: 0 }],
  ])("an entry with %s is skipped with a warning, the others stay", (_, change) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const index = { models: [{ ...entry, ...change }, entry] };
    expect(readModels(index, "https://x.test/models/index.json")).toEqual([entry]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});
