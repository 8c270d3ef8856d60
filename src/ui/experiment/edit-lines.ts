// The lines of Python that make an experiment's edits, for the scripts that pages and notebooks give away. One neuron has a
// name each for its layer and itself; of several, the hook asks in which layer it is. Pure.

import type { Hook, NeuronEdit } from "../../model/index.ts";

/** The line that names the place, or the layers whose hooks are needed. */
export function placeLine(edits: readonly NeuronEdit[]): string {
  const [{ layer, neuron }] = edits as [NeuronEdit];
  return edits.length === 1
    ? `layer, neuron = ${layer}, ${neuron}`
    : `layers = [${layersOf(edits).join(", ")}]`;
}

/**
 * The body of the hook: in order, so that edits of one neuron compose.
 * @param row Python for the neurons at the mask, without its closing bracket
 * @param assignment Python's assignment, and what is said of it
 */
export function editLines(
  edits: readonly NeuronEdit[],
  row: string,
  assignment: (hook: Hook) => string,
): string[] {
  if (edits.length === 1) return [`${row}, neuron] ${assignment(edits[0]!.hook)}`];
  return edits.flatMap(({ layer, neuron, hook }) => [
    `if hook.layer() == ${layer}:`,
    `    ${row}, ${neuron}] ${assignment(hook)}`,
  ]);
}

/** The line that says where the hook goes. */
export function hooksLine(edits: readonly NeuronEdit[], name: string): string {
  return `hooks = [(utils.get_act_name("mlp_post", layer), ${name})${edits.length === 1 ? "" : " for layer in layers"}]`;
}

/** Their layers, each once. */
export const layersOf = (edits: readonly NeuronEdit[]): number[] => [
  ...new Set(edits.map(({ layer }) => layer)),
];
