// How far a long step is, in a terminal: a bar that redraws itself, or, where output goes to a file or a log, one line
// per quarter.

import { format } from "../src/model/index.ts";

/** what a bar writes to; process.stderr is one */
interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** how amounts are written: what is done of all, and all */
interface Units {
  of(done: number, total: number): string;
  all(total: number): string;
}

const mebibyteUnits: Units = {
  of: (done, total) => `${mebibytes(done)} of ${mebibytes(total)}`,
  all: mebibytes,
};

/** "440 of 1,152 neurons" */
export const countUnits = (what: string): Units => ({
  of: (done, total) => `${format.count(done)} of ${format.count(total)} ${what}`,
  all: (total) => `${format.count(total)} ${what}`,
});

/** milliseconds between two drawings; more would only cost time */
const interval = 100;

/** One step's progress. The line ends by itself when all is done; call {@link close} when the step may have failed. */
export class ProgressBar {
  readonly #label: string;
  readonly #terminal: Terminal;
  readonly #units: Units;
  #drawn = Number.NEGATIVE_INFINITY;
  #quarter = 0;
  #open = false;

  constructor(label: string, terminal: Terminal = process.stderr, units: Units = mebibyteUnits) {
    this.#label = label;
    this.#units = units;
    this.#terminal = terminal;
  }

  /**
   * Show that `done` of `total` bytes, or other units, are done. Cheap enough to be called for every piece.
   * @param note what a line that redraws itself says after them
   */
  update(done: number, total: number, note = ""): void {
    const share = total > 0 ? Math.min(done / total, 1) : 1;
    if (this.#terminal.isTTY) this.#redraw(share, this.#units.of(done, total) + note);
    else this.#logQuarter(share, total);
  }

  /** End the line if it has not ended by itself, so that what follows starts on its own. */
  close(): void {
    if (this.#open) this.#terminal.write("\n");
    this.#open = false;
  }

  #redraw(share: number, amount: string): void {
    const now = performance.now();
    if (share < 1 && now - this.#drawn < interval) return;
    // a step that went on after it was complete would repeat its line
    if (share === 1 && this.#quarter === 4) return;
    this.#quarter = share === 1 ? 4 : 0;
    this.#drawn = now;
    const text = `${percent(share)} ${amount}`;
    const room = (this.#terminal.columns ?? 80) - this.#label.length - text.length - 5;
    const width = Math.max(0, Math.min(30, room));
    const filled = Math.floor(share * width);
    const bar = width > 4 ? `[${"=".repeat(filled)}${" ".repeat(width - filled)}] ` : "";
    this.#terminal.write(`\r${this.#label} ${bar}${text}\x1b[K`);
    this.#open = true;
    if (share === 1) this.close();
  }

  #logQuarter(share: number, total: number): void {
    const quarter = Math.floor(share * 4);
    if (quarter <= this.#quarter) return;
    this.#quarter = quarter;
    this.#terminal.write(`${this.#label}: ${percent(quarter / 4).trim()} of ${this.#units.all(total)}\n`);
  }
}

/** rounded down: 100 % means all */
function percent(share: number): string {
  return `${String(Math.floor(share * 100)).padStart(3)} %`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(bytes < 100 * 2 ** 20 ? 1 : 0)} MiB`;
}
