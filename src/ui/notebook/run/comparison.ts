// The data of a comparison's MIME type, which may come from any file, checked. Pure.

import type { Comparison } from "../../../model/index.ts";
import type { Json } from "../../../storage/index.ts";

export const comparisonType = "application/vnd.neuron-notebook.comparison+json";

/** a comparison that can be shown */
export interface ComparisonView {
  readonly rows: readonly Comparison[];
  /** what was compared; empty when that was not said */
  readonly caption: string;
  /** what else there is to know, as where it was computed; may be empty */
  readonly note: string;
}

/** The comparison in a MIME bundle's data; undefined when there is none. */
export function toComparison(data: Json | undefined): ComparisonView | undefined {
  if (!isObject(data) || !Array.isArray(data.rows) || data.rows.length === 0) return undefined;
  const rows = (data.rows as readonly Json[]).map(toRow);
  if (!rows.every((row) => row !== undefined)) return undefined;
  return { rows, caption: text(data.caption), note: text(data.note) };
}

function toRow(row: Json, index: number): Comparison | undefined {
  if (!isObject(row) || typeof row.word !== "string") return undefined;
  const { word, before, after, delta } = row;
  if (!isProbability(before) || !isProbability(after)) return undefined;
  // a word whose probability was 0 has changed by no number of per cent
  const change = typeof delta === "number" ? delta : (after - before) / before;
  return {
    word,
    id: index,
    before,
    after,
    delta: before > 0 && Number.isFinite(change) ? change : Number.NaN,
  };
}

function isProbability(value: Json | undefined): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
