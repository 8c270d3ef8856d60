// From what a person wrote to a complete experiment, and from logits to the table. Pure functions: past toExperiment
// nobody asks whether a field is there.

import {
  type Candidate,
  type Comparison,
  cutLayers,
  EngineError,
  type Experiment,
  type ExperimentSpec,
  editsOf,
  exp,
  type Manifest,
  mostEdits,
  type NeuronEdit,
  operations,
  type Token,
  withOwnMask,
} from "../../model/index.ts";
import type { Place, Tokenizer } from "../../model/tokenizer/index.ts";
import type { Edit } from "../types.ts";

/**
 * Check a spec against a model and fill in what it leaves open.
 * @throws EngineError naming what is wrong: no-mask, several-masks, mask-range, too-long, edit-count, layer-range,
 *   neuron-range, hook-value, no-candidates, candidate-pieces, candidate-unknown
 */
export function toExperiment(spec: ExperimentSpec, manifest: Manifest, tokenizer: Tokenizer): Experiment {
  const sentence = withOwnMask(spec.sentence, tokenizer.special.mask.text);
  const tokens = tokenizer.encode(sentence);
  const edits = editsOf(spec);
  checkEdits(edits, manifest);
  checkLength(tokens, manifest);
  const position = findMask(tokens, spec.mask, tokenizer);
  const candidates = findCandidates(spec.candidates, tokenizer, placeOf(sentence, position, tokenizer));
  return { sentence, tokens, position, edits, candidates };
}

/**
 * Check a forward pass on token ids against a model.
 * @throws EngineError layer-range, neuron-range, too-long, position-range, token-range, hook-value
 */
export function checkForward(
  ids: readonly number[],
  layer: number,
  edits: readonly Edit[],
  positions: readonly number[],
  manifest: Manifest,
): void {
  checkIds(ids, manifest);
  const outside = [...positions, ...edits.map(({ position }) => position)].find(
    (position) => !(position in ids),
  );
  if (outside !== undefined)
    throw new EngineError(
      "position-range",
      `There is no position ${outside} in an input of ${ids.length} tokens.`,
      `Choose positions from 0 to ${ids.length - 1}.`,
    );
  checkLayer(layer, manifest);
  for (const { neuron, hook } of edits) {
    checkNeuron(layer, neuron, manifest);
    operations.checkHook(hook);
  }
}

/**
 * Check a sentence's token ids against a model.
 * @throws EngineError too-long, token-range
 */
export function checkIds(ids: readonly number[], manifest: Manifest): void {
  checkLength(ids, manifest);
  const { vocabulary } = manifest.model;
  const strange = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (strange === undefined && ids.length > 0) return;
  throw new EngineError(
    "token-range",
    strange === undefined ? "There are no tokens to run." : `${manifest.name} has no token ${strange}.`,
    `Give token ids from 0 to ${vocabulary - 1}.`,
  );
}

/** The position of the mask that is asked about: the only one, or the one that `mask` counts to. */
export function findMask(tokens: readonly Token[], mask: number | undefined, tokenizer: Tokenizer): number {
  const name = tokenizer.special.mask.text;
  const masks = tokens.flatMap((token, position) =>
    token.id === tokenizer.special.mask.id ? [position] : [],
  );
  if (masks.length === 0)
    throw new EngineError(
      "no-mask",
      `The sentence has no ${name}.`,
      `Write ${name}, exactly so, where the model is to predict a word.`,
    );
  if (mask === undefined && masks.length > 1)
    throw new EngineError(
      "several-masks",
      `The sentence has ${masks.length} ${name}s, so it is not clear which one is asked about.`,
      "Choose one of them, counting from the left.",
    );
  const position = masks[mask ?? 0];
  if (position === undefined)
    throw new EngineError(
      "mask-range",
      `There is no ${name} number ${(mask ?? 0) + 1}: the sentence has ${masks.length}.`,
      `Choose a ${name} from 1 to ${masks.length}.`,
    );
  return position;
}

/** Each edit by itself; of several, an error says which one it is about. */
function checkEdits(edits: readonly NeuronEdit[], manifest: Manifest): void {
  if (edits.length > mostEdits)
    throw new EngineError(
      "edit-count",
      `The experiment has ${edits.length} edits, and takes at most ${mostEdits}.`,
      "Leave some out, or write a hook in Python.",
    );
  for (const [i, { layer, neuron, hook }] of edits.entries()) {
    try {
      checkLayer(layer, manifest);
      checkNeuron(layer, neuron, manifest);
      operations.checkHook(hook);
    } catch (error) {
      if (!(error instanceof EngineError) || edits.length === 1) throw error;
      throw new EngineError(error.code, `Edit ${i + 1}: ${error.message}`, error.hint);
    }
  }
}

