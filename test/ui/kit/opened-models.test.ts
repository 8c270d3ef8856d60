// Models that were opened here, joined with a site's.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test, vi } from "vitest";
import { allFiles, openedAddress, parseManifest } from "../../../src/model/index.ts";
import { memoryStore, type StoredModel, sha256 } from "../../../src/storage/index.ts";
import { fetchModels } from "../../../src/ui/experiment/fetch-models.ts";
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

/** asks once, and does not wait */
const patience = { attempts: 1, wait: 1, stall: 1_000, longest: 1 };

const parsedAs = (name: string, manifest: string) => JSON.stringify({ ...JSON.parse(manifest), name });

describe("of a site's list", () => {
  const list = "https://site.test/models/index.json";
  const answering = (text: string, status = 200) =>
    fetchModels(list, { fetch: async () => new Response(text, { status }), patience });
  const names = (models: { name: string }[]) => models.map(({ name }) => name);

  test.each([
    ["names none", () => answering("[]")],
    ["is not there", () => answering("", 404)],
  ])("that %s, those that were opened are all; without any it says so", async (_, asked) => {
    const { store } = await keeping();
    expect(names(await new OpenedModels().listed(asked(), store))).toEqual(["legacy"]);
    await expect(new OpenedModels().listed(asked(), memoryStore())).rejects.toThrow(
      "This site’s list of models, models/index.json, could not be read.",
    );
  });

  test("that cannot be had just now, that is said, whatever was opened", async () => {
    const { store } = await keeping();
    await expect(new OpenedModels().listed(answering("", 500), store)).rejects.toMatchObject({
      code: "manifest-missing",
    });
    await expect(new OpenedModels().listed(answering("<html>"), store)).rejects.toMatchObject({
      code: "manifest-missing",
    });
  });
});

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

  test("what has the name of a site's model gets another name, and keeps its files", async () => {
    const { store, files } = await keeping();
    const before = await store.keys();
    const site = { ...entry, name: "legacy" };
    const address = "https://site.test/models/legacy/manifest.json";
    const served = {
      name: "legacy",
      manifest: "{}",
      url: address,
      files: [],
      verifiedAt: 1,
      unfinished: false,
    };
    await store.setModel(served);
    const other = { ...entry, name: "legacy-2" };
    const own = { name: "legacy-3", title: "legacy-3", manifest: openedAddress("legacy-3") };
    const joined = await new OpenedModels().joined([site, other], store);
    expect(joined).toMatchObject([site, other, own]);
    expect(await store.keys()).toEqual(before);
    const records = await store.models();
    expect(records).toMatchObject([served, { name: own.name, url: own.manifest, files }]);
    const renamed = records[1]!.manifest;
    expect(parseManifest(renamed).name).toBe("legacy-3");
    expect(joined[2]!.version).toBe(await sha256(new TextEncoder().encode(renamed)));
    // the next page finds it under its new name, also where the first was closed in the middle
    await store.setModel({
      ...records[1]!,
      name: "legacy",
      manifest: parsedAs("legacy", renamed),
      url: openedAddress("legacy"),
    });
    expect(await new OpenedModels().joined([site, other], store)).toEqual(joined);
    expect(await store.models()).toEqual(records);
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
