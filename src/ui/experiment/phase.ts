// What is going on on an experiment's page: one tagged union, and the steps from one phase to the next that need nothing else.

import type { Capability, ModelInfo, Progress, Waiting } from "../../engine/index.ts";
import type { ExperimentSpec } from "../../model/index.ts";
import type { Problem } from "./spec.ts";

/** why a browser cannot compute here */
export type Cause = Extract<Capability, { kind: "unsupported" }>["cause"];

/** a model on its way */
export type Loading = Progress & {
  /** an attempt has failed while this was loading, which is told to screen readers once */
  interrupted: boolean;
  thenRun: boolean;
  /** what arrives stays on this device */
  keep: boolean;
};

export type Phase =
  /** what this browser and this site offer is being found out; `waiting`: why that does not arrive */
  | { kind: "starting"; waiting?: Waiting }
  /** no GPU, and nobody has chosen the processor yet */
  | { kind: "unsupported"; cause: Cause }
  | { kind: "idle" }
  /** loading was asked for, and there is no room to keep the model: a person has to choose what to do */
  | { kind: "no-room"; thenRun: boolean }
  | Loading
  | { kind: "ready"; info: ModelInfo }
  | { kind: "running"; info: ModelInfo; spec: ExperimentSpec }
  /** the result shown is that of the form's settings */
  | { kind: "result"; info: ModelInfo }
  /** the result shown is one of other settings */
  | { kind: "stale"; info: ModelInfo }
  | {
      kind: "error";
      during: "start" | "load" | "run";
      problem: Problem;
      info: ModelInfo | undefined;
      /** a run was to follow the load that failed */
      thenRun: boolean;
    }
  /** the GPU went away; the next run starts it again */
  | { kind: "lost"; problem: Problem; info: ModelInfo };

/** The model that is open in this phase, if any. */
export function openModel(phase: Phase): ModelInfo | undefined {
  return "info" in phase ? phase.info : undefined;
}

export function isLoading(phase: Phase): phase is Loading {
  return phase.kind === "downloading" || phase.kind === "preparing";
}

/** Was a run to follow? */
export function wantsRun(phase: Phase): boolean {
  return "thenRun" in phase && phase.thenRun;
}

/** Checking files that are kept already does not count as a download. */
export function progressed(phase: Loading, progress: Progress): Phase {
  const { thenRun, keep } = phase;
  const { waiting } = progress;
  const interrupted = phase.interrupted || waiting?.kind === "retry";
  if (progress.kind === "preparing" || phase.kind === "preparing")
    return { kind: "preparing", waiting, interrupted, thenRun, keep };
  if (progress.total === 0) return { ...phase, waiting, interrupted };
  return { ...progress, interrupted, thenRun, keep };
}

/** errors after which the model has to be loaded before anything can run */
const closing: readonly Problem["code"][] = ["not-loaded", "model-changed"];

export function failed(phase: Phase, during: "start" | "load" | "run", problem: Problem): Phase {
  const info = during === "run" && !closing.includes(problem.code) ? openModel(phase) : undefined;
  if (problem.code === "gpu-lost" && info) return { kind: "lost", problem, info };
  return { kind: "error", during, problem, info, thenRun: during === "load" && wantsRun(phase) };
}
