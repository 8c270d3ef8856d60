// The entry of a model that a person opened: pages need it only where there is one.

import { catalogEntry } from "./catalog.ts";
import type { Manifest } from "./manifest.ts";
import { openedAddress } from "./opened.ts";
import type { CatalogEntry } from "./types.ts";

/**
 * The entry of a model that a person opened.
 * @param config what its tokenizer_config.json says
 * @param version hash of the manifest's text
 */
export function openedEntry(
  manifest: Manifest,
  { mask_token: mask }: { mask_token?: unknown },
  version: string,
): CatalogEntry {
  return catalogEntry(manifest, {
    manifest: openedAddress(manifest.name),
    mask: typeof mask === "string" ? mask : undefined,
    version,
    practice: false,
  });
}
