// What some sentences of a pass stand on between two segments: the tensors that cross a cut, or the encoder's output.
// The model keeps the last one for the next run, and every open pass holds one, so they are counted.

import { type HookPoint, hooked } from "../../model/index.ts";
import type { Feeds, Runtime, Tensor } from "../runtime/runtime.ts";

export class Crossing {
  readonly point: HookPoint;
  #tensors: Feeds;
  #holders = 1;
  readonly #onGone: (crossing: Crossing) => void;

  /**
   * @param tensors by graph names: normalized_resid_mid [B, T, D] and mlp_post [B, T, F], or the residual stream [B, T, D]
   * @param onGone called when nobody holds it any more
   */
  constructor(point: HookPoint, tensors: Feeds, onGone: (crossing: Crossing) => void) {
    this.point = point;
    this.#tensors = tensors;
    this.#onGone = onGone;
  }

  /** what the next segment reads, by the graphs' names */
  get tensors(): Feeds {
    return this.#tensors;
  }

  /** what a hook sees here: [B, T, width of the point] */
  get activation(): Tensor {
    return this.#tensors[hooked(this.point)]!;
  }

  /** One more holder. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /**
   * What a hook sees here, [B, T, W], for somebody who may keep it, and one holder less. The last holder gets the tensor's
   * own numbers, unless they lie on a GPU.
   */
  async take(runtime: Runtime): Promise<Float32Array> {
    const { activation } = this;
    try {
      if (this.#holders > 1 || activation.location !== "cpu") return await runtime.read(activation);
      return activation.data as Float32Array;
    } finally {
      this.release();
    }
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
