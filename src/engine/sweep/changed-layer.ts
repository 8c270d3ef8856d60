// One layer of an exact sweep, open: N sentences at once, in each of which one neuron of the layer is changed.
// T positions, D d_model, F d_mlp, N neurons, P changed positions, V vocabulary, K words.

import { placedBy, SweepGraphs, sweepNames } from "../../model/graph/index.ts";
import { type HookPoint, type Sweep, type SweepRecord, tensorNames } from "../../model/index.ts";
import { askedInputs, batchInputs, headInputs } from "../run/inputs.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import type { Feeds, Session, Tensor } from "../runtime/runtime.ts";
import { type Change, changed, changeInputs } from "./changes.ts";
import type { Prediction } from "./prediction.ts";

/** rows of the decoder [K, D] and of its bias [K], of the words that a metric needs */
export interface WordRows {
  rows: Float32Array;
  bias: Float32Array;
}

/** how a changed prediction becomes a record */
export interface Measuring {
  prediction: Prediction;
  /** where the metric needs the logits of some words alone */
  words: WordRows | undefined;
  signal: AbortSignal | undefined;
}

/** what {@link ChangedLayer.open} has opened */
interface Opened {
  layer: Session;
  words: Session | undefined;
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
    const { words, signal } = measuring;
    await model.open([tensorNames.mlpPost(layer)], signal);
    const { shape, shards } = placedBy(model.manifest);
    const graphs = new SweepGraphs(shape, shards);
    const to = layer + 2 < shape.layers ? model.nextStop("resid", layer + 2) : undefined;
    const out = to ? to.tensors : [tensorNames.hidden];
    const session = await model.openBuilt(graphs.layer(layer, to), out, signal);
    try {
      const second = words && (await model.openBuilt(graphs.words(), [], signal));
      return new ChangedLayer(model, layer, sweep, measuring, { layer: session, words: second, to });
    } catch (error) {
      await model.closeBuilt(session);
      throw error;
    }
  }

  /** Free what was opened; of a model that is gone there is nothing left. */
  async close(): Promise<void> {
    const { layer, words } = this.#opened;
    for (const session of [layer, ...(words ? [words] : [])])
      await this.model.closeBuilt(session).catch(() => {});
  }

  /** The records of some neurons. */
  async run(neurons: readonly number[], signal: AbortSignal | undefined): Promise<SweepRecord[]> {
    const point = tensorNames.mlpPost(this.layer);
    const pass = await Pass.start(this.model, { ids: [this.#ids] }, [point], signal);
    try {
      this.#activations ??= await pass.read();
      const changes = neurons.map((neuron) => this.#change(neuron));
      const moved = changes.filter(({ by }) => this.#reaches && by.some((value) => value !== 0));
      const rows = this.#untouched ? moved : [{ neuron: 0, by: this.#positions.map(() => 0) }, ...moved];
      const logits = rows.length > 0 ? await this.#logits(pass.tensors, rows, signal) : new Float32Array();
      const width = logits.length / rows.length;
      const logitsOf = new Map(rows.map((row, i) => [row, logits.subarray(i * width, (i + 1) * width)]));
      this.#untouched ??= logitsOf.get(rows[0]!)!.slice();
      return changes.map((change) => this.#record(change.neuron, logitsOf.get(change) ?? this.#untouched!));
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

  #change(neuron: number): Change {
    const by = this.#positions.map((position) => {
      const before = this.#activation(neuron, position);
      return changed(this.#sweep.operation, neuron, before) - before;
    });
    return { neuron, by };
  }

  #record(neuron: number, logits: Float32Array): SweepRecord {
    const { layer } = this;
    const { prediction } = this.#measuring;
    const { before } = prediction;
    const who = `With neuron ${neuron} of layer ${layer} changed`;
    const measured = prediction.compare(this.#untouched!, logits, who);
    const activation = this.#activation(neuron, this.#sweep.positions[0]!);
    const effect = measured.after - before;
    return { layer, neuron, activation, before, effect, exact: true, method: "exact", ...measured };
  }

  /** logits at the asked position of each changed sentence, [N, V] or [N, K] */
  async #logits(
    standing: Feeds,
    changes: readonly Change[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { model } = this;
    const { runtime } = model;
    const { position } = this.#sweep;
    const length = this.#ids.length;
    const batch = { ids: changes.map(() => this.#ids) };
    const asked = changes.map(() => [position]);
    // from the last two layers no whole sentence goes on, and nothing reads these
    const whole = this.layer < model.manifest.model.layers - 2;
    const inputs = whole ? { ...batchInputs(runtime, batch), ...askedInputs(runtime, batch, asked) } : {};
    const where = { length, positions: this.#positions, position };
    const feeds = { ...inputs, ...standing, ...changeInputs(runtime, changes, where) };
    const { layer, to } = this.#opened;
    const made = await runtime.run(layer, feeds, to ? to.tensors : [tensorNames.hidden]);
    /** of hidden states [N, 1, D] */
    const rows = [...changes.keys()];
    if (!to) return this.#predictFreeing(made[tensorNames.hidden]!, rows);
    let at = model.standAt(to, made);
    try {
      const end = model.endsByTail([to.name]) ? model.tailFrom! : model.points.at(-1)!;
      if (end.name !== to.name) {
        signal?.throwIfAborted();
        const next = await model.runOn(inputs, at, end);
        at.release();
        at = next;
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
    const { runtime, manifest } = this.model;
    const { words } = this.#measuring;
    if (!words) return this.model.predict(hidden, rows);
    const feeds = {
      ...headInputs(runtime, rows),
      [tensorNames.hidden]: hidden,
      [sweepNames.wordRows]: runtime.float32(words.rows, [words.bias.length, manifest.model.dModel]),
      [sweepNames.wordBias]: runtime.float32(words.bias, [words.bias.length]),
    };
    const answer = await runtime.run(this.#opened.words!, feeds, [sweepNames.wordLogits]);
    const logits = answer[sweepNames.wordLogits]!;
    const values = logits.data as Float32Array;
    logits.dispose();
    return values;
  }
}
