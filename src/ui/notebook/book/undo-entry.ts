// One change of a notebook as its history keeps it.

import type { Cell } from "../../../storage/index.ts";

/** cells came, went, moved, or became others: the cells before it and after it */
export interface CellsEntry {
  readonly kind: "cells";
  readonly from: readonly Cell[];
  readonly to: readonly Cell[];
  /** the cells that were selected before it and after it */
  readonly before: string;
  readonly after: string;
}

/** the text of one cell was edited, or the form that writes it */
export interface EditEntry {
  readonly kind: "edit";
  readonly id: string;
  readonly from: Edited;
  readonly to: Edited;
  /** the field of a form; undefined for text */
  readonly field: string | undefined;
  /** the next edit may join it */
  readonly open: boolean;
}

/** what an edit changes of a cell */
export type Edited = Partial<Pick<Cell, "source" | "metadata">>;

export type UndoEntry = CellsEntry | EditEntry;
