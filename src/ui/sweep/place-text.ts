// A neuron as it is written and typed: "L9 N1094". Pure.

import type { Neuron } from "./sweep-grid.ts";

/** "L9 N1094" */
export const placeText = ({ layer, neuron }: Neuron): string => `L${layer} N${neuron}`;

/**
 * The neuron that a text means: "L9 N1094", "9.1094", "layer 9, neuron 1094"; a number alone is a neuron of `layer`.
 * @param layer undefined: a number alone means nothing
 */
export function readPlace(text: string, layer: number | undefined): Neuron | undefined {
  const [, first, second] =
    /^\s*(?:l(?:ayer)?\s*)?(\d{1,6})(?:[\s.,:/x-]+(?:n(?:euron)?\s*)?|n)(\d{1,9})\s*$/i.exec(text) ?? [];
  if (first !== undefined && second !== undefined) return { layer: Number(first), neuron: Number(second) };
  const [, alone] = /^\s*(?:n(?:euron)?\s*)?(\d{1,9})\s*$/i.exec(text) ?? [];
  return alone !== undefined && layer !== undefined ? { layer, neuron: Number(alone) } : undefined;
}
