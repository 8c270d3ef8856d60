// A stand-in for the engine, for tests of Python's own part of transformer_lens in Node: a model of two layers, and a
// bridge to it that notes what it is asked for. Its activations are all 1, and every logit of a position is the number of
// that position in the batch.

import type { EncodedText, SweepAbout } from "../../src/engine/worker/bridge.ts";
import { sweepText } from "../../src/python/worker/sweep-text.ts";

const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "this", "these"];
const [dModel, dMlp, positions] = [4, 3, 8];

const layer = (index: number): [string, number[]][] => {
  const prefix = `bert.encoder.layer.${index}`;
  const linear = (name: string, out: number, into: number): [string, number[]][] => [
    [`${prefix}.${name}.weight`, [out, into]],
    [`${prefix}.${name}.bias`, [out]],
  ];
  return [
    ...["query", "key", "value"].flatMap((name) => linear(`attention.self.${name}`, dModel, dModel)),
    ...linear("attention.output.dense", dModel, dModel),
    ...linear("intermediate.dense", dMlp, dModel),
    ...linear("output.dense", dModel, dMlp),
  ];
};

export const tiny = {
  name: "tiny",
  layers: 2,
  dModel,
  dMlp,
  heads: 2,
  positions,
  eps: 1e-12,
  family: "bert",
  familyTitle: "BERT",
  activation: "gelu",
  headActivation: "gelu",
  tokenTypes: 2,
  vocabulary,
  asWritten: [],
  vocabSize: vocabulary.length,
  dVocab: vocabulary.length,
  special: {
    pad: { id: 0, text: "[PAD]" },
    unk: { id: 1, text: "[UNK]" },
    cls: { id: 2, text: "[CLS]" },
    sep: { id: 3, text: "[SEP]" },
    mask: { id: 4, text: "[MASK]" },
  },
  points: [
    "hook_full_embed",
    "blocks.0.mlp.hook_post",
    "blocks.0.hook_normalized_resid_post",
    "blocks.1.mlp.hook_post",
    "blocks.1.hook_normalized_resid_post",
  ],
  weights: [
    ["bert.embeddings.word_embeddings.weight", [vocabulary.length, dModel]] as [string, number[]],
    ...layer(0),
    ...layer(1),
  ].map(([name, shape]) => ({ name, shape })),
};

/** a mask of another name, an added token, an id without a token, and more rows than tokens */
export const odd = {
  ...tiny,
  name: "odd",
  vocabulary: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<mask>", "this", "", "@user"],
  asWritten: [{ id: 7, text: "@USER" }],
  vocabSize: 6,
  dVocab: 12,
  special: { ...tiny.special, mask: { id: 4, text: "<mask>" } },
};

/** A weight's numbers: 0, 1, 2, ... */
function weights(name: string): { shape: number[]; data: Float32Array } {
  const { shape } = tiny.weights.find((tensor) => tensor.name === name)!;
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => i) };
}

/** What the engine's tokenizer says of a text, whose words are its tokens. */
function encode(_: string, text: string): EncodedText {
  const words = [...text.matchAll(/\S+/g)];
  return {
    numbers: words.flatMap(({ 0: word, index }, i) => [
      Math.max(1, vocabulary.indexOf(word)),
      i,
      index,
      index + word.length,
    ]),
    texts: words.map(({ 0: word }) => (vocabulary.includes(word) ? word : "[UNK]")),
  };
}

interface Run {
  stops: string[];
  read: string[];
  rows: number;
  length: number;
}

const nothing = { done: 0, total: 6, over: false, records: {}, completeness: "[]" };

const about: SweepAbout = {
  sweep: {
    sentence: "this [MASK]",
    tokens: [],
    position: 2,
    positions: [2],
    layers: [1],
    neurons: [0, 1, 2, 3, 4, 5],
    operation: { kind: "suppress" },
    metric: { kind: "probability", word: { id: 6, text: "these" } },
    method: "exact",
    steps: 20,
  },
  provenance: {
    model: "tiny",
    repo: "tiny",
    revision: "main",
    encoding: "fp32",
    device: "a stand-in",
    runtime: "none",
  },
};

/** a list as Python passes it to JavaScript */
type Passed = { toJs(): unknown } | undefined;

