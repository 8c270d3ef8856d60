// The engine's end of the channel to a page.

import { type Channel, methodsOf, serve } from "../../rpc/index.ts";
import { remoteStore } from "../../storage/index.ts";
import type { Engine } from "../types.ts";
import type { EngineCalls, Report } from "./protocol.ts";

/** what a worker's global scope is to the page */
interface Scope extends Channel {
  onmessage: ((event: MessageEvent) => unknown) | null;
}

/** Answer the calls that come by this channel. */
export function serveEngine(engine: Engine, scope: Scope): void {
  const methods = methodsOf<EngineCalls, Report>({
    state: ({ signal }, url) => engine.state(url, { signal }),
    load: ({ signal, report }, url, options) => engine.load(url, { ...options, signal, onProgress: report }),
    find: ({ signal, report }, question) => engine.find(question, { signal, onProgress: report }),
    open: ({ signal, report }, from, options) =>
      engine.open(from, { ...options, signal, onProgress: report }),
    tokenize: (_, sentence) => engine.tokenize(sentence),
    words: () => engine.words(),
    run: ({ signal }, spec) => engine.run(spec, { signal }),
    forward: ({ signal }, spec) => engine.forward(spec, { signal }),
    sweep: async ({ signal, report }, spec) => {
      const { records: _, ...rest } = await engine.sweep(spec, { signal, onProgress: report });
      return rest;
    },
    connect: (_, port) => engine.connect(port),
    remove: (_, name) => engine.remove(name),
    use: (_, port, kind) => engine.use(remoteStore(port, kind)),
    dispose: () => engine.dispose(),
  });
  const answer = serve(scope, methods);
  scope.onmessage = ({ data }) => answer(data);
}
