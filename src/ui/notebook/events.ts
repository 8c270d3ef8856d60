// The events of the notebook's elements, all of them from something a person did. They bubble and leave shadow roots;
// what several pages share (nn-announce) is in ../events.ts. The experiment's form fires nn-run, too: nn-experiment-cell
// keeps that to itself, so the cells' own names here all differ from it.

import type { ExperimentSpec } from "../../model/index.ts";
import type { CellKind } from "../../storage/index.ts";
import type { SweepWish } from "../experiment/sweep-host.ts";
import type { Command } from "./command.ts";

/** where a new cell goes, seen from another */
export type Side = "above" | "below";

/** an experiment as a cell keeps it: of a model of the site, or without a name of its first */
export type CellExperiment = ExperimentSpec & { readonly model?: string | undefined };

/** what can be inserted */
export type NewCell = "code" | "markdown" | "experiment";

export interface CellEvents {
  /** a cell was clicked or got the focus; mode "edit" when that was its editor. `focus`: that is still to get it. */
  "nn-select": { id: string; mode: "command" | "edit"; focus?: boolean };
  /** its text changed; `joins`: that is undone together with the change before it */
  "nn-source": { id: string; source: string; joins?: boolean };
  /** the cursor left the editor at an end, by an arrow key */
  "nn-edge": { id: string; side: Side };
  "nn-run-cell": { id: string };
  "nn-insert": { id: string; side: Side; kind: NewCell };
  "nn-delete": { id: string };
  /** by -1 is up, 1 down */
  "nn-move": { id: string; by: -1 | 1 };
  "nn-duplicate": { id: string };
  "nn-kind": { id: string; kind: CellKind };
  "nn-outputs-clear": { id: string };
  /** mark it as an answer, or as one no more */
  "nn-answer-toggle": { id: string };
  /** hide or show its text */
  "nn-source-toggle": { id: string };
  /** hide or show what it has put out */
  "nn-outputs-toggle": { id: string };
  /** the form of an experiment cell was edited */
  "nn-experiment": { id: string; spec: CellExperiment };
  /** make a plain code cell of an experiment cell, or the other way round, where its source allows that */
  "nn-experiment-form": { id: string; form: boolean };
  /** something of the search for neurons of an experiment cell */
  "nn-cell-sweep": { id: string; wish: SweepWish };
  /** stop what runs and forget what waits */
  "nn-interrupt": undefined;
  /** a link leads to this id, which stands in no cell that is drawn */
  "nn-seek": { id: string };
  /** a heading of the outline, by its cell and by its id there */
  "nn-go": { cell: string; heading: string };
  "nn-title": { title: string };
  /** answers to the question what may be downloaded */
  "nn-agree": undefined;
  "nn-decline": undefined;
  /** run a command of the notebook by its name (commands.ts), as its key would */
  "nn-command": { command: Command };
  /** find: look for this text; replace one or all */
  "nn-find": { text: string; matchCase: boolean };
  "nn-find-go": { by: -1 | 1 };
  "nn-find-replace": { text: string; all: boolean };
  "nn-find-close": undefined;
  /** switch single keys on or off */
  "nn-single-key-shortcuts": { on: boolean };
}

type Listened = { [K in keyof CellEvents]: CustomEvent<CellEvents[K]> };

declare global {
  interface HTMLElementEventMap extends Listened {}
}

/** Fire an event of a cell or of a bar of the notebook. */
export function send<K extends keyof CellEvents>(from: EventTarget, type: K, detail: CellEvents[K]): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
