// What each method of sweeping is, for whoever shows it: page, Python and terminal.

import type { SweepMethod } from "./types.ts";

export interface MethodDescription {
  name: SweepMethod;
  /** for a menu or a column */
  label: string;
  /** one plain sentence: what it computes, and where that differs from the exact effect */
  sentence: string;
}

export const sweepMethods: readonly MethodDescription[] = [
  {
    name: "exact",
    label: "Exact",
    sentence:
      "The model is run once for each neuron with that neuron changed, so the effect is measured, not estimated.",
  },
  {
    name: "gradient",
    label: "Gradient",
    sentence:
      "One pass back through the model tells how steeply the metric rises or falls with each neuron; that slope times the change of the activation estimates the effect, which it misses as far as the metric bends on the way.",
  },
  {
    name: "ig-neuron",
    label: "Integrated gradients, own path",
    sentence:
      "The slope is averaged over points of the way from the changed activation to the untouched one, while all other neurons stay as they are; with more points this comes as near to the exact effect as one likes.",
  },
  {
    name: "ig-layer",
    label: "Integrated gradients, joint path",
    sentence:
      "All neurons of a layer move together from the changed activations to the untouched ones, and what that does is shared out among them by their average slopes (Dai et al. 2022); a neuron's share is not what changing it alone does, and can rank neurons otherwise.",
  },
];

/** What a method is. */
export const describeMethod = (name: SweepMethod): MethodDescription =>
  sweepMethods.find((each) => each.name === name)!;
