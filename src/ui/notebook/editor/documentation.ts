// What an editor shows of the name at the cursor: documentation, or a sentence on why there is none. Pure.

import type { Documentation, KernelStatus } from "../../../python/index.ts";

/** finds out about the name at an offset in a source, or the function that is called there */
export type Inspect = (source: string, position: number) => Promise<Documentation>;

/** What is shown where Python had nothing to tell. */
export function noDocumentation(status: KernelStatus): Documentation {
  return { name: "", text: reason(status) };
}

function reason({ kind }: KernelStatus): string {
  switch (kind) {
    case "idle":
      return "Python knows nothing of what stands here: run the cell that assigns or imports it first.";
    case "off":
    case "stopped":
      return "Python has not started: run a cell first, and documentation is shown here.";
    case "starting":
      return "Python is starting: documentation is shown here once it has.";
    case "busy":
      return "Python is busy: documentation is shown here when no cell runs.";
    default:
      return kind satisfies never;
  }
}

/** What a screen reader hears of it: the signature, or the first line, and where the rest is. */
export function documentationSaid({ name, text }: Documentation): string {
  if (!name) return text;
  const [first = ""] = text.split("\n");
  return `${first.replace(/^(Signature|Type): +/, "")}. Shift+Tab again reads all of it, Escape closes it.`;
}
