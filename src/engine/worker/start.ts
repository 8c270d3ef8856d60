// Starting the engine's worker from wherever the page stands. A browser runs only scripts of the page's own origin as
// workers; an element in another site's page, and a sandboxed frame, which has no origin, have none. They start a short
// one that is theirs, which imports the real one; that needs permission from the real one's host (CORS).

import { EngineError } from "../../model/index.ts";

/** The engine's worker. */
export function startWorker(): Worker {
  // Vite finds the script to bundle by the words `new Worker(new URL(…))`; how it is started, the class says
  const Worker = reaching(globalThis.Worker);
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "engine" });
}

/** Workers that start as they are where the script is the page's own, else through a blob. */
function reaching(Plain: typeof Worker): new (script: URL, options: WorkerOptions) => Worker {
  return class extends Plain {
    constructor(script: URL, options: WorkerOptions) {
      if (isOwn(script)) {
        super(script, options);
        return;
      }
      const text = importing(script.href);
      const blob = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      // as a module Chromium starts no blob of a page without an origin
      super(blob, { ...options, type: "classic" });
      // not at once: some browsers read it only when the worker starts
      const revoke = () => URL.revokeObjectURL(blob);
      this.addEventListener("message", revoke, { once: true });
      this.addEventListener("error", revoke, { once: true });
    }
  };
}

/** A script that imports another one, and hands it the messages that came before it did. */
function importing(script: string): string {
  return `const early = [];
onmessage = (event) => early.push(event);
import(${JSON.stringify(script)}).then(
  () => early.forEach((event) => onmessage(event)),
  (error) => setTimeout(() => { throw error; }),
);`;
}

function isOwn({ origin }: URL): boolean {
  return origin === globalThis.origin;
}

/** A worker whose script did not arrive, or was not let through. */
export function notStarted(cause?: unknown): EngineError {
  const script = new URL(import.meta.url);
  const why = isOwn(script)
    ? "Reload the page: the site may have been updated since it was opened. If it stays so, the page's Content-Security-Policy must allow workers from its own site."
    : `Reload the page. If it stays so, ${script.host} must send Access-Control-Allow-Origin with its scripts, and this page's Content-Security-Policy must allow blob: as a worker and ${script.host} as a source of scripts.`;
  return new EngineError("runtime-start", "The engine's script could not be loaded.", why, { cause });
}
