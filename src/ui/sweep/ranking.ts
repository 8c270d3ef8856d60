// The neurons of a grid in order, and where each stands. Pure.

import { ranked, type SweepRecord } from "../../model/sweep/index.ts";
import type { SweepGrid } from "./sweep-grid.ts";

export interface Ranking {
  /** the largest effects first */
  records: readonly SweepRecord[];
  /** From 1; a record that is not among them comes after all. */
  rankOf(record: SweepRecord): number;
}

export function rankingOf(grid: SweepGrid): Ranking {
  const records = ranked(grid.records());
  return {
    records,
    rankOf: (record) => {
      const at = records.indexOf(record);
      return (at < 0 ? records.length : at) + 1;
    },
  };
}
