// The course's experiment: what the page and the commands show when they are not told otherwise.

import type { ExperimentSpec } from "./types.ts";

/** The course's sentence for a model that calls its mask so. */
export const tutorialSentence = (mask: string): string => `Raymond is selling ${mask} sketches.`;

/** A sentence whose gap is called [MASK], as most models call it, for a model that calls its mask otherwise; any other as it is. */
export const withOwnMask = (sentence: string, mask: string): string =>
  sentence.includes(mask) ? sentence : sentence.replaceAll("[MASK]", () => mask);

export const tutorial: ExperimentSpec = {
  sentence: tutorialSentence("[MASK]"),
  layer: 9,
  neuron: 1094,
  hook: { kind: "suppress" },
  candidates: ["this", "that", "these", "those", "the", "some"],
};
