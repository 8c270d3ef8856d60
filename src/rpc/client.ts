// The calling end of a channel.

import type { PlainError } from "./errors.ts";
import type { Answer, CallOptions, Channel, Methods, Request } from "./messages.ts";

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: never) => void) | undefined;
}

/** Calls M's methods at the other end; `Progress` is what they report on their way. */
export class RpcClient<M extends Methods<M>, Progress = never> {
  readonly #channel: Channel;
  readonly #rebuild: (error: PlainError) => Error;
  readonly #calls = new Map<number, Call>();
  #next = 1;
  #ended: Error | undefined;
  /** called once, when the other end has said that it closes */
  onClosed: ((why: string) => void) | undefined;

  /** @param rebuild makes the error that a call rejects with out of what came */
  constructor(channel: Channel, rebuild: (error: PlainError) => Error) {
    this.#channel = channel;
    this.#rebuild = rebuild;
  }

  /** calls that have not been answered */
  get pending(): number {
    return this.#calls.size;
  }

  async call<K extends keyof M & string>(
    method: K,
    args: Parameters<M[K]>,
    { signal, onProgress, transfer }: CallOptions<Progress> = {},
  ): Promise<Awaited<ReturnType<M[K]>>> {
    signal?.throwIfAborted();
    if (this.#ended) throw this.#ended;
    const id = this.#next++;
    const abort = () => this.#post({ kind: "abort", id });
    try {
      const answer = new Promise<unknown>((resolve, reject) =>
        this.#calls.set(id, { resolve, reject, onProgress }),
      );
      this.#post({ kind: "call", id, method, args }, transfer);
      signal?.addEventListener("abort", abort);
      return (await answer) as Awaited<ReturnType<M[K]>>;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#calls.delete(id);
    }
  }

  /** A call that nothing answers. */
  notify<K extends keyof M & string>(method: K, ...args: Parameters<M[K]>): void {
    if (!this.#ended) this.#post({ kind: "call", id: undefined, method, args });
  }

  /** Take a message from the other end. One that answers no call of ours is left alone. */
  receive(message: unknown): void {
    if (typeof message !== "object" || message === null || this.#ended) return;
    const answer = message as Answer;
    if ("closed" in answer) {
      this.end(new Error(answer.closed));
      this.onClosed?.(answer.closed);
      return;
    }
    const call = this.#calls.get(answer.id);
    if (!call) return;
    if ("progress" in answer) {
      call.onProgress?.(answer.progress as never);
      return;
    }
    this.#calls.delete(answer.id);
    if ("error" in answer) call.reject(this.#rebuild(answer.error));
    else call.resolve(answer.value);
  }

  /** The other end is gone, which no browser tells: what waits for it, and what is called from now on, fails with this. */
  end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }

  #post(request: Request, transfer: Transferable[] = []): void {
    this.#channel.postMessage(request, { transfer });
  }
}
