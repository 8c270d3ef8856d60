// The page's state: a phase (phase.ts), and beside it what stays true meanwhile. Pure; everything
// the page shows follows from a Page, and every change of it goes through `reduce`.

import type {
  Capability,
  ExperimentResult,
  LoadOptions,
  ModelInfo,
  ModelState,
  Progress,
  Waiting,
} from "../../engine/index.ts";
import type { ExperimentSpec } from "../../model/index.ts";
import type { StorageReport } from "../../storage/index.ts";
import type { Embedding } from "./embedding.ts";
import type { ModelEntry } from "./models.ts";
import { failed, isLoading, openModel, type Phase, progressed, wantsRun } from "./phase.ts";
import { fits } from "./price.ts";
import type { Settings } from "./settings.ts";
import { type Problem, sameSpec } from "./spec.ts";

export type DeviceChoice = NonNullable<LoadOptions["device"]>;

export interface Shown {
  result: ExperimentResult;
  /** the settings it was asked for */
  spec: ExperimentSpec;
  /** came with the page, was not computed here */
  recorded: boolean;
}

/** a kept model that was removed */
export interface Removed {
  title: string;
  /** bytes; undefined when the browser would not */
  freed: number | undefined;
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
  /** what stands in the form will run by itself in a moment */
  pending: boolean;
  shown: Shown | undefined;
  phase: Phase;
  /** as last given from outside; model, draft and device above are what a person has made of them since */
  settings: Settings;
  /** what of the settings could not be followed, as sentences */
  complaints: readonly string[];
  embedding: Embedding;
  /** what this origin keeps */
  storage: StorageReport | undefined;
  /** what the browser answered when it was asked to keep it all */
  promise: "granted" | "refused" | undefined;
  /** the last model that was removed */
  removed: Removed | undefined;
}

export type PageEvent =
  /** what the site offers is asked for, the first time or once more */
  | { kind: "starting"; waiting?: Waiting }
  | { kind: "started"; models: readonly ModelEntry[]; capability: Capability }
  | { kind: "settings"; settings: Settings; complaints: readonly string[] }
  | { kind: "model"; model: ModelEntry }
  /** there are other models now; `chosen` is one of them */
  | { kind: "models"; models: readonly ModelEntry[]; chosen?: ModelEntry }
  | { kind: "device"; device: DeviceChoice }
  | { kind: "price"; model: ModelEntry; price: ModelState }
  | { kind: "load"; thenRun: boolean; keep: boolean }
  /** what is to be loaded and kept turns out not to fit */
  | { kind: "no-room" }
  | { kind: "progress"; progress: Progress }
  | { kind: "cancelled" }
  | { kind: "loaded"; info: ModelInfo }
  | { kind: "edited"; spec: ExperimentSpec; pending?: boolean }
  /** what stands in the form does not run by itself after all */
  | { kind: "waived" }
  | { kind: "run"; spec: ExperimentSpec }
  | { kind: "stopped" }
  | { kind: "done"; result: ExperimentResult }
  | { kind: "failed"; during: "start" | "load" | "run"; problem: Problem }
  | { kind: "storage"; report: StorageReport }
  | { kind: "removed"; removed: Removed }
  | { kind: "promise"; answer: "granted" | "refused" }
  | { kind: "access"; answer: "granted" | "refused" };

export function firstPage(settings: Settings, shown: Shown | undefined, embedding: Embedding): Page {
  return {
    models: [],
    model: undefined,
    capability: undefined,
    device: settings.device,
    price: undefined,
    draft: settings.spec,
    pending: false,
    shown,
    phase: { kind: "starting" },
    settings,
    complaints: [],
    embedding,
    storage: undefined,
    promise: undefined,
    removed: undefined,
  };
}

/** What the page stands at: the settings it was given, with what a person has changed since. */
export function settingsOf({ settings, models, model, draft, device }: Page): Settings {
  // the first is meant where none is named, and a link that names none stays as it is
  const name = model === models[0] ? undefined : model?.name;
  return { ...settings, model: model ? name : settings.model, spec: draft, device };
}

/** Is the result shown that of other settings than the form's? One computed here is also that of one model only. */
export function isStale({ phase, shown, draft, model }: Page): boolean {
  if (!shown) return false;
  if (!sameSpec(shown.spec, draft)) return true;
  if (shown.recorded) return false;
  // until the site's models are known, no other one is chosen
  return phase.kind === "stale" || (model !== undefined && shown.result.provenance.model !== model.name);
}

