// Which edits of a text are one step of undo: typing on along a line, or deleting on. A line break, another place, a turn
// from typing to deleting, and what is pasted or completed begin a new step, and so does a word when the step is long
// already. It goes by what is typed, never by how fast. Pure.

/** one edit of a text */
export interface Edit {
  readonly from: number;
  /** how many characters went */
  readonly removed: number;
  readonly inserted: string;
}

/** length from which the next word is a step of its own */
const long = 40;

export class Typing {
  /** of the step under way: where it began and where it stands, and what was typed last */
  #step: { kind: "insert" | "delete"; from: number; to: number; last: string } | undefined;

  /** The next edit is a step of its own. */
  end(): void {
    this.#step = undefined;
  }

  /** Does this edit go on with the step under way? */
  joins({ from, removed, inserted }: Edit): boolean {
    const step = this.#step;
    const kind = inserted === "" ? "delete" : "insert";
    const follows =
      step?.kind === kind &&
      (kind === "delete"
        ? from === step.from || from + removed === step.from
        : // an input method replaces what it has put there
          from + removed === step.to && from >= step.from);
    const newWord =
      step &&
      kind === "insert" &&
      step.to - step.from >= long &&
      /\s$/.test(step.last) &&
      !/^\s/.test(inserted);
    const joins = follows && !newWord && !/[\r\n]/.test(inserted);
    const start = joins && kind === "insert" ? step.from : from;
    this.#step = { kind, from: start, to: from + inserted.length, last: inserted };
    return joins;
  }
}
