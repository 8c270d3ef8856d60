// A sweep as CSV and as JSON, for the page, Python and the terminal alike, and the CSV read again. A number is written in
// the shortest way that gives the same float64 when it is read. Pure.

import { EngineError } from "../errors.ts";
import { guarded, type Line, lineOf, linesOf, unguarded } from "./cells.ts";
import { type CellKind, columnNames, columns, type SweepColumn, type SweepRow } from "./rows.ts";

/** The shortest text that is read as the same number: "0.1", "1e-7", "-0", "-Infinity". */
const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function cellText(value: SweepRow[SweepColumn]): string {
  if (value === undefined) return "";
  return typeof value === "string"
    ? guarded(value)
    : typeof value === "number"
      ? numberText(value)
      : `${value}`;
}

/** The first line of every file. */
export const csvHead = (): string => lineOf(columnNames);

/** One neuron's line. */
export const csvLine = (row: SweepRow): string => lineOf(columnNames.map((name) => cellText(row[name])));

/** The whole file. */
export const csvOf = (rows: readonly SweepRow[]): string => [csvHead(), ...rows.map(csvLine)].join("");

/** what all rows of one sweep have in common, which the JSON says once */
const sharedColumns = [
  ...["model", "repo", "revision", "encoding", "device", "runtime"],
  ...["sentence", "position", "positions", "metric"],
] as SweepColumn[];

/**
 * The rows as JSON: under "sweep" what they have in common, under "records" the other columns of each, null where a cell of
 * the CSV is empty, and a number that JSON cannot write as a text such as "-Infinity".
 * @param rows of one sweep
 */
export function jsonOf(rows: readonly SweepRow[]): string {
  const object = (row: SweepRow, names: readonly SweepColumn[]) =>
    `{${names.map((name) => `${JSON.stringify(name)}: ${jsonValue(row[name])}`).join(", ")}}`;
  const own = columnNames.filter((name) => !sharedColumns.includes(name));
  const [first] = rows;
  const sweep = first ? object(first, sharedColumns) : "null";
  const records = rows.map((row) => `\n    ${object(row, own)}`).join();
  return `{\n  "sweep": ${sweep},\n  "records": [${records}\n  ]\n}\n`;
}

function jsonValue(value: SweepRow[SweepColumn]): string {
  if (value === undefined) return "null";
  const text = typeof value === "number" ? numberText(value) : value;
  return Number.isFinite(value) ? `${text}` : JSON.stringify(text);
}

/** what a file holds */
export interface SweepFile {
  rows: SweepRow[];
  /** the last line breaks off, as it does in a file that was being written; it is not among the rows */
  torn: boolean;
}

/**
 * Read what {@link csvOf} wrote, also as a spreadsheet has saved it again, with commas.
 * @param name of the file, for what is thrown
 * @throws EngineError "sweep-file" when it is anything else
 */
export function readCsv(text: string, name: string): SweepFile {
  const lines = linesOf(text);
  const head: Line | undefined = lines.next().value ?? undefined;
  // the beginning of our own first line, or not even that
  if (csvHead().startsWith(text) && text.length < csvHead().length - 1) return { rows: [], torn: true };
  if (head?.cells.join() !== columnNames.join())
    throw refused(
      `${name} is not the CSV of a sweep: its first line does not name the columns ${columnNames.slice(0, 3).join(", ")} and so on.`,
    );
  const rows: SweepRow[] = [];
  for (const line of lines) {
    if (!line) throw refused(`${name} is not comma-separated values after its row ${rows.length}.`);
    const row = rowOf(line);
    if (typeof row === "object") rows.push(row);
    else if (!line.ended) return { rows, torn: true };
    else throw refused(`Line ${line.number} of ${name} is not one of a sweep: ${row}.`);
  }
  return { rows, torn: false };
}

function refused(message: string): EngineError {
  return new EngineError(
    "sweep-file",
    message,
    "Give a CSV that a sweep wrote: on the page, in Python or in a terminal.",
  );
}

/** The row of a line, or what is wrong with it. */
function rowOf({ cells }: Line): SweepRow | string {
  if (cells.length !== columnNames.length)
    return `it has ${cells.length} cells instead of ${columnNames.length}`;
  const row: Record<string, unknown> = {};
  for (const [i, name] of columnNames.entries()) {
    const value = readCell(columns[name], cells[i]!);
    if (value === invalid) return `its ${name} is ${JSON.stringify(cells[i])}`;
    row[name] = value;
  }
  return row as unknown as SweepRow;
}

const invalid = Symbol();

const numeral = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|-?Infinity|NaN)$/i;

function readCell(kind: CellKind, cell: string): unknown {
  if (kind === "text") return unguarded(cell);
  if (kind === "truth") {
    // spreadsheets write it in capitals
    const truth = cell.toLowerCase();
    return truth === "true" || truth === "false" ? truth === "true" : invalid;
  }
  if (kind.endsWith("?") && cell === "") return undefined;
  const value = numeral.test(cell) ? Number(cell) : invalid;
  return kind.startsWith("whole") && !(Number.isSafeInteger(value) && Number(value) >= 0) ? invalid : value;
}
