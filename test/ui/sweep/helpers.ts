// Sweeps as plain data, for tests of what the view makes of them.

import type { SweepRecord } from "../../../src/model/sweep/index.ts";
import { SweepGrid } from "../../../src/ui/sweep/sweep-grid.ts";
import type { SweepRun } from "../../../src/ui/sweep/sweep-state.ts";

export const contrast = {
  kind: "log-odds",
  plus: ["these", "those"],
  minus: ["this", "that"],
} as const;

const token = (text: string, id: number) => ({ id, text });

/** A record by its effect; exact unless `estimate`. */
export function recordOf(layer: number, neuron: number, effect: number, estimate = false): SweepRecord {
  return {
    layer,
    neuron,
    activation: neuron / 8,
    before: 4,
    after: 4 + effect,
    effect,
    exact: !estimate,
    method: estimate ? "gradient" : "exact",
  };
}

export const provenance = {
  model: "tiny",
  repo: "here",
  revision: "0123456789abcdef",
  encoding: "fp32",
  device: "CPU (WebAssembly)",
  runtime: "onnxruntime-web 1.30.0",
} as const;

/** A sweep of layers 3 and 9 and neurons 0 to 9, with these records known. */
export function runOf(records: readonly SweepRecord[], change: Partial<SweepRun> = {}): SweepRun {
  const grid = new SweepGrid(
    [3, 9],
    Array.from({ length: 10 }, (_, i) => i),
  );
  grid.add(records);
  const sentence = "Raymond is selling [MASK] sketches.";
  const operation = { kind: "suppress" } as const;
  return {
    id: 1,
    spec: { sentence, layers: [3, 9], operation, metric: contrast, method: "exact" },
    way: "exact",
    sweep: {
      sentence,
      tokens: [token("[CLS]", 0), token("[MASK]", 1), token("[SEP]", 2)],
      position: 1,
      positions: [1],
      layers: [3, 9],
      neurons: [...grid.neurons],
      operation,
      metric: { kind: "log-odds", plus: [token("these", 3)], minus: [token("this", 4)] },
      method: "exact",
      steps: 20,
    },
    provenance,
    grid,
    version: 1,
    done: records.length,
    total: grid.total,
    agreement: undefined,
    completeness: [],
    remaining: undefined,
    status: { kind: "done" },
    ...change,
  };
}
