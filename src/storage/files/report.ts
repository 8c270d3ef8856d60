// What this origin keeps, for a person to look at. A report never fails: it says less.

import { sumOf } from "./files.ts";
import type { FileSpec, KeptModel, Space, StorageReport, StoredModel, WeightStore } from "./types.ts";

/** The models of a store, and the space around them. Never rejects. */
export async function report(store: WeightStore): Promise<StorageReport> {
  const [models, keys] = await Promise.all([
    store.models().catch(() => []),
    store.keys().catch(() => new Set<string>()),
  ]);
  const names = [...new Set(models.map(({ name }) => name))].sort();
  return {
    kind: store.kind,
    models: names.map((name) => describe(name, models, keys)),
    space: await space(),
  };
}

/** What the browser says of this origin's space. Never rejects. */
export async function space(): Promise<Space> {
  // an insecure context has no storage manager, a sandboxed frame one that refuses
  const ask = async <T>(question: (manager: StorageManager) => Promise<T>): Promise<T | undefined> => {
    try {
      return await question(navigator.storage);
    } catch {
      return undefined;
    }
  };
  const estimate = await ask((manager) => manager.estimate());
  const { quota, usage } = estimate ?? {};
  return {
    free: quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0)),
    persisted: await ask((manager) => manager.persisted()),
  };
}

function describe(name: string, models: readonly StoredModel[], keys: ReadonlySet<string>): KeptModel {
  const own = models.filter((model) => model.name === name);
  const needed = filesOf(models.filter((model) => model.name !== name));
  const files = [...filesOf(own).values()];
  const kept = files.filter(({ sha256 }) => keys.has(sha256));
  const complete = own.find(({ unfinished }) => !unfinished);
  return {
    name,
    kept: sumOf(kept),
    bytes: sumOf(files),
    frees: sumOf(kept.filter(({ sha256 }) => !needed.has(sha256))),
    verifiedAt: (complete ?? own[0]!).verifiedAt,
    unfinished: own.some(({ unfinished }) => unfinished),
  };
}

/** files by their hash */
function filesOf(models: readonly StoredModel[]): Map<string, FileSpec> {
  return new Map(models.flatMap(({ files }) => files).map((file) => [file.sha256, file]));
}
