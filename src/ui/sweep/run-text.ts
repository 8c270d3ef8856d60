// A sweep as others need it: as a result with everything known so far, by name, and as the words of a picture. Pure.

import { format, weightsText } from "../../model/index.ts";
import type { SweepResult } from "../../model/sweep/index.ts";
import { short } from "../experiment/words.ts";
import type { PictureText } from "./picture.ts";
import { isUnderWay, type SweepRun } from "./sweep-state.ts";
import { doneText, effectText, metricText, shareText, unitText } from "./sweep-words.ts";

/** Everything of a sweep that is known so far; undefined while that is nothing. */
export function resultOf(run: SweepRun | undefined): SweepResult | undefined {
  const { sweep, provenance, grid } = run ?? {};
  return sweep && provenance && grid && { sweep, provenance, records: grid.records(), total: grid.total };
}

/** "layer 9", "all layers": what a sweep covers */
const reachText = ({ spec: { layers } }: SweepRun): string =>
  layers ? `layer ${layers.join(", ")}` : "all layers";

/** What a sweep asks, as a title. */
export function runTitle(run: SweepRun): string {
  const { metric, operation = { kind: "suppress" } } = run.spec;
  const what = metricText(metric);
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}, ${reachText(run)}, each neuron ${doneText(operation)}`;
}

/** The name of its files. */
export const runName = ({ spec: { metric, layers } }: SweepRun): string =>
  `sweep-${metric.kind}-${layers ? `layer-${layers.join("-")}` : "all-layers"}`;

/** How much of a sweep is known, and of which kind it is: "300 of 1,152 neurons computed; 852 estimated by gradient". */
export function extentText({ grid, status }: SweepRun): string {
  if (!grid) return "";
  const { exact, estimated, total } = grid;
  const parts = [
    exact > 0 || estimated === 0 ? `${shareText(exact, total)} computed exactly` : "",
    estimated > 0 ? `${format.count(estimated)} estimated` : "",
  ].filter(Boolean);
  const stopped = status.kind === "stopped" || status.kind === "failed";
  return `${parts.join(", ")}${stopped ? ", then stopped" : isUnderWay(status) ? " so far" : ""}`;
}

/** Where a sweep's numbers come from, in parts. */
export function provenanceTexts({ provenance }: SweepRun): string[] {
  if (!provenance) return [];
  const { model, revision, device, runtime } = provenance;
  return [model, `revision ${short(revision)}`, weightsText(provenance), device, runtime];
}

/** What stands in a picture of its map. */
export function pictureText(run: SweepRun): PictureText {
  const { sentence, metric } = run.spec;
  return {
    title: [runTitle(run), `“${sentence}”`],
    notes: [unitText(metric.kind), `${extentText(run)}. ${provenanceTexts(run).join(" · ")}`],
    effect: (value) => effectText(metric.kind, value),
  };
}
