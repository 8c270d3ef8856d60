// The page's state: one tagged union for what is going on, and beside it what stays true meanwhile. Pure; everything
// the page shows follows from a Page, and every change of it goes through `reduce`.

import type {
  Capability,
  ExperimentResult,
  ExperimentSpec,
  LoadOptions,
  ModelInfo,
  ModelState,
  Progress,
} from "../engine/index.ts";
import type { ModelEntry } from "./models.ts";
import { type Problem, sameSpec } from "./spec.ts";
import type { Cause } from "./words.ts";

export type DeviceChoice = NonNullable<LoadOptions["device"]>;

export type Phase =
  /** what this browser and this site offer is being found out */
  | { kind: "starting" }
  /** no GPU, and nobody has chosen the processor yet */
  | { kind: "unsupported"; cause: Cause }
  | { kind: "idle" }
  | { kind: "downloading"; done: number; total: number; thenRun: boolean }
  | { kind: "preparing"; thenRun: boolean }
  | { kind: "ready"; info: ModelInfo }
  | { kind: "running"; info: ModelInfo; spec: ExperimentSpec }
  /** the result shown is that of the form's settings */
  | { kind: "result"; info: ModelInfo }
  /** the result shown is one of other settings */
  | { kind: "stale"; info: ModelInfo }
  | { kind: "error"; during: "start" | "load" | "run"; problem: Problem; info: ModelInfo | undefined }
  /** the GPU went away; the next run starts it again */
  | { kind: "lost"; problem: Problem; info: ModelInfo };

export interface Shown {
  result: ExperimentResult;
  /** the settings it was asked for */
  spec: ExperimentSpec;
  /** came with the page, was not computed here */
  recorded: boolean;
}

export interface Page {
  models: readonly ModelEntry[];
  model: ModelEntry | undefined;
  capability: Capability | undefined;
  device: DeviceChoice;
  /** what opening the chosen model costs, and what of it is here already */
  price: ModelState | undefined;
  /** what stands in the form */
  draft: ExperimentSpec;
  shown: Shown | undefined;
  phase: Phase;
}

export type PageEvent =
  | { kind: "started"; models: readonly ModelEntry[]; capability: Capability }
  | { kind: "model"; model: ModelEntry }
  | { kind: "device"; device: DeviceChoice }
  | { kind: "price"; model: ModelEntry; price: ModelState }
  | { kind: "load"; thenRun: boolean }
  | { kind: "progress"; progress: Progress }
  | { kind: "cancelled" }
  | { kind: "loaded"; info: ModelInfo }
  | { kind: "edited"; spec: ExperimentSpec }
  | { kind: "run"; spec: ExperimentSpec }
  | { kind: "stopped" }
  | { kind: "done"; result: ExperimentResult }
  | { kind: "failed"; during: "start" | "load" | "run"; problem: Problem };

export function firstPage(draft: ExperimentSpec, shown: Shown | undefined): Page {
  return {
    models: [],
    model: undefined,
    capability: undefined,
    device: "auto",
    price: undefined,
    draft,
    shown,
    phase: { kind: "starting" },
  };
}

/** The model that is open in this phase, if any. */
export function openModel(phase: Phase): ModelInfo | undefined {
  return "info" in phase ? phase.info : undefined;
}

export function isLoading(phase: Phase): phase is Extract<Phase, { kind: "downloading" | "preparing" }> {
  return phase.kind === "downloading" || phase.kind === "preparing";
}

/** Is the result shown, one computed here, that of other settings than the form's, or of another model? */
export function isStale({ phase, shown, draft, model }: Page): boolean {
  if (!shown || shown.recorded || phase.kind === "running") return false;
  return (
    phase.kind === "stale" || !sameSpec(shown.spec, draft) || shown.result.provenance.model !== model?.name
  );
}

