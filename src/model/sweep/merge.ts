// Parts of a sweep, computed in several runs or on several machines, joined to what one run would have written. Pure.

import { EngineError } from "../errors.ts";
import { csvLine } from "./csv.ts";
import { rangesText } from "./ranges.ts";
import type { SweepColumn, SweepRow } from "./rows.ts";

/** one file of rows, and what to call it in a sentence */
export interface SweepPart {
  name: string;
  rows: readonly SweepRow[];
}

/** what rows must agree in, and how a sentence calls it */
const same: Readonly<Partial<Record<SweepColumn, string>>> = {
  model: "model",
  repo: "repository",
  revision: "revision of the model",
  encoding: "encoding of the weights",
  sentence: "sentence",
  position: "position",
  positions: "positions of the operation",
  metric: "metric",
  operation: "operation",
  method: "method",
  steps: "number of steps",
};

/** a neuron's own value belongs to the neuron */
const sharedText = (row: SweepRow, column: SweepColumn): string =>
  column === "operation" ? row.operation.replace(/^replace:.*/, "replace") : `${row[column] ?? "none"}`;

export interface Merged {
  /** in order of layer and neuron */
  rows: SweepRow[];
  /** sentences on what a person should know of them: where they were computed on different devices or runtimes */
  notes: string[];
}

/**
 * Join parts of one sweep. A row that stands in several counts once.
 * @throws EngineError "sweep-parts" when they are not of one sweep, or when a neuron has different values in two of them
 */
export function mergeParts(parts: readonly SweepPart[]): Merged {
  const places = parts.flatMap(({ name, rows }) => rows.map((row) => ({ name, row })));
  const [first] = places;
  if (!first)
    throw refused("There are no rows to merge.", "Give the CSV files of parts that have computed something.");
  const joined = new Map<number, { name: string; row: SweepRow }>();
  for (const place of places) {
    checkSame(first, place);
    const key = place.row.layer * 2 ** 32 + place.row.neuron;
    const other = joined.get(key);
    if (!other) joined.set(key, place);
    else if (numbers(other.row) !== numbers(place.row))
      throw refused(
        `Neuron ${place.row.neuron} of layer ${place.row.layer} has an effect of ${other.row.effect} in ${other.name} and of ${place.row.effect} in ${place.name}.`,
        "Compute one of the two again, on the same device as the other parts.",
      );
  }
  const rows = [...joined.entries()].sort(([a], [b]) => a - b).map(([, { row }]) => row);
  return { rows, notes: (["device", "runtime"] as const).flatMap((column) => differing(rows, column)) };
}

/** in what two rows differ that are not of one sweep */
export interface SweepDifference {
  /** "sentence", "revision of the model" */
  what: string;
  one: string;
  other: string;
}

/**
 * The first thing in which two rows are not of one sweep; undefined where they are. Device and runtime are none.
 * @param besides columns that may differ all the same
 */
export function differenceOf(
  one: SweepRow,
  other: SweepRow,
  besides: readonly SweepColumn[] = [],
): SweepDifference | undefined {
  for (const [column, what] of Object.entries(same) as [SweepColumn, string][]) {
    const difference = { what, one: sharedText(one, column), other: sharedText(other, column) };
    if (difference.one !== difference.other && !besides.includes(column)) return difference;
  }
  return undefined;
}

function checkSame(first: { name: string; row: SweepRow }, other: { name: string; row: SweepRow }): void {
  const difference = differenceOf(first.row, other.row);
  if (difference)
    throw refused(
      `${other.name} does not belong to ${first.name}: its ${difference.what} is ${difference.other}, and there it is ${difference.one}.`,
      "Merge parts of one sweep only.",
    );
}

/** what was computed, without where */
const numbers = (row: SweepRow): string => csvLine({ ...row, device: "", runtime: "" });

function differing(rows: readonly SweepRow[], column: "device" | "runtime"): string[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
  if (counts.size < 2) return [];
  const list = [...counts].map(([name, count]) => `${name} (${count} neurons)`).join(", ");
  return [
    `Not all parts have the same ${column}: ${list}. The last digits of numbers may differ between them.`,
  ];
}

/** the same neurons of each of some layers */
export interface NeuronBlock {
  layers: number[];
  neurons: number[];
}

/**
 * What rows lack of a whole sweep, as blocks of layers that lack the same neurons.
 * @param asked default: every neuron that one of the layers has a row of, and those between, of the layers with rows
 */
export function missingBlocks(
  rows: readonly Pick<SweepRow, "layer" | "neuron">[],
  asked: NeuronBlock = seenBlock(rows),
): NeuronBlock[] {
  const there = new Map<number, Set<number>>(asked.layers.map((layer) => [layer, new Set()]));
  for (const { layer, neuron } of rows) there.get(layer)?.add(neuron);
  const blocks = new Map<string, NeuronBlock>();
  for (const [layer, has] of there) {
    const neurons = asked.neurons.filter((neuron) => !has.has(neuron));
    if (neurons.length === 0) continue;
    const block = blocks.get(rangesText(neurons));
    if (block) block.layers.push(layer);
    else blocks.set(rangesText(neurons), { layers: [layer], neurons });
  }
  return [...blocks.values()];
}

function seenBlock(rows: readonly Pick<SweepRow, "layer" | "neuron">[]): NeuronBlock {
  let last = -1;
  for (const { neuron } of rows) if (neuron > last) last = neuron;
  const layers = [...new Set(rows.map(({ layer }) => layer))].sort((a, b) => a - b);
  return { layers, neurons: Array.from({ length: last + 1 }, (_, neuron) => neuron) };
}

/** "Missing: neurons 192-383 of layers 0-11; neuron 5 of layer 9."; undefined when nothing is. */
export function missingText(blocks: readonly NeuronBlock[]): string | undefined {
  const some = (word: string, numbers: readonly number[]) =>
    `${word}${numbers.length === 1 ? "" : "s"} ${rangesText(numbers)}`;
  const texts = blocks.map(({ layers, neurons }) => `${some("neuron", neurons)} of ${some("layer", layers)}`);
  return texts.length > 0 ? `Missing: ${texts.join("; ")}.` : undefined;
}

function refused(message: string, hint: string): EngineError {
  return new EngineError("sweep-parts", message, hint);
}

/** Rows in order of layer and neuron. */
export const inOrder = <Row extends Pick<SweepRow, "layer" | "neuron">>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => a.layer - b.layer || a.neuron - b.neuron);
