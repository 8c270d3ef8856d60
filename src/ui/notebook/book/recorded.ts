// Outputs that a notebook came with and nobody here has computed: the site's own notebooks have those of the real PyTorch
// and TransformerLens (model-export/reference/execute_notebooks.py). A mark in the cell's metadata goes with them, into
// files and links, too, until the cell runs or is cleared. Pure.

import type { Cell, Json, JsonObject } from "../../../storage/index.ts";
import { crc32 } from "../library/crc32.ts";

/** what is known of a cell's recorded outputs */
export interface Recording {
  /** what they were computed with, in words; "" where that is not said */
  readonly by: string;
  /** they are those of the text that the cell has now */
  readonly fits: boolean;
}

const ours = "neuron_notebook";
const known = new WeakMap<Cell, Recording | undefined>();

/** A cell's recorded outputs; undefined where it has none, or its own. */
export function recordingOf(cell: Cell): Recording | undefined {
  if (!known.has(cell)) known.set(cell, read(cell));
  return known.get(cell);
}

function read({ kind, source, metadata, outputs }: Cell): Recording | undefined {
  const mark = markIn(metadata);
  if (kind !== "code" || outputs.length === 0 || !isObject(mark)) return undefined;
  const { by, crc32: checksum } = mark;
  return {
    by: typeof by === "string" ? by.slice(0, 100) : "",
    fits: checksum === crc32(new TextEncoder().encode(source)),
  };
}

/** What is said of recorded outputs. */
export function recordedText({ by, fits }: Recording): string {
  const computed = by === "" ? "Recorded" : `Recorded with ${by}`;
  return fits
    ? `${computed}; not run in this session`
    : `${computed}, before this cell was changed; not run in this session`;
}

/** The cell as one that has not run. */
export function withoutOutputs(cell: Cell): Cell {
  return { ...cell, metadata: withMarkOf(cell.metadata, {}), outputs: [], count: undefined };
}

/** The metadata of a cell whose outputs are those of another cell. */
export function withMarkOf(metadata: JsonObject, other: JsonObject): JsonObject {
  const [old, mark] = [markIn(metadata), markIn(other)];
  if (old === mark) return metadata;
  const { [ours]: own, ...rest } = metadata;
  const { recorded: _, ...kept } = isObject(own) ? own : {};
  const next: JsonObject = mark === undefined ? kept : { ...kept, recorded: mark };
  return Object.keys(next).length > 0 ? { ...rest, [ours]: next } : rest;
}

function markIn(metadata: JsonObject): Json | undefined {
  const own = metadata[ours];
  return isObject(own) ? own.recorded : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
