// Which large parts of the script a cell is drawn with (render/part.ts).

import type { Cell } from "../../../storage/index.ts";

import { experimentIn } from "../book/experiment-source.ts";
import { outputsHidden } from "../book/hidden.ts";
import { outputParts } from "../render/nn-outputs.ts";
import { type AnyPart, fetchAll, Part } from "../render/part.ts";
import { colours } from "../render/parts.ts";
import { isDrawn } from "../render/prerendered.ts";
import { proseParts } from "../render/prose-parts.ts";

const experiments = new Part(() => import("./nn-experiment-cell.ts"));

/** What a cell is drawn with that is a script of its own. */
export function partsOf(cell: Cell): AnyPart[] {
  const { kind, source, attachments } = cell;
  if (kind === "markdown") return isDrawn(source) && !attachments ? [] : proseParts(source);
  if (kind === "raw") return [];
  const outputs = outputsHidden(cell) ? [] : outputParts(cell.outputs);
  if (experimentIn(cell)) return [experiments, ...outputs];
  return isDrawn(source) ? outputs : [colours, ...outputs];
}

/** Fetch what cells are drawn with. What does not come is done without. */
export function fetchParts(cells: readonly Cell[]): Promise<void> {
  return fetchAll(cells.flatMap(partsOf));
}
