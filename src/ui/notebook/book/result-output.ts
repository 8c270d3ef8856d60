import type { ExperimentResult } from "../../../engine/index.ts";
import { format } from "../../../model/index.ts";
import type { Emission } from "../../../python/index.ts";
import type { JsonObject } from "../../../storage/index.ts";
import { provenanceParts } from "../../experiment/words.ts";
import { comparisonType } from "../run/comparison.ts";

/** media type of what an answer sheet takes from a result: its experiment, its rows and where they come from */
export const resultType = "application/vnd.neuron-notebook.result+json";

/** An experiment's result as a cell keeps it: our table, what answer sheets take from it, and text as the course prints it. */
export function resultOutput(result: ExperimentResult): Emission {
  const rows = result.rows.map(({ word, before, after, delta }) => ({ word, before, after, delta }));
  const { provenance, experiment } = result;
  // the result is plain data; what else there is of it would make files and links long
  const kept = JSON.parse(JSON.stringify({ experiment, rows: result.rows, provenance })) as JsonObject;
  const reason = provenance.device.reason && `. ${provenance.device.reason}`;
  return {
    output_type: "display_data",
    data: {
      [comparisonType]: {
        rows,
        note: `${provenanceParts(provenance, experiment.edits).join(" · ")}${reason}`,
      },
      [resultType]: kept,
      "text/plain": format.courseTable(result.rows),
    },
    metadata: {},
  };
}
