// npm run sweep -- --merge parts/*.csv --csv all.csv: joins what several runs or machines have computed.

import { readFileSync } from "node:fs";
import {
  mergeParts,
  missingBlocks,
  missingText,
  readCsv,
  type SweepRow,
} from "../../src/model/sweep/index.ts";
import { ExportError } from "../errors.ts";
import { type Options, only, toRanges } from "./ask.ts";
import { checkJson, printTop, writeCsv, writeJson } from "./outputs.ts";

/** Read a finished CSV. @throws ExportError where there is none, or where it breaks off */
export function readFinished(path: string): SweepRow[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ExportError(`There is no file ${path}.`, "Name CSV files that npm run sweep wrote.", { cause });
  }
  const { rows, torn } = readCsv(text, path);
  if (torn)
    throw new ExportError(
      `${path} breaks off in the middle of a line.`,
      "Start the command that was writing it once more; it goes on from there.",
    );
  return rows;
}

/** @throws ExportError, EngineError where the files are not parts of one sweep */
export function merge(given: Options, files: readonly string[]): void {
  only(given, "--merge", ["merge", "csv", "json", "top", "layer", "neurons"]);
  if (files.length === 0)
    throw new ExportError("--merge has no files to merge.", "Name them: --merge parts/*.csv --csv all.csv.");
  checkJson(given.json);
  const { rows, notes } = mergeParts(files.map((name) => ({ name, rows: readFinished(name) })));
  if (given.csv !== undefined) writeCsv(given.csv, rows);
  writeJson(given.json, rows);
  printTop(rows, given);
  for (const note of notes) console.error(note);
  const missing = missingText(missingBlocks(rows, asked(given, rows)));
  if (missing !== undefined) console.error(missing);
  // what somebody has asked for by name is not there
  if (missing !== undefined && (given.layer ?? given.neurons) !== undefined) process.exitCode = 1;
}

/** what the whole is to have, where the options say; else what lies between the rows */
function asked({ layer, neurons }: Options, rows: readonly SweepRow[]) {
  if (layer === undefined && neurons === undefined) return undefined;
  const seen = (column: "layer" | "neuron") =>
    [...new Set(rows.map((row) => row[column]))].sort((a, b) => a - b);
  return {
    layers: layer === undefined ? seen("layer") : toRanges("--layer", layer),
    neurons: neurons === undefined ? seen("neuron") : toRanges("--neurons", neurons),
  };
}
