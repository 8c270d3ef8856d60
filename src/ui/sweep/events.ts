// The events of the sweep's elements, all of them from something a person did. They bubble and leave shadow roots.

import type { SweepFields } from "./sweep-fields.ts";
import type { Neuron } from "./sweep-grid.ts";

export interface SweepEvents {
  /** a field of the form changed */
  "nn-sweep-edit": { fields: SweepFields };
  /** begin the sweep that the form asks for; its fields have been checked */
  "nn-sweep-start": undefined;
  /** stop the one under way; what was computed stays */
  "nn-sweep-stop": undefined;
  /** show an earlier one */
  "nn-sweep-show": { id: number };
  /** put a neuron of the sweep that is shown into the experiment's form */
  "nn-sweep-put": Neuron;
  /** put back what stood in the experiment's form before */
  "nn-sweep-put-back": undefined;
  /** run the experiment that a neuron was put into */
  "nn-sweep-run": undefined;
  /** the map's cursor moved to a neuron, or the map is asked to show one */
  "nn-sweep-cursor": Neuron;
}

type Listened = { [K in keyof SweepEvents]: CustomEvent<SweepEvents[K]> };

declare global {
  interface HTMLElementEventMap extends Listened {}
}

export function emitSweep<K extends keyof SweepEvents>(
  from: EventTarget,
  type: K,
  detail: SweepEvents[K],
): void {
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}
