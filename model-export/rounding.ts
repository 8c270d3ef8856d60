// How far a model with rounded weights is from the unrounded one: both run on the same sentences, cut as the model is cut,
// and what they say at the mask is compared; then the tutorial's experiment. The manifest says what came out.
//
// T positions, V vocabulary.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Asked,
  compare,
  createTokenizer,
  everywhere,
  ort,
  Runtime,
  runSteps,
  softmaxAt,
  wasm,
} from "../src/engine/node.ts";
import type { Unfinished } from "../src/model/build/index.ts";
import type { Checkpoint } from "../src/model/checkpoint/index.ts";
import { elementsOf } from "../src/model/graph/index.ts";
import { type Manifest, tensorNames, tutorial, withOwnMask } from "../src/model/index.ts";
import type { Tokenizer } from "../src/model/tokenizer/index.ts";
import { largestDifference } from "./check.ts";
import { ExportError } from "./errors.ts";
import { ownPages } from "./own-pages.ts";
import { sentences } from "./sentences.ts";
import { WeightFiles } from "./weight-files.ts";

type Rounding = NonNullable<Manifest["rounding"]>;
type Runs = Parameters<typeof runSteps>;

/** elements read at a time */
const PIECE = 2 ** 20;

/**
 * Compare an exported model, in its folder, with the checkpoint it was made of.
 * @throws ExportError when a logit is no number, or the model is too short for any of the sentences
 */
export async function measureRounding(
  checkpoint: Checkpoint,
  folder: string,
  manifest: Unfinished,
): Promise<Rounding> {
  const words = createTokenizer(checkpoint.tokenizer.json, checkpoint.tokenizer.config);
  const mask = words.special.mask;
  const encoded = sentences.map((sentence) =>
    words.encode(withOwnMask(sentence, mask.text)).map(({ id }) => id),
  );
  const fitting = encoded.filter((ids) => ids.length <= manifest.model.positions);
  if (fitting.length === 0)
    throw new ExportError(
      `${manifest.name} takes ${manifest.model.positions} tokens, which is too short to measure what rounding changes.`,
      "Export it with --encoding fp32.",
    );
  const edited = fitting[0] === encoded[0] ? tutorialOf(manifest, words) : undefined;
  const inputs = edited ? [...fitting, fitting[0]!] : fitting;
  const place = (ids: readonly number[]) => ids.indexOf(mask.id);
  const { steps, tail, touch } = wayThrough(folder, manifest, edited && place(fitting[0]!), inputs);
  const asked: Asked = tail ? (_, ids) => [place(ids)] : everywhere;
  const { vocabulary } = manifest.model;
  const run = async (external: Runs[2]) => {
    const logits = await runSteps(new Runtime(ort, wasm("")), steps, external, inputs, asked, touch);
    return logits.map((rows, i) => {
      const row = tail ? 0 : place(inputs[i]!);
      return rows.slice(row * vocabulary, (row + 1) * vocabulary);
    });
  };
  const plain = new PlainShards(checkpoint, manifest);
  const exact = await run((shards) => plain.external(shards)).finally(() => plain.close());
  const weights = new WeightFiles(folder, manifest);
  const rounded = await run((shards) => weights.external(shards)).finally(() => weights.close());

  const untouched = (logits: Float32Array[]) => logits.slice(0, fitting.length);
  const [one, other] = [untouched(exact), untouched(rounded)];
  const [logit, probability] = [largest(one, other), largest(one.map(softmax), other.map(softmax))];
  if (!Number.isFinite(logit))
    throw new ExportError(
      `With weights rounded to ${manifest.encoding}, ${manifest.name} computes numbers that are none.`,
      "Export it with --encoding fp32.",
    );
  const moved = edited && mostMoved(edited, exact, rounded);
  return { sentences: fitting.length, logit, probability, ...(moved && { tutorial: moved }) };
}

