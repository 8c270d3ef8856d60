// The button below the form: what it does next, running or loading the model first, and what that costs. Pure.

import { format } from "../../model/index.ts";
import { isLoading, type Loading, openModel } from "./phase.ts";
import { missing } from "./price.ts";
import type { Page } from "./state.ts";

/** How far a load is, for who pressed the form's button and does not see the card. */
function loadingText(phase: Loading): string {
  return phase.kind === "downloading"
    ? `Downloading ${format.bytes(phase.done)} of ${format.bytes(phase.total)}.`
    : "Preparing.";
}

/** What the form's button is called, and what stands beside it. */
export function runButton({ phase, model, price }: Page): { label: string; note: string; disabled: boolean } {
  if (openModel(phase)) return { label: "Run", note: "", disabled: false };
  if (isLoading(phase))
    return {
      label: "Run",
      note: phase.thenRun ? `${loadingText(phase)} Runs as soon as the model is ready.` : "",
      disabled: false,
    };
  if (phase.kind === "error" && phase.during === "load")
    return { label: "Load model and run", note: `Not loaded. ${phase.problem.message}`, disabled: !model };
  if (phase.kind === "error" && phase.during === "start")
    return { label: "Load model and run", note: "", disabled: false };
  const left = price ? missing(price) : (model?.bytes ?? 0);
  const note = !model ? "" : left > 0 ? `${format.bytes(left)} once` : "kept on this device";
  return { label: "Load model and run", note, disabled: !model };
}
