// A store on the other side of a MessagePort. The IndexedDB that document.requestStorageAccess grants can be neither
// reached from a worker nor sent to one, so the page holds it and the worker asks.

import { Moved, methodsOf, type PlainError, RpcClient, serve } from "../../rpc/index.ts";
import { StorageError, type StorageErrorCode } from "./errors.ts";
import type { StoreKind, WeightStore } from "./types.ts";

type StoreCalls = Omit<WeightStore, "kind">;

/** Answer the calls of a {@link remoteStore} at the other end of the port, for as long as the port is open. */
export function serveStore(port: MessagePort, store: WeightStore): void {
  const methods = methodsOf<StoreCalls>({
    get: async (_, sha256) => {
      const bytes = await store.get(sha256);
      // nobody here looks at them again
      return bytes && new Moved(bytes, bytes.buffer);
    },
    set: (_, sha256, bytes) => store.set(sha256, bytes),
    delete: (_, sha256) => store.delete(sha256),
    keys: () => store.keys(),
    models: () => store.models(),
    setModel: (_, model) => store.setModel(model),
    deleteModel: (_, name, url, only) => store.deleteModel(name, url, only),
  });
  const answer = serve(port, methods);
  port.onmessage = ({ data }) => answer(data);
}

/**
 * The store that the other end of the port serves.
 * @param kind of that store, which must be known at once
 */
export function remoteStore(port: MessagePort, kind: StoreKind): WeightStore {
  const rpc = new RpcClient<StoreCalls>(port, rebuild);
  port.onmessage = ({ data }) => rpc.receive(data);
  return {
    kind,
    get: (sha256) => rpc.call("get", [sha256]),
    set: (sha256, bytes) => {
      // a copy goes, because what goes is no longer here
      const copy = bytes.slice();
      return rpc.call("set", [sha256, copy], { transfer: [copy.buffer] });
    },
    delete: (sha256) => rpc.call("delete", [sha256]),
    keys: () => rpc.call("keys", []),
    models: () => rpc.call("models", []),
    setModel: (model) => rpc.call("setModel", [model]),
    deleteModel: (name, url, only) => rpc.call("deleteModel", [name, url, only]),
  };
}

/** A code is a StorageError's; another error keeps its name. */
function rebuild({ name, message, code, hint }: PlainError): Error {
  return code === undefined
    ? new DOMException(message, name)
    : new StorageError(code as StorageErrorCode, message, hint);
}
