// How Python is doing, as the page shows it: what is on its way while it starts, and how long that took.

import type { KernelStatus } from "../../../python/index.ts";
import type { Arrivals } from "./arrivals.ts";
import { python } from "./download-needs.ts";
import { loadingOf } from "./model-opener.ts";
import type { RunnerPage } from "./runner-world.ts";

/**
 * @param onStarted called when Python has started
 * @returns is told each new state of Python
 */
export function kernelProgress(
  page: RunnerPage,
  arrivals: Arrivals,
  onStarted: () => void,
): (status: KernelStatus) => void {
  let starting: { at: number; downloads: boolean } | undefined;

  const ended = (status: KernelStatus, { at, downloads }: { at: number; downloads: boolean }) => {
    const started = status.kind === "idle" || status.kind === "busy";
    // how long a download takes says nothing about the next start
    page.show({ startTime: started && !downloads ? performance.now() - at : undefined });
    if (started) onStarted();
  };

  return (status) => {
    const progress = status.kind === "starting" ? status.progress : undefined;
    const downloading = progress?.kind === "downloading" ? progress : undefined;
    if (status.kind === "starting") {
      starting ??= { at: performance.now(), downloads: false };
      if (downloading && downloading.done < downloading.total) starting.downloads = true;
    } else if (starting) {
      const begun = starting;
      starting = undefined;
      ended(status, begun);
    }
    page.show({ kernel: status });
    // before it says what is made of it, it is on its way
    if (status.kind !== "starting" || progress)
      arrivals.tell(python, python, downloading && loadingOf(downloading, true));
    if (status.kind === "stopped") page.say(`${status.message} ${status.hint}`);
  };
}
