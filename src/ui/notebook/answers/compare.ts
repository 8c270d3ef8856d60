// What a teacher's page finds of an answer: whether it is what stands in the teacher's own notebook, and whether the numbers
// of an experiment come out again. Pure.

import type { ExperimentResult } from "../../../engine/index.ts";
import type { Cell } from "../../../storage/index.ts";
import { readSettings } from "../../experiment/settings-text.ts";
import { short } from "../../experiment/words.ts";
import type { CellExperiment } from "../events.ts";
import { outputText } from "./make.ts";
import type { Answer, SheetExperiment } from "./sheet.ts";

/** how an answer stands to the cell of the same id in the notebook that is open */
export interface Beside {
  readonly source: string;
  readonly output: string;
  readonly sameSource: boolean;
  readonly sameOutput: boolean;
}

/** The cell of the same id; undefined where the notebook has none. */
export function beside(answer: Answer, cells: readonly Cell[]): Beside | undefined {
  const cell = cells.find(({ id }) => id === answer.cell);
  if (!cell) return undefined;
  const output = outputText(cell.outputs);
  return {
    source: cell.source,
    output,
    sameSource: plain(cell.source) === plain(answer.source),
    sameOutput: plain(output) === plain(answer.output),
  };
}

const plain = (text: string) => text.replace(/\s+/g, " ").trim();

/**
 * The experiment of an answer, to be run again.
 * @returns undefined where its settings cannot be read
 */
export function experimentOf({ settings, model }: SheetExperiment): CellExperiment | undefined {
  const { settings: read, complaints } = readSettings({ hash: `#${settings}`, search: "" });
  // nothing in it means the first experiment of the site
  return complaints.length > 0 ? undefined : { ...read.spec, model };
}

export type Finding =
  | { readonly kind: "same"; readonly text: string }
  | { readonly kind: "differs"; readonly text: string };

/**
 * Fp32 on another device moves a probability by some millionths of itself; what is asked for here is a thousandth, and a
 * ten-millionth for the words that the model hardly thinks of.
 */
const [relative, absolute] = [1e-3, 1e-7];

/** Do the numbers of a sheet come out again? */
export function confirm(claimed: SheetExperiment, result: ExperimentResult): Finding {
  const { revision } = result.provenance;
  const words = new Map(result.rows.map((row) => [row.word, row]));
  const model =
    revision === claimed.revision
      ? ""
      : ` It names another version of the model (${short(claimed.revision)}) than this site has (${short(revision)}).`;
  for (const { word, before, after } of claimed.rows) {
    const here = words.get(word);
    if (!here) return { kind: "differs", text: `“${word}” is none of the experiment’s words.${model}` };
    for (const [name, said, found] of [
      ["before", before, here.before],
      ["after", after, here.after],
    ] as const)
      if (!(Math.abs(said - found) <= absolute + relative * found))
        return {
          kind: "differs",
          text: `“${word}” ${name}: ${said.toExponential(3)} on the sheet, ${found.toExponential(3)} here.${model}`,
        };
  }
  if (claimed.rows.length !== result.rows.length)
    return {
      kind: "differs",
      text: `The sheet has ${claimed.rows.length} words, the experiment ${result.rows.length}.${model}`,
    };
  return { kind: "same", text: `Computed again here: the same numbers.${model}` };
}
