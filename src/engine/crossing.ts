// What a run stands on between two segments: the tensors that cross a cut, or the encoder's output. The model keeps the
// last one for the next run, and every open run holds one, so they are counted.

import type { Feeds, Runtime, Tensor } from "./runtime.ts";

export class Crossing {
  /** see places.ts */
  readonly place: number;
  /** the graph's name of what a hook sees here */
  readonly name: string;
  /** number of positions T */
  readonly length: number;
  #tensors: Feeds;
  #holders = 1;
  readonly #onGone: (crossing: Crossing) => void;

  /**
   * @param tensors normalized_resid_mid [1, T, D] and mlp_post [1, T, F], or the residual stream [1, T, D], by graph names
   * @param name which of them a hook sees
   * @param onGone called when nobody holds it any more
   */
  constructor(
    place: number,
    length: number,
    tensors: Feeds,
    name: string,
    onGone: (crossing: Crossing) => void,
  ) {
    this.place = place;
    this.length = length;
    this.name = name;
    this.#tensors = tensors;
    this.#onGone = onGone;
  }

  /** what the next segment reads, by the graphs' names */
  get tensors(): Feeds {
    return this.#tensors;
  }

  /** what a hook sees here: mlp_post [1, T, F], or the residual stream [1, T, D] */
  get activation(): Tensor {
    return this.#tensors[this.name]!;
  }

  /** One more holder. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /** One holder less; the last one frees the tensors. */
  release(): void {
    if (--this.#holders === 0) this.dispose();
  }

  /** Free the tensors, whoever holds them. */
  dispose(): void {
    this.#holders = 0;
    for (const tensor of Object.values(this.#tensors)) tensor.dispose();
    this.#tensors = {};
    this.#onGone(this);
  }

  /** Move the tensors off the GPU: they go with the session that made them. */
  async park(runtime: Runtime): Promise<void> {
    for (const [name, tensor] of Object.entries(this.#tensors)) {
      if (tensor.location !== "gpu-buffer") continue;
      const values = await runtime.read(tensor);
      this.#tensors[name] = runtime.float32(values, tensor.dims);
      tensor.dispose();
    }
  }
}
