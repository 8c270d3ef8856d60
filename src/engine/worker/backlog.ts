// How much of one sender's may wait at a port. A port's queue cannot be seen, so a message counts until everything that lay
// in the queue before its answer has been read, too: who sends without waiting for answers is found out by that, however
// fast they are answered.

export class Backlog {
  readonly #most: number;
  #waiting = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** A message has come. @returns whether it had room */
  add(): boolean {
    this.#waiting++;
    return this.#waiting <= this.#most;
  }

  /** A message has been dealt with. */
  async done(): Promise<void> {
    await turn();
    this.#waiting--;
  }
}

/** One turn of the event loop; a timer would take 4 ms. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
