// What is changed in each of N sentences, and what the graphs are told of it.
// T positions, P changed positions, D d_model.

import { sweepNames } from "../../model/graph/index.ts";
import { operations, type SweepOperation } from "../../model/index.ts";
import type { Feeds, Runtime } from "../runtime/runtime.ts";

/** N neurons, each of which is changed in a sentence of its own */
export interface Changes {
  /** its column of W_out, [N, D] */
  columns: Float32Array;
  /** by how much its activation differs at each changed position, [N, P] */
  by: Float32Array;
}

/** where they are changed, and what is asked for */
interface Where {
  /** T */
  length: number;
  /** those that are changed */
  positions: readonly number[];
  /** the one that is asked for */
  position: number;
}

/** What becomes of a neuron's activation, as fp32. */
export function changed(operation: SweepOperation, neuron: number, activation: number): number {
  if (operation.kind === "replace") return Math.fround(operation.values[neuron]!);
  return operations.applyHook(operation, activation);
}

/** The inputs of every changed layer's graph, see src/model/graph/sweep.ts. */
export function changeInputs(
  runtime: Runtime,
  { columns, by }: Changes,
  positions: readonly number[],
): Feeds {
  const count = by.length / positions.length;
  return {
    [sweepNames.columns]: runtime.float32(columns, [count, columns.length / count]),
    [sweepNames.changes]: runtime.float32(by, [count, positions.length]),
    [sweepNames.changedPositions]: runtime.int64(positions, [positions.length]),
  };
}

/** What a graph needs besides that goes through the next layer, where each of N sentences gathers its rows. */
export function sentenceInputs(
  runtime: Runtime,
  count: number,
  { length, positions, position }: Where,
): Feeds {
  const placeOf = Array.from({ length }, (_, at) => positions.indexOf(at));
  const rowOf = (sentence: number, at: number) =>
    placeOf[at]! < 0 ? at : length + sentence * positions.length + placeOf[at]!;
  const sentences = [...Array(count).keys()];
  const rows = sentences.flatMap((sentence) => placeOf.map((_place, at) => rowOf(sentence, at)));
  const asked = sentences.map((sentence) => rowOf(sentence, position));
  // where the asked position is not changed itself, its query is the same in all sentences
  const isShared = placeOf[position]! < 0;
  const queries = isShared ? [position] : asked;
  return {
    [sweepNames.rows]: runtime.int64(rows, [count, length]),
    [sweepNames.asked]: runtime.int64(asked, [count]),
    [sweepNames.queries]: runtime.int64(queries, [queries.length]),
    [sweepNames.position]: runtime.int64([position], [1, 1]),
    [sweepNames.queryOf]: runtime.int64(isShared ? sentences.map(() => 0) : sentences, [count]),
  };
}
