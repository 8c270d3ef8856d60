// One task at a time. Overlapping runs on the WebGPU runtime hang the tab or corrupt its heap, so everything that
// touches a session passes through here.

/** A mutex, as a queue that survives failing tasks: a rejection reaches its caller and nobody else. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  /** Run a task when all earlier ones have settled. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {});
    return result;
  }
}
