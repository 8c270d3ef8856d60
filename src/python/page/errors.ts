// Why Python did not start.

import { EngineError } from "../../model/index.ts";

/** Can Python run in this browser? It waits for the engine in the middle of a call. */
export function runsPython(): boolean {
  return "Suspending" in WebAssembly && "promising" in WebAssembly;
}

/** @throws EngineError "no-jspi" where it cannot */
export function checkBrowser(): void {
  if (runsPython()) return;
  throw new EngineError(
    "no-jspi",
    "This browser cannot run the notebook's Python: it lacks WebAssembly's JavaScript Promise Integration.",
    "Open the page in Chrome or Edge 137, Firefox 153, Safari 27 or later, or open the notebook in Jupyter.",
  );
}

export function notStarted(why: string): EngineError {
  return new EngineError(
    "kernel-start",
    `Python could not be started: ${why.replace(/\.$/, "")}.`,
    "Run again; if it stays so, close other tabs, or reload the page.",
  );
}
