// What a cell puts out, on its way to the page: neighbouring text is joined, many outputs go in one message, and there is
// a limit, so that no loop of prints fills the page or the file.

import type { Emission } from "./types.ts";

/** characters of outputs that a cell may have */
export const outputLimit = 1_000_000;
/** milliseconds between two messages: about 30 in a second */
const pace = 33;

export class Outputs {
  readonly #send: (outputs: Emission[]) => void;
  #waiting: Emission[] = [];
  #sent = Number.NEGATIVE_INFINITY;
  #room = outputLimit;

  constructor(send: (outputs: Emission[]) => void) {
    this.#send = send;
  }

  add(output: Emission): void {
    if (output.output_type === "clear") {
      // what is taken away needs no room
      this.#room = outputLimit;
      this.#waiting = [];
    }
    if (this.#room <= 0) return;
    const isText = output.output_type === "stream";
    const size = isText ? output.text.length : JSON.stringify(output).length;
    // of a text that is too long the beginning is shown, of anything else nothing
    if (size <= this.#room || isText)
      this.#put(isText ? { ...output, text: output.text.slice(0, this.#room) } : output);
    this.#room -= size;
    if (this.#room < 0) this.#put({ output_type: "stream", name: "stderr", text: note });
    this.#room ||= 0;
    this.tick();
  }

  /** Send what waits, if it is time. */
  tick(): void {
    if (performance.now() - this.#sent >= pace) this.flush();
  }

  /** Send what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#send(this.#waiting);
    this.#waiting = [];
    this.#sent = performance.now();
  }

  #put(output: Emission): void {
    const last = this.#waiting.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + output.text };
    else this.#waiting.push(output);
  }
}

const note = `\nThis cell has put out more than ${outputLimit.toLocaleString("en")} characters; the rest is not shown.\n`;
