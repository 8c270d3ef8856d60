// Which of a model's exported splits a pass runs on. A split that is cut at every hook point costs 1.05 times the run of
// a pair of halves and spares opening another one, which takes seconds (docs/measured.md), so the finest is opened.

import { EngineError } from "./errors.ts";
import { type HookPoint, hookPointsOf, neuronPointsOf } from "./hook-points.ts";
import type { Manifest, Segment } from "./manifest.ts";

/** A model cut at some hook points: each segment runs from the end of the one before, the last to the encoder's end. */
export interface Split {
  name: string;
  /** the hook point at which each segment ends, in order */
  ends: readonly HookPoint[];
  segments: readonly Segment[];
  /** from a hook point at which it can stop to the encoder's end, the last layer at asked tokens only; old exports have none */
  tail: { from: HookPoint; segment: Segment } | undefined;
}

/** Every split of a model, the finest first. */
export function splitsOf({ model, splits }: Pick<Manifest, "model" | "splits">): Split[] {
  const points = hookPointsOf(model);
  return splits
    .map(({ name, cuts, segments, tail }) => ({
      name,
      ends: [...points.filter((point) => cuts.includes(point.name)), points.at(-1)!],
      segments,
      tail: tail && { from: points.find((point) => point.name === tail.from)!, segment: tail },
    }))
    .sort((a, b) => b.ends.length - a.ends.length);
}

/** Hook points at which passes of a model can stop, in order; a model exported with some layers only has fewer. */
export function stopsOf(manifest: Pick<Manifest, "model" | "splits">): HookPoint[] {
  const cuts = new Set(splitsOf(manifest).flatMap(({ ends }) => ends.map(({ name }) => name)));
  return hookPointsOf(manifest.model).filter(({ name }) => cuts.has(name));
}

/** Layers whose neurons can be reached, ascending. */
export function cutLayers(manifest: Pick<Manifest, "model" | "splits">): number[] {
  const stops = new Set(stopsOf(manifest).map(({ name }) => name));
  return neuronPointsOf(manifest.model).flatMap(({ name, layer }) => (stops.has(name) ? [layer] : []));
}

/**
 * The finest split that can stop at all of these hook points.
 * @param stops names of hook points
 * @throws EngineError "layer-range" when the model was exported without such a split
 */
export function findSplit(
  manifest: Pick<Manifest, "name" | "model" | "splits">,
  stops: readonly string[],
): Split {
  const found = splitsOf(manifest).find(({ ends }) => canStop(ends, stops));
  if (found) return found;
  throw new EngineError(
    "layer-range",
    `${manifest.name} was exported without a split that is cut at ${stops.join(" and ")}.`,
    "Choose another layer, or export it again with all layers.",
  );
}

/** Whether a split that ends its segments there stops at all of these hook points. */
export function canStop(ends: readonly HookPoint[], stops: readonly string[]): boolean {
  return stops.every((stop) => ends.some(({ name }) => name === stop));
}
