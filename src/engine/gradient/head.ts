// The head there and back: from the encoder's end to the logits of one token of each row, and from a gradient with respect to
// those back to the encoder's end.
// R rows (sentences), T positions, D d_model, V vocabulary, N tokens.

import { BackwardGraphs } from "../../model/graph/index.ts";
import { tensorNames } from "../../model/index.ts";
import type { Model } from "../run/model.ts";
import { runTokens, withBuilt } from "./built.ts";
import { backwardGraphs, type Rows } from "./steps.ts";

const { gradientOf } = BackwardGraphs;

/** The gradient of a number with respect to the logits [V] it is a function of. */
export type LogitGradient = (logits: Float32Array, row: number) => Float64Array;

/** rows at the encoder's end, and what is asked of the logits of one token of each */
export interface Ends {
  rows: Rows;
  /** [R] */
  positions: readonly number[];
  gradient: LogitGradient;
}

/** a gradient on its way back, [R, T, D], which stands for `scales[r]` times that of row r */
export interface Scaled {
  gradient: Float32Array;
  scales: number[];
}

/** The logits of one token of each row, [R, V]; the streams must have come to the encoder's end. */
export async function logitsOf(
  model: Model,
  rows: Rows,
  positions: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  // no stop is asked for, so whatever is open will do
  await model.open([], signal);
  const { layers, dModel } = model.manifest.model;
  return predict(model, tokensOf(rows.streams[layers]!, placesOf(rows, positions), dModel));
}

/** tokens [N, D] at the encoder's end -> logits [N, V] */
function predict(model: Model, tokens: Float32Array): Promise<Float32Array> {
  const { dModel } = model.manifest.model;
  const count = tokens.length / dModel;
  return model.predict(model.runtime.float32(tokens, [count, 1, dModel]), [...Array(count).keys()]);
}

/** Rows of [R*T, W] as an array of their own. */
function tokensOf(values: Float32Array, places: readonly number[], width: number): Float32Array {
  const tokens = new Float32Array(places.length * width);
  for (const [i, at] of places.entries())
    tokens.set(values.subarray(at * width, (at + 1) * width), i * width);
  return tokens;
}

/** logits that are computed at a time: 16 MB */
const mostLogits = 2 ** 22;

/**
 * The head there and back: the gradient with respect to the encoder's end. The gradient with respect to the logits is divided
 * by its largest entry, and so is all that comes of it: the way back is linear, and a probability of 1e-30 would leave
 * fp32's range on it.
 */
export async function headThereAndBack(
  model: Model,
  all: readonly Ends[],
  signal: AbortSignal | undefined,
): Promise<Scaled[]> {
  const { layers, dModel, vocabulary } = model.manifest.model;
  const { hidden, logits } = tensorNames;
  // no stop is asked for, so whatever is open will do
  await model.open([], signal);
  const atOnce = Math.max(1, Math.floor(mostLogits / vocabulary));
  return withBuilt(model, backwardGraphs(model).head(), signal, async (session) => {
    const back: Scaled[] = [];
    for (const { rows, positions, gradient } of all) {
      const end = rows.streams[layers]!;
      const out = new Float32Array(end.length);
      const scales: number[] = [];
      const places = placesOf(rows, positions);
      for (let first = 0; first < places.length; first += atOnce) {
        signal?.throwIfAborted();
        const some = places.slice(first, first + atOnce);
        const tokens = tokensOf(end, some, dModel);
        const predicted = await predict(model, tokens);
        const { dLogits, largest } = scaled(predicted, some.length, (own, i) => gradient(own, first + i));
        scales.push(...largest);
        const arrays = { [hidden]: tokens, [gradientOf(logits)]: dLogits };
        const answer = (await runTokens(model, session, some.length, arrays))[gradientOf(hidden)]!;
        for (const [i, at] of some.entries())
          out.set(answer.subarray(i * dModel, (i + 1) * dModel), at * dModel);
      }
      back.push({ gradient: out, scales });
    }
    return back;
  });
}

/** Gradients with respect to logits [N, V], each divided by its largest entry. */
function scaled(
  logits: Float32Array,
  count: number,
  gradient: LogitGradient,
): { dLogits: Float32Array; largest: number[] } {
  const width = logits.length / count;
  const dLogits = new Float32Array(logits.length);
  const largest = Array.from({ length: count }, (_, row) => {
    const exact = gradient(logits.subarray(row * width, (row + 1) * width), row);
    const most = exact.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (most > 0) for (const [id, value] of exact.entries()) dLogits[row * width + id] = value / most;
    return most;
  });
  return { dLogits, largest };
}

/** Where the tokens lie in [R*T]. */
const placesOf = ({ batch }: Rows, positions: readonly number[]): number[] =>
  positions.map((position, row) => row * batch.ids[0]!.length + position);
