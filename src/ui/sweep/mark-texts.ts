// How a map is to be read. Pure.

import type { SweepGrid } from "./sweep-grid.ts";

/** How a map is to be read, as sentences. */
export function markTexts(grid: SweepGrid, each: number): string[] {
  const single = grid.layers.length === 1;
  const mark = single ? "bar" : "mark";
  return [
    single ? "" : "The strength of a colour is the cube root of the effect’s share of the largest.",
    each > 1
      ? `Each ${mark} shows the strongest of ${each} neurons side by side.`
      : `Each ${mark} is a neuron.`,
    grid.estimated === 0
      ? ""
      : single
        ? "Pale bars are estimates, full ones exact."
        : "Marks of half height are estimates, those of full height exact.",
    grid.exact + grid.estimated < grid.total ? `${single ? "Gaps" : "Grey parts"} were not computed.` : "",
  ].filter(Boolean);
}
