// What a cell puts out, on its way to the page: neighbouring text is joined, many outputs go in one message, and there is
// a limit, so that no loop of prints fills the page or the file.

import { mostOutputs } from "../messages.ts";
import type { Emission, Output } from "../types.ts";

/** characters of outputs that a cell may have */
export const outputLimit = 1_000_000;
/** characters that an error's message and its traceback may have each */
const errorLimit = 20_000;
/** milliseconds between two messages: about 30 in a second */
const pace = 33;

type ErrorOutput = Extract<Output, { output_type: "error" }>;

export class Outputs {
  readonly #send: (outputs: Emission[]) => void;
  #waiting: Emission[] = [];
  #sent = Number.NEGATIVE_INFINITY;
  /** messages that the page has not read yet */
  #underWay = 0;
  #room = outputLimit;
  #full = false;
  #failed = false;

  constructor(send: (outputs: Emission[]) => void) {
    this.#send = send;
  }

  add(output: Emission): void {
    if (output.output_type === "clear") {
      // what is taken away needs no room
      this.#room = outputLimit;
      this.#full = this.#failed = false;
      this.#waiting = [];
    }
    const shown = output.output_type === "error" ? shortened(output) : output;
    const size = shown.output_type === "stream" ? shown.text.length : JSON.stringify(shown).length;
    if (!this.#full && size <= this.#room) {
      this.#room -= size;
      this.#put(shown);
    } else this.#overflow(shown);
    this.tick();
  }

  /** Send what waits, if it is time, and the page keeps up. */
  tick(): void {
    if (this.#underWay < mostOutputs && performance.now() - this.#sent >= pace) this.flush();
  }

  /** The page has read a message. */
  taken(): void {
    this.#underWay = Math.max(0, this.#underWay - 1);
  }

  /** Send what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#send(this.#waiting);
    this.#waiting = [];
    this.#underWay++;
    this.#sent = performance.now();
  }

  /** What has no room: of a text the beginning is shown, of anything else nothing, but for the error that ends the cell. */
  #overflow(output: Emission): void {
    if (!this.#full) {
      if (output.output_type === "stream") this.#put({ ...output, text: output.text.slice(0, this.#room) });
      this.#put({ output_type: "stream", name: "stderr", text: note });
      this.#full = true;
    }
    if (output.output_type !== "error" || this.#failed) return;
    this.#failed = true;
    this.#put(output);
  }

  #put(output: Emission): void {
    if (output.output_type === "stream" && output.text === "") return;
    const last = this.#waiting.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + output.text };
    else this.#waiting.push(output);
  }
}

const note = `\nThis cell has put out more than ${outputLimit.toLocaleString("en")} characters; the rest is not shown.\n`;

/** An error of which the beginnings and the ends are left, where it is too long to be read. */
function shortened(error: ErrorOutput): ErrorOutput {
  const { ename, evalue, traceback } = error;
  const text = withoutMiddle(traceback.join("\n"));
  return {
    ...error,
    ename: withoutMiddle(ename),
    evalue: withoutMiddle(evalue),
    traceback: text.split("\n"),
  };
}

function withoutMiddle(text: string): string {
  if (text.length <= errorLimit) return text;
  const half = errorLimit / 2;
  const left = (text.length - errorLimit).toLocaleString("en");
  return `${text.slice(0, half)}\n… ${left} characters are not shown …\n${text.slice(-half)}`;
}
