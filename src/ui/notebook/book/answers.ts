// Cells that are answers: what a student is asked for. The mark is a tag, which Jupyter shows, too. And how a sheet of
// answers is known before what reads it is loaded.

import type { Cell } from "../../../storage/index.ts";

const tag = "answer";

export function isAnswer({ metadata: { tags } }: Cell): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}

/** The cell as an answer, or as one no more; its other tags stay. */
export function withAnswer(cell: Cell, answer: boolean): Cell {
  if (isAnswer(cell) === answer) return cell;
  const { tags, ...rest } = cell.metadata;
  const others = Array.isArray(tags) ? tags.filter((each) => each !== tag) : [];
  const all = answer ? [...others, tag] : others;
  return { ...cell, metadata: all.length > 0 ? { ...rest, tags: all } : rest };
}

/** first line of an answer sheet (answers/sheet.ts); its last character is the number of the format */
export const sheetTitle = "Answer sheet of a Neuron Notebook, format 1";

/** Does a file begin as a sheet does, of whatever format? */
export async function startsSheet(file: Blob): Promise<boolean> {
  return (await file.slice(0, 200).text()).trimStart().startsWith(sheetTitle.slice(0, -1));
}
