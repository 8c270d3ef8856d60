// One layer of an exact sweep, open: N sentences at once, in each of which one neuron of the layer is changed.
// T positions, D d_model, F d_mlp, N neurons, P changed positions, V vocabulary, K words.

import { embeddingWidthOf, SweepGraphs, sweepNames } from "../../model/graph/index.ts";
import { type HookPoint, type Sweep, type SweepRecord, tensorNames } from "../../model/index.ts";
import { askedInputs, batchInputs, headInputs } from "../run/inputs.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import type { Feeds, Session, Tensor } from "../runtime/runtime.ts";
import { type Changes, changed, changeInputs, sentenceInputs } from "./changes.ts";
import { columnsOf } from "./columns.ts";
import type { Prediction } from "./prediction.ts";

/** rows of the decoder [K, D] and of its bias [K], of the words that a metric needs */
export interface WordRows {
  rows: Float32Array;
  bias: Float32Array;
}

/** how a changed prediction becomes a record */
export interface Measuring {
  graphs: SweepGraphs;
  prediction: Prediction;
  /** where the metric needs the logits of some words alone */
  words: WordRows | undefined;
  signal: AbortSignal | undefined;
}

/** what {@link ChangedLayer.open} has opened */
interface Opened {
  layer: Session;
  /** logits of the metric's words from hidden states, where the layer's graph does not end with them */
  words: Session | undefined;
  /** the columns of W_out of the sweep's neurons, [N, D] */
  columns: Float32Array;
  /** where the sentences of the layer's graph stand; undefined: at the encoder's end */
  to: HookPoint | undefined;
}

export class ChangedLayer {
  readonly model: Model;
  readonly layer: number;
  readonly #sweep: Sweep;
  readonly #measuring: Measuring;
  readonly #opened: Opened;
  /** mlp_post of the sentence [T, F] */
  #activations: Float32Array | undefined;
  /** logits without a change, as these graphs compute them: [V] or [K] */
  #untouched: Float32Array | undefined;

  private constructor(model: Model, layer: number, sweep: Sweep, measuring: Measuring, opened: Opened) {
    this.model = model;
    this.layer = layer;
    this.#sweep = sweep;
    this.#measuring = measuring;
    this.#opened = opened;
  }

  /** Build and open the graphs of a layer. In turn with whatever else the model does, as everything here. */
  static async open(model: Model, layer: number, sweep: Sweep, measuring: Measuring): Promise<ChangedLayer> {
    const { graphs, words, signal } = measuring;
    await model.open([tensorNames.mlpPost(layer)], signal);
    const { layers, dMlp } = model.manifest.model;
    const to = layer + 2 < layers ? model.nextStop("resid", layer + 2) : undefined;
    const toWords = words !== undefined && endsHere(layer, layers);
    let columns: Float32Array | undefined;
    const session = await model.built.open(
      graphs.layer(layer, to, toWords),
      to ? to.tensors : [tensorNames.hidden],
      {
        signal,
        look: (weight) => {
          columns = columnsOf(weight(SweepGraphs.wOut(layer)), dMlp, sweep.neurons);
        },
      },
    );
    try {
      const second = words && !toWords ? await model.built.open(graphs.words(), [], { signal }) : undefined;
      return new ChangedLayer(model, layer, sweep, measuring, {
        layer: session,
        words: second,
        columns: columns!,
        to,
      });
    } catch (error) {
      await model.built.close(session);
      throw error;
    }
  }

  /** Free what was opened; of a model that is gone there is nothing left. */
  async close(): Promise<void> {
    const { layer, words } = this.#opened;
    for (const session of [layer, ...(words ? [words] : [])])
      await this.model.built.close(session).catch(() => {});
  }

  /**
   * The records of some neurons.
   * @param first place of the first one among the sweep's neurons
   */
  async run(first: number, count: number, signal: AbortSignal | undefined): Promise<SweepRecord[]> {
    const point = tensorNames.mlpPost(this.layer);
    const pass = await Pass.start(this.model, { ids: [this.#ids] }, [point], signal);
    try {
      this.#activations ??= await pass.read();
      const neurons = this.#sweep.neurons.slice(first, first + count);
      const by = this.#moves(neurons);
      const moved = this.#moved(by);
      const changes = this.#changes(first, by, moved);
      const logits =
        changes.by.length > 0 ? await this.#logits(pass.tensors, changes, signal) : new Float32Array();
      const width = (logits.length * this.#positions.length) / changes.by.length;
      const row = (at: number) => logits.subarray(at * width, (at + 1) * width);
      this.#untouched ??= row(moved.length).slice();
      let at = 0;
      return neurons.map((neuron, i) => this.#record(neuron, moved[at] === i ? row(at++) : this.#untouched!));
    } finally {
      pass.release();
    }
  }

  get #ids(): number[] {
    return this.#sweep.tokens.map(({ id }) => id);
  }

  get #isLast(): boolean {
    return this.layer === this.model.manifest.model.layers - 1;
  }

  /** the changed positions that the asked one can see: after the last layer's attention that is itself alone */
  get #positions(): number[] {
    const { position, positions } = this.#sweep;
    return this.#isLast ? [position] : positions;
  }

  get #reaches(): boolean {
    return !this.#isLast || this.#sweep.positions.includes(this.#sweep.position);
  }

  #activation(neuron: number, position: number): number {
    return this.#activations![position * this.model.manifest.model.dMlp + neuron]!;
  }

