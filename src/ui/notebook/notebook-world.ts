// What a notebook's page needs of the outside world, and what it gives to whoever starts it. Types only, so that the page
// runs against a stand-in as well.

import type { ExperimentResult } from "../../engine/index.ts";
import type { Notebook, NotebookEntry, NotebookRecord } from "../../storage/index.ts";
import type { NotebookState } from "./book/notebook-state.ts";
import type { CellExperiment } from "./events.ts";
import type { Saved } from "./run/notebook-status.ts";
import type { RunnerWorld } from "./run/runner-world.ts";

/** keeps one notebook as it changes */
export interface Saver {
  /** what is kept: id, title, where it came from */
  readonly record: NotebookEntry;
  /** something has changed; `latest` is asked when it is written */
  change(latest: () => { text: string; title: string }): void;
  /** Write now what is not written yet. */
  flush(): Promise<boolean>;
  /** Write now, and nothing more; where that fails, it goes on. Both resolve to whether all of it is written. */
  close(): Promise<boolean>;
  /** Another tab has written it. "reload": show that; "ignore": what is typed here goes into a copy. */
  entry(entry: NotebookEntry): "reload" | "ignore";
}

export interface SaverHandlers {
  onState(state: Saved): void;
  /** another tab wrote first; what was typed here goes on in a copy */
  onConflict(copy: NotebookEntry): void;
}

export interface NotebookWorld extends RunnerWorld {
  saver(record: NotebookRecord, handlers: SaverHandlers): Saver;
  /** what is saved is still there when the tab is closed */
  readonly lasting: boolean;
  /** this browser can run Python */
  readonly runsPython: boolean;
  /** the experiment that a new cell starts with */
  readonly experiment: CellExperiment;
  /** the keyboard has a Command key */
  readonly mac: boolean;
  /** whether single keys are on is remembered */
  readonly singleKeyShortcuts: { get(): boolean; set(on: boolean): void };
  /** Ask the browser to delete nothing by itself; a person has just agreed to keep something large. */
  persist?(): Promise<unknown>;
  /** something runs or has stopped running */
  onBusy?(busy: boolean): void;
  /** the list of notebooks has changed: another title, or what was typed has gone into a copy */
  onKept?(): void;
  /** what is open is drawn anew */
  onDrawn?(): void;
  /** what is open has been written: its version is another one now */
  onSaved?(): void;
}

/** a notebook page that runs */
export interface NotebookHandle {
  /** Show a notebook; what was open is saved first. Resolves to whether it is shown: the page says why when it is not. */
  open(record: NotebookRecord): Promise<boolean>;
  /** Give the selected cell the focus; where it is the first, what stands above it is seen, too. */
  reveal(): Promise<void>;
  /** The reader trusts a notebook; if it is the open one, it may run. */
  trusted(entry: NotebookEntry): void;
  /** Write now what is not written yet. Resolves to whether all of it is written. */
  flush(): Promise<boolean>;
  /** It has got another title. */
  renamed(entry: NotebookEntry): void;
  /** Another tab has written a notebook: is it this one, and should it be read again? */
  changedElsewhere(entry: NotebookEntry): "reload" | "ignore";
  current(): { notebook: Notebook; record: NotebookEntry } | undefined;
  /** all that is known of what is open */
  book(): NotebookState;
  /** Run an experiment beside the cells; a person is asked before anything large is fetched. */
  compute(experiment: CellExperiment): Promise<ExperimentResult>;
  say(message: string): void;
  complain(message: string, hint: string): void;
  dispose(): void;
}
