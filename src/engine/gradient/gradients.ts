// The gradient of a number at one token of each sentence, a function of that token's logits, with respect to every hook point
// of every layer: one pass forward, one back. Between two steps the engine is free for others.
// B sentences, T positions, D d_model, F d_mlp.

import type { Manifest } from "../../model/index.ts";
import { type Batch, checkBatch } from "../run/batch.ts";
import type { Turn } from "../run/runs.ts";
import { headThereAndBack, type LogitGradient } from "./head.ts";
import { type LayerBack, layerBack, type Rows, streamsOf } from "./steps.ts";

/** the gradients at one layer's hook points, and its activations */
export interface LayerGradients extends LayerBack {
  layer: number;
}

export interface Gradients {
  /** the gradient with respect to the encoder's end, [B, T, D] */
  dHidden: Float32Array;
  /** layers from the last one down; each is computed when it is asked for, and those that are not are left out */
  layers: AsyncGenerator<LayerGradients, void, void>;
}

/**
 * Gradients with respect to all hook points.
 * @param turn gives the model, in turn with everything else that is done with it
 * @param positions of the token that is predicted, one for each sentence
 * @param gradient is called with that token's logits, once for each sentence
 * @param lowest no layer below this one is computed
 * @throws EngineError as checkBatch, and what `gradient` throws
 */
export async function gradients(
  turn: Turn,
  manifest: Manifest,
  batch: Batch,
  positions: readonly number[],
  gradient: LogitGradient,
  { lowest = 0, signal }: { lowest?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Gradients> {
  checkBatch(batch, manifest);
  const rows: Rows = { batch, streams: await turn((model) => streamsOf(model, batch, signal)) };
  const ends = [{ rows, positions, gradient }];
  const [top] = await turn((model) => headThereAndBack(model, ends, signal));
  const { scales } = top!;
  async function* walk(): AsyncGenerator<LayerGradients, void, void> {
    let dStream = top!.gradient;
    for (let layer = manifest.model.layers - 1; layer >= lowest; layer--) {
      signal?.throwIfAborted();
      const at = [{ rows, gradient: dStream }];
      const [back] = await turn((model) => layerBack(model, layer, at, signal));
      dStream = back!.dStream;
      yield {
        layer,
        mlpPost: back!.mlpPost,
        dMlpPost: timesRows(back!.dMlpPost, scales),
        dStream: timesRows(dStream, scales),
      };
    }
  }
  return { dHidden: timesRows(top!.gradient, scales), layers: walk() };
}

/** values [R, ...] with each row multiplied by its factor */
function timesRows(values: Float32Array, factors: readonly number[]): Float32Array {
  const size = values.length / factors.length;
  return values.map((value, at) => value * factors[Math.floor(at / size)]!);
}