  /** by how much neurons move at each changed position, [N, P] */
  #moves(neurons: readonly number[]): Float32Array {
    const positions = this.#positions;
    const by = new Float32Array(neurons.length * positions.length);
    let at = 0;
    for (const neuron of neurons)
      for (const position of positions) {
        const before = this.#activation(neuron, position);
        by[at++] = changed(this.#sweep.operation, neuron, before) - before;
      }
    return by;
  }

  /** which neurons move at all, [N, P] -> ascending */
  #moved(by: Float32Array): number[] {
    if (!this.#reaches) return [];
    const width = this.#positions.length;
    const isMoved = (i: number) => {
      for (let at = i * width; at < (i + 1) * width; at++) if (by[at] !== 0) return true;
      return false;
    };
    return [...Array(by.length / width).keys()].filter(isMoved);
  }

  /** Those that move, of the neurons from one of the sweep's on; the first time, one more in which nothing is changed. */
  #changes(first: number, by: Float32Array, moved: readonly number[]): Changes {
    const { columns } = this.#opened;
    const [width, wide] = [this.#positions.length, this.model.manifest.model.dModel];
    const count = by.length / width;
    if (moved.length === count && this.#untouched)
      return { columns: columns.subarray(first * wide, (first + count) * wide), by };
    const rows = moved.length + (this.#untouched ? 0 : 1);
    const some = { columns: new Float32Array(rows * wide), by: new Float32Array(rows * width) };
    for (const [row, i] of moved.entries()) {
      some.columns.set(columns.subarray((first + i) * wide, (first + i + 1) * wide), row * wide);
      some.by.set(by.subarray(i * width, (i + 1) * width), row * width);
    }
    return some;
  }

  #record(neuron: number, logits: Float32Array): SweepRecord {
    const { layer } = this;
    const { prediction } = this.#measuring;
    const { before } = prediction;
    const who = () => `With neuron ${neuron} of layer ${layer} changed`;
    const measured = prediction.compare(this.#untouched!, logits, who);
    const activation = this.#activation(neuron, this.#sweep.positions[0]!);
    const effect = measured.after - before;
    return { layer, neuron, activation, before, effect, exact: true, method: "exact", ...measured };
  }

  /** logits at the asked position of each changed sentence, [N, V] or [N, K] */
  async #logits(standing: Feeds, changes: Changes, signal: AbortSignal | undefined): Promise<Float32Array> {
    const { model } = this;
    const { runtime } = model;
    const { position } = this.#sweep;
    const { length } = this.#ids;
    const positions = this.#positions;
    /** of hidden states [N, 1, D] */
    const rows = [...Array(changes.by.length / positions.length).keys()];
    const batch = { ids: rows.map(() => this.#ids) };
    // from the last two layers no whole sentence goes on, and nothing reads these
    const whole = !endsHere(this.layer, model.manifest.model.layers);
    const asked = rows.map(() => [position]);
    const inputs = whole ? { ...batchInputs(runtime, batch), ...askedInputs(runtime, batch, asked) } : {};
    const next = this.#isLast ? {} : sentenceInputs(runtime, rows.length, { length, positions, position });
    const feeds = { ...inputs, ...standing, ...changeInputs(runtime, changes, positions), ...next };
    const { layer, to, words } = this.#opened;
    if (this.#measuring.words && !words) return this.#readWords(layer, feeds);
    const made = await runtime.run(layer, feeds, to ? to.tensors : [tensorNames.hidden]);
    if (!to) return this.#predictFreeing(made[tensorNames.hidden]!, rows);
    let at = model.standAt(to, made);
    try {
      const end = model.endsByTail([to.name]) ? model.tailFrom! : model.points.at(-1)!;
      if (end.name !== to.name) {
        signal?.throwIfAborted();
        const there = await model.runOn(inputs, at, end);
        at.release();
        at = there;
      }
      signal?.throwIfAborted();
      if (end.name === model.tailFrom?.name)
        return await this.#predictFreeing(await model.runAsked(inputs, inputs, at), rows);
      return await this.#predict(
        at.activation,
        rows.map((row) => row * length + position),
      );
    } finally {
      at.release();
    }
  }

  async #predictFreeing(hidden: Tensor, rows: readonly number[]): Promise<Float32Array> {
    try {
      return await this.#predict(hidden, rows);
    } finally {
      hidden.dispose();
    }
  }

  /** @param rows of the hidden states [B * T] whose logits are wanted: all, or those of the words */
  async #predict(hidden: Tensor, rows: readonly number[]): Promise<Float32Array> {
    const { words } = this.#opened;
    if (!words) return this.model.predict(hidden, rows);
    return this.#readWords(words, { ...headInputs(this.model.runtime, rows), [tensorNames.hidden]: hidden });
  }

  /** Run a graph that ends with the logits of the metric's words, [N, K]. */
  async #readWords(session: Session, given: Feeds): Promise<Float32Array> {
    const { runtime, manifest } = this.model;
    const { rows, bias } = this.#measuring.words!;
    const feeds = {
      ...given,
      [sweepNames.wordRows]: runtime.float32(rows, [bias.length, embeddingWidthOf(manifest.model)]),
      [sweepNames.wordBias]: runtime.float32(bias, [bias.length]),
    };
    const answer = await runtime.run(session, feeds, [sweepNames.wordLogits]);
    const logits = answer[sweepNames.wordLogits]!;
    const values = logits.data as Float32Array;
    logits.dispose();
    return values;
  }
}

/** whether a changed layer's own graph goes on to the encoder's end */
const endsHere = (layer: number, layers: number) => layer >= layers - 2;
