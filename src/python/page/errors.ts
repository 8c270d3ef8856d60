// Why Python did not start.

import { EngineError } from "../../model/index.ts";

/** @throws EngineError "no-jspi" where Python could not wait for the engine */
export function checkBrowser(): void {
  if ("Suspending" in WebAssembly && "promising" in WebAssembly) return;
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
