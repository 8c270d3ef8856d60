// What a sweep's view shows: the form, and every sweep that was asked for since it was opened. Plain data, except that a
// sweep's grid is filled in place: `version` says when it has been.

import type { ExperimentSpec } from "../../model/index.ts";
import type { Agreement, Completeness, Sweep, SweepProvenance, SweepSpec } from "../../model/sweep/index.ts";
import type { Problem } from "../experiment/spec.ts";
import type { SweepFields, Way } from "./sweep-fields.ts";
import type { Neuron, SweepGrid } from "./sweep-grid.ts";

export type SweepStatus =
  /** the model is opened, or the engine is busy: nothing has come yet */
  | { kind: "waiting" }
  | { kind: "running" }
  | { kind: "done" }
  | { kind: "stopped" }
  | { kind: "failed"; problem: Problem };

/** a sweep under way or done; nothing of it is lost when another one is asked for */
export interface SweepRun {
  /** counted from 1 */
  id: number;
  spec: SweepSpec;
  way: Way;
  /** undefined until the engine has answered */
  sweep: Sweep | undefined;
  provenance: SweepProvenance | undefined;
  grid: SweepGrid | undefined;
  /** counts changes of the grid */
  version: number;
  /** neurons of the step under way that are done, and how many there are in it */
  done: number;
  total: number;
  /** how well the estimates agree with the exact effects; undefined where there are not both */
  agreement: Agreement | undefined;
  /** how well integrated gradients add up */
  completeness: readonly Completeness[];
  /** ms; undefined where that is not known */
  remaining: number | undefined;
  status: SweepStatus;
}

/** a neuron that was put into the experiment's form, and what stood there before */
export interface Put extends Neuron {
  spec: ExperimentSpec;
  before: ExperimentSpec;
}

export interface SweepState {
  fields: SweepFields;
  /** in the order in which they were asked for */
  runs: readonly SweepRun[];
  /** the id of the one that is shown: the last one of which something is known, or the one that was chosen */
  shown: number | undefined;
  /** what was wrong with the last one */
  problem: Problem | undefined;
  put: Put | undefined;
}

/** The sweep that is shown. */
export const shownRun = ({ runs, shown }: SweepState): SweepRun | undefined =>
  runs.find(({ id }) => id === shown);

/** Is one under way? */
export const isBusy = ({ runs }: SweepState): boolean => runs.some(({ status }) => isUnderWay(status));

export const isUnderWay = ({ kind }: SweepStatus): boolean => kind === "waiting" || kind === "running";
