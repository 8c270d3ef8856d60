// What a cell puts out as it comes from Python: text that may be anything.

import { type Json, readOutput } from "../storage/index.ts";
import type { Emission } from "./types.ts";

/** levels of lists and records in an output; a page that saves more would run out of stack */
const deepest = 100;

/** The outputs in this JSON list; undefined when it is not a list, or when one of them is not an output. */
export function readEmissions(text: string): Emission[] | undefined {
  const found = listIn(text)?.map((value) =>
    isClear(value) ? ({ output_type: "clear" } as const) : readOutput(value),
  );
  return found?.every((each) => each !== undefined) ? found : undefined;
}

function listIn(text: string): Json[] | undefined {
  try {
    const list = JSON.parse(text) as Json;
    return Array.isArray(list) && depthOf(list) <= deepest + 1 ? list : undefined;
  } catch {
    return undefined;
  }
}

const isClear = (value: Json) =>
  typeof value === "object" && value !== null && "output_type" in value && value.output_type === "clear";

/** Levels of lists and records, counted level by level. */
function depthOf(value: Json): number {
  let depth = 0;
  for (let level: Json[] = [value]; level.length > 0; depth++)
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  return depth - 1;
}
