// The one guard of what a person is shown of a download. Bytes are fetched again when another tab had not kept what it
// showed, when files go meanwhile, or when the server has another version by now; the bar waits until that is made up for.

/** Keeps the bytes that are done, their total, and the share of one in the other from falling. */
export class Rising {
  #done = 0;
  #total = 0;

  /** The progress to be shown for this one. A total of 0 is one that is not known yet. */
  raise<P extends { done: number; total: number }>(progress: P): P {
    if (progress.total === 0) return progress;
    const share = this.#total > 0 ? this.#done / this.#total : 0;
    this.#total = Math.max(this.#total, progress.total);
    // what is complete is all of it, also of a version that turned out smaller
    const done = progress.done < progress.total ? progress.done : this.#total;
    this.#done = Math.min(this.#total, Math.max(done, Math.ceil(share * this.#total)));
    return { ...progress, done: this.#done, total: this.#total };
  }
}
