// What notebooks in and out of the page need: the store, the elements around the notebook, and the page that shows it.
// Types only.

import type { ExperimentResult } from "../../../engine/index.ts";
import type { Notebook, NotebookEntry, NotebookRecord, NotebookStore } from "../../../storage/index.ts";
import type { NotebookState } from "../book/notebook-state.ts";
import type { CellExperiment } from "../events.ts";
import type { BuiltIn } from "./builtins.ts";
import type { NotebookData } from "./data.ts";
import type { FileKind } from "./document-events.ts";
import type { NnFiles } from "./nn-files.ts";
import type { NnLibrary } from "./nn-library.ts";
import type { NnSave } from "./nn-save.ts";
import type { NnTrust } from "./nn-trust.ts";

export interface DocumentsWorld {
  readonly store: NotebookStore;
  readonly builtIns: readonly BuiltIn[];
  /** where files may be dropped */
  readonly page: HTMLElement;
  readonly panel: NnLibrary | null;
  readonly save: NnSave | null;
  readonly trust: NnTrust | null;
  readonly files: NnFiles | null;
  readonly data: NotebookData;
  /** what is open, as it stands now; undefined before something is */
  current(): { notebook: Notebook; record: NotebookEntry } | undefined;
  /** all that is known of what is open */
  book(): NotebookState;
  /** Run an experiment beside the cells. */
  compute(experiment: CellExperiment): Promise<ExperimentResult>;
  /** Show a notebook; what was open is saved first. Resolves to whether it is shown: the page says why when it is not. */
  open(record: NotebookRecord): Promise<boolean>;
  /** Keep what is open as it stands now; false where that fails, which the page says. */
  flush(): Promise<boolean>;
  /** Go to the beginning of what is open. */
  reveal(): Promise<void>;
  /** the reader trusts the one that is open */
  trusted(entry: NotebookEntry): void;
  /** the open one is to have this title */
  renamed(entry: NotebookEntry): void;
  /** whether a change of the open one by another tab should be shown */
  changedElsewhere(entry: NotebookEntry): "reload" | "ignore";
  say(message: string): void;
  complain(message: string, hint: string): void;
}

export interface Documents {
  /** Open what the address says, else what this tab had open, else what was changed last, else the first of the site's. */
  start(): Promise<void>;
  openFile(file: File): Promise<void>;
  /** Ask for a file. Call it from a click or a key. */
  pick(): Promise<void>;
  newNotebook(): Promise<void>;
  download(kind: FileKind): Promise<void>;
  copyLink(): Promise<void>;
  /** Show the list anew, and what is open in it. */
  refresh(): Promise<void>;
  /** What is open is drawn anew. */
  drawn(): void;
  /** What is open has been written: its address and its title may be others now. */
  written(): void;
  dispose(): void;
}
