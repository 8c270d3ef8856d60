import type { ExperimentResult } from "../../../engine/index.ts";
import { format } from "../../../model/index.ts";
import type { Emission } from "../../../python/index.ts";
import type { JsonObject } from "../../../storage/index.ts";
import { provenanceParts } from "../../experiment/words.ts";
import { comparisonType } from "../run/comparison.ts";

/** media type of a whole result, as the engine gives it */
export const resultType = "application/vnd.neuron-notebook.result+json";

/** An experiment's result as a cell keeps it: our table, all of it for this page, and text as the course prints it. */
export function resultOutput(result: ExperimentResult): Emission {
  const rows = result.rows.map(({ word, before, after, delta }) => ({ word, before, after, delta }));
  // the result is plain data
  const whole = JSON.parse(JSON.stringify(result)) as JsonObject;
  const { provenance, experiment } = result;
  const reason = provenance.device.reason && `. ${provenance.device.reason}`;
  return {
    output_type: "display_data",
    data: {
      [comparisonType]: {
        rows,
        note: `${provenanceParts(provenance, experiment.edits).join(" · ")}${reason}`,
      },
      [resultType]: whole,
      "text/plain": format.courseTable(result.rows),
    },
    metadata: {},
  };
}
