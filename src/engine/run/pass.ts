// One run of a batch of sentences: it starts at the tokens, stops at hook points in their order, is read and edited there,
// goes on, and ends with exactly the outputs that are asked for. The rows of a large batch run in groups, as many at a
// time as the processor takes; the caller sees one batch.
// B sentences, T positions, W width of the hook point, V vocabulary, N asked tokens, K candidates.

import { EngineError, type HookPoint, widthOf } from "../../model/index.ts";
import type { Feeds } from "../runtime/runtime.ts";
import { type AskedTokens, checkAsked, evened } from "./asked.ts";
import { type Batch, checkBatch, keyOf } from "./batch.ts";
import { Changes } from "./changes.ts";
import type { Crossing } from "./crossing.ts";
import { type Edit, elementsOf } from "./edits.ts";
import { allOrNone, type Group, groupsAt, joined, partsOf } from "./groups.ts";
import { askedInputs } from "./inputs.ts";
import type { Model } from "./model.ts";
import { pointOfStream, toStops } from "./stops.ts";

/** an element of an activation before and after an edit */
export interface Edited {
  before: number;
  after: number;
}

/** single elements are written where they lie up to here; more are written as a whole tensor */
const fewElements = 64;

export class Pass {
  readonly model: Model;
  /** whether the way to the first stop was there from the pass before, and nothing ran */
  readonly reused: boolean;
  readonly #groups: Group[];
  readonly #shape: readonly [rows: number, length: number];
  /** hook points at which it will stop after this */
  readonly #rest: HookPoint[];
  /** where going on from the last stop leads to */
  readonly #end: HookPoint;
  /** what was written or edited here */
  readonly #changes: Changes;

  private constructor(model: Model, batch: Batch, groups: Group[], way: Way) {
    this.model = model;
    this.reused = way.reused;
    this.#groups = groups;
    this.#shape = [batch.ids.length, batch.ids[0]!.length];
    this.#rest = way.rest;
    this.#end = way.end;
    this.#changes = new Changes(model.runtime);
  }

  /**
   * Run a batch to the first of these hook points; without any, to the end. Call it, and everything here, in turn with
   * whatever else the model does.
   * @param stops names of hook points, in any order
   * @param end where the last {@link advance} leads to: the encoder's end, or "tail": where {@link finish} goes on to asked
   * tokens alone, if the model has such a place and no stop lies behind it
   * @throws EngineError hook-point, layer-range, and those of checkBatch
   */
  static async start(
    model: Model,
    batch: Batch,
    stops: readonly string[],
    signal?: AbortSignal,
    end: "encoder" | "tail" = "encoder",
  ): Promise<Pass> {
    checkBatch(batch, model.manifest);
    const ends = toStops(stops, model);
    await model.open(
      ends.map(({ name }) => name),
      signal,
    );
    const last = end === "tail" && model.endsByTail(stops) ? model.tailFrom! : model.points.at(-1)!;
    const [first = last, ...rest] = ends;
    const parts = partsOf(model, batch);
    const { crossings, reused } = await model.firstHalf(keyOf(batch), first, () =>
      allOrNone(parts, async ({ inputs }) => {
        signal?.throwIfAborted();
        return model.runFrom(inputs, first);
      }),
    );
    const groups = parts.map((part, i) => ({ ...part, at: crossings[i]!.hold() }));
    return new Pass(model, batch, groups, { rest, end: last, reused });
  }

  /**
   * Let a batch that came to a hook point before stand there again, to {@link finish} or to {@link advance} to the encoder's
   * end.
   * @param name of a point of the residual stream, which is all that the model reads from there on
   * @param activation what was read there, [B, T, D]; it is the pass's from now on
   * @throws EngineError hook-point, activation-size, and those of checkBatch
   */
  static async standingAt(model: Model, batch: Batch, name: string, activation: Float32Array): Promise<Pass> {
    checkBatch(batch, model.manifest);
    const point = pointOfStream(name, model);
    await model.open([name]);
    const groups = groupsAt(model, batch, point, activation);
    return new Pass(model, batch, groups, { rest: [], end: model.points.at(-1)!, reused: false });
  }

  /** the hook point at which it stands */
  get point(): HookPoint {
    return this.#groups[0]!.at.point;
  }

  /** what crosses here, untouched, of a batch that runs as one group; it stays the pass's */
  get tensors(): Feeds {
    return this.#groups[0]!.at.tensors;
  }

