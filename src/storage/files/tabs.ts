// Tabs of this site share one store. Web Locks see to it that no two of them fetch the same bytes, and the tab that
// downloads a model tells the others how far it has come. A lock ends with its tab, however that ends.

import type { OverflowStore } from "./overflow.ts";
import type { WeightStore } from "./types.ts";

interface Turn {
  /** what the work is done for; only tabs that share it have to wait for each other */
  store: WeightStore;
  signal: AbortSignal | undefined;
  /** called when another tab is at it, and this one begins to wait */
  onBusy?: (() => void) | undefined;
}

/**
 * Do some work while no other tab does the work of the same name. Where tabs share nothing, and where the browser has
 * no locks or refuses them (a page that is not secure, a sandboxed frame), it is done at once.
 * @throws what the work throws; the signal's reason when it aborts while another tab is at it
 */
export async function inTurn<T>(
  name: string,
  { store, signal, onBusy }: Turn,
  work: () => Promise<T>,
): Promise<T> {
  const locks = isShared(store) ? globalThis.navigator?.locks : undefined;
  if (!locks) return work();
  const lock = `neuron-notebook-${name}`;
  let started = false;
  const start = () => {
    started = true;
    return work();
  };
  try {
    if (onBusy) {
      const turn = await locks.request(lock, { ifAvailable: true }, async (free) =>
        free ? { value: await start() } : undefined,
      );
      if (turn) return turn.value;
      onBusy();
    }
    return await locks.request(lock, signal ? { signal } : {}, start);
  } catch (error) {
    if (started) throw error;
    signal?.throwIfAborted();
    return work();
  }
}

/** true when what this tab keeps in the store, other tabs find there */
function isShared(store: WeightStore & Partial<OverflowStore>): boolean {
  return store.kind === "indexeddb" && !store.memoryOnly;
}

/** what goes over the channel: how far a download is, or the question of a tab that has come later */
interface Message {
  download: string;
  bytes: { done: number; total: number } | undefined;
}

/** How far a download is, between the tab that runs it and those that wait for it. */
export class DownloadChannel {
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  #last: Message["bytes"];

  private constructor(name: string, channel: BroadcastChannel) {
    this.#name = name;
    this.#channel = channel;
  }

  /** The line of a download; undefined where tabs share nothing, or may not speak with each other. */
  static open(name: string, store: WeightStore): DownloadChannel | undefined {
    if (!isShared(store)) return undefined;
    try {
      return new DownloadChannel(name, new BroadcastChannel("neuron-notebook-download"));
    } catch {
      return undefined;
    }
  }

  /** Listen to the tab that downloads. */
  follow(onBytes: (done: number, total: number) => void): void {
    this.#hear(({ bytes }) => {
      if (bytes) onBytes(bytes.done, bytes.total);
    });
    this.#post(undefined);
  }

  /** Be the tab that downloads, and answer those that ask. */
  lead(done: number, total: number): void {
    this.#hear(({ bytes }) => {
      if (!bytes) this.#post(this.#last);
    });
    this.say(done, total);
  }

  /** Tell the others. */
  say(done: number, total: number): void {
    this.#last = { done, total };
    this.#post(this.#last);
  }

  close(): void {
    this.#channel.close();
  }

  #post(bytes: Message["bytes"]): void {
    this.#channel.postMessage({ download: this.#name, bytes } satisfies Message);
  }

  #hear(listen: (message: Message) => void): void {
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.download === this.#name) listen(data);
    };
  }
}
