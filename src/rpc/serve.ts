// The answering end of a channel. Calls may overlap; who wants them one after the other queues them.

import { type PlainError, toPlain } from "./errors.ts";
import type { Answer, Channel, Methods, Request } from "./messages.ts";

/** what a call is carried out with, besides its arguments */
export interface Context<Progress> {
  /** aborted when the caller asks for it */
  signal: AbortSignal;
  report: (progress: Progress, transfer?: Transferable[]) => void;
}

/** Carries a call out. What comes from a stranger is of no type yet: a method may be anything. */
export type Perform<Progress = never> = (
  method: unknown,
  args: unknown[],
  context: Context<Progress>,
) => unknown;

/** a function per method of M, with the call's context first */
export type Handlers<M extends Methods<M>, Progress = never> = {
  [K in keyof M]: (
    context: Context<Progress>,
    ...args: Parameters<M[K]>
  ) => Result<Awaited<ReturnType<M[K]>>>;
};
type Result<T> = T | Moved<T> | Promise<T | Moved<T>>;

/** A value of which some buffers or ports move to the caller instead of being copied. */
export class Moved<T> {
  readonly value: T;
  readonly transfer: Transferable[];

  constructor(value: T, ...transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** Carry calls out by a table of functions; a name that is not in it is refused. */
export function methodsOf<M extends Methods<M>, Progress = never>(
  handlers: Handlers<M, Progress>,
): Perform<Progress> {
  return (method, args, context) => {
    if (typeof method !== "string" || !Object.hasOwn(handlers, method))
      throw new TypeError(`There is no method ${String(method)}.`);
    const handler = handlers[method as keyof M] as (
      context: Context<Progress>,
      ...args: unknown[]
    ) => unknown;
    return handler(context, ...args);
  };
}

/**
 * Answer the calls that are handed to the function this returns, which resolves when the call has been answered. What is no
 * call is left alone.
 * @param flatten an error as the caller is to see it
 */
export function serve<Progress = never>(
  channel: Channel,
  perform: Perform<Progress>,
  flatten: (error: unknown) => PlainError = toPlain,
): (message: unknown) => Promise<void> {
  const running = new Map<number, Call<Progress>>();
  const post = (answer: Answer, transfer: Transferable[] = []) => channel.postMessage(answer, { transfer });

  return async (message) => {
    if (typeof message !== "object" || message === null) return;
    const request = message as Request;
    const { id } = request;
    if (request.kind === "abort") return running.get(request.id)?.abort();
    const call = new Call<Progress>((progress, transfer) => {
      if (id !== undefined) post({ id, progress }, transfer);
    });
    if (id !== undefined) running.set(id, call);
    try {
      const result = await perform(request.method, Array.isArray(request.args) ? request.args : [], call);
      const { value, transfer } = result instanceof Moved ? result : new Moved(result);
      if (id !== undefined) post({ id, value }, transfer);
    } catch (error) {
      if (id === undefined) throw error;
      post({ id, error: flatten(error) });
    } finally {
      if (id !== undefined) running.delete(id);
    }
  };
}

class Call<Progress> implements Context<Progress> {
  readonly report: Context<Progress>["report"];
  /** made when it is first needed: not every worker has been left this class */
  #controller: AbortController | undefined;

  constructor(report: Context<Progress>["report"]) {
    this.report = report;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(): void {
    this.#controller ??= new AbortController();
    this.#controller.abort();
  }
}
