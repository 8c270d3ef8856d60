// Integrated gradients as a sweep: points of the paths of many neurons, or of whole layers, go through the model together.

import {
  type Completeness,
  EngineError,
  type Manifest,
  type Sweep,
  type SweepRecord,
} from "../../model/index.ts";
import { checkGradient, metricGradient } from "../../model/sweep/index.ts";
import type { Host } from "../sweep/host.ts";
import { Prediction } from "../sweep/prediction.ts";
import { estimated, idsOf, steady } from "./estimates.ts";
import { logitsOf } from "./head.ts";
import { type Measure, type Moving, Path } from "./path.ts";
import { streamsOf } from "./steps.ts";
import { atNeurons, type PathPoint, walkPoints } from "./walk.ts";

/** multiplications of one layer forward and back that are done at a time: about a second's */
const mostWork = 1e10;
/** points that go through the model together at most: somebody who stops the sweep waits for them */
const mostPoints = 512;
/** bytes of what is left on the way forward, for the way back */
const mostBytes = 2 ** 28;

interface Rule {
  /** the paths of each layer, in order of their neurons */
  paths: readonly Moving[];
  /** of the gradients at equally spaced points, both ends included */
  weights: readonly number[];
}

/**
 * A sweep by integrated gradients.
 * @param note is told of every path how far its attributions are from adding up
 * @throws EngineError "sweep-metric" where the metric has no gradient, "sweep-method" for fewer than 2 points
 */
export async function* integrate(
  sweep: Sweep,
  { onModel, manifest }: Host,
  signal: AbortSignal | undefined,
  note: (completeness: Completeness) => void,
  { paths, weights }: Rule,
): AsyncGenerator<SweepRecord[], void, void> {
  checkGradient(sweep.metric, sweep.method);
  if (weights.length < 2)
    throw new EngineError(
      "sweep-method",
      "A path has both its ends on it, so it needs at least 2 points.",
      "Choose 2 or more; the paper has 20.",
    );
  const turn = steady(onModel);
  const ids = idsOf(sweep);
  const { position, positions } = sweep;
  const untouched = { ids, streams: await turn((model) => streamsOf(model, { ids: [ids] }, signal)) };
  const rows = { batch: { ids: [ids] }, streams: untouched.streams };
  const logits = await turn((model) => logitsOf(model, rows, [position], signal));
  const prediction = new Prediction(logits, sweep.metric);
  const measure = measureOf(sweep, prediction);

  let waiting: { path: Path; point: PathPoint }[] = [];
  async function* walk() {
    const points = waiting.map(({ point }) => point);
    const walked = [...new Set(waiting.map(({ path }) => path))];
    waiting = [];
    await walkPoints(turn, untouched, position, positions, points, signal);
    for (const path of walked.filter(({ done }) => done)) {
      note(path.completeness());
      yield recordsOf(sweep, prediction.before, path);
    }
  }
  for (const layer of sweep.layers) {
    const at = await turn((model) => atNeurons(model, untouched, layer, signal));
    for (const moving of paths) {
      const path = new Path(sweep, at, moving, weights.length);
      for (let i = weights.length - 1; i >= 0; i--) {
        waiting.push({ path, point: path.point(i / (weights.length - 1), weights[i]!, measure) });
        if (waiting.length >= pointsAtOnce(manifest, ids.length, waiting[0]!.path.at.layer)) yield* walk();
      }
    }
  }
  if (waiting.length > 0) yield* walk();
}

/** The metric and its gradient at a point of a path. */
function measureOf({ metric }: Sweep, prediction: Prediction): Measure {
  const { words } = prediction;
  const read = (logits: Float32Array) => (words ? Float32Array.from(words, (id) => logits[id]!) : logits);
  return {
    value: (logits, untouched) =>
      prediction.compare(read(untouched), read(logits), () => "At one end of the path").after,
    gradient: (logits, untouched) => metricGradient(metric, logits, untouched),
  };
}

/** Points that go through the model together, from a layer on: each layer's graphs are opened once for all of them. */
function pointsAtOnce({ model }: Manifest, length: number, layer: number): number {
  const { dModel, dMlp, layers } = model;
  const work = 3 * length * (4 * dModel ** 2 + 2 * dModel * dMlp);
  const bytes = 4 * length * dModel * (layers - layer);
  return Math.max(1, Math.floor(Math.min(mostPoints, mostWork / work, mostBytes / bytes)));
}

function recordsOf(sweep: Sweep, before: number, path: Path): SweepRecord[] {
  return path.moving.neurons.map((neuron, i) =>
    estimated(sweep, {
      layer: path.at.layer,
      neuron,
      activation: path.activationOf(neuron),
      before,
      effect: -path.attributions[i]!,
    }),
  );
}
