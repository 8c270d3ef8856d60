// The progress of a download as a person sees it; it says so when nothing is arriving.

import { Rising } from "./rising.ts";
import type { DownloadProgress, FileSpec, Retry, Waiting } from "./types.ts";

/** why a file is not arriving, and until when */
type Pause = Omit<Retry, "seconds"> & { until: number };

export class Meter {
  readonly #total: number;
  readonly #onChange: (progress: DownloadProgress) => void;
  /** files on their way */
  readonly #files = new Map<FileSpec, Pause | undefined>();
  /** another tab is downloading */
  #elsewhere = false;
  readonly #rising = new Rising();
  /** bytes that are here */
  #here = 0;
  /** the last reason that was shown */
  #reason: Pause | "other-tab" | undefined;
  /** the last bytes that were shown */
  #done: number | undefined;

  /** @param onChange called with every progress that differs from the one before */
  constructor(total: number, onChange: (progress: DownloadProgress) => void) {
    this.#total = total;
    this.#onChange = onChange;
  }

  /** So many bytes are here before this tab fetches any. */
  start(here: number): void {
    this.#here = here;
    this.#elsewhere = false;
    this.#show();
  }

  /** Another tab is downloading, and has got so far. */
  follow(done: number): void {
    this.#here = done;
    this.#elsewhere = true;
    this.#show();
  }

  /** A file is on its way, and so many of its bytes have arrived. */
  add(file: FileSpec, bytes: number): void {
    this.#here += bytes;
    this.#files.set(file, undefined);
    this.#show();
  }

  /** A file is waited for. */
  wait(file: FileSpec, { kind, message, seconds }: Retry): void {
    this.#files.set(file, { kind, message, until: performance.now() + seconds * 1000 });
    this.#show();
  }

  /** A file is here, with so many bytes that did not arrive from the network. */
  end(file: FileSpec, bytes: number): void {
    this.#here += bytes;
    this.#files.delete(file);
    this.#show();
  }

  #show(): void {
    const { done, total } = this.#rising.raise({ done: this.#here, total: this.#total });
    const reason = this.#elsewhere ? "other-tab" : this.#pause();
    if (done === this.#done && reason === this.#reason) return;
    this.#done = done;
    this.#reason = reason;
    this.#onChange({ done, total, waiting: describe(reason) });
  }

  /** when every file is waited for, the wait that ends first */
  #pause(): Pause | undefined {
    let first: Pause | undefined;
    for (const pause of this.#files.values()) {
      if (!pause) return undefined;
      if (!first || pause.until < first.until) first = pause;
    }
    return first;
  }
}

function describe(reason: Pause | "other-tab" | undefined): Waiting | undefined {
  if (reason === undefined) return undefined;
  if (reason === "other-tab") return { kind: "other-tab" };
  const { kind, message, until } = reason;
  return { kind, message, seconds: Math.max(1, Math.ceil((until - performance.now()) / 1000)) };
}
