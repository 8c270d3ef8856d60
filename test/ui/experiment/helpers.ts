// A model, a result and an engine's answers as plain data, for tests of what the page makes of them.

import type { Device, ExperimentResult, ModelInfo, ModelState } from "../../../src/engine/index.ts";
import { type ExperimentSpec, editsOf, tutorial } from "../../../src/model/index.ts";
import type { ModelEntry } from "../../../src/ui/experiment/models.ts";
import { toFields } from "../../../src/ui/experiment/spec.ts";

export const gpu: Device = { kind: "webgpu", name: "google swiftshader", software: true, reason: "" };

export const entry: ModelEntry = {
  name: "tiny",
  title: "Tiny",
  manifest: "https://x.test/models/tiny/manifest.json",
  repo: "here",
  licence: "MIT",
  bytes: 100,
  layers: 12,
  dMlp: 1152,
  mask: "[MASK]",
  version: "0".repeat(64),
  practice: true,
};

/** an empty IndexedDB with a gigabyte left */
export const price: ModelState = {
  bytes: 100,
  kept: 0,
  store: "indexeddb",
  outdated: false,
  free: 1e9,
};

export const info: ModelInfo = {
  name: "tiny",
  title: "Tiny",
  repo: "here",
  revision: "0123456789",
  licence: "MIT",
  encoding: "fp32",
  layers: 12,
  dModel: 96,
  dMlp: 1152,
  positions: 64,
  vocabulary: 100,
  mask: "[MASK]",
  cuts: [9],
  defaultLayer: 9,
  device: gpu,
  store: "indexeddb",
  repaired: 0,
};

/** [word, before, after] per row */
export type Row = [string, number, number];

export function resultOf(rows: Row[], spec: ExperimentSpec = tutorial): ExperimentResult {
  const texts = ["[CLS]", ...spec.sentence.split(/(\[MASK\])|\s+/).filter(Boolean), "[SEP]"];
  const tokens = texts.map((text) => ({ id: texts.indexOf(text), text }));
  const masks = tokens.flatMap(({ text }, i) => (text === "[MASK]" ? [i] : []));
  return {
    experiment: {
      sentence: spec.sentence,
      tokens,
      position: masks[toFields(spec).mask]!,
      edits: editsOf(spec),
      candidates: spec.candidates.map((text, id) => ({ id, text })),
    },
    likeliest: { before: [], after: [] },
    rows: rows.map(([word, before, after], id) => ({
      word,
      id,
      before,
      after,
      delta: (after - before) / before,
    })),
    activations: editsOf(spec).map((_, i) => ({ before: i + 1, after: i })),
    provenance: {
      model: "tiny",
      repo: "here",
      revision: "0123456789",
      encoding: "fp32",
      device: gpu,
      runtime: "onnxruntime-web",
      timing: { tokenize: 0, open: 0, pre: 1, before: 1, after: 1, total: 3 },
      at: "2026-01-01T00:00:00.000Z",
    },
  };
}
