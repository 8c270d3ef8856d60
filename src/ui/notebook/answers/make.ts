// A notebook's answers as they go into a sheet. Pure. What stands in a file's outputs is anybody's, and read without trust.

import type { ExperimentResult } from "../../../engine/index.ts";
import type { Cell, Json, JsonObject, Output } from "../../../storage/index.ts";
import { defaults } from "../../experiment/settings.ts";
import { writeSettings } from "../../experiment/settings-text.ts";
import { specOf } from "../../experiment/spec.ts";
import { provenanceParts } from "../../experiment/words.ts";
import { isAnswer } from "../book/answers.ts";
import { hasExperiment } from "../book/cells.ts";
import type { NotebookState } from "../book/notebook-state.ts";
import { joined } from "../book/outputs.ts";
import { resultType } from "../book/result-output.ts";
import { staleIds } from "../book/state.ts";
import { withoutAnsi } from "../render/ansi.ts";
import type { Answer, SheetExperiment } from "./sheet.ts";

/** characters of a cell's output that a sheet holds */
const longestOutput = 8000;

/** The cells that are marked as answers, in their order. */
export function answersOf(state: NotebookState): Answer[] {
  const stale = staleIds(state);
  return state.notebook.cells.filter(isAnswer).map((cell) => ({
    cell: cell.id,
    kind: cell.kind !== "code" ? "text" : hasExperiment(cell) ? "experiment" : "code",
    run: runText(state, cell, stale.has(cell.id)),
    source: cell.source,
    output: outputText(cell.outputs),
    experiment: experimentOf(cell),
  }));
}

/** Whether a cell was run, and when; empty for one that cannot be. */
function runText({ lastRuns, session }: NotebookState, { id, kind, count }: Cell, stale: boolean): string {
  if (kind !== "code") return "";
  if (count === undefined) return "not run";
  const when = lastRuns.get(id)?.session === session ? "run in this session" : "run in an earlier session";
  return `${when}, as [${count}]${stale ? "; it, or a value it uses, has changed since" : ""}`;
}

/** What a cell has put out, as text. */
export function outputText(outputs: readonly Output[]): string {
  const text = joined(outputs).map(textOf).join("\n").trimEnd();
  return text.length > longestOutput ? `${text.slice(0, longestOutput)}\n… and more` : text;
}

function textOf(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return withoutAnsi(output.text).trimEnd();
    case "error":
      return `${output.ename}: ${output.evalue}`;
    case "display_data":
    case "execute_result": {
      const plain = output.data["text/plain"];
      const types = Object.keys(output.data).join(", ");
      return typeof plain === "string" ? withoutAnsi(plain) : `(${types}, which a sheet cannot hold)`;
    }
    default:
      return output satisfies never;
  }
}

/** The experiment that a cell's result answers, which its form may have left since. */
function experimentOf({ outputs }: Cell): SheetExperiment | undefined {
  for (const output of outputs) {
    const data: JsonObject = "data" in output ? output.data : {};
    const found = data[resultType];
    if (found !== undefined) return sheetExperiment(found);
  }
  return undefined;
}

function sheetExperiment(kept: Json): SheetExperiment | undefined {
  try {
    const { experiment, rows, provenance } = kept as unknown as ExperimentResult;
    const settings = { ...defaults, model: provenance.model, spec: specOf(experiment) };
    return {
      settings: writeSettings(settings),
      model: provenance.model,
      revision: provenance.revision,
      note: provenanceParts(provenance, experiment.edits).join(" · "),
      rows: rows.map(({ word, before, after }) => ({ word, before, after })),
    };
  } catch {
    // a result that somebody has changed by hand
    return undefined;
  }
}