export function checkLayer(layer: number, manifest: Manifest): void {
  const { layers } = manifest.model;
  const cuts = cutLayers(manifest);
  if (!cuts.includes(layer)) {
    const exists = Number.isInteger(layer) && layer >= 0 && layer < layers;
    throw new EngineError(
      "layer-range",
      exists
        ? `${manifest.name} was exported without a cut at layer ${layer}.`
        : `${manifest.name} has no layer ${layer}: its ${layers} layers are numbered 0 to ${layers - 1}.`,
      exists
        ? `Use one of the layers ${cuts.join(", ")}, or export it again with all layers.`
        : `Choose a layer from 0 to ${layers - 1}.`,
    );
  }
}

export function checkNeuron(layer: number, neuron: number, manifest: Manifest): void {
  const { dMlp } = manifest.model;
  if (!Number.isInteger(neuron) || neuron < 0 || neuron >= dMlp)
    throw new EngineError(
      "neuron-range",
      `Layer ${layer} has no neuron ${neuron}: its ${dMlp} neurons are numbered 0 to ${dMlp - 1}.`,
      `Choose a neuron from 0 to ${dMlp - 1}.`,
    );
}

export function checkLength(tokens: readonly unknown[], manifest: Manifest): void {
  const { positions } = manifest.model;
  if (tokens.length > positions)
    throw new EngineError(
      "too-long",
      `The sentence is ${tokens.length} tokens long; ${manifest.name} reads at most ${positions}.`,
      "Shorten the sentence.",
    );
}

/**
 * What stands before a position of a sentence. A mask may have taken the white space before it with it.
 * @param position counted in the tokens that the tokenizer encodes the sentence as
 */
export function placeOf(sentence: string, position: number, tokenizer: Tokenizer): Place {
  // the first token is the special one
  const { start = -1 } = tokenizer.spans(sentence)[position - 1] ?? {};
  const characters = Array.from(sentence);
  const isSpace = (place: number) => /\s/.test(characters[place] ?? "");
  if (start === 0 && !isSpace(0)) return "start";
  return start < 0 || isSpace(start) || isSpace(start - 1) ? "space" : "joined";
}

/**
 * The words as tokens.
 * @param place what stands before the mask, for vocabularies that know one word by two tokens
 * @throws EngineError no-candidates, candidate-pieces, candidate-unknown
 */
export function findCandidates(words: readonly string[], tokenizer: Tokenizer, place: Place): Candidate[] {
  const wanted = [...new Set(words.map((word) => word.trim()).filter(Boolean))];
  if (wanted.length === 0)
    throw new EngineError(
      "no-candidates",
      "There is no word to compare.",
      "Name at least one word, such as this or these.",
    );
  return wanted.map((word) => {
    const pieces = tokenizer.pieces(word, place);
    const [token] = pieces;
    if (pieces.length !== 1 || !token)
      throw new EngineError(
        "candidate-pieces",
        `"${word}" is ${pieces.length} tokens for this model (${pieces.map((piece) => piece.text).join(" ")}), and ${tokenizer.special.mask.text} stands for one.`,
        "Choose a word that is a single token.",
      );
    if (token.id === tokenizer.special.unk.id)
      throw new EngineError(
        "candidate-unknown",
        `"${word}" is not in this model's vocabulary.`,
        "Choose a word the model knows; capitals may matter.",
      );
    return { id: token.id, text: word, ...(token.text !== word && { piece: token.text }) };
  });
}

/**
 * Probabilities of the given ids: softmax over the whole vocabulary, in float64.
 * @param logits [V]
 */
export function softmaxAt(logits: Float32Array, ids: readonly number[]): number[] {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += exp(logit - max);
  return ids.map((id) => exp(logits[id]! - max) / sum);
}

/**
 * The table's rows; delta is (after - before) / before, as the course computes it.
 * @param before logits at [MASK], [V]
 * @param after the same with the edits, [V]
 */
export function compare(
  candidates: readonly Candidate[],
  before: Float32Array,
  after: Float32Array,
): Comparison[] {
  const ids = candidates.map(({ id }) => id);
  const p = softmaxAt(before, ids);
  const q = softmaxAt(after, ids);
  return candidates.map(({ id, text, piece }, i) => ({
    word: text,
    id,
    ...(piece !== undefined && { piece }),
    before: p[i]!,
    after: q[i]!,
    delta: (q[i]! - p[i]!) / p[i]!,
  }));
}
