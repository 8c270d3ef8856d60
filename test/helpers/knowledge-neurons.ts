// What make_knowledge_neurons.py found in the practice model.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./fixtures.ts";

interface KnowledgeNeurons {
  prompts: string[];
  /** whose neurons were searched */
  layers: number[];
  cases: {
    /** as a metric's text */
    metric: string;
    /** the neurons that score at least 1 % of the best for some prompt: [layer, neuron] */
    neurons: [number, number][];
    /** what the metric loses without each of them, for each prompt */
    scores: number[][];
    searches: {
      /** per cent */
      threshold: number;
      /** [share, neurons that remain] */
      tried: [number, number][];
      /** [layer, neuron, prompts that keep it, mean score] */
      found: [number, number, number, number][];
    }[];
  }[];
}

export const knowledgeNeurons = (): KnowledgeNeurons =>
  JSON.parse(readFileSync(join(root, "test/fixtures/reference/knowledge-neurons.json"), "utf8"));
