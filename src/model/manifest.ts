// manifest.json: everything the engine needs to know of an exported model, parsed and validated once at the border.
// The exporter writes what manifest-schema.ts describes. All file paths are relative to the manifest.

import * as v from "valibot";
import { EngineError } from "./errors.ts";
import { hookPointsOf } from "./hook-points.ts";
import { complaints } from "./manifest-checks.ts";
import { anyManifest, type FirstManifest, type Manifest, manifestLimits } from "./manifest-schema.ts";
import { tensorNames } from "./tensor-names.ts";

export { allFiles } from "./manifest-checks.ts";
export { type Manifest, type ManifestFile, manifestLimits, type Segment } from "./manifest-schema.ts";

/**
 * Parse and validate a manifest.
 * @throws EngineError "manifest-invalid" naming the offending field
 */
export function parseManifest(text: string, from = "manifest.json"): Manifest {
  if (text.length > manifestLimits.text) throw invalid(from, "it is longer than any manifest");
  const result = v.safeParse(anyManifest, parseJson(text, from), { abortEarly: true });
  if (!result.success) {
    const issue = result.issues[0];
    throw invalid(from, `${v.getDotPath(issue) ?? "the top level"}: ${issue.message}`);
  }
  const parsed = result.output.format === "neuron-notebook/1" ? upgrade(result.output) : result.output;
  const complaint = complaints(parsed).next().value;
  if (complaint) throw invalid(from, complaint);
  return parsed;
}

/** What was exported in the first format, in today's words; the files are the same. */
function upgrade({ stages, splits, ...rest }: FirstManifest): Manifest {
  const atLayers = splits.map(({ cuts, ...split }) => ({ ...split, cuts: cuts.map(tensorNames.mlpPost) }));
  const points = hookPointsOf(rest.model).map((point) => point.name);
  const atAll = stages ? [{ name: "every-hook-point", cuts: points.slice(0, -1), segments: stages }] : [];
  return { ...rest, format: "neuron-notebook/2", splits: [...atLayers, ...atAll] };
}

/** keys by which an object's prototype is reached */
const reserved = ["__proto__", "constructor", "prototype"];

function parseJson(text: string, from: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const html = /^\s*</.test(text);
    throw invalid(
      from,
      html ? "the server answered with a web page instead of JSON" : "it is not JSON",
      cause,
    );
  }
  const key = reservedKey(json);
  if (key === undefined) return json;
  throw invalid(from, `"${key}" cannot be the name of anything in it`);
}

/** A reserved key of an object anywhere in parsed JSON; a list of a million numbers takes no more than a look at each. */
function reservedKey(json: unknown): string | undefined {
  const open = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    const key = Array.isArray(value) ? undefined : reserved.find((each) => Object.hasOwn(value, each));
    if (key !== undefined) return key;
    for (const inner of Object.values(value)) if (typeof inner === "object") open.push(inner);
  }
  return undefined;
}

function invalid(from: string, what: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-invalid",
    // what was refused may be quoted, and may be as long as its author liked
    `${from} does not describe a model: ${what.slice(0, manifestLimits.words)}.`,
    "The model has to be exported again and its whole folder uploaded: tell whoever runs the site.",
    { cause },
  );
}
