// The events that this page's elements fire, all of them from something a person did. They bubble and leave shadow
// roots, so a page can listen wherever it likes.

import type { ExperimentSpec } from "../../model/index.ts";
import type { ModelEntry } from "./models.ts";
import type { DeviceChoice } from "./state.ts";

export interface NotebookEvents {
  /** the form asks for this experiment; its fields have been checked */
  "nn-run": { spec: ExperimentSpec };
  /** a field of the form changed; `typed`: by typing, which may go on */
  "nn-edit": { spec: ExperimentSpec; typed: boolean };
  /** the mask is to move to this word of the sentence */
  "nn-mask": { chip: number };
  /** this word is to be compared, too */
  "nn-word": { word: string };
  /** stop the run that is under way */
  "nn-stop": undefined;
  /** download and open the chosen model; what arrives is kept on this device, or else goes with the tab */
  "nn-load": { keep: boolean };
  /** ask once more for what could not be found out at the start */
  "nn-again": undefined;
  /** stop downloading, or do not start; finished files are kept */
  "nn-cancel": undefined;
  /** forget the kept copy of the model of this name */
  "nn-remove": { name: string };
  /** ask the browser to delete nothing by itself */
  "nn-persist": undefined;
  /** ask the browser for what it keeps for this site's own tabs */
  "nn-access": undefined;
  "nn-model": { model: ModelEntry };
  /** a model was opened from files, and is among the models now; it is kept on this device, or else goes with the tab */
  "nn-opened": { model: ModelEntry; keep: boolean };
  "nn-device": { device: DeviceChoice };
  /** the search for neurons is asked for, whose script is not there yet */
  "nn-sweep-open": undefined;
  /** something small happened that a screen reader should hear of */
  "nn-announce": { message: string };
}

type Listened = { [K in keyof NotebookEvents]: CustomEvent<NotebookEvents[K]> };

declare global {
  interface HTMLElementEventMap extends Listened {}
}

export function emit<K extends keyof NotebookEvents>(
  from: EventTarget,
  type: K,
  detail: NotebookEvents[K],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
