// What an edit does to activations: where it applies in a batch, and what it makes of each element.
// B sentences, T positions, W width of the hook point (d_mlp or d_model).

import { EngineError, type Hook, type HookPoint, operations, widthOf } from "../../model/index.ts";

/** what is done to an activation: what a hook does, or other values in its place, as mean ablation and resampling need */
export type Operation = Hook | { kind: "replace"; values: ArrayLike<number> };

/** activations to change: elements of the chosen rows, positions and indexes at one hook point */
export interface Edit {
  /** TransformerLens's name of the hook point */
  point: string;
  /** sentences of the batch; undefined: all */
  rows?: readonly number[] | undefined;
  /** undefined: all */
  positions?: readonly number[] | undefined;
  /** neurons of mlp_post, or dimensions of the residual stream; undefined: all */
  indexes?: readonly number[] | undefined;
  /** of "replace": one value per index, or per position and index, or per row, position and index, in that order */
  operation: Operation;
}

/** one element of [B, T, W] and what becomes of it */
export interface ElementEdit {
  /** flat index into [B, T, W] */
  at: number;
  change: (before: number) => number;
}

/**
 * The elements that an edit touches, in row order.
 * @throws EngineError position-range, neuron-range, hook-value, edit-values
 */
export function elementsOf(
  edit: Edit,
  [rows, length]: readonly [number, number],
  point: HookPoint,
): ElementEdit[] {
  const chosen = [
    choose(edit.rows, rows, "sentence", "a batch"),
    choose(edit.positions, length, "position", "a sentence"),
    choose(edit.indexes, widthOf(point), "index", point.name),
  ] as const;
  const { operation } = edit;
  if (operation.kind !== "replace") operations.checkHook(operation);
  const values = operation.kind === "replace" ? replacing(operation.values, chosen) : undefined;
  const elements: ElementEdit[] = [];
  for (const row of chosen[0])
    for (const position of chosen[1])
      for (const index of chosen[2]) {
        const value = values?.[elements.length % values.length];
        elements.push({
          at: (row * length + position) * widthOf(point) + index,
          change:
            operation.kind === "replace" ? () => value! : (before) => operations.applyHook(operation, before),
        });
      }
  return elements;
}

function choose(
  wanted: readonly number[] | undefined,
  size: number,
  what: string,
  of: string,
): readonly number[] {
  const chosen = wanted ?? Array.from({ length: size }, (_, i) => i);
  const strange = chosen.find((value) => !Number.isInteger(value) || value < 0 || value >= size);
  if (strange === undefined) return chosen;
  throw new EngineError(
    what === "index" ? "neuron-range" : "position-range",
    `There is no ${what} ${strange} in ${of} of ${size}.`,
    `Choose from 0 to ${size - 1}.`,
  );
}

/** fp32 values that repeat over what they do not name; @throws EngineError edit-values, hook-value */
function replacing(
  values: ArrayLike<number>,
  [rows, positions, indexes]: readonly (readonly number[])[],
): Float32Array {
  const [a, b, c] = [
    indexes!.length,
    indexes!.length * positions!.length,
    indexes!.length * positions!.length * rows!.length,
  ];
  if (![a, b, c].includes(values.length))
    throw new EngineError(
      "edit-values",
      `${values.length} values are given where ${a} activations are replaced at each of ${positions!.length} positions of ${rows!.length} sentences.`,
      `Give ${[...new Set([a, b, c])].join(" or ")} values.`,
    );
  const fp32 = Float32Array.from(values);
  const strange = fp32.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0)
    throw new EngineError(
      "hook-value",
      `${values[strange]} cannot stand for an activation.`,
      "Give finite numbers.",
    );
  return fp32;
}
