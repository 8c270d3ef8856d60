// One layer of an exact sweep, open: N sentences at once, in each of which one neuron of the layer is changed.
// T positions, D d_model, F d_mlp, N neurons, P changed positions, V vocabulary, K words.

import { placedBy, SweepGraphs, sweepNames } from "../../model/graph/index.ts";
import { operations, type Sweep, type SweepRecord, tensorNames } from "../../model/index.ts";
import { askedInputs, batchInputs, headInputs } from "../run/inputs.ts";
import type { Model } from "../run/model.ts";
import { Pass } from "../run/pass.ts";
import type { Feeds, Session, Tensor } from "../runtime/runtime.ts";
import type { Prediction } from "./prediction.ts";

/** rows of the decoder [K, D] and of its bias [K], of the words that a metric needs */
export interface WordRows {
  rows: Float32Array;
  bias: Float32Array;
}

/** a changed neuron: by how much its activation differs at each changed position */
interface Change {
  neuron: number;
  activation: number;
  by: number[];
}

export class ChangedLayer {
  readonly model: Model;
  readonly layer: number;
  readonly #sweep: Sweep;
  readonly #prediction: Prediction;
  readonly #words: WordRows | undefined;
  readonly #sessions: { layer: Session; words: Session | undefined };
  /** where the graph's sentences stand; undefined: at the encoder's end */
  readonly #to: ReturnType<Model["nextStop"]>;
  /** mlp_post of the sentence [T, F] */
  #activations: Float32Array | undefined;
  /** logits without a change, as these graphs compute them: [V] or [K] */
  #untouched: Float32Array | undefined;

  private constructor(
    model: Model,
    layer: number,
    parts: {
      sweep: Sweep;
      prediction: Prediction;
      words: WordRows | undefined;
      sessions: { layer: Session; words: Session | undefined };
      to: ReturnType<Model["nextStop"]>;
    },
  ) {
    this.model = model;
    this.layer = layer;
    this.#sweep = parts.sweep;
    this.#prediction = parts.prediction;
    this.#words = parts.words;
    this.#sessions = parts.sessions;
    this.#to = parts.to;
  }

  /** Build and open the graphs of a layer. In turn with whatever else the model does, as everything here. */
  static async open(
    model: Model,
    layer: number,
    sweep: Sweep,
    {
      prediction,
      words,
      signal,
    }: { prediction: Prediction; words: WordRows | undefined; signal: AbortSignal | undefined },
  ): Promise<ChangedLayer> {
    await model.open([tensorNames.mlpPost(layer)], signal);
    const { shape, shards } = placedBy(model.manifest);
    const graphs = new SweepGraphs(shape, shards);
    const to = layer + 2 < shape.layers ? model.nextStop("resid", layer + 2) : undefined;
    const out = to ? to.tensors : [tensorNames.hidden];
    const first = await model.openBuilt(graphs.layer(layer, to), out, signal);
    try {
      const second = words && (await model.openBuilt(graphs.words(), [], signal));
      const sessions = { layer: first, words: second };
      return new ChangedLayer(model, layer, { sweep, prediction, words, sessions, to });
    } catch (error) {
      await model.closeBuilt(first);
      throw error;
    }
  }

  /** Free what was opened; of a model that is gone there is nothing left. */
  async close(): Promise<void> {
    const { layer, words } = this.#sessions;
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
      const rows = this.#untouched ? moved : [this.#nothing, ...moved];
      const logits = rows.length > 0 ? await this.#logits(pass.tensors, rows, signal) : new Float32Array();
      const width = logits.length / rows.length;
      const rowOf = (i: number) => logits.subarray(i * width, (i + 1) * width);
      this.#untouched ??= rowOf(0).slice();
      return changes.map((change) => {
        const i = rows.indexOf(change);
        return this.#record(change, i < 0 ? this.#untouched! : rowOf(i));
      });
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

  #change(neuron: number): Change {
    const { operation, positions } = this.#sweep;
    const { dMlp } = this.model.manifest.model;
    const at = (position: number) => this.#activations![position * dMlp + neuron]!;
    const changed = (before: number) =>
      operation.kind === "replace"
        ? Math.fround(operation.values[neuron]!)
        : operations.applyHook(operation, before);
    return {
      neuron,
      activation: at(positions[0]!),
      by: this.#positions.map((position) => changed(at(position)) - at(position)),
    };
  }

  /** a row that is run without a change */
  get #nothing(): Change {
    return { neuron: 0, activation: 0, by: this.#positions.map(() => 0) };
  }

