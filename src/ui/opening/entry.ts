// The entry of a model that was opened and is kept, made of its record; and another name for it, where the site has come to
// have a model of its name.

import { openedAddress, openedEntry, parseManifest } from "../../model/index.ts";
import { type StoredModel, sha256, type WeightStore } from "../../storage/index.ts";
import type { ModelEntry } from "../experiment/models.ts";

/** The entry of an opened model; undefined for a record that this version of the site cannot read. */
export async function entryOf(record: StoredModel, store: WeightStore): Promise<ModelEntry | undefined> {
  try {
    const manifest = parseManifest(record.manifest);
    const config = await store.get(manifest.tokenizer.config.sha256);
    const said = config ? JSON.parse(new TextDecoder().decode(config)) : {};
    return openedEntry(manifest, said, await sha256(new TextEncoder().encode(record.manifest)));
  } catch (error) {
    console.warn(`${record.name}: its record cannot be read.`, error);
    return undefined;
  }
}

/**
 * Keep an opened model under a name that nothing has, such as bert-base-cased-2; its files stay where they are.
 * @param taken the names of the site's models
 * @returns its record; the old one where it cannot be read, or the store keeps no more
 */
export async function renamed(
  record: StoredModel,
  taken: ReadonlySet<string>,
  store: WeightStore,
): Promise<StoredModel> {
  try {
    const models = await store.models();
    parseManifest(record.manifest);
    for (let i = 2; ; i++) {
      const name = `${record.name.slice(0, 90)}-${i}`;
      const manifest = `${JSON.stringify({ ...JSON.parse(record.manifest), name }, null, 1)}\n`;
      // another tab may have got so far, or this one, before it was closed
      const free = models.every((model) => model.name !== name || model.manifest === manifest);
      if (taken.has(name) || !free) continue;
      const moved = { ...record, name, manifest, url: openedAddress(name) };
      await store.setModel(moved);
      await store.deleteModel(record.name, record.url);
      return moved;
    }
  } catch (error) {
    console.warn(`${record.name}: a model that was opened here cannot be given another name.`, error);
    return record;
  }
}
