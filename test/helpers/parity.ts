// Engine against reference: the same assertions for every processor. Tolerances: 1e-4 on logits, which fp32 sums in
// another order stay ten times below; 1e-4 relative on probabilities. Where a probability is above 1e-4, delta within
// 1e-5 of after / before, and as printed to the last digit unless the reference itself depends on rounding: against
// float64, transformers, TransformerLens and this engine are all up to 4e-6 off, and a printed +512.18% has that digit.

import { expect } from "vitest";
import type { ExperimentResult, Forward, ForwardSpec } from "../../src/engine/index.ts";
import { type ExperimentSpec, format } from "../../src/model/index.ts";
import { decode, type Reference, worstRow } from "./fixtures.ts";

/** the calls of an engine that parity needs, wherever it runs */
export interface Computes {
  forward(spec: ForwardSpec): Promise<Forward>;
  run(spec: ExperimentSpec): Promise<ExperimentResult>;
  /** what one run shows at these hook points */
  activationsAt(ids: readonly number[], points: readonly string[]): Promise<Float32Array[]>;
}

const LOGIT = 1e-4;
const RELATIVE = 1e-4;

/** Check everything a reference file holds against an engine with that model open. */
export async function expectParity(engine: Computes, { model, sentences }: Reference): Promise<void> {
  for (const sentence of sentences) {
    for (const activations of sentence.mlpPost) {
      const { logits, mlpPost } = await engine.forward({ ids: sentence.ids, layer: activations.layer });
      expect(
        worstRow(logits, model.vocabulary, sentence.logits),
        `logits of "${sentence.text}"`,
      ).toBeLessThan(LOGIT);
      const label = `mlp_post ${activations.layer} of "${sentence.text}"`;
      expect(worstRow(mlpPost, model.dMlp, activations), label).toBeLessThan(LOGIT);
    }
    const points = sentence.residual.map(({ point }) => point);
    const residual = await engine.activationsAt(sentence.ids, points);
    for (const [i, expected] of sentence.residual.entries()) {
      const label = `${expected.point} of "${sentence.text}"`;
      expect(worstRow(residual[i]!, model.dModel, expected), label).toBeLessThan(LOGIT);
    }
    for (const experiment of sentence.experiments) await expectExperiment(engine, sentence, experiment);
  }
}

type Sentence = Reference["sentences"][number];

async function expectExperiment(
  engine: Computes,
  sentence: Sentence,
  { position, layer, neuron, activation, logitsAfter, candidates }: Sentence["experiments"][number],
): Promise<void> {
  const label = `layer ${layer} neuron ${neuron} at ${position} of "${sentence.text}"`;
  const result = await engine.run({
    sentence: sentence.text,
    mask: sentence.maskPositions.indexOf(position),
    layer,
    neuron,
    candidates: candidates.map(({ word }) => word),
  });
  expect(result.experiment.tokens.map(({ id }) => id)).toEqual(sentence.ids);
  const [seen] = result.activations;
  expect(Math.abs(seen!.before - activation), `activation, ${label}`).toBeLessThan(LOGIT);
  expect(seen!.after).toBe(0);
  for (const [i, expected] of candidates.entries()) {
    const row = result.rows[i]!;
    const word = `${expected.word}, ${label}`;
    expect(row.id).toBe(expected.id);
    expect(Math.abs(row.before / expected.before - 1), `before: ${word}`).toBeLessThan(RELATIVE);
    expect(Math.abs(row.after / expected.after - 1), `after: ${word}`).toBeLessThan(RELATIVE);
    if (expected.before <= 1e-4) continue;
    expect(Math.abs(row.delta - expected.delta) / (1 + expected.delta), `delta: ${word}`).toBeLessThan(1e-5);
    if (expected.steady.includes("delta"))
      expect(format.signedPercent(row.delta), `delta: ${word}`).toBe(expected.printed.delta);
  }
  if (logitsAfter) {
    const edits = [{ position, neuron, hook: { kind: "suppress" as const } }];
    const { logits } = await engine.forward({ ids: sentence.ids, layer, edits, positions: [position] });
    const after = { ...logitsAfter, rows: [0] };
    expect(worstRow(logits, decode(after).length, after), `logits after ${label}`).toBeLessThan(LOGIT);
  }
}
