// What stands in a cell's metadata that this notebook reads and writes, and the changes of cells that more than one
// command makes. Pure. Metadata of a file from elsewhere is anybody's, so it is read without trust.

import { mostEdits, type NeuronEdit, operations, withEdits } from "../../../model/index.ts";
import type { Cell, CellKind, Json, JsonObject, Output } from "../../../storage/index.ts";
import type { CellExperiment } from "../events.ts";
import { withoutOutputs } from "./recorded.ts";

const ours = "neuron_notebook";

/** JSON that should be an object, where it is one. */
export function objectIn(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** Is it marked as an experiment's cell? Which experiment it is, its text says; see experimentIn. */
export function hasExperiment({ kind, metadata }: Cell): boolean {
  return kind === "code" && objectIn(objectIn(metadata[ours])?.experiment) !== undefined;
}

/** What the form of a cell said last, for a cell whose text no longer can be read; undefined where that cannot be, either. */
export function lastForm(cell: Cell): CellExperiment | undefined {
  if (!hasExperiment(cell)) return undefined;
  const kept = (cell.metadata[ours] as JsonObject).experiment as JsonObject;
  const { sentence, mask, candidates, model, more = [] } = kept;
  if (typeof sentence !== "string" || !Array.isArray(more) || more.length >= mostEdits) return undefined;
  const edits = [kept, ...more].map(editIn);
  if (!edits.every((edit) => edit !== undefined)) return undefined;
  if (!Array.isArray(candidates) || !candidates.every((word) => typeof word === "string")) return undefined;
  return {
    ...withEdits({ sentence, ...edits[0]!, candidates: [...candidates] }, edits),
    ...(whole(mask) ? { mask } : {}),
    ...(typeof model === "string" ? { model } : {}),
  };
}

const whole = (value: Json | undefined): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function editIn(kept: Json): NeuronEdit | undefined {
  const { layer, neuron, hook: record } = objectIn(kept) ?? {};
  const hook = operations.readHookRecord(objectIn(record) ?? { kind: "suppress" });
  return whole(layer) && whole(neuron) && hook ? { layer, neuron, hook } : undefined;
}

/** Metadata that mark an experiment's cell, with what its form says, or no longer; what else stands there stays. */
export function withExperiment(metadata: JsonObject, experiment: CellExperiment | undefined): JsonObject {
  const { experiment: _, ...kept } = objectIn(metadata[ours]) ?? {};
  // undefined is no JSON
  const plain = experiment && (JSON.parse(JSON.stringify(experiment)) as JsonObject);
  const own: JsonObject = plain ? { ...kept, experiment: plain } : kept;
  const { [ours]: __, ...rest } = metadata;
  return Object.keys(own).length > 0 ? { ...rest, [ours]: own } : rest;
}

/** The cell as another kind. Only code cells have outputs, and only code cells hold experiments. */
export function ofKind(cell: Cell, kind: CellKind): Cell {
  if (cell.kind === kind && !hasExperiment(cell)) return cell;
  const metadata = withExperiment(cell.metadata, undefined);
  if (kind === "code") return { ...cell, kind, metadata, attachments: undefined };
  return withoutOutputs({ ...cell, kind, metadata });
}

/** Outputs after one more; text of the same stream goes on where the last ended. */
export function addOutput(outputs: readonly Output[], output: Output): readonly Output[] {
  const last = outputs.at(-1);
  if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
    return [...outputs.slice(0, -1), { ...last, text: last.text + output.text }];
  return [...outputs, output];
}
