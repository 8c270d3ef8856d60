// A model on the Hub as npm run export makes it: what the tab's own is compared with.

import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { fetchFromHub } from "../../model-export/hub.ts";
import { allFiles, parseManifest } from "../../src/model/index.ts";
import type { WeightStore } from "../../src/storage/index.ts";

interface Where {
  /** the Hub's address */
  endpoint: string;
  /** where the model may lie for a while */
  folder: string;
  /** what it is to be called */
  name: string;
}

/** The text of its manifest. */
export async function exportedFromHub(repo: string, { endpoint, folder, name }: Where): Promise<string> {
  const cacheDir = mkdtempSync(join(folder, "cache-"));
  const checkpoint = await openFolder(await fetchFromHub(repo, { cacheDir, endpoint }));
  const out = join(cacheDir, name);
  try {
    await exportModel(checkpoint, { out });
  } finally {
    await checkpoint.close();
  }
  return readFileSync(join(out, "manifest.json"), "utf8");
}

/** One model is kept, the exporter's, and nothing beside it. */
export async function expectExported(store: WeightStore, repo: string, where: Where): Promise<void> {
  const [record, ...more] = await store.models();
  expect(more).toEqual([]);
  expect(record).toMatchObject({ name: where.name, unfinished: false });
  expect(record!.manifest).toBe(await exportedFromHub(repo, where));
  const files = allFiles(parseManifest(record!.manifest)).map(({ sha256 }) => sha256);
  expect(await store.keys()).toEqual(new Set(files));
}
