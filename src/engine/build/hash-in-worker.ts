// Hashing a file takes a processor seconds, in which a model can be made of it: it is done by a worker of its own. Where none
// can be started, which is so in a frame without an origin, it is done here.

import { RpcClient } from "../../rpc/index.ts";
import { type HashOptions, hashFile } from "./hash-file.ts";

/** what the worker does */
export interface HashCalls {
  hash(file: Blob): string;
}

/** the worker's script did not arrive, or was not let through */
class NotStarted extends Error {}

/** As {@link hashFile}. */
export async function hashInWorker(file: Blob, { signal, onHashed }: HashOptions): Promise<string> {
  const worker = started();
  if (!worker) return hashFile(file, { signal, onHashed });
  const rpc = new RpcClient<HashCalls, number>(worker, ({ message }) => new Error(message));
  worker.onmessage = ({ data }) => rpc.receive(data);
  worker.onerror = (event) => {
    event.preventDefault();
    rpc.end(new NotStarted());
  };
  const stop = () => rpc.end(signal!.reason);
  signal?.addEventListener("abort", stop);
  let hashed = 0;
  const onProgress = (bytes: number) => {
    hashed += bytes;
    onHashed(bytes);
  };
  try {
    return await rpc.call("hash", [file], { signal, onProgress });
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    onHashed(-hashed);
    return await hashFile(file, { signal, onHashed });
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}

function started(): Worker | undefined {
  // the workers of Node, where tests run the engine, are others
  if (!("WorkerGlobalScope" in globalThis)) return undefined;
  try {
    return new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module", name: "hash" });
  } catch {
    return undefined;
  }
}
