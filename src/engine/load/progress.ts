// A load's progress for a person: it never falls, also when the download starts over with another version of the model.

import type { LoadOptions, Progress } from "../types.ts";

/**
 * Makes a reporter for each attempt at a load. What earlier attempts fetched for nothing counts, as done and as part
 * of the whole, so that `done` goes on from where it was and still ends at `total`.
 */
export function neverFalling(onProgress: LoadOptions["onProgress"]): () => (progress: Progress) => void {
  let last = 0;
  return () => {
    let before: number | undefined;
    return (progress) => {
      // a total of 0 is one that is not known yet
      if (progress.kind !== "downloading" || progress.total === 0) return onProgress?.(progress);
      before ??= Math.max(0, last - progress.done);
      last = before + progress.done;
      onProgress?.({ ...progress, done: last, total: before + progress.total });
    };
  };
}
