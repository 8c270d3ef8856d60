// What the page of an experiment needs of the outside world, and what it gives to whoever starts it. Types only, so that
// the page runs against a stand-in as well.

import type { Capability, Engine, ExperimentResult, HubModel, ModelState } from "../../engine/index.ts";
import type { Retry, StorageReport } from "../../storage/index.ts";
import type { Embedding } from "./embedding.ts";
import type { ModelEntry } from "./models.ts";
import type { Phase } from "./phase.ts";
import type { Settings } from "./settings.ts";
import type { Shown } from "./state.ts";

export interface HubWorld {
  endpoint: string;
  /** ask it what a model is and costs */
  find: Engine["find"];
  /** bytes of a model's weights that an earlier download under a name has left here */
  arrived: (model: HubModel, name: string) => Promise<number>;
}

export interface World {
  engine: Engine;
  detect: () => Promise<Capability>;
  /** the site's list, asked for anew; `onRetry` is told why it is waited for */
  models: (onRetry?: (retry: Retry) => void) => Promise<ModelEntry[]>;
  /** make a model of files that a person chose, or of one on the Hub, and keep it; from then on it is among the models */
  open?: Engine["open"];
  /** the Hugging Face Hub, or a mirror, on sites built with it */
  hub?: HubWorld | undefined;
  /** bytes that have to be fetched before any model runs */
  toFetch: () => Promise<number>;
  /** a model that was opened here was removed */
  forget: (name: string) => void;
  /** what opening a model costs, found out without starting the engine */
  price: (model: ModelEntry) => Promise<ModelState>;
  /** the result that stands there before the first run */
  recorded: ExperimentResult;
  /** what stands there instead: this page goes on from one that has ended */
  shown?: Shown | undefined;
  /** what this origin keeps, and how much more it may */
  storage: () => Promise<StorageReport>;
  /** ask the browser to delete nothing by itself; called on a click */
  persist: () => Promise<boolean>;
  /** where the page stands */
  embedding: Embedding;
  /** address of this experiment in a tab of its own */
  ownAddress?: (settings: Settings) => string;
  /**
   * Ask for the storage of this site's own tabs; called on a click. True: from now on the engine, `price` and `storage`
   * use that store. When it is false or rejects, all of them go on with the one they had.
   */
  access?: () => Promise<boolean>;
  /** a result was computed */
  onResult?: (result: ExperimentResult) => void;
  /** a person changed the form, the model or the device */
  onSettings?: (settings: Settings) => void;
  /** another model is the one that is asked, whether it is loaded or not */
  onModel?: (model: ModelEntry | undefined) => void;
  /** something else is going on */
  onPhase?: (phase: Phase) => void;
  /** a search for neurons is under way, or is no more */
  onSweep?: (busy: boolean) => void;
}

/** a page that runs */
export interface PageHandle {
  /** Download and open the model, once the site's list of models is there. */
  load(): void;
  /** Run what stands in the form; loads the model first where it is not open. */
  run(): void;
  /**
   * Take other settings. The form is written anew only where they ask for another experiment than stands in it, and a
   * download goes on unless they ask for another model.
   */
  set(settings: Settings, complaints?: readonly string[]): void;
  /** End it: stop what is under way and give the engine's memory back. Another page may then be started in the same root. */
  dispose(): void;
  /** what the page stands at: the settings given, with what a person has changed since */
  readonly settings: Settings;
  /** the result that stands there */
  readonly shown: Shown | undefined;
}
