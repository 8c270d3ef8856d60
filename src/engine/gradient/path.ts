// A straight path of a layer's activations at the sweep's positions, from what the operation makes of them (0, when they are
// suppressed) to what they are, and the integral of a metric's gradient along it.
//
// An attribution is the sum over the path's points of weight times gradient times the whole change; minus the attribution is the
// estimate of the operation's effect.
// P positions, F d_mlp, V vocabulary.

import type { Completeness, Sweep } from "../../model/index.ts";
import { changed } from "../sweep/changes.ts";
import type { AtNeurons, PathPoint } from "./walk.ts";

/** which neurons of a layer move along a path */
export interface Moving {
  /** those whose attributions are wanted */
  neurons: readonly number[];
  /** true: all neurons of the layer move together; false: these alone */
  joint: boolean;
}

/**
 * What is measured at a point of the path, from the logits [V] of the asked token there and at the path's end, where nothing
 * is changed: both have gone the same way, so that they differ by no rounding that the other does not have.
 */
export interface Measure {
  /** the metric */
  value(logits: Float32Array, untouched: Float32Array): number;
  /** how it changes with the logits */
  gradient(logits: Float32Array, untouched: Float32Array): Float64Array;
}

export class Path {
  readonly at: AtNeurons;
  readonly moving: Moving;
  /** d_mlp */
  readonly #width: number;
  /** [P, F]: what the activations are, and by how much they move along the path */
  readonly #activations: Float32Array;
  readonly #moves: Float32Array;
  /** of each neuron that is wanted */
  readonly attributions: Float64Array;
  /** sum of the attributions of all neurons that move */
  #attributed = 0;
  /** the metric at the path's beginning and at its end */
  readonly #ends: [number, number] = [Number.NaN, Number.NaN];
  /** logits at the path's end */
  #untouched: Float32Array | undefined;
  /** points that are left */
  #left: number;

  /** @param points how many it will be asked for */
  constructor(sweep: Sweep, at: AtNeurons, moving: Moving, points: number) {
    this.at = at;
    this.moving = moving;
    this.#left = points;
    const width = at.mlpPost.length / sweep.tokens.length;
    this.#width = width;
    this.attributions = new Float64Array(moving.neurons.length);
    this.#activations = new Float32Array(sweep.positions.length * width);
    this.#moves = new Float32Array(sweep.positions.length * width);
    const neurons = moving.joint ? Array.from({ length: width }, (_, neuron) => neuron) : moving.neurons;
    for (const [i, position] of sweep.positions.entries()) {
      this.#activations.set(at.mlpPost.subarray(position * width, (position + 1) * width), i * width);
      for (const neuron of neurons) {
        const activation = this.#activations[i * width + neuron]!;
        this.#moves[i * width + neuron] = activation - changed(sweep.operation, neuron, activation);
      }
    }
  }

  /** whether the gradients of all its points have been added */
  get done(): boolean {
    return this.#left === 0;
  }

  /** a neuron's activation at the first position */
  activationOf(neuron: number): number {
    return this.#activations[neuron]!;
  }

  /** The point after a share of the path, whose gradient counts with this weight. The one at its end, 1, is the first to run. */
  point(share: number, weight: number, { value, gradient }: Measure): PathPoint {
    return {
      at: this.at,
      mlpPost: this.#activations.map((activation, i) => activation - (1 - share) * this.#moves[i]!),
      gradient: (logits) => {
        this.#untouched ??= logits.slice();
        if (share === 0) this.#ends[0] = value(logits, this.#untouched);
        if (share === 1) this.#ends[1] = value(logits, this.#untouched);
        return gradient(logits, this.#untouched);
      },
      onGradient: (gradientThere, scale) => this.#add(gradientThere, weight * scale),
    };
  }

  /** @param gradient [P, F] */
  #add(gradient: Float32Array, weight: number): void {
    const moves = this.#moves;
    for (let at = 0; at < moves.length; at++) this.#attributed += weight * gradient[at]! * moves[at]!;
    for (const [i, neuron] of this.moving.neurons.entries())
      for (let at = neuron; at < moves.length; at += this.#width)
        this.attributions[i]! += weight * gradient[at]! * moves[at]!;
    this.#left--;
  }

  /** How far the attributions together are from what they would add up to on infinitely many points. */
  completeness(): Completeness {
    const { moving, at } = this;
    const difference = this.#ends[1] - this.#ends[0];
    return {
      layer: at.layer,
      neuron: moving.joint ? undefined : moving.neurons[0],
      attributed: this.#attributed,
      difference,
      residual: this.#attributed - difference,
    };
  }
}
