// What the opening of a model says of itself.

import type { ChosenFolder, OpenProgress } from "../../engine/index.ts";
import { format } from "../../model/index.ts";

/** the step that is under way, and how much of it is done: 0 to 1, or undefined where nobody knows */
export function stepOf(progress: OpenProgress): { text: string; share: number | undefined } {
  const { waiting } = progress;
  if (waiting?.kind === "other-tab")
    return {
      text: "Another tab is opening a model of this name; this one goes on after it",
      share: undefined,
    };
  if (waiting) return { text: waiting.message, share: undefined };
  switch (progress.kind) {
    case "reading": {
      const { done, total } = progress;
      if (total === 0) return { text: "Looking at the files", share: undefined };
      return { text: `Reading the weights: ${Math.floor((done / total) * 100)} %`, share: done / total };
    }
    case "downloading": {
      const { done, total } = progress;
      return {
        text: `Downloading ONNX Runtime from this site: ${format.bytes(done)} of ${format.bytes(total)}`,
        share: total > 0 ? done / total : undefined,
      };
    }
    case "preparing":
      return {
        text: "Computing a few known answers, by which the model is checked from now on",
        share: undefined,
      };
    default:
      return progress satisfies never;
  }
}

/** What was chosen, in a line. */
export function chosenText({ files }: ChosenFolder): string {
  const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
  return `${files.size} ${files.size === 1 ? "file" : "files"}, ${format.bytes(bytes)}`;
}