  #record({ neuron, activation }: Change, logits: Float32Array): SweepRecord {
    const { layer } = this;
    const { before } = this.#prediction;
    const who = `With neuron ${neuron} of layer ${layer} changed`;
    const measured = this.#prediction.compare(this.#untouched!, logits, who);
    const effect = measured.after - before;
    return { layer, neuron, activation, before, effect, exact: true, method: "exact", ...measured };
  }

  /** logits at the asked position of each changed sentence, [N, V] or [N, K] */
  async #logits(
    standing: Feeds,
    changes: readonly Change[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { runtime } = this.model;
    const inputs = { ...batchInputs(runtime, this.#batch(changes)), ...this.#asked(changes) };
    const to = this.#to;
    const out = to ? to.tensors : [tensorNames.hidden];
    const feeds = { ...inputs, ...standing, ...this.#changeInputs(changes) };
    const made = await runtime.run(this.#sessions.layer, feeds, out);
    if (!to) return this.#predict(made[tensorNames.hidden]!, changes.length, 1, 0);
    let at = this.model.standAt(to, made);
    try {
      const { tailFrom } = this.model;
      const end = tailFrom && this.model.endsByTail([to.name]) ? tailFrom : this.model.points.at(-1)!;
      if (end.name !== to.name) {
        signal?.throwIfAborted();
        const next = await this.model.runOn(inputs, at, end);
        at.release();
        at = next;
      }
      signal?.throwIfAborted();
      if (end !== tailFrom)
        return await this.#predict(
          at.activation,
          changes.length,
          this.#ids.length,
          this.#sweep.position,
          false,
        );
      return await this.#predict(await this.model.runAsked(inputs, inputs, at), changes.length, 1, 0);
    } finally {
      at.release();
    }
  }

  /** @param hidden [N, length, D], freed here if it is ours */
  async #predict(
    hidden: Tensor,
    count: number,
    length: number,
    position: number,
    ours = true,
  ): Promise<Float32Array> {
    const { runtime, manifest } = this.model;
    const rows = Array.from({ length: count }, (_, i) => i * length + position);
    try {
      if (!this.#words) return await this.model.predict(hidden, rows);
      const { rows: decoder, bias } = this.#words;
      const feeds = {
        [tensorNames.hidden]: hidden,
        ...headInputs(runtime, rows),
        [sweepNames.wordRows]: runtime.float32(decoder, [bias.length, manifest.model.dModel]),
        [sweepNames.wordBias]: runtime.float32(bias, [bias.length]),
      };
      const answer = await runtime.run(this.#sessions.words!, feeds, [sweepNames.wordLogits]);
      const logits = answer[sweepNames.wordLogits]!;
      const values = logits.data as Float32Array;
      logits.dispose();
      return values;
    } finally {
      if (ours) hidden.dispose();
    }
  }

  #batch(changes: readonly Change[]) {
    return { ids: changes.map(() => this.#ids) };
  }

  #asked(changes: readonly Change[]): Feeds {
    return askedInputs(
      this.model.runtime,
      this.#batch(changes),
      changes.map(() => [this.#sweep.position]),
    );
  }

  /** what is changed, and which rows each sentence consists of; see src/model/graph/sweep.ts */
  #changeInputs(changes: readonly Change[]): Feeds {
    const { runtime } = this.model;
    const positions = this.#positions;
    const { position } = this.#sweep;
    const [count, length] = [changes.length, this.#ids.length];
    const rowOf = (sentence: number, at: number) => {
      const changed = positions.indexOf(at);
      return changed < 0 ? at : length + sentence * positions.length + changed;
    };
    const rows = changes.flatMap((_, sentence) => Array.from({ length }, (_t, at) => rowOf(sentence, at)));
    const asked = changes.map((_, sentence) => rowOf(sentence, position));
    const queries = [...new Set(asked)];
    return {
      [sweepNames.neurons]: runtime.int64(
        changes.map(({ neuron }) => neuron),
        [count],
      ),
      [sweepNames.changes]: runtime.float32(Float32Array.from(changes.flatMap(({ by }) => by)), [
        count,
        positions.length,
      ]),
      [sweepNames.changedPositions]: runtime.int64(positions, [positions.length]),
      [sweepNames.rows]: runtime.int64(rows, [count, length]),
      [sweepNames.asked]: runtime.int64(asked, [count]),
      [sweepNames.queries]: runtime.int64(queries, [queries.length]),
      [sweepNames.queryOf]: runtime.int64(
        asked.map((row) => queries.indexOf(row)),
        [count],
      ),
    };
  }
}
