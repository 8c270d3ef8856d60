// The text of a sweep's operation: that of a hook, and "replace". Pure.

import { hookText, readHookText } from "../operations.ts";
import type { SweepOperation } from "./types.ts";

/** what a text of an operation is, as a sentence goes on after "takes" */
export const takesOperation = "suppress, enhance, scale:0.5, set:2.5, add:-1 or replace";

/** "suppress", "scale:0.5", and of values for each neuron "replace"; with a neuron named, its own: "replace:0.25". */
export function operationText(operation: SweepOperation, neuron?: number): string {
  if (operation.kind !== "replace") return hookText(operation);
  return neuron === undefined ? "replace" : `replace:${operation.values[neuron]}`;
}

/**
 * What {@link operationText} wrote of all neurons; undefined for other text.
 * @param values one per neuron of the layer, for "replace", which is undefined without
 */
export function readOperation(text: string, values?: readonly number[]): SweepOperation | undefined {
  if (text.toLowerCase() === "replace") return values && { kind: "replace", values };
  return readHookText(text);
}
