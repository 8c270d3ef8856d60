// Models that were opened here, joined with a site's.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test, vi } from "vitest";
import { allFiles, openedAddress, parseManifest } from "../../../src/model/index.ts";
import { memoryStore, type StoredModel, sha256 } from "../../../src/storage/index.ts";
import { OpenedModels } from "../../../src/ui/kit/opened-models.ts";
import { entry } from "../experiment/helpers.ts";

/** a store that keeps the exported model "legacy" as one that was opened */
async function keeping(change: Partial<StoredModel> = {}) {
  const folder = join(inject("models"), "legacy");
  const manifest = readFileSync(join(folder, "manifest.json"), "utf8");
  const files = allFiles(parseManifest(manifest));
  const store = memoryStore();
  const url = openedAddress("legacy");
  await store.setModel({ name: "legacy", manifest, url, files, verifiedAt: 1, unfinished: false, ...change });
  for (const { file, sha256 } of files)
    await store.set(sha256, new Uint8Array(readFileSync(join(folder, file))));
  return { store, version: await sha256(new TextEncoder().encode(manifest)), files };
}

describe("joined", () => {
  test("a kept model comes after the site's, with everything that a list says", async () => {
    const { store, version, files } = await keeping();
    const bytes = files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(await new OpenedModels().joined([entry], store)).toEqual([
      entry,
      {
        name: "legacy",
        title: "legacy",
        repo: "legacy",
        licence: "unknown",
        manifest: openedAddress("legacy"),
        bytes,
        layers: 3,
        dMlp: expect.any(Number),
        mask: "[MASK]",
        version,
        practice: false,
      },
    ]);
  });

  test.each([
    ["one that is not complete", { unfinished: true }],
    ["one that the site serves", { url: "https://site.test/models/legacy/manifest.json" }],
    ["one that cannot be read", { manifest: "{}" }],
  ])("%s is none of them", async (_, change) => {
    const { store } = await keeping(change);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(await new OpenedModels().joined([entry], store)).toEqual([entry]);
    warn.mockRestore();
  });

  test("a site's model goes before an opened one of the same name", async () => {
    const { store } = await keeping();
    const site = { ...entry, name: "legacy" };
    expect(await new OpenedModels().joined([site], store)).toEqual([site]);
  });

  test("what is in memory alone is there until it is forgotten", async () => {
    const opened = new OpenedModels();
    const own = { ...entry, name: "own", title: "a folder", manifest: openedAddress("own") };
    opened.add(own);
    expect(await opened.joined([entry], memoryStore())).toEqual([entry, { ...own, title: "own" }]);
    opened.forget("own");
    expect(await opened.joined([entry], memoryStore())).toEqual([entry]);
  });
});
