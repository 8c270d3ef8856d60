// Which neurons several prompts have in common: the search of Dai et al. 2022, "Knowledge Neurons in Pretrained
// Transformers" (section 3.3 and the settings of section 4), for scores of any method. Pure.

import { EngineError } from "../errors.ts";
import type { SweepRow } from "./rows.ts";
import type { SweepMethod } from "./types.ts";

/** what one neuron adds to the metric: what is lost when it is suppressed */
export interface NeuronScore {
  layer: number;
  neuron: number;
  score: number;
}

/** the scores of one prompt, of the same neurons for every prompt */
export interface ScoreTable {
  prompt: string;
  method: SweepMethod;
  scores: readonly NeuronScore[];
}

export interface SearchOptions {
  /** a prompt keeps neurons that score at least this share of its largest score; per cent, default 20 */
  threshold?: number | undefined;
  /** a neuron remains when at least this share of the prompts keep it; per cent, default 70 */
  share?: number | undefined;
  /** by how much that share moves; per cent, default 5 */
  step?: number | undefined;
  /** how many neurons shall remain; default 2 to 5 */
  fewest?: number | undefined;
  most?: number | undefined;
}

export interface FoundNeuron {
  layer: number;
  neuron: number;
  /** how many prompts keep it */
  prompts: number;
  /** mean score over all prompts */
  score: number;
}

export interface SearchResult {
  method: SweepMethod;
  /** how many there were */
  prompts: number;
  /** kept by the most prompts first, then the highest scores, then by layer and neuron */
  neurons: FoundNeuron[];
  /** the last share that was tried, per cent */
  share: number;
  /** how many neurons remained at each share that was tried, in order */
  tried: { share: number; count: number }[];
  /** whether as many remain as were asked for */
  found: boolean;
  /** the outcome in a sentence */
  sentence: string;
}

/**
 * What neurons add to the metric, by what became of it when each was suppressed, or by an estimate of that.
 * @param rows of one sweep
 * @throws EngineError "search" for another operation, and for no rows
 */
export function scoresOf(rows: readonly SweepRow[]): ScoreTable {
  const [first] = rows;
  if (!first) throw refused("A sweep has no rows to search.", "Sweep at least one neuron.");
  if (first.operation !== "suppress")
    throw refused(
      `A search goes by what is lost without a neuron, and the operation here is ${first.operation}.`,
      "Sweep with suppress.",
    );
  const scores = rows.map(({ layer, neuron, effect }) => ({ layer, neuron, score: 0 - effect }));
  return { prompt: first.sentence, method: first.method, scores };
}

/**
 * Neurons that score at least `threshold` of the best in at least `share` of the prompts; the share is moved, upwards while
 * too many remain and downwards while too few, until `fewest` to `most` do, or no share is left, or the count has jumped over them.
 * @throws EngineError "search" when there are no tables, or when they are not of the same neurons and method
 */
export function searchNeurons(tables: readonly ScoreTable[], options: SearchOptions = {}): SearchResult {
  const { threshold = 20, share: start = 70, step = 5, fewest = 2, most = 5 } = options;
  checkOptions({ threshold, share: start, step }, fewest, most);
  checkTables(tables);
  const kept = countKept(tables, threshold);
  // in whole numbers: 0.55 * 20 is more than 11
  const remaining = (share: number) => kept.filter(({ prompts }) => prompts * 100 >= share * tables.length);
  const tried: SearchResult["tried"] = [];
  let neurons: FoundNeuron[] = [];
  let direction = 0;
  for (let share = start; share > 0 && share <= 100; share += direction * step) {
    neurons = remaining(share);
    tried.push({ share, count: neurons.length });
    const wanted = neurons.length > most ? 1 : neurons.length < fewest ? -1 : 0;
    if (wanted === 0 || wanted === -direction) break;
    direction = wanted;
  }
  const { share } = tried.at(-1)!;
  const found = neurons.length >= fewest && neurons.length <= most;
  const { method } = tables[0]!;
  const outcome = { tried, fewest, most, found, prompts: tables.length };
  return { method, prompts: tables.length, neurons, share, tried, found, sentence: sentenceOf(outcome) };
}

/** Neurons that at least one prompt keeps, in the order of {@link SearchResult}. */
function countKept(tables: readonly ScoreTable[], threshold: number): FoundNeuron[] {
  const neurons = tables[0]!.scores.map(({ layer, neuron }) => ({ layer, neuron, prompts: 0, score: 0 }));
  for (const { scores } of tables) {
    const largest = scores.reduce((most, { score }) => Math.max(most, score), 0);
    for (const [i, { score }] of scores.entries()) {
      neurons[i]!.score += score / tables.length;
      // a prompt that no neuron adds anything to keeps none
      if (score > 0 && score * 100 >= threshold * largest) neurons[i]!.prompts++;
    }
  }
  return neurons
    .filter(({ prompts }) => prompts > 0)
    .sort((a, b) => b.prompts - a.prompts || b.score - a.score || a.layer - b.layer || a.neuron - b.neuron);
}

function sentenceOf({
  tried,
  fewest,
  most,
  found,
  prompts,
}: Pick<SearchResult, "tried" | "found" | "prompts"> & { fewest: number; most: number }): string {
  const { share, count } = tried.at(-1)!;
  const neurons = (count: number) => `${count} neuron${count === 1 ? "" : "s"}`;
  if (found) return `${neurons(count)} shared by at least ${share} % of ${prompts} prompts.`;
  const before = tried.at(-2);
  const asked = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  return `No share of the ${prompts} prompts leaves ${asked} neurons: ${neurons(count)} at ${share} %${before ? `, ${before.count} at ${before.share} %` : ""}.`;
}

function checkOptions(shares: Record<string, number>, fewest: number, most: number): void {
  for (const [name, value] of Object.entries(shares))
    if (!(value > 0 && value <= 100))
      throw refused(`The search's ${name} is ${value} %.`, "Give more than 0 and at most 100 per cent.");
  if (!(Number.isInteger(fewest) && Number.isInteger(most) && fewest >= 1 && most >= fewest))
    throw refused(
      `A search cannot end with ${fewest} to ${most} neurons.`,
      "Give whole numbers from 1 on, the smaller one first.",
    );
}

function checkTables(tables: readonly ScoreTable[]): void {
  const [first] = tables;
  if (!first) throw refused("There is no prompt to search.", "Give at least one sentence.");
  for (const { prompt, method, scores } of tables) {
    if (method !== first.method)
      throw refused(
        `The scores of "${prompt}" are by ${method}, those of "${first.prompt}" by ${first.method}.`,
        "Compare scores of one method.",
      );
    const differs =
      scores.length !== first.scores.length ||
      scores.some(
        ({ layer, neuron }, i) => layer !== first.scores[i]!.layer || neuron !== first.scores[i]!.neuron,
      );
    if (differs)
      throw refused(
        `"${prompt}" has scores of other neurons than "${first.prompt}".`,
        "Sweep the same neurons for every prompt.",
      );
    const strange = scores.find(({ score }) => !Number.isFinite(score));
    if (strange)
      throw refused(
        `Neuron ${strange.neuron} of layer ${strange.layer} has no finite score for "${prompt}".`,
        "Choose a metric that is defined there, such as a probability.",
      );
  }
}

function refused(message: string, hint: string): EngineError {
  return new EngineError("search", message, hint);
}