/** The page after an event. An event that comes too late for the phase changes nothing. */
export function reduce(page: Page, event: PageEvent): Page {
  const { phase } = page;
  switch (event.kind) {
    case "started":
      return unloaded({
        ...page,
        models: event.models,
        model: event.models[0],
        capability: event.capability,
      });
    case "model":
      return unloaded({ ...page, model: event.model, price: undefined });
    case "device":
      return unloaded({ ...page, device: event.device });
    case "price":
      return event.model === page.model ? { ...page, price: event.price } : page;
    case "load":
      return { ...page, phase: loading(page, event.thenRun) };
    case "progress":
      return isLoading(phase) ? { ...page, phase: progressed(phase, event.progress) } : page;
    case "cancelled":
      return isLoading(phase) ? unloaded(page) : page;
    case "loaded":
      return isLoading(phase) ? settled(page, event.info) : page;
    case "edited":
      return edited({ ...page, draft: event.spec });
    case "run": {
      const info = openModel(phase);
      return info ? { ...page, phase: { kind: "running", info, spec: event.spec } } : page;
    }
    case "stopped":
      return phase.kind === "running" ? settled(page, phase.info) : page;
    case "done":
      if (phase.kind !== "running") return page;
      return settled(
        { ...page, shown: { result: event.result, spec: phase.spec, recorded: false } },
        phase.info,
      );
    case "failed":
      return { ...page, phase: failed(phase, event.during, event.problem) };
    default:
      return event satisfies never;
  }
}

/** No model is open: say what could be done about it. */
function unloaded(page: Page): Page {
  const { capability, device } = page;
  if (capability?.kind === "unsupported" && device !== "wasm")
    return { ...page, phase: { kind: "unsupported", cause: capability.cause } };
  return { ...page, phase: { kind: "idle" } };
}

/** A second request to load only adds the wish to run. */
function loading({ phase, price, model }: Page, thenRun: boolean): Phase {
  if (isLoading(phase)) return { ...phase, thenRun: phase.thenRun || thenRun };
  const total = price?.bytes ?? model?.bytes ?? 0;
  const done = Math.min(price?.kept ?? 0, total);
  return done < total ? { kind: "downloading", done, total, thenRun } : { kind: "preparing", thenRun };
}

/** The bar never falls, whatever is reported. Checking files that are kept already is no download. */
function progressed(phase: Extract<Phase, { kind: "downloading" | "preparing" }>, progress: Progress): Phase {
  const { thenRun } = phase;
  if (progress.kind === "preparing" || phase.kind === "preparing") return { kind: "preparing", thenRun };
  const before = phase.total > 0 ? phase.done / phase.total : 0;
  const done = Math.min(progress.total, Math.max(progress.done, before * progress.total));
  return { kind: "downloading", done, total: progress.total, thenRun };
}

/** A model is open and nothing runs. */
function settled(page: Page, info: ModelInfo): Page {
  const { shown, draft } = page;
  if (!shown || shown.recorded) return { ...page, phase: { kind: "ready", info } };
  const current = sameSpec(shown.spec, draft) && shown.result.provenance.model === info.name;
  return { ...page, phase: { kind: current ? "result" : "stale", info } };
}

function edited(page: Page): Page {
  const { phase } = page;
  switch (phase.kind) {
    case "result":
    case "stale":
      return settled(page, phase.info);
    case "error":
      return phase.during === "run" && phase.info ? settled(page, phase.info) : page;
    case "starting":
    case "unsupported":
    case "idle":
    case "downloading":
    case "preparing":
    case "ready":
    case "running":
    case "lost":
      return page;
    default:
      return phase satisfies never;
  }
}

function failed(phase: Phase, during: "start" | "load" | "run", problem: Problem): Phase {
  const info = during === "run" && problem.code !== "not-loaded" ? openModel(phase) : undefined;
  if (problem.code === "gpu-lost" && info) return { kind: "lost", problem, info };
  return { kind: "error", during, problem, info };
}
