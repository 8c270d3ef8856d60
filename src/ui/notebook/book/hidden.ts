// Which parts of a cell are folded away when a notebook is opened, as Jupyter, Jupyter Book and Colab write it, and how a
// person changes that here: as Jupyter does, in the cell's metadata. Pure. What another program has put there stays.

import type { Cell, JsonObject } from "../../../storage/index.ts";
import { objectIn } from "./cells.ts";

/** which part: Jupyter's own word for it, and Jupyter Book's tags, which stand for it where Jupyter says nothing */
const parts = {
  source: { key: "source_hidden", tags: ["hide-input", "hide_input", "hide-cell", "hide_cell"] },
  outputs: { key: "outputs_hidden", tags: ["hide-output", "hide_output", "hide-cell", "hide_cell"] },
} as const;

type Part = keyof typeof parts;

/** Is its text (its code, its prose, its form) folded away? */
export function sourceHidden(cell: Cell): boolean {
  return isHidden(cell, "source");
}

/** Are its outputs folded away? */
export function outputsHidden(cell: Cell): boolean {
  return isHidden(cell, "outputs");
}

export function withSourceHidden(cell: Cell, hidden: boolean): Cell {
  return withHidden(cell, "source", hidden);
}

export function withOutputsHidden(cell: Cell, hidden: boolean): Cell {
  const { collapsed: _, ...metadata } = cell.metadata;
  return withHidden({ ...cell, metadata }, "outputs", hidden);
}

/** The title that Colab shows in place of a cell's code, from a first line such as `#@title Check { display-mode: "form" }`. */
export function formTitle({ kind, source }: Cell): string | undefined {
  const [, title] = (kind === "code" && /^\s*#\s*@title\b[ \t]*([^\n]*)/.exec(source)) || [];
  return title?.replace(/\{[^{}]*\}\s*$/, "").trim();
}

/** What stands in place of a text that is folded away: Colab's title, else the name that nbformat lets a cell have. */
export function coverTitle(cell: Cell): string | undefined {
  const { name } = cell.metadata;
  return formTitle(cell) || (typeof name === "string" && name.trim() ? name.trim().slice(0, 200) : undefined);
}

function isHidden(cell: Cell, part: Part): boolean {
  const said = objectIn(cell.metadata.jupyter)?.[parts[part].key];
  return typeof said === "boolean" ? said : hiddenElse(cell, part);
}

/** what holds where Jupyter's own word is not there */
function hiddenElse(cell: Cell, part: Part): boolean {
  const { tags, collapsed, cellView } = cell.metadata;
  const tagged = Array.isArray(tags) && parts[part].tags.some((tag) => tags.includes(tag));
  if (part === "outputs") return tagged || collapsed === true;
  return tagged || cellView === "form" || formTitle(cell) !== undefined;
}

/** Jupyter's word is written only where it is needed: to hide, or to show what a tag or a title would hide. */
function withHidden(cell: Cell, part: Part, hidden: boolean): Cell {
  const { key } = parts[part];
  const { [key]: _, ...jupyter } = objectIn(cell.metadata.jupyter) ?? {};
  const { jupyter: __, ...rest } = cell.metadata;
  const own: JsonObject = hiddenElse(cell, part) === hidden ? jupyter : { ...jupyter, [key]: hidden };
  return { ...cell, metadata: Object.keys(own).length > 0 ? { ...rest, jupyter: own } : rest };
}
