// What a sweep's form has to know of the model.

import type { Limits } from "../experiment/spec.ts";

export interface SweepLimits extends Limits {
  /** layers whose neurons can be reached, ascending */
  cuts: readonly number[];
}

/** Of an open model, or of one that is only listed: then all its layers. */
export function toSweepLimits(of: Limits & { cuts?: readonly number[] }): SweepLimits {
  return { ...of, cuts: of.cuts ?? Array.from({ length: of.layers }, (_, layer) => layer) };
}
