// What the page's live region says when its state changes: start, quarters of a download, done, the result in a
// sentence. Pure; nothing is said twice, and nothing is said that was only a redraw.

import { format } from "../engine/index.ts";
import { isLoading, type Page, type Phase } from "./state.ts";
import { causes, deviceText, summary } from "./words.ts";

/** The announcement that a change of state deserves; undefined for most. */
export function announcement(before: Page, after: Page): string | undefined {
  const [from, to] = [before.phase, after.phase];
  if (to.kind === "downloading") return downloading(from, to);
  if (from === to || (from.kind === to.kind && to.kind !== "error")) return undefined;
  switch (to.kind) {
    case "unsupported":
      return isLoading(from) ? "Cancelled." : causes[to.cause].title;
    case "preparing":
      return from.kind === "downloading" ? "Download complete. Preparing the model." : "Preparing the model.";
    case "ready":
      return from.kind === "preparing" ? ready(to) : undefined;
    case "running":
      return "Running.";
    case "result":
      return from.kind === "running" && after.shown ? `Done: ${summary(after.shown.result.rows)}` : undefined;
    case "stale":
      if (from.kind === "preparing") return ready(to);
      return from.kind === "running" || from.kind === "result"
        ? "The result shown was computed for other settings."
        : undefined;
    case "error":
    case "lost":
      return `${to.problem.message} ${to.problem.hint}`;
    case "starting":
      return undefined;
    case "idle":
      return isLoading(from) ? "Cancelled." : undefined;
    default:
      return to satisfies never;
  }
}

function ready({ info }: Extract<Phase, { kind: "ready" | "stale" }>): string {
  return `${info.title} is ready: ${deviceText(info.device)}.`;
}

function downloading(
  from: Phase,
  { done, total }: Extract<Phase, { kind: "downloading" }>,
): string | undefined {
  if (from.kind !== "downloading") return `Downloading ${format.bytes(total)}.`;
  const quarter = quarters(done, total);
  return quarter > quarters(from.done, from.total) && quarter < 4
    ? `${quarter * 25} per cent downloaded.`
    : undefined;
}

function quarters(done: number, total: number): number {
  return total > 0 ? Math.floor((done / total) * 4) : 0;
}
