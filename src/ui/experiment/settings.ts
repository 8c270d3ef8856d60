// What a link, an embedded page's address or an element's attributes can ask for: the experiment, and how it is shown.

import type { LoadOptions } from "../../engine/index.ts";
import { type ExperimentSpec, tutorial } from "../../model/index.ts";

/** parts of the experiment that a page around it can do without */
export const parts = [
  "model",
  "device",
  "form",
  "sentence",
  "layer",
  "neuron",
  "hook",
  "candidates",
  "run",
  "recorded",
  "summary",
  "likeliest",
  "activation",
  "provenance",
  "python",
  "csv",
  "sweep",
  "share",
] as const;

export type Part = (typeof parts)[number];

export interface Settings {
  /** name of a model in the site's list; undefined: the first */
  model: string | undefined;
  spec: ExperimentSpec;
  device: NonNullable<LoadOptions["device"]>;
  /** how the result is drawn: as a table with bars, as dots on a logarithmic axis, or both */
  view: "both" | "table" | "dots";
  /** how the table prints numbers */
  notation: "percent" | "scientific";
  /** auto: what the reader's system or the page around it prefers */
  theme: "auto" | "light" | "dark";
  /** parts that are not shown */
  hide: ReadonlySet<Part>;
}

export const defaults: Settings = {
  model: undefined,
  spec: tutorial,
  device: "auto",
  view: "both",
  notation: "percent",
  theme: "auto",
  hide: new Set(),
};
