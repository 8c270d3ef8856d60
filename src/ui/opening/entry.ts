// The entry of a model that is kept, made of its record.

import { catalogEntry, parseManifest } from "../../model/index.ts";
import { type StoredModel, sha256, type WeightStore } from "../../storage/index.ts";
import type { ModelEntry } from "../experiment/models.ts";

/** The entry of an opened model; undefined for a record that this version of the site cannot read. */
export async function entryOf(record: StoredModel, store: WeightStore): Promise<ModelEntry | undefined> {
  try {
    const manifest = parseManifest(record.manifest);
    const config = await store.get(manifest.tokenizer.config.sha256);
    const { mask_token: mask } = config ? JSON.parse(new TextDecoder().decode(config)) : {};
    return catalogEntry(manifest, {
      manifest: record.url,
      mask: typeof mask === "string" ? mask : undefined,
      version: await sha256(new TextEncoder().encode(record.manifest)),
      practice: false,
    });
  } catch (error) {
    console.warn(`${record.name}: its record cannot be read.`, error);
    return undefined;
  }
}
