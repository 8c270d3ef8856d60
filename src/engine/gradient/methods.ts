// Sweeps by gradients, as methods of the engine's sweep: estimates of what the exact sweep computes.

import type { SweepRecord } from "../../model/index.ts";
import { checkGradient, metricGradient } from "../../model/sweep/index.ts";
import { changed } from "../sweep/changes.ts";
import type { Method } from "../sweep/host.ts";
import { Prediction } from "../sweep/prediction.ts";
import { estimated, idsOf, steady } from "./estimates.ts";
import { gradients } from "./gradients.ts";
import { integrate } from "./integrate.ts";

/** The first-order estimate: gradient times change of the activation, of all neurons from one way back. */
export const gradient: Method = async function* (sweep, { onModel, manifest }, signal) {
  checkGradient(sweep.metric, sweep.method);
  const { layers, neurons, positions } = sweep;
  const { dMlp } = manifest.model;
  let before = 0;
  const back = await gradients(
    steady(onModel),
    manifest,
    { ids: [idsOf(sweep)] },
    [sweep.position],
    (logits) => {
      before = new Prediction(logits, sweep.metric).before;
      return metricGradient(sweep.metric, logits);
    },
    { lowest: layers[0], signal },
  );
  // layers come from the last one down
  const pieces: SweepRecord[][] = [];
  for await (const { layer, mlpPost, dMlpPost } of back.layers) {
    if (!layers.includes(layer)) continue;
    const records = neurons.map((neuron) => {
      const places = positions.map((position) => position * dMlp + neuron);
      const effect = places.reduce(
        (sum, at) => sum + dMlpPost[at]! * (changed(sweep.operation, neuron, mlpPost[at]!) - mlpPost[at]!),
        0,
      );
      return estimated(sweep, { layer, neuron, activation: mlpPost[places[0]!]!, before, effect });
    });
    pieces.unshift(records);
  }
  yield* pieces;
};

/**
 * Integrated gradients of a layer along the joint path of all its neurons, as in Dai et al. 2022 (arXiv 2104.08696) and as the
 * code of Niu et al. 2024 computes them: the mean of the gradients at equally spaced points, both ends included with the same
 * weight, times the change. (Dai et al.'s own code leaves the end at the activation out: points 0 to n - 1 of n.) It is
 * Captum's LayerIntegratedGradients with a baseline at the layer itself.
 */
export const layerIntegratedGradients: Method = (sweep, host, signal, note) =>
  integrate(sweep, host, signal, note, {
    paths: [{ neurons: sweep.neurons, joint: true }],
    weights: new Array<number>(sweep.steps).fill(1 / sweep.steps),
  });

/**
 * Integrated gradients of each neuron along its own path, all others being as they are: equation 1 of Niu et al. 2024, whose
 * integral is the exact effect. By the trapezoid rule, whose error falls with the square of the number of points. (Captum's
 * NeuronIntegratedGradients is something else: what the model's input contributes to one neuron.)
 */
export const neuronIntegratedGradients: Method = (sweep, host, signal, note) => {
  const last = sweep.steps - 1;
  return integrate(sweep, host, signal, note, {
    paths: sweep.neurons.map((neuron) => ({ neurons: [neuron], joint: false })),
    weights: Array.from({ length: sweep.steps }, (_, i) => (i === 0 || i === last ? 0.5 : 1) / last),
  });
};
