// What the forms of npm run sweep write: the table, and files, none of which takes the place of something else.

import { existsSync, readFileSync } from "node:fs";
import { csvOf, jsonOf, type SweepRow } from "../../src/model/sweep/index.ts";
import { ExportError } from "../errors.ts";
import { toNumber } from "../options.ts";
import { checkWritable, replaceFile } from "../replace-file.ts";
import type { Options } from "./ask.ts";
import { readSweep } from "./sweep-file.ts";
import { topTable } from "./table.ts";

/** how every JSON of ours begins */
const jsonStarts = ['{\n  "sweep":', '{\n  "search":'];

/** @throws ExportError where a file is there that is not of this kind */
export function checkJson(path: string | undefined): void {
  if (path === undefined) return;
  checkWritable(path);
  if (!existsSync(path)) return;
  const text = readFileSync(path, "utf8");
  if (jsonStarts.some((start) => text.startsWith(start))) return;
  throw new ExportError(`${path} is there already, and is not the JSON of a sweep.`, "Name another file.");
}

export function writeJson(path: string | undefined, rows: readonly SweepRow[]): void {
  if (path !== undefined) replaceFile(path, jsonOf(rows));
}

/**
 * Write rows into a CSV.
 * @throws ExportError where one is there that has other rows too
 */
export function writeCsv(path: string, rows: readonly SweepRow[]): void {
  const text = csvOf(rows);
  const own = new Set(text.split("\n"));
  const other = csvOf(readSweep(path))
    .split("\n")
    .find((line) => !own.has(line));
  if (other !== undefined)
    throw new ExportError(
      `${path} is there already, with rows that these files do not have.`,
      "Name another file, or merge it too.",
    );
  replaceFile(path, text);
}

export function printTop(rows: readonly SweepRow[], given: Options): void {
  const top = given.top === undefined ? 20 : toNumber("--top", given.top);
  if (!Number.isInteger(top) || top < 0)
    throw new ExportError(`--top ${given.top} is not a number of rows.`, "Give 0, for none, or more.");
  if (top > 0) console.log(topTable(rows, top));
}
