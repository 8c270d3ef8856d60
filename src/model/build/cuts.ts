// Where a model is cut: which splits it gets.

import type { HookPoint } from "../hook-points.ts";

/** The halves cut at the preferred layer, and one split that is cut at every hook point, or at the layers that were asked for. */
export function plannedSplits(
  points: readonly HookPoint[],
  neurons: readonly HookPoint[],
  cuts: readonly number[],
  preferred: number,
  everywhere: boolean,
): { name: string; at: HookPoint[] }[] {
  const wanted = neurons.filter(({ layer }) => cuts.includes(layer));
  const halves = { name: `layer-${preferred}`, at: wanted.filter(({ layer }) => layer === preferred) };
  if (everywhere) return [halves, { name: "every-hook-point", at: points.slice(0, -1) }];
  return cuts.length > 1
    ? [halves, { name: `layers-${cuts.join("-")}`.slice(0, 100), at: wanted }]
    : [halves];
}

/** The hook point a tail begins at: the last cut that all of the last layer lies after. */
export function withTail(at: readonly HookPoint[], layers: number): HookPoint | undefined {
  return at.findLast(({ kind, layer }) => layer < layers - 1 || (layer === layers - 1 && kind === "resid"));
}

/** layer 9, which the course uses, or the layer three quarters up, as it is in a model of twelve */
export function preferredCut(cuts: readonly number[], layers: number): number {
  const wanted = layers > 9 ? 9 : Math.floor((layers * 3) / 4);
  return cuts.reduce((best, cut) => (Math.abs(cut - wanted) < Math.abs(best - wanted) ? cut : best));
}
