// The list of models this site serves, public/models/index.json, checked at the border: a wrong entry is dropped with
// a warning instead of breaking the page for the others.

import type { CatalogEntry } from "../../model/index.ts";

/** a model of the list; the address of its manifest is absolute here */
export type ModelEntry = CatalogEntry;

/** The entries of an index.json, practice models first. `base` is the address of the index itself. */
export function readModels(index: unknown, base: string): ModelEntry[] {
  const models = isRecord(index) && Array.isArray(index.models) ? index.models : [];
  return models
    .flatMap((entry) => readModel(entry, base) ?? [])
    .sort((a, b) => Number(b.practice) - Number(a.practice));
}

function readModel(entry: unknown, base: string): ModelEntry | undefined {
  if (!isRecord(entry)) return undefined;
  const { name, title, manifest, bytes, layers, dMlp, practice, licence, repo, version, mask, rounding } =
    entry;
  const counts = [bytes, layers, dMlp].every((count) => Number.isSafeInteger(count) && Number(count) > 0);
  if (typeof name !== "string" || typeof manifest !== "string" || !counts || !isHash(version)) {
    console.warn("models/index.json: skipped an entry without name, manifest, version or sizes", entry);
    return undefined;
  }
  return {
    name,
    title: typeof title === "string" ? title : name,
    manifest: new URL(manifest, base).href,
    bytes: Number(bytes),
    layers: Number(layers),
    dMlp: Number(dMlp),
    mask: typeof mask === "string" && mask !== "" ? mask : undefined,
    practice: practice === true,
    rounding: typeof rounding === "string" ? rounding : undefined,
    licence: typeof licence === "string" ? licence : "unknown",
    repo: typeof repo === "string" ? repo : name,
    version,
  };
}

/** The course's model, which each site exports for itself. */
export function isCourseModel(name: string): boolean {
  return /(^|\/)bert-base-cased$/.test(name);
}

function isHash(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
