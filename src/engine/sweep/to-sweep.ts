// From what a person wrote to a complete sweep.

import {
  cutLayers,
  EngineError,
  type Manifest,
  type Metric,
  operations,
  type Sweep,
  type SweepMethod,
  type SweepOperation,
  type SweepSpec,
  type Token,
  withOwnMask,
} from "../../model/index.ts";
import type { Place, Tokenizer } from "../../model/tokenizer/index.ts";
import {
  checkIds,
  checkLayer,
  checkLength,
  checkNeuron,
  findCandidates,
  findMask,
  placeOf,
} from "../run/experiment.ts";

/** points on the path of integrated gradients, as the paper has them */
const defaultSteps = 20;
/** more than that no integral needs */
const mostSteps = 1000;

/**
 * Check a spec against a model and fill in what it leaves open.
 * @param methods those that there are
 * @throws EngineError sweep-words, sweep-neurons, sweep-positions, sweep-metric, sweep-method, edit-values, hook-value,
 *   position-range, layer-range, neuron-range, too-long, no-mask, several-masks, mask-range, candidate-pieces,
 *   candidate-unknown
 */
export function toSweep(
  spec: SweepSpec,
  manifest: Manifest,
  tokenizer: Tokenizer,
  methods: readonly SweepMethod[],
): Sweep {
  const { operation = { kind: "suppress" }, method = "exact", steps = defaultSteps } = spec;
  const sentence = spec.ids ? spec.sentence : withOwnMask(spec.sentence, tokenizer.special.mask.text);
  if (!methods.includes(method))
    throw new EngineError(
      "sweep-method",
      `There is no sweep by the method ${method}.`,
      `Choose ${methods.join(" or ")}.`,
    );
  const tokens = findTokens({ ...spec, sentence }, manifest, tokenizer);
  const position = findPosition(spec, tokens, tokenizer);
  const positions = findPositions(spec.positions ?? [position], tokens);
  const layers = ascending(spec.layers ?? cutLayers(manifest), "layer");
  for (const layer of layers) checkLayer(layer, manifest);
  const { dMlp } = manifest.model;
  const neurons = ascending(spec.neurons ?? Array.from({ length: dMlp }, (_, neuron) => neuron), "neuron");
  for (const neuron of neurons) checkNeuron(layers[0]!, neuron, manifest);
  checkOperation(operation, layers, dMlp);
  if (!Number.isInteger(steps) || steps < 1 || steps > mostSteps)
    throw new EngineError(
      "sweep-method",
      `A path cannot have ${steps} points.`,
      `Choose a whole number from 1 to ${mostSteps}; the paper has ${defaultSteps}.`,
    );
  // of ids nobody knows what was written between the words
  const place = spec.ids ? "space" : placeOf(sentence, position, tokenizer);
  const metric = toMetric(spec.metric, tokenizer, place);
  return { sentence, tokens, position, positions, layers, neurons, operation, metric, method, steps };
}

function findTokens({ sentence, ids }: SweepSpec, manifest: Manifest, tokenizer: Tokenizer): Token[] {
  if (!ids) {
    const tokens = tokenizer.encode(sentence);
    checkLength(tokens, manifest);
    return tokens;
  }
  checkIds(ids, manifest);
  return ids.map((id) => ({ id, text: tokenizer.vocabulary[id] ?? "" }));
}

/** The token at which the metric is measured: the one that is named, else the mask. */
function findPosition({ position, mask }: SweepSpec, tokens: readonly Token[], tokenizer: Tokenizer): number {
  if (position === undefined) return findMask(tokens, mask, tokenizer);
  if (mask !== undefined)
    throw new EngineError(
      "sweep-positions",
      `The sweep is told to measure at position ${position} and at a mask.`,
      "Name one of them.",
    );
  checkPosition(position, tokens);
  return position;
}

function checkPosition(position: number, tokens: readonly Token[]): void {
  if (position in tokens) return;
  throw new EngineError(
    "position-range",
    `There is no position ${position} in a sentence of ${tokens.length} tokens.`,
    `Choose positions from 0 to ${tokens.length - 1}.`,
  );
}

function findPositions(wanted: readonly number[], tokens: readonly Token[]): number[] {
  for (const position of wanted) checkPosition(position, tokens);
  const twice = repeated(wanted);
  if (twice !== undefined || wanted.length === 0)
    throw new EngineError(
      "sweep-positions",
      twice === undefined
        ? "The sweep has no position at which it acts."
        : `Position ${twice} is chosen twice, and the operation would act there once.`,
      "Name each position once, or none: then it acts at the mask.",
    );
  return [...wanted].sort((a, b) => a - b);
}

/** Each layer or neuron once, ascending. */
function ascending(wanted: readonly number[], what: "layer" | "neuron"): number[] {
  const twice = repeated(wanted);
  if (twice === undefined && wanted.length > 0) return [...wanted].sort((a, b) => a - b);
  throw new EngineError(
    "sweep-neurons",
    twice === undefined ? `The sweep has no ${what} in it.` : `The sweep has ${what} ${twice} in it twice.`,
    `Name each ${what} once, or none: then all are swept.`,
  );
}

const repeated = (values: readonly number[]) => values.find((value, i) => values.indexOf(value) !== i);

function checkOperation(operation: SweepOperation, layers: readonly number[], dMlp: number): void {
  if (operation.kind !== "replace") {
    operations.checkHook(operation);
    return;
  }
  const { values } = operation;
  if (layers.length > 1)
    throw new EngineError(
      "edit-values",
      `Each neuron has a value of its own, and those of one layer cannot replace those of ${layers.length}.`,
      "Sweep one layer at a time.",
    );
  if (values.length !== dMlp)
    throw new EngineError(
      "edit-values",
      `${values.length} values are given to replace the ${dMlp} neurons of a layer.`,
      `Give ${dMlp} values, one for each neuron of the layer, also when fewer are swept.`,
    );
  const strange = values.find((value) => !Number.isFinite(Math.fround(value)));
  if (strange !== undefined)
    throw new EngineError("hook-value", `${strange} cannot stand for an activation.`, "Give finite numbers.");
}

function toMetric(metric: Metric, tokenizer: Tokenizer, place: Place): Metric<Token> {
  switch (metric.kind) {
    case "probability":
    case "log-probability":
    case "rank":
      return { kind: metric.kind, word: findCandidates([metric.word], tokenizer, place)[0]! };
    case "difference":
    case "log-odds": {
      const [plus, minus] = [metric.plus, metric.minus].map((words, side) => {
        if (words.some((word) => word.trim())) return findCandidates(words, tokenizer, place);
        throw new EngineError(
          "sweep-words",
          `The contrast has no word on its ${side === 0 ? "first" : "second"} side.`,
          "Name at least one word on each side, such as these against this.",
        );
      }) as [Token[], Token[]];
      const both = plus.find(({ id }) => minus.some((other) => other.id === id));
      if (both)
        throw new EngineError(
          "sweep-words",
          `"${both.text}" is on both sides of the contrast.`,
          "Leave it on one side.",
        );
      return { kind: metric.kind, plus, minus };
    }
    case "kl":
      return { kind: "kl" };
    default:
      throw new EngineError(
        "sweep-metric",
        `There is no metric ${(metric as { kind: unknown }).kind}.`,
        "Choose probability, log-probability, rank, difference, log-odds or kl.",
      );
  }
}
