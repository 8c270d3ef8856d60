// The engine's end of the message channel: receives calls, reports progress, aborts.

import type { ExperimentSpec } from "../../model/index.ts";
import { toPlain } from "../../model/index.ts";
import { remoteStore, type StoreKind } from "../../storage/index.ts";
import type { Engine, ForwardSpec, LoadOptions } from "../types.ts";
import type { Method, Request, Response } from "./protocol.ts";

/** what a worker's global scope is to the page */
interface Channel {
  postMessage(message: Response): void;
  onmessage: ((event: MessageEvent<Request>) => unknown) | null;
}

/** Answer the calls that come by this channel. */
export function serveEngine(engine: Engine, channel: Channel): void {
  const controllers = new Map<number, AbortController>();
  const post = (response: Response) => channel.postMessage(response);

  channel.onmessage = async ({ data }) => {
    const { id } = data;
    if (data.kind === "abort") return controllers.get(id)?.abort();
    const controller = new AbortController();
    controllers.set(id, controller);
    const onProgress: LoadOptions["onProgress"] = (progress) => post({ kind: "progress", id, progress });
    try {
      const options = { signal: controller.signal, onProgress };
      post({ kind: "result", id, value: await call(engine, data.method, data.args, options) });
    } catch (error) {
      post({ kind: "error", id, error: toPlain(error) });
    } finally {
      controllers.delete(id);
    }
  };
}

function call(
  engine: Engine,
  method: Method,
  args: unknown[],
  { signal, onProgress }: Pick<LoadOptions, "signal" | "onProgress">,
): Promise<unknown> {
  switch (method) {
    case "state":
      return engine.state(args[0] as string, { signal });
    case "load":
      return engine.load(args[0] as string, { ...(args[1] as LoadOptions), signal, onProgress });
    case "tokenize":
      return engine.tokenize(args[0] as string);
    case "run":
      return engine.run(args[0] as ExperimentSpec, { signal });
    case "forward":
      return engine.forward(args[0] as ForwardSpec, { signal });
    case "connect":
      return engine.connect(args[0] as MessagePort);
    case "remove":
      return engine.remove(args[0] as string);
    case "use":
      return engine.use(remoteStore(args[0] as MessagePort, args[1] as StoreKind));
    case "dispose":
      return engine.dispose();
    default:
      return method satisfies never;
  }
}
