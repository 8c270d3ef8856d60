// A model as lists of models have it: the site's models/index.json, and what a person has opened here.

import { allFiles, type Manifest } from "./manifest.ts";
import { roundingText } from "./rounding.ts";
import type { CatalogEntry } from "./types.ts";

/** what an entry says that stands in no manifest */
type Listing = Pick<CatalogEntry, "manifest" | "mask" | "version" | "practice">;

/** The entry of a model. */
export function catalogEntry(manifest: Manifest, listing: Listing): CatalogEntry {
  const { name, title, source, licence, model } = manifest;
  const { layers, dMlp } = model;
  const bytes = allFiles(manifest).reduce((sum, file) => sum + file.byteLength, 0);
  const rounding = roundingText(manifest);
  return { name, title, repo: source.repo, licence, bytes, layers, dMlp, rounding, ...listing };
}
