// A part of the page's script that comes when something is first drawn with it, and how elements wait for one. What is
// there already is used at once, without a turn in between.

import type { ReactiveControllerHost } from "lit";

/** something that is imported when it is needed */
export class Part<T> {
  readonly #import: () => Promise<T>;
  #loading: Promise<T> | undefined;
  /** undefined until it has come */
  value: T | undefined;

  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** @throws what the import throws, as without a network; the next call tries again */
  load(): Promise<T> {
    this.#loading ??= this.#import().then(
      (value) => {
        this.value = value;
        return value;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }
}

export type AnyPart = Part<unknown>;

/** Fetch parts; one that does not come is done without. */
export async function fetchAll(parts: readonly AnyPart[]): Promise<void> {
  await Promise.all(parts.map((part) => part.load().catch((error: unknown) => console.warn(error))));
}

/** Has an element drawn again when parts have come that it is drawn with. */
export class Needs {
  readonly #host: ReactiveControllerHost;
  readonly #asked = new Set<AnyPart>();
  #settled: Promise<unknown> = Promise.resolve();
  /** how often is being waited */
  #waits = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
  }

  /**
   * Are these here? Else they are fetched, and the element is drawn anew once they are, or once it is clear that they do
   * not come: then it is "missing" from now on, until they come for something else.
   */
  look(parts: readonly AnyPart[]): "here" | "coming" | "missing" {
    const missing = parts.filter(({ value }) => value === undefined);
    if (missing.length === 0) return "here";
    const fresh = missing.filter((part) => !this.#asked.has(part));
    if (fresh.length === 0) return this.#waits ? "coming" : "missing";
    for (const part of fresh) this.#asked.add(part);
    this.#waits++;
    this.#settled = Promise.all([this.#settled, fetchAll(fresh)]).then(() => {
      this.#waits--;
      this.#host.requestUpdate();
    });
    return "coming";
  }

  /** What did not come is asked for once more. */
  forget(): void {
    this.#asked.clear();
  }

  /** resolves when nothing is waited for */
  get settled(): Promise<unknown> {
    return this.#settled;
  }
}