/** The page after an event. An event that comes too late for the phase changes nothing. */
export function reduce(page: Page, event: PageEvent): Page {
  const { phase } = page;
  switch (event.kind) {
    case "starting":
      return { ...page, phase: event };
    case "started":
      return unloaded(choose({ ...page, models: event.models, capability: event.capability }));
    case "settings":
      return follow(page, event.settings, event.complaints);
    case "model":
      return unloaded({ ...page, model: event.model, price: undefined });
    case "models":
      return others(page, event.models, event.chosen);
    case "device":
      return isLoading(phase)
        ? { ...page, device: event.device }
        : unloaded({ ...page, device: event.device });
    case "price":
      return event.model === page.model ? { ...page, price: event.price } : page;
    case "load":
      return { ...page, phase: loading(page, event.thenRun, event.keep) };
    case "no-room":
      return isLoading(phase) ? { ...page, phase: { kind: "no-room", thenRun: phase.thenRun } } : page;
    case "progress":
      return isLoading(phase) ? { ...page, phase: progressed(phase, event.progress) } : page;
    case "cancelled":
      return isLoading(phase) || phase.kind === "no-room" ? unloaded(page) : page;
    case "loaded":
      return isLoading(phase) ? settled({ ...page, removed: undefined }, event.info) : page;
    case "edited":
      return edited({ ...page, draft: event.spec, pending: event.pending ?? false });
    case "waived":
      return { ...page, pending: false };
    case "run": {
      const info = openModel(phase);
      return info ? { ...page, pending: false, phase: { kind: "running", info, spec: event.spec } } : page;
    }
    case "stopped":
      return phase.kind === "running" ? settled({ ...page, pending: false }, phase.info) : page;
    case "done":
      if (phase.kind !== "running") return page;
      return settled(
        {
          ...page,
          shown: { result: event.result, spec: phase.spec, recorded: false },
          // whatever a link got wrong, this is a result of what stands in the form
          complaints: [],
        },
        phase.info,
      );
    case "failed":
      return { ...page, pending: false, phase: failed(phase, event.during, event.problem) };
    case "storage":
      return { ...page, storage: event.report };
    case "removed":
      return { ...page, removed: event.removed };
    case "promise":
      return { ...page, promise: event.answer };
    case "access":
      return page.embedding.kind === "framed"
        ? { ...page, embedding: { ...page.embedding, access: event.answer } }
        : page;
    default:
      return event satisfies never;
  }
}

/** No model is open: say what could be done about it. */
function unloaded(before: Page): Page {
  const page = { ...before, pending: false };
  const { capability, device } = page;
  if (!capability) return { ...page, phase: { kind: "starting" } };
  if (capability.kind === "unsupported" && device !== "wasm")
    return { ...page, phase: { kind: "unsupported", cause: capability.cause } };
  return { ...page, phase: { kind: "idle" } };
}

/** The model that the settings name; where this site has no such model, the first, and a word about it. */
function choose(page: Page): Page {
  const { models, settings, complaints } = page;
  const [first] = models;
  const named = models.find(({ name }) => name === settings.model);
  if (named || !first || settings.model === undefined) return { ...page, model: named ?? first };
  // a link may ask for anything, at any length
  const asked = settings.model.length > 40 ? `${settings.model.slice(0, 39)}…` : settings.model;
  const open = page.embedding.kind === "own" ? " If you have its folder, open it with “Open a model…”." : "";
  const unknown = `This site has no model called “${asked}”; ${first.title} is used instead.${open}`;
  return { ...page, model: first, complaints: [...complaints, unknown] };
}

/** Other models; the one that is chosen stays so, unless another is or it is there no more. */
function others(page: Page, models: readonly ModelEntry[], chosen?: ModelEntry): Page {
  const model = chosen ?? models.find((each) => each === page.model) ?? models[0];
  if (model === page.model) return { ...page, models };
  return unloaded({ ...page, models, model, price: undefined, complaints: [] });
}

/** Other settings from outside. A load under way goes on, unless it is of another model. */
function follow(before: Page, settings: Settings, complaints: readonly string[]): Page {
  const { spec, device } = settings;
  const page = choose({ ...before, settings, complaints, draft: spec, device, pending: false });
  if (page.model !== before.model) return unloaded({ ...page, price: undefined });
  if (device !== before.device && !isLoading(before.phase)) return unloaded(page);
  return edited(page);
}

/** A second request to load only adds the wish to run. What should be kept and does not fit has to wait for a choice. */
function loading({ phase, price, model }: Page, run: boolean, keep: boolean): Phase {
  const thenRun = run || wantsRun(phase);
  if (isLoading(phase)) return { ...phase, thenRun };
  if (keep && price && !fits(price)) return { kind: "no-room", thenRun };
  const total = price?.bytes ?? model?.bytes ?? 0;
  const done = Math.min(price?.kept ?? 0, total);
  const fresh = { waiting: undefined, interrupted: false, thenRun, keep };
  return done >= total ? { kind: "preparing", ...fresh } : { kind: "downloading", done, total, ...fresh };
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
    case "no-room":
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
