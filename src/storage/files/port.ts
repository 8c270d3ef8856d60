// A store on the other side of a MessagePort. The IndexedDB that document.requestStorageAccess grants can be neither
// reached from a worker nor sent to one, so the page holds it and the worker asks.

import { StorageError, type StorageErrorCode } from "./errors.ts";
import type { StoreKind, WeightStore } from "./types.ts";

type Method = Exclude<keyof WeightStore, "kind">;

interface Call {
  id: number;
  method: Method;
  args: unknown[];
}

type Answer = { id: number; value: unknown } | { id: number; error: PlainError };

/** an error as it crosses the port */
interface PlainError {
  name: string;
  message: string;
  /** of a StorageError */
  code: StorageErrorCode | undefined;
  hint: string;
}

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** Answer the calls of a {@link remoteStore} at the other end of the port, for as long as the port is open. */
export function serveStore(port: MessagePort, store: WeightStore): void {
  port.onmessage = async ({ data }: MessageEvent<Call>) => {
    const { id, method, args } = data;
    try {
      const call = store[method] as (...all: unknown[]) => Promise<unknown>;
      const value = await call(...args);
      port.postMessage({ id, value } satisfies Answer, buffersOf([value]));
    } catch (error) {
      port.postMessage({ id, error: toPlain(error) } satisfies Answer);
    }
  };
}

/**
 * The store that the other end of the port serves.
 * @param kind of that store, which must be known at once
 */
export function remoteStore(port: MessagePort, kind: StoreKind): WeightStore {
  const waiting = new Map<number, Waiting>();
  let next = 0;
  port.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) call?.reject(fromPlain(data.error));
    else call?.resolve(data.value);
  };
  const call =
    <M extends Method>(method: M) =>
    (...args: Parameters<WeightStore[M]>) =>
      new Promise<unknown>((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        port.postMessage({ id, method, args } satisfies Call, buffersOf(args));
      }) as ReturnType<WeightStore[M]>;
  const set = call("set");
  return {
    kind,
    get: call("get"),
    // a copy goes, because what goes is no longer here
    set: (sha256, bytes) => set(sha256, bytes.slice()),
    delete: call("delete"),
    keys: call("keys"),
    models: call("models"),
    setModel: call("setModel"),
    deleteModel: call("deleteModel"),
  };
}

/** what need not be copied on its way: nobody here looks at it again */
function buffersOf(values: readonly unknown[]): ArrayBuffer[] {
  return values.filter((value) => value instanceof Uint8Array).map(({ buffer }) => buffer as ArrayBuffer);
}

function toPlain(error: unknown): PlainError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const own = error instanceof StorageError ? error : undefined;
  return { name, message, code: own?.code, hint: own?.hint ?? "" };
}

function fromPlain({ name, message, code, hint }: PlainError): Error {
  return code === undefined ? new DOMException(message, name) : new StorageError(code, message, hint);
}
