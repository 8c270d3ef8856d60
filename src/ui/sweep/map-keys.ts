// What a key does on the map. Pure.

import type { Neuron, SweepGrid } from "./sweep-grid.ts";

export type MapAction =
  | { kind: "move"; place: Neuron }
  | { kind: "put"; place: Neuron }
  | { kind: "zoom"; factor: number }
  /** hide what stands beside the cursor */
  | { kind: "leave" };

interface Key {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** neurons that Shift and an arrow go */
const stride = 100;

/** @returns undefined for a key that means nothing here */
export function mapKey(
  { key, shiftKey, ctrlKey, metaKey, altKey }: Key,
  { layers, neurons }: Pick<SweepGrid, "layers" | "neurons">,
  cursor: Neuron | undefined,
): MapAction | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const row = Math.max(0, layers.indexOf(cursor?.layer ?? layers[0]!));
  const column = Math.max(0, neurons.indexOf(cursor?.neuron ?? neurons[0]!));
  const at = (row: number, column: number): MapAction => ({
    kind: "move",
    place: {
      layer: layers[Math.min(layers.length - 1, Math.max(0, row))]!,
      neuron: neurons[Math.min(neurons.length - 1, Math.max(0, column))]!,
    },
  });
  const far = shiftKey ? stride : 1;
  switch (key) {
    case "ArrowLeft":
      return at(row, column - far);
    case "ArrowRight":
      return at(row, column + far);
    case "ArrowUp":
      return at(row - 1, column);
    case "ArrowDown":
      return at(row + 1, column);
    case "Home":
      return at(row, 0);
    case "End":
      return at(row, neurons.length - 1);
    case "Enter":
      return { kind: "put", place: { layer: layers[row]!, neuron: neurons[column]! } };
    case "+":
    case "=":
      return { kind: "zoom", factor: 0.5 };
    case "-":
      return { kind: "zoom", factor: 2 };
    case "0":
      return { kind: "zoom", factor: Number.POSITIVE_INFINITY };
    case "Escape":
      return { kind: "leave" };
    default:
      return undefined;
  }
}
