// A sweep that Python holds as the very same file that the page and the terminal write.

import type { SweepAbout } from "../../engine/worker/bridge.ts";
import type { SweepRecord } from "../../model/index.ts";
import { csvOf, jsonOf, rowsOf } from "../../model/sweep/index.ts";

/**
 * @param kind of file
 * @param about as the engine said it of the sweep
 * @param records JSON of a list of records, each with the names and values of a SweepRecord; a number that JSON cannot write is a text
 */
export function sweepText(kind: "csv" | "json", about: string, records: string): string {
  const { sweep, provenance } = JSON.parse(about) as SweepAbout;
  const rows = rowsOf({ sweep, provenance, records: JSON.parse(records, numeral) as SweepRecord[] });
  return kind === "csv" ? csvOf(rows) : jsonOf(rows);
}

const numeral = (key: string, value: unknown) =>
  typeof value === "string" && key !== "method" ? Number(value) : value;
