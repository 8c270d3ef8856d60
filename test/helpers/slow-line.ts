// One slow line between a test's server and its browser: all answers share it, text goes compressed as hosts send it, and
// what was on its way at the same time is written down.

import type { ServerResponse } from "node:http";
import { compressing, pathOf } from "./compressed.ts";
import type { Intercept, StaticServer } from "./server.ts";

/** how often a piece of each answer is sent, in milliseconds */
const tick = 50;

interface Answer {
  readonly path: string;
  readonly response: ServerResponse;
  rest: Buffer;
}

/** an answer as it went over the line; moments count what happened there, not time */
export interface Sent {
  readonly path: string;
  readonly bytes: number;
  readonly began: number;
  ended: number;
}

export class SlowLine {
  readonly sent: Sent[] = [];
  readonly #packed: ReturnType<typeof compressing>;
  readonly #answers = new Map<Answer, Sent>();
  readonly #bytesPerTick: number;
  #moment = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param bitsPerSecond shared by all that is on its way */
  constructor(server: StaticServer, bitsPerSecond: number) {
    this.#packed = compressing(server);
    this.#bytesPerTick = (bitsPerSecond / 8) * (tick / 1000);
  }

  /** for {@link StaticServer.intercept} */
  readonly intercept: Intercept = ({ url = "/", headers, method }, response) => {
    const path = pathOf(url);
    // a part of a file goes on where it was cut off, which is not what is tested with this
    const packed = !headers.range && method === "GET" && this.#packed(path);
    if (!packed) return false;
    const { body: rest } = packed;
    response.writeHead(200, packed.headers);
    const sent = { path, bytes: rest.length, began: ++this.#moment, ended: Number.POSITIVE_INFINITY };
    this.sent.push(sent);
    const answer = { path, response, rest };
    this.#answers.set(answer, sent);
    response.on("close", () => this.#end(answer));
    this.#timer ??= setInterval(() => this.#send(), tick).unref();
    return true;
  };

  #send(): void {
    let left = this.#bytesPerTick;
    // what one does not take is left for the others
    const open = [...this.#answers.keys()].sort((a, b) => a.rest.length - b.rest.length);
    for (const [i, answer] of open.entries()) {
      const part = answer.rest.subarray(0, Math.ceil(left / (open.length - i)));
      answer.rest = answer.rest.subarray(part.length);
      left -= part.length;
      if (answer.rest.length > 0) answer.response.write(part);
      else {
        answer.response.end(part);
        this.#end(answer);
      }
    }
  }

  #end(answer: Answer): void {
    const sent = this.#answers.get(answer);
    if (!sent) return;
    sent.ended = ++this.#moment;
    this.#answers.delete(answer);
    if (this.#answers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
