// A sweep in the terminal: the neurons that matter most, as a table.

import { format } from "../../src/model/index.ts";
import { type Completeness, ranked, type SweepRow } from "../../src/model/sweep/index.ts";

/** The first rows by effect, with the columns under each other. */
export function topTable(rows: readonly SweepRow[], top: number): string {
  const head = ["rank", "layer", "neuron", "activation", "before", "after", "effect", ""];
  const lines = ranked(rows)
    .slice(0, top)
    .map((row, i) => [
      `${i + 1}`,
      `${row.layer}`,
      `${row.neuron}`,
      row.activation.toPrecision(4),
      ...[row.before, row.after, row.effect].map((value) => format.scientific(value)),
      row.exact ? "exact" : `estimate (${row.method})`,
    ]);
  return aligned([head, ...lines]);
}

/** Cells under each other: numbers at the right, the last column at the left. */
export function aligned(lines: readonly string[][]): string {
  const last = lines[0]!.length - 1;
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => (i === last ? cell : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** how far the attributions of integrated gradients are from adding up; on the path where they are farthest */
export function completenessText(paths: readonly Completeness[]): string {
  const worst = paths.reduce((a, b) => (Math.abs(b.residual) > Math.abs(a.residual) ? b : a));
  const { layer, neuron, attributed, difference, residual } = worst;
  const where = neuron === undefined ? `layer ${layer}` : `neuron ${neuron} of layer ${layer}`;
  const [sum, change, off] = [attributed, difference, residual].map((value) => format.scientific(value));
  return `The attributions of ${where} sum to ${sum}, and the change along the path is ${change}: off by ${off}${paths.length > 1 ? `, the most of ${format.count(paths.length)} paths` : ""}.`;
}