/** The tutorial's words as this model's tokens, if it has its neuron and all of them. */
function tutorialOf({ model, splits }: Unfinished, words: Tokenizer) {
  const { layer, neuron, candidates } = tutorial as { layer: number; neuron: number; candidates: string[] };
  const pieces = candidates.map((word) => words.pieces(word));
  const known = pieces.every((each) => each.length === 1 && each[0]!.id !== words.special.unk.id);
  if (!known || neuron >= model.dMlp || !splits.at(-1)!.cuts.includes(tensorNames.mlpPost(layer)))
    return undefined;
  return candidates.map((text, i) => ({ text, id: pieces[i]![0]!.id }));
}

/**
 * The model's segments one after the other, over the tail where there is one, and in between, for the last input, the
 * tutorial's neuron set to zero.
 */
function wayThrough(
  folder: string,
  { splits, head, model }: Unfinished,
  position: number | undefined,
  inputs: readonly (readonly number[])[],
) {
  const { cuts, segments, tail } = splits.at(-1)!;
  const way = tail ? [...segments.slice(0, cuts.indexOf(tail.from) + 1), tail] : segments;
  const steps = [...way, head].map(({ graph, shards }) => ({
    graph: () => readFileSync(join(folder, graph.file)),
    shards,
  }));
  const point = tensorNames.mlpPost(tutorial.layer!);
  const touch: Runs[5] = (states) => {
    const activation = states[inputs.length - 1]![point];
    if (position === undefined || !activation) return;
    (activation.data as Float32Array)[position * model.dMlp + tutorial.neuron!] = 0;
  };
  return { steps, tail, touch };
}

/** Of the tutorial's words, the one whose delta differs most; where a word has no probability there is no delta. */
function mostMoved(
  words: { text: string; id: number }[],
  exact: readonly Float32Array[],
  rounded: readonly Float32Array[],
): Rounding["tutorial"] {
  const [one, other] = [exact, rounded].map((logits) => compare(words, logits[0]!, logits.at(-1)!));
  const moved = one!
    .map(({ word, delta }, i) => ({ word, exact: delta, rounded: other![i]!.delta }))
    .filter((row) => Number.isFinite(row.exact) && Number.isFinite(row.rounded));
  return moved.sort((a, b) => Math.abs(b.exact - b.rounded) - Math.abs(a.exact - a.rounded))[0];
}

/** [V] logits to probabilities. */
const softmax = (logits: Float32Array) => Float32Array.from(softmaxAt(logits, [...logits.keys()]));

const largest = (a: readonly Float32Array[], b: readonly Float32Array[]) =>
  Math.max(...a.map((each, i) => largestDifference(each, b[i]!)));

/** A checkpoint's weights as the graphs refer to them, as fp32; those of one segment at a time are in memory. */
class PlainShards {
  readonly #checkpoint: Checkpoint;
  readonly #manifest: Unfinished;
  readonly #held = new Map<string, ArrayBuffer>();
  /** what is read at a time */
  readonly #piece = new Float32Array(ownPages(4 * PIECE));

  constructor(checkpoint: Checkpoint, manifest: Unfinished) {
    this.#checkpoint = checkpoint;
    this.#manifest = manifest;
  }

  async external(names: readonly string[]) {
    for (const name of this.#held.keys()) if (!names.includes(name)) this.#drop(name);
    for (const name of names) if (!this.#held.has(name)) await this.#read(name);
    return names.map((path) => ({ path, data: new Uint8Array(this.#held.get(path)!) }));
  }

  async #read(name: string): Promise<void> {
    const { byteLength, tensors } = this.#manifest.shards[name]!;
    const buffer = ownPages(byteLength);
    this.#held.set(name, buffer);
    for (const { name: tensor, shape, offset } of tensors) {
      const elements = elementsOf(shape);
      for (let first = 0; first < elements; first += PIECE) {
        const values = await this.#checkpoint.read(
          tensor,
          first,
          Math.min(PIECE, elements - first),
          this.#piece,
        );
        new Float32Array(buffer, offset + 4 * first, values.length).set(values);
      }
    }
  }

  #drop(name: string): void {
    this.#held.get(name)?.resize(0);
    this.#held.delete(name);
  }

  close(): void {
    for (const name of this.#held.keys()) this.#drop(name);
  }
}
