// The hook points at which a pass is told to stop, by their names.

import { EngineError, type HookPoint, stopsOf } from "../../model/index.ts";
import type { Model } from "./model.ts";

/**
 * These hook points in the order of the model.
 * @throws EngineError "hook-point" when it has no such point
 */
export function toStops(stops: readonly string[], model: Model): HookPoint[] {
  const known = stopsOf(model.manifest);
  const strange = stops.find((stop) => !known.some(({ name }) => name === stop));
  if (strange === undefined) return known.filter(({ name }) => stops.includes(name));
  throw new EngineError(
    "hook-point",
    `${model.manifest.name} has no hook point ${strange}.`,
    `There are ${known.map(({ name }) => name).join(", ")}.`,
  );
}

/**
 * A hook point by its name, where the model goes on from what lies there alone.
 * @throws EngineError "hook-point" when it has no such point, or reads more behind it
 */
export function pointOfStream(name: string, model: Model): HookPoint {
  const [point] = toStops([name], model);
  if (point?.tensors.length === 1) return point;
  throw new EngineError(
    "hook-point",
    `A pass cannot go on from ${name} alone.`,
    "Go on from a point of the residual stream.",
  );
}
