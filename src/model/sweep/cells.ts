// Comma-separated values as RFC 4180 has them, with two decisions of its own. Lines end in LF, which every reader takes and
// with which the tools of a terminal work too. And a text that a spreadsheet would take for a formula gets an apostrophe in
// front, as OWASP advises, and so does one that begins with an apostrophe: a reader that takes one away has the very text.
// Numbers are not touched. Pure.

/** how a formula begins in the spreadsheets that know of it, in letters of full width too; and our own mark */
const formula = /^[=+\-@\t\r\n'\uff1d\uff0b\uff0d\uff20]/;

/** A text for a cell. */
export const guarded = (text: string): string => (formula.test(text) ? `'${text}` : text);

/** The text of a cell that {@link guarded} wrote. */
export const unguarded = (cell: string): string => (/^'/.test(cell) ? cell.slice(1) : cell);

/** One line with its end. */
export const lineOf = (cells: readonly string[]): string => `${cells.map(quoted).join()}\n`;

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** a line that was read */
export interface Line {
  cells: string[];
  /** counted from 1, of the file's own lines */
  number: number;
  /** false of a last line that does not end, as one does not that was being written */
  ended: boolean;
}

/** one cell and what follows it; in quotes, or without any */
const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** quotes that are closed, and something after them that is neither a comma nor the end of the line */
const strayAfterQuotes = /"[^"]*(?:""[^"]*)*"[^"]/y;

/** The lines of a text, one after the other; undefined in place of one that is not comma-separated values, after which there are no more. */
export function* linesOf(text: string): Generator<Line | undefined> {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let number = 1;
  let start = number;
  let cells: string[] = [];
  while (at < text.length || cells.length > 0) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (!found) {
      // or quotes that are still open at the end of what was written
      strayAfterQuotes.lastIndex = at;
      const open = text[at] === '"' && !strayAfterQuotes.test(text);
      return yield open ? { cells: [...cells, text.slice(at)], number: start, ended: false } : undefined;
    }
    const [all, inQuotes, plain = "", end] = found;
    at += all.length;
    number += all.split("\n").length - 1;
    cells.push(inQuotes?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    yield { cells, number: start, ended: end !== "" };
    cells = [];
    start = number;
  }
}
