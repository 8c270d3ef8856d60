import type { Token } from "../../../model/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { Problem } from "../../experiment/spec.ts";
import type { SweepState } from "../../sweep/sweep-state.ts";

/** what experiment cells are shown with, beside the cell: the same for all of them */
export interface ExperimentContext {
  /** the site's models; the first is meant where a cell names none */
  readonly models: readonly ModelEntry[];
  /** what the engine found wrong with a cell's last run, by the cell's id */
  readonly problems: ReadonlyMap<string, Problem>;
  /** a cell's sentence as its model reads it, by the cell's id; none where that is not known */
  readonly tokens: ReadonlyMap<string, readonly Token[]>;
  /** a cell's search for neurons, by the cell's id; none where it was not opened */
  readonly sweeps: ReadonlyMap<string, SweepState>;
}

export const emptyContext: ExperimentContext = {
  models: [],
  problems: new Map(),
  tokens: new Map(),
  sweeps: new Map(),
};
