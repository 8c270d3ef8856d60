// What running cells needs of the outside world, and what it changes on the page. Types only, so that tests give a
// stand-in for both.

import type { Engine, ModelState } from "../../../engine/index.ts";
import type { Token } from "../../../model/index.ts";
import type { Kernel, KernelStatus } from "../../../python/index.ts";
import type { Retry } from "../../../storage/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { Problem } from "../../experiment/spec.ts";
import type { NotebookEvent, NotebookState } from "../book/notebook-state.ts";
import type { NotebookData } from "../library/data.ts";
import type { NotebookStatus, Price } from "./notebook-status.ts";

/** what running needs of the world outside the page */
export interface RunnerWorld {
  readonly engine: Engine;
  /** @param open called when Python opens a model: resolves when the engine has it open, to its name here */
  kernel(ports: { open(name: string): Promise<string>; onStatus(status: KernelStatus): void }): Kernel;
  /** the site's models; `onRetry` is told why their list is waited for */
  models(onRetry?: (retry: Retry) => void): Promise<readonly ModelEntry[]>;
  /** what opening a model costs */
  price(model: ModelEntry): Promise<ModelState>;
  /** the files of the open notebook; without them Python's folder is its own */
  readonly data?: Pick<NotebookData, "changeFor" | "took">;
  /** what starting Python costs */
  pythonPrice(): Promise<Price>;
}

/** what running changes on the page */
export interface RunnerPage {
  state(): NotebookState;
  dispatch(event: NotebookEvent): void;
  status(): NotebookStatus;
  show(change: Partial<NotebookStatus>): void;
  say(message: string): void;
  /** what is known of a cell's experiment */
  experiment(id: string, found: ExperimentFindings): void;
}

/** what a run found out about a cell's experiment */
export interface ExperimentFindings {
  problem?: Problem | undefined;
  tokens?: readonly Token[];
}
