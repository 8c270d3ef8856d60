// The course's experiment: what the page and the commands show when they are not told otherwise.

import type { ExperimentSpec } from "./types.ts";

export const tutorial: ExperimentSpec = {
  sentence: "Raymond is selling [MASK] sketches.",
  layer: 9,
  neuron: 1094,
  hook: { kind: "suppress" },
  candidates: ["this", "that", "these", "those", "the", "some"],
};
