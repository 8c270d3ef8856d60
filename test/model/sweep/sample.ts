// A made-up result of a sweep, for what reads and writes results; its numbers mean nothing.

import type { SweepRecord, SweepResult } from "../../../src/model/sweep/index.ts";

/** effects of neurons 0, 1, 2 … of layers 9 and 10 on the probability of "these" */
export function sampleResult(
  changes: Partial<SweepResult["sweep"]> = {},
  effects = [-0.375, 0.125, 0],
): SweepResult {
  const layers = [9, 10];
  const records = layers.flatMap((layer) =>
    effects.map((effect, neuron): SweepRecord => {
      const scaled = layer === 9 ? effect : effect / 8;
      const values = {
        layer,
        neuron,
        activation: Math.fround(neuron - 0.17),
        before: 0.5,
        after: 0.5 + scaled,
      };
      return {
        ...values,
        effect: scaled,
        exact: true,
        method: "exact",
        kl: 1e-7 * neuron,
        rankBefore: 1,
        rankAfter: 2,
      };
    }),
  );
  const tokens = "[CLS] Raymond is selling [MASK] sketches . [SEP]"
    .split(" ")
    .map((text, id) => ({ id, text }));
  return {
    sweep: {
      sentence: "Raymond is selling [MASK] sketches.",
      tokens,
      position: 4,
      positions: [4],
      layers,
      neurons: effects.map((_, neuron) => neuron),
      operation: { kind: "suppress" },
      metric: { kind: "probability", word: { id: 8, text: "these" } },
      method: "exact",
      steps: 20,
      ...changes,
    },
    records,
    total: records.length,
    provenance: {
      model: "minibert-blimp",
      repo: "",
      revision: "sha256:31c0ffc4e8d9",
      encoding: "fp16",
      device: "CPU (WebAssembly)",
      runtime: "onnxruntime-web 1.30.0",
    },
  };
}
