// What was written or edited at the hook point where a pass stands: all of the activation, or single elements of it.
// B sentences, T positions, W width of the hook point.

import type { Feeds, Runtime } from "../runtime/runtime.ts";
import type { Group } from "./groups.ts";

export class Changes {
  readonly #runtime: Runtime;
  /** what stands for the activation as a whole, [B, T, W] */
  #whole: Float32Array | undefined;
  /** else: new values of single elements, by flat index into [B, T, W] */
  readonly #elements = new Map<number, number>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** what stands for the activation as a whole, [B, T, W]; undefined where at most single elements have changed */
  get whole(): Float32Array | undefined {
    return this.#whole;
  }

  /** Put these values, [B, T, W], in the place of all that stands here. They are its own from now on. */
  replace(values: Float32Array): void {
    this.#elements.clear();
    this.#whole = values;
  }

  /** Give an element another value. */
  set(at: number, value: number): void {
    if (this.#whole) this.#whole[at] = value;
    else this.#elements.set(at, value);
  }

  /** The value that an element was given; undefined where it stands as it was. */
  get(at: number): number | undefined {
    return this.#whole?.[at] ?? this.#elements.get(at);
  }

  /** Write single elements that have changed into a copy of the activation, [B, T, W]. */
  writeInto(values: Float32Array): void {
    for (const [at, value] of this.#elements) values[at] = value;
  }

  clear(): void {
    this.#whole = undefined;
    this.#elements.clear();
  }

  /**
   * Do something with a group's activation as it was changed. Single elements are written where they lie and put back
   * afterwards: what was kept for the next pass stays as it was.
   * @param rowSize T * W
   */
  async with<T>(group: Group, rowSize: number, task: (activation: Feeds[string]) => Promise<T>): Promise<T> {
    const runtime = this.#runtime;
    const { activation } = group.at;
    const [from, to] = [group.first * rowSize, (group.first + group.rows) * rowSize];
    if (this.#whole) return task(runtime.float32(this.#whole.slice(from, to), activation.dims));
    const inside = [...this.#elements].filter(([at]) => at >= from && at < to);
    const before: [number, number][] = [];
    for (const [at] of inside) before.push([at - from, await runtime.readElement(activation, at - from)]);
    for (const [at, value] of inside) runtime.writeElement(activation, at - from, value);
    try {
      return await task(activation);
    } finally {
      if (!runtime.lost) for (const [at, value] of before) runtime.writeElement(activation, at, value);
    }
  }
}
