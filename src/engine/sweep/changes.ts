// What is changed in each of N sentences, and what the graphs are told of it.
// T positions, P changed positions.

import { sweepNames } from "../../model/graph/index.ts";
import { operations, type SweepOperation } from "../../model/index.ts";
import type { Feeds, Runtime } from "../runtime/runtime.ts";

/** one neuron that is changed in a sentence of its own */
export interface Change {
  neuron: number;
  /** by how much its activation differs at each changed position */
  by: number[];
}

/** What becomes of a neuron's activation, as fp32. */
export function changed(operation: SweepOperation, neuron: number, activation: number): number {
  if (operation.kind === "replace") return Math.fround(operation.values[neuron]!);
  return operations.applyHook(operation, activation);
}

/**
 * The inputs of a changed layer's graph, see src/model/graph/sweep.ts.
 * @param of length: T; positions: those that are changed; position: the asked one
 */
export function changeInputs(
  runtime: Runtime,
  changes: readonly Change[],
  { length, positions, position }: { length: number; positions: readonly number[]; position: number },
): Feeds {
  const count = changes.length;
  const placeOf = Array.from({ length }, (_, at) => positions.indexOf(at));
  const rowOf = (sentence: number, at: number) =>
    placeOf[at]! < 0 ? at : length + sentence * positions.length + placeOf[at]!;
  const rows = changes.flatMap((_, sentence) => placeOf.map((_place, at) => rowOf(sentence, at)));
  const asked = changes.map((_, sentence) => rowOf(sentence, position));
  // where the asked position is not changed itself, its query is the same in all sentences
  const isShared = placeOf[position]! < 0;
  const queries = isShared ? [position] : asked;
  const queryOf = asked.map((_, sentence) => (isShared ? 0 : sentence));
  const by = Float32Array.from(changes.flatMap((change) => change.by));
  const neurons = changes.map(({ neuron }) => neuron);
  return {
    [sweepNames.neurons]: runtime.int64(neurons, [count]),
    [sweepNames.changes]: runtime.float32(by, [count, positions.length]),
    [sweepNames.changedPositions]: runtime.int64(positions, [positions.length]),
    [sweepNames.rows]: runtime.int64(rows, [count, length]),
    [sweepNames.asked]: runtime.int64(asked, [count]),
    [sweepNames.queries]: runtime.int64(queries, [queries.length]),
    [sweepNames.queryOf]: runtime.int64(queryOf, [count]),
  };
}
