// What the sweeps by gradients share: turns that outlive a lost GPU, and records.

import { EngineError, type Sweep, type SweepRecord } from "../../model/index.ts";
import type { Turn } from "../run/runs.ts";

/** GPUs that may be lost one after the other, without anything computed in between */
const mostLosses = 3;

/** Turns that are taken again when the GPU is lost: nothing that a step needs lies on it. */
export function steady(turn: Turn): Turn {
  return async (task) => {
    for (let losses = 1; ; losses++)
      try {
        return await turn(task);
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== "gpu-lost" || losses >= mostLosses) throw error;
      }
  };
}

export const idsOf = ({ tokens }: Sweep): number[] => tokens.map(({ id }) => id);

/** A record of an estimate. */
export function estimated(
  { method }: Sweep,
  known: Pick<SweepRecord, "layer" | "neuron" | "activation" | "before" | "effect">,
): SweepRecord {
  return { ...known, after: known.before + known.effect, exact: false, method };
}
