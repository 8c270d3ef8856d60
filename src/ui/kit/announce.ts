// What the page's live region says when its state changes: start, quarters of a download, done, the result in a
// sentence. Pure; nothing is said twice, and nothing is said that was only a redraw.

import { format } from "../../model/index.ts";
import { isLoading, type Loading, type Phase } from "../experiment/phase.ts";
import type { Page } from "../experiment/state.ts";
import {
  accessText,
  causes,
  deviceText,
  noRoomText,
  promiseText,
  removedText,
  repairedText,
  summary,
  waitingText,
} from "../experiment/words.ts";

/** The announcement that a change of state deserves; undefined for most. */
export function announcement(before: Page, after: Page): string | undefined {
  return ofPhase(before, after) ?? beside(before, after);
}

/** what has changed beside the phase: something small that a person has just asked for */
function beside(before: Page, after: Page): string | undefined {
  if (after.removed && after.removed !== before.removed) return removedText(after.removed);
  if (after.promise && after.promise !== before.promise) return promiseText[after.promise];
  const [from, to] = [before.embedding, after.embedding];
  if (to.kind === "framed" && from.kind === "framed" && to.access !== from.access) return accessText(to);
  const { complaints } = after;
  return complaints.length > before.complaints.length ? complaints.join(" ") : undefined;
}

function ofPhase(before: Page, after: Page): string | undefined {
  const [from, to] = [before.phase, after.phase];
  if (to.kind === "downloading") return downloading(from, to);
  if (to.kind === "preparing") return preparing(from, to);
  if (from === to || (from.kind === to.kind && to.kind !== "error")) return undefined;
  switch (to.kind) {
    case "unsupported":
      return isLoading(from) || from.kind === "no-room" ? "Cancelled." : causes[to.cause].title;
    case "no-room":
      return after.price && after.model
        ? `${noRoomText(after.model.title, after.price)} Choose what to do.`
        : undefined;
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
      return isLoading(from) || from.kind === "no-room" ? "Cancelled." : undefined;
    default:
      return to satisfies never;
  }
}

function ready({ info }: Extract<Phase, { kind: "ready" | "stale" }>): string {
  return [`${info.title} is ready: ${deviceText(info.device)}.`, repairedText(info)]
    .filter(Boolean)
    .join(" ");
}

function downloading(from: Phase, to: Extract<Phase, { kind: "downloading" }>): string | undefined {
  const { done, total } = to;
  if (from.kind !== "downloading") return `Downloading ${format.bytes(total - done)}.`;
  const wait = waiting(from, to);
  if (wait) return wait;
  const quarter = quarters(done, total);
  return quarter > quarters(from.done, from.total) && quarter < 4
    ? `${quarter * 25} per cent downloaded.`
    : undefined;
}

function preparing(from: Phase, to: Extract<Phase, { kind: "preparing" }>): string | undefined {
  if (from.kind === "preparing") return waiting(from, to);
  return from.kind === "downloading" ? "Download complete. Preparing the model." : "Preparing the model.";
}

/** why nothing arrives any more */
function waiting(from: Loading, to: Loading): string | undefined {
  const { waiting } = to;
  // connections break more than once; this is worth interrupting anybody once
  if (waiting?.kind === "retry" && !from.interrupted) return waitingText(waiting);
  if (waiting?.kind === "other-tab" && from.waiting?.kind !== "other-tab") return waitingText(waiting);
  return undefined;
}

function quarters(done: number, total: number): number {
  return total > 0 ? Math.floor((done / total) * 4) : 0;
}
