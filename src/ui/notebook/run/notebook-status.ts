// What is going on around the notebook that is open: Python's state, what is being loaded or asked, whether it is saved.
// Pure, with the sentences that say it.

import { format } from "../../../model/index.ts";
import type { KernelStatus } from "../../../python/index.ts";
import type { Loading } from "../../experiment/phase.ts";

/** bytes of something that comes once and is kept */
export interface Price {
  readonly bytes: number;
  readonly kept: number;
}

/** what has to be agreed to before anything runs */
export interface Question {
  /** what for, and what it costs, in a sentence */
  readonly text: string;
  /** bytes still to come */
  readonly bytes: number;
}

export type Saved = "saved" | "waiting" | "saving" | { readonly message: string; readonly hint: string };

export interface NotebookStatus {
  readonly kernel: KernelStatus;
  /** this browser can run Python */
  readonly runsPython: boolean;
  /** of Python itself; undefined before it is known */
  readonly python: Price | undefined;
  /** bytes that running all cells would fetch first; undefined before that is known */
  readonly toFetch: number | undefined;
  /** how long Python took to start from what is kept, in milliseconds */
  readonly startTime: number | undefined;
  readonly question: Question | undefined;
  /** what is on its way: Python, or a model */
  readonly loading: { readonly title: string; readonly phase: Loading } | undefined;
  readonly saved: Saved;
  /** what is saved is still there when the tab is closed */
  readonly lasting: boolean;
  /** single keys are on */
  readonly singleKeyShortcuts: boolean;
}

export const initialStatus: NotebookStatus = {
  kernel: { kind: "off" },
  runsPython: true,
  python: undefined,
  toFetch: undefined,
  startTime: undefined,
  question: undefined,
  loading: undefined,
  saved: "saved",
  lasting: true,
  singleKeyShortcuts: true,
};

/** Python's state in a few words; before it has started, what it would cost to run all cells. */
export function kernelText({ kernel, runsPython, python, toFetch = 0, startTime }: NotebookStatus): string {
  switch (kernel.kind) {
    case "off": {
      if (!runsPython) return "Python cannot run in this browser";
      if (toFetch > 0) return `${format.bytes(toFetch)} to download, once`;
      const left = python ? Math.max(0, python.bytes - python.kept) : undefined;
      if (left === undefined) return "Python";
      return left > 0 ? `Python: ${format.bytes(left)} to download, once` : "Python: kept on this device";
    }
    case "starting":
      return kernel.progress?.kind === "downloading"
        ? `Python: ${format.bytes(kernel.progress.done)} of ${format.bytes(kernel.progress.total)}`
        : "Python is starting…";
    case "idle":
      return startTime === undefined ? "Python ready" : `Python ready (${format.duration(startTime)})`;
    case "busy":
      return "Python is running…";
    case "stopped":
      return "Python has stopped";
    default:
      return kernel satisfies never;
  }
}

/** Whether what was typed is safe, in a few words. */
export function savedText({ saved, lasting }: Pick<NotebookStatus, "saved" | "lasting">): string {
  switch (saved) {
    case "saved":
      return lasting ? "Saved on this device" : "Kept until this tab closes";
    case "waiting":
    case "saving":
      return "Saving…";
    default:
      return `Not saved: ${saved.message} ${saved.hint}`;
  }
}

/** What has to be downloaded, as a question's sentence. */
export function needText(parts: readonly { title: string; bytes: number }[], keep: boolean): string {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const listed = parts.map(({ title, bytes }) =>
    parts.length > 1 ? `${title} (${format.bytes(bytes)})` : title,
  );
  const names = listed.length > 1 ? `${listed.slice(0, -1).join(", ")} and ${listed.at(-1)}` : listed[0];
  const where = keep
    ? "then kept on this device"
    : "kept until this tab closes, since there is no room to keep more";
  return `To run this, ${names} must be downloaded: ${format.bytes(total)} once, ${where}. Nothing you type leaves this page.`;
}
