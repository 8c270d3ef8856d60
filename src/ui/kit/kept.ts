// What loading a model would cost, worked out from what is kept, without asking the server and without starting the
// engine. The site's list says which version it has; its files are known when a record of that version is kept.

import type { ModelState } from "../../engine/index.ts";
import {
  type FileSpec,
  isSameModel,
  type StoredModel,
  sha256,
  space,
  sumOf,
  type WeightStore,
} from "../../storage/index.ts";
import type { ModelEntry } from "../experiment/models.ts";

/** What opening a model costs, by the records of a store. `runtime`: the files that come with a first load of any model. */
export async function keptPrice(
  { name, manifest, bytes, version }: ModelEntry,
  store: WeightStore,
  runtime: readonly FileSpec[],
): Promise<ModelState> {
  const [records, keys, { free }] = await Promise.all([store.models(), store.keys(), space()]);
  const here = (files: readonly FileSpec[]) => sumOf(files.filter((file) => keys.has(file.sha256)));
  const own = records.filter((record) => isSameModel(record, { name, url: manifest }));
  const current = await recordOf(own, version);
  const ofRuntime = new Set(runtime.map((file) => file.sha256));
  const files = current?.files.filter((file) => !ofRuntime.has(file.sha256)) ?? [];
  return {
    bytes: bytes + sumOf(runtime),
    // a record names the files of the runtime of its time, too, which may be another one now
    kept: here(runtime) + Math.min(bytes, here(files)),
    store: store.kind,
    outdated: own.some((record) => !record.unfinished && record !== current),
    free,
  };
}

/** The record of a version, complete or not. */
async function recordOf(records: readonly StoredModel[], version: string): Promise<StoredModel | undefined> {
  for (const record of records)
    if ((await sha256(encoder.encode(record.manifest))) === version) return record;
  return undefined;
}

const encoder = new TextEncoder();
