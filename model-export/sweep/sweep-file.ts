// The CSV that a sweep writes as it goes. Whatever stops the command, every line that was finished is there, and the next
// run goes on after it.

import { closeSync, existsSync, fstatSync, openSync, readFileSync, writeSync } from "node:fs";
import { csvLine, csvOf, inOrder, readCsv, type SweepRow } from "../../src/model/sweep/index.ts";
import { ExportError } from "../errors.ts";
import { replaceFile, writing } from "../replace-file.ts";

/** The rows of a sweep's CSV; none where there is no file. */
export function readSweep(path: string): SweepRow[] {
  return existsSync(path) ? readCsv(readFileSync(path, "utf8"), path).rows : [];
}

export class SweepFile {
  readonly path: string;
  /** all that the file holds, in the order of the file */
  readonly rows: SweepRow[];
  #file: number | undefined;
  /** bytes that are ours */
  #length = 0;

  /** Open a CSV to add to it; what is there, without a line that broke off, is in {@link rows}. */
  constructor(path: string) {
    this.path = path;
    this.rows = readSweep(path);
  }

  /** Begin to write: a file that is not there yet, or that broke off, is made whole. */
  open(): void {
    const text = csvOf(this.rows);
    replaceFile(this.path, text);
    this.#file = openSync(this.path, "a");
    this.#length = Buffer.byteLength(text);
  }

  /** @throws ExportError when another process writes into the same file, or when it cannot be written */
  add(rows: readonly SweepRow[]): void {
    const file = this.#file!;
    if (fstatSync(file).size !== this.#length)
      throw new ExportError(
        `Something else writes into ${this.path}.`,
        "Let one command write into a file, and start this one again when the other has ended.",
      );
    const lines = Buffer.from(rows.map(csvLine).join(""));
    for (let done = 0; done < lines.length; ) done += writing(this.path, () => writeSync(file, lines, done));
    this.#length += lines.length;
    for (const row of rows) this.rows.push(row);
  }

  /** Put the rows into order, and write the file even where there was nothing to add. */
  finish(): void {
    this.close();
    const ordered = csvOf(inOrder(this.rows));
    if (!existsSync(this.path) || readFileSync(this.path, "utf8") !== ordered)
      replaceFile(this.path, ordered);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