  /** [B, T, W] of what {@link read} gives */
  get shape(): [number, number, number] {
    return [...this.#shape, widthOf(this.point)];
  }

  /** The activation here, [B, T, W]; the copy is the caller's. Edits that were made here are in it. */
  async read(): Promise<Float32Array> {
    const { whole } = this.#changes;
    if (whole) return whole.slice();
    const parts = [];
    for (const { at } of this.#groups) parts.push(await this.model.runtime.read(at.activation));
    const values = joined(parts);
    this.#changes.writeInto(values);
    return values;
  }

  /**
   * Put other values in the place of the whole activation here.
   * @param values [B, T, W]; they are the pass's from now on
   * @throws EngineError "activation-size"
   */
  write(values: Float32Array): void {
    const size = this.shape.reduce((product, dimension) => product * dimension, 1);
    if (values.length !== size)
      throw new EngineError(
        "activation-size",
        `A hook gave back ${values.length} numbers where the activation has ${size} numbers.`,
        "Give back a tensor of the same shape.",
      );
    this.#changes.replace(values);
  }

  /**
   * Change elements of the activation here; several edits compose in their order.
   * @returns every element that an edit touches, in the order of the edits and within one of row, position and index
   * @throws EngineError as elementsOf
   */
  async edit(edits: readonly Edit[]): Promise<Edited[]> {
    const elements = edits.flatMap((edit) => elementsOf(edit, this.#shape, this.point));
    if (elements.length > fewElements && !this.#changes.whole) this.#changes.replace(await this.read());
    const edited: Edited[] = [];
    for (const { at, change } of elements) {
      const before = await this.#element(at);
      const after = change(before);
      this.#changes.set(at, after);
      edited.push({ before, after });
    }
    return edited;
  }

  /** Go on to the next stop, or to the end when none is left; what was edited there stays edited. */
  async advance(signal?: AbortSignal): Promise<void> {
    for (const crossing of await this.#next(signal)) crossing.release();
  }

  async #advanceTo(to: HookPoint, signal: AbortSignal | undefined): Promise<void> {
    for (const crossing of await this.#goTo(to, signal)) crossing.release();
  }

  /**
   * {@link read} what lies here and go on, where nothing was edited. It is copied only if somebody else holds it, or if it
   * lies in several pieces or on a GPU.
   */
  async leave(): Promise<Float32Array> {
    if (this.#ended) return this.read();
    const left = await this.#next();
    const parts = [];
    try {
      // what was taken is released, whether it could be read or not
      while (left.length > 0) parts.push(await left.shift()!.take(this.model.runtime));
    } finally {
      for (const crossing of left) crossing.release();
    }
    return joined(parts);
  }

  /** Go on; what it stood on is the caller's, who releases it. */
  async #next(signal?: AbortSignal): Promise<Crossing[]> {
    return this.#ended ? [] : this.#goTo(this.#rest.shift() ?? this.#end, signal);
  }

  async #goTo(to: HookPoint, signal: AbortSignal | undefined): Promise<Crossing[]> {
    const next = await allOrNone(this.#groups, async (group) => {
      signal?.throwIfAborted();
      return this.#with(group, (activation) => this.model.runOn(group.inputs, group.at, to, activation));
    });
    const left = this.#groups.map(({ at }) => at);
    for (const [i, group] of this.#groups.entries()) group.at = next[i]!;
    this.#changes.clear();
    return left;
  }

  /**
   * Run to the end and compute what is asked for, and nothing else leaves the processor. Where no stop is left in the last
   * layer, that one is computed at the asked tokens only.
   * @throws EngineError as checkAsked
   */
  async finish({ at, ids }: AskedTokens, signal?: AbortSignal): Promise<Float32Array> {
    const [, length] = this.#shape;
    checkAsked({ at, ids }, this.#shape, this.model.manifest);
    const { vocabulary } = this.model.manifest.model;
    const from = this.#tailFor(at);
    const to = from ?? this.model.points.at(-1)!;
    if (this.point.name !== to.name) await this.#advanceTo(to, signal);
    const width = ids?.length ?? vocabulary;
    const out = new Float32Array(at.length * width);
    for (const group of this.#groups) {
      const asked = at.flatMap(([row, position], i) =>
        row >= group.first && row < group.first + group.rows ? [{ i, row: row - group.first, position }] : [],
      );
      if (asked.length === 0) continue;
      signal?.throwIfAborted();
      const answer = await (from
        ? this.#predictByTail(group, asked, ids)
        : this.#with(group, (hidden) =>
            this.model.predict(
              hidden,
              asked.map(({ row, position }) => row * length + position),
              ids,
            ),
          ));
      for (const [j, { i }] of asked.entries())
        out.set(answer.subarray(j * width, (j + 1) * width), i * width);
    }
    return out;
  }

  /** where the way to asked tokens alone begins; undefined when this pass cannot take it, or would gain nothing by it */
  #tailFor(at: AskedTokens["at"]): HookPoint | undefined {
    if (!this.model.endsByTail([this.point, ...this.#rest].map(({ name }) => name))) return undefined;
    const asked = new Map<number, number>();
    for (const [row] of at) asked.set(row, (asked.get(row) ?? 0) + 1);
    return Math.max(0, ...asked.values()) < this.#shape[1] ? this.model.tailFrom : undefined;
  }

  /** The head on tokens of a group that stands where the tail begins. */
  async #predictByTail(
    group: Group,
    asked: readonly { row: number; position: number }[],
    ids: AskedTokens["ids"],
  ): Promise<Float32Array> {
    const { model } = this;
    const { positions, places } = evened(asked, group.rows);
    const inputs = askedInputs(model.runtime, group.batch, positions);
    const hidden = await this.#with(group, (activation) =>
      model.runAsked(group.inputs, inputs, group.at, activation),
    );
    try {
      return await model.predict(hidden, places, ids);
    } finally {
      hidden.dispose();
    }
  }

  /** Free what it stands on. */
  release(): void {
    for (const { at } of this.#groups) at.release();
    this.#groups.length = 0;
  }

  /** the value of an element as it is by now */
  async #element(at: number): Promise<number> {
    const changed = this.#changes.get(at);
    if (changed !== undefined) return changed;
    const group = this.#groups.findLast(({ first }) => at >= first * this.#rowSize)!;
    return this.model.runtime.readElement(group.at.activation, at - group.first * this.#rowSize);
  }

  get #ended(): boolean {
    return this.point.name === this.#end.name;
  }

  get #rowSize(): number {
    return this.#shape[1] * widthOf(this.point);
  }

  /** Do something with a group's activation as it was changed here. */
  #with<T>(group: Group, task: (activation: Feeds[string]) => Promise<T>): Promise<T> {
    return this.#changes.with(group, this.#rowSize, task);
  }
}

interface Way {
  rest: HookPoint[];
  end: HookPoint;
  reused: boolean;
}
