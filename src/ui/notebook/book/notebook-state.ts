// What is known of the notebook that is open, and what can happen to it, as types.

import type { Emission, Outcome } from "../../../python/index.ts";
import type { Cell, CellKind, Notebook } from "../../../storage/index.ts";
import type { CellExperiment, Side } from "../events.ts";
import type { Recording } from "./recorded.ts";
import type { RunRecord } from "./staleness.ts";
import type { UndoEntry } from "./undo-entry.ts";

export type Mode = "command" | "edit";

/** what a cell is shown with, beside itself */
export interface CellView {
  /** its place in the notebook, from 1, for its label */
  readonly number: number;
  readonly selected: boolean;
  readonly mode: Mode;
  readonly run: "no" | "queued" | "running";
  /** its number is that of a run of an earlier Python, which knew what this one does not */
  readonly earlier: boolean;
  /** its outputs are those of another text, or of values that have changed since */
  readonly stale: boolean;
  /** its outputs came with the notebook; undefined where they did not */
  readonly recorded: Recording | undefined;
  readonly trusted: boolean;
  readonly readOnly: boolean;
}

/** what the page asks of <nn-cell>, and of nothing below it */
export interface CellElement extends HTMLElement {
  cell: Cell;
  view: CellView;
  /** Give the cell itself the focus: command mode. */
  focusCell(): void;
  /** Give its editor the focus; text has one in edit mode only. A number is an offset in the source. */
  focusEditor(at?: "start" | "end" | number): Promise<void>;
  /** Give the focus to the button that opens the cell's menu. */
  focusMenu(): Promise<void>;
  /** offset of the cursor in the source; undefined where no editor is open */
  cursor(): number | undefined;
  /** What stands below its source, drawn; without outputs, the cell. */
  outputs(): Promise<Element>;
  /** Mark a part of the source, and bring it into view, without taking the focus. */
  selectRange(from: number, to: number): Promise<void>;
}

export interface NotebookState {
  readonly notebook: Notebook;
  /** id of the selected cell; there is always one */
  readonly selected: string;
  readonly mode: Mode;
  /** its cells may run */
  readonly trusted: boolean;
  readonly running: string | undefined;
  /** cells that wait to run, in order */
  readonly queue: readonly string[];
  /** by cell id: what is known of its last run */
  readonly lastRuns: ReadonlyMap<string, RunRecord>;
  /** the number of the last run, since the kernel started */
  readonly count: number;
  /** how many kernels there have been here; what came with the file is of none of them */
  readonly session: number;
  readonly past: readonly UndoEntry[];
  readonly future: readonly UndoEntry[];
  /** what was copied or cut */
  readonly clipboard: Cell | undefined;
}

export type NotebookEvent =
  | { kind: "open"; notebook: Notebook; trusted: boolean }
  | { kind: "trust" }
  | { kind: "select"; id: string; mode?: Mode | undefined }
  | { kind: "step"; by: -1 | 1 }
  /** `joins`: it goes on where the last edit stopped */
  | { kind: "source"; id: string; source: string; joins?: boolean | undefined }
  | { kind: "title"; title: string }
  | { kind: "insert"; cell: Cell; beside: string; side: Side; mode: Mode }
  /** `instead` is the empty cell that stands there when it was the last one */
  | { kind: "delete"; id: string; instead: Cell; keep: boolean }
  | { kind: "copy"; id: string }
  | { kind: "move"; id: string; by: -1 | 1 }
  | { kind: "split"; id: string; at: number; newId: string }
  | { kind: "merge"; id: string; side: Side }
  | { kind: "become"; id: string; to: CellKind }
  | { kind: "heading"; id: string; level: number }
  /** `source` is the Python equivalent; without an experiment the cell becomes a plain one */
  | { kind: "experiment"; id: string; experiment: CellExperiment | undefined; source: string }
  | { kind: "replace"; sources: ReadonlyMap<string, string> }
  | { kind: "clear"; ids: readonly string[] }
  /** its outputs */
  | { kind: "hide"; ids: readonly string[]; hidden: boolean }
  | { kind: "hide-source"; id: string; hidden: boolean }
  /** it is something that a student is asked for */
  | { kind: "answer"; id: string; answer: boolean }
  /** the last change of all; with `text`, the last edit of that cell's text */
  | { kind: "undo" | "redo"; text?: string | undefined }
  | { kind: "queue"; ids: readonly string[] }
  | { kind: "unqueue" }
  | { kind: "started"; id: string }
  | { kind: "output"; id: string; output: Emission }
  | { kind: "ended"; id: string; outcome: Omit<Outcome, "count" | "milliseconds"> }
  | { kind: "restarted" };
