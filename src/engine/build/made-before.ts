// A model that is here already: the very commit that is asked for, made before, perhaps by another tab while this one waited.

import {
  allFiles,
  type CatalogEntry,
  isOpened,
  type Manifest,
  openedEntry,
  parseManifest,
} from "../../model/index.ts";
import { sha256, sumOf, type WeightStore } from "../../storage/index.ts";
import type { HubModel, OpenOptions } from "../types.ts";

/**
 * The entry of a model on the Hub that was opened under this name, where all of it is kept; its files are verified.
 * @param onRead told how many bytes of all were verified
 * @throws the signal's reason when it aborts
 */
export async function madeBefore(
  { commit, name: repo }: HubModel,
  { name, signal }: OpenOptions,
  store: WeightStore,
  onRead: (done: number, total: number) => void,
): Promise<CatalogEntry | undefined> {
  // what a mirror calls a commit may be another one tomorrow
  if (!/^[0-9a-f]{40}$/.test(commit)) return undefined;
  const models = await store.models();
  const record = models.find((each) => each.name === name && isOpened(each.url) && !each.unfinished);
  const manifest = record && readable(record.manifest);
  if (manifest?.source.revision !== commit || manifest.source.repo !== repo) return undefined;
  const files = allFiles(manifest);
  const keys = await store.keys();
  if (files.some((file) => !keys.has(file.sha256))) return undefined;
  let done = 0;
  for (const file of files) {
    signal?.throwIfAborted();
    const bytes = await store.get(file.sha256);
    if (!bytes || (await sha256(bytes)) !== file.sha256) return undefined;
    done += file.byteLength;
    onRead(done, sumOf(files));
  }
  const config = await store.get(manifest.tokenizer.config.sha256);
  const version = await sha256(new TextEncoder().encode(record!.manifest));
  return openedEntry(manifest, JSON.parse(new TextDecoder().decode(config)), version);
}

/** Undefined for what this version of the site cannot read, and makes anew. */
function readable(manifest: string): Manifest | undefined {
  try {
    return parseManifest(manifest);
  } catch {
    return undefined;
  }
}