export class StandIn {
  /** what Python asked of the engine, one entry a call that opens, starts or drops something */
  asked: string[] = [];
  /** activations as hooks left them, by point */
  written: Record<string, number[]> = {};
  /** ids, mask and token types of the last run, and the points where it stands still and those it reads on the way */
  given: { ids?: unknown; mask?: unknown; types?: unknown; stops?: unknown; read?: unknown } = {};
  /** how many rows of logits were asked for at a time */
  predicted: number[] = [];
  /** from where sentences were taken on to the encoder's end */
  completed: string[] = [];
  /** the last sweep that was asked for, how many of its six neurons are done, and after how many it fails */
  swept: unknown;
  sweptSoFar = 0;
  failsAfter: number | undefined;
  /** names of weights that were read */
  weightsRead: string[] = [];
  readonly #runs = new Map<number, Run>();
  #next = 1;

  /** Forget what was asked so far. */
  clear(): void {
    Object.assign(this, {
      asked: [],
      written: {},
      given: {},
      predicted: [],
      completed: [],
      weightsRead: [],
      sweptSoFar: 0,
    });
  }

  /** what Python reaches; its answers are values, since Python cannot wait in Node */
  readonly bridge = {
    open: (name: string) => {
      this.asked.push(`open ${name}`);
      return name === odd.name ? odd : tiny;
    },
    encode,
    weights: (_: string, name: string) => {
      this.weightsRead.push(name);
      return weights(name);
    },
    start: (name: string, ...given: Passed[]) => {
      const [ids, mask, types, stops, read] = given.map((list) => list?.toJs());
      this.given = { ids, mask, types, stops, read };
      this.asked.push(`start ${name}`);
      const batch = ids as number[][];
      const run = this.#next++;
      this.#runs.set(run, {
        stops: [...(stops as string[])],
        read: [...(read as string[])],
        rows: batch.length,
        length: batch[0]!.length,
      });
      return this.#step(run);
    },
    resume: (run: number, values: Float32Array | undefined) => {
      const point = this.#runs.get(run)!.stops.shift()!;
      if (values) this.written[point] = Array.from(values);
      return this.#step(run);
    },
    sweep: (model: string, request: string) => {
      this.asked.push(`sweep ${model}`);
      this.swept = JSON.parse(request);
      this.sweptSoFar = 0;
      return { ...nothing, id: 1, about: JSON.stringify(about) };
    },
    /** three neurons at a time, of the second layer */
    sweepOn: (id: number) => {
      const first = this.sweptSoFar;
      if (first === this.failsAfter) throw new Error("The GPU was lost.");
      this.sweptSoFar += 3;
      const column = (of: (neuron: number) => number) =>
        Float64Array.from({ length: 3 }, (_, i) => of(first + i));
      const records = {
        layer: column(() => 1),
        neuron: column((neuron) => neuron),
        activation: column((neuron) => neuron / 2),
        before: column(() => 0.25),
        after: column((neuron) => 0.25 - neuron / 16),
        effect: column((neuron) => -neuron / 16),
      };
      return { ...nothing, id, done: this.sweptSoFar, over: this.sweptSoFar >= 6, records };
    },
    sweepEnd: (id: number) => {
      this.asked.push(`end ${id}`);
    },
    sweepText,
    predict: (
      _: string,
      ids: Passed,
      _mask: Passed,
      _types: Passed,
      _at: string,
      states: Float32Array,
      asked: Passed,
    ) => {
      const length = (ids!.toJs() as number[][])[0]!.length;
      const places = asked!.toJs() as [number, number][];
      this.predicted.push(places.length);
      const first = places.map(([row, position]) => states[(row * length + position) * dModel]!);
      return Float32Array.from(first.flatMap((number) => vocabulary.map(() => number)));
    },
    /** the numbers of the positions stay what they are */
    complete: (_: string, _ids: Passed, _mask: Passed, _types: Passed, at: string, states: Float32Array) => {
      this.completed.push(at);
      return { at: tiny.points.at(-1), data: states.slice() };
    },
    drop: (run: number) => this.asked.push(`drop ${run >= 1}`),
  };

  /** what was read on the way to the next stop, and what lies there; at the end every position's number */
  #step(run: number) {
    const { stops, read, rows, length } = this.#runs.get(run)!;
    const at = (point: string | undefined) => {
      const width = point?.endsWith("mlp.hook_post") ? dMlp : dModel;
      const values = { length: rows * length * width };
      return {
        point,
        // a run that is done stands where the last layer begins
        at: point ?? tiny.points[2],
        shape: [rows, length, width],
        data: Float32Array.from(values, (_, i) => (point ? 1 : Math.floor(i / width))),
      };
    };
    const [stop] = stops;
    const before = read.filter((point) => !stop || tiny.points.indexOf(point) < tiny.points.indexOf(stop));
    for (const point of before) read.splice(read.indexOf(point), 1);
    return { run, ...at(stop), seen: before.map(at) };
  }
}
