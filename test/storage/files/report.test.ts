import { describe, expect, it } from "vitest";
import { memoryStore, report, type StoredModel, space } from "../../../src/storage/index.ts";

const file = (digit: string, byteLength: number) => ({
  file: `shards/${digit}`,
  byteLength,
  sha256: digit.repeat(64),
});
const model = (name: string, files: StoredModel["files"], rest: Partial<StoredModel> = {}): StoredModel => ({
  name,
  manifest: "{}",
  url: `https://example.org/${name}/manifest.json`,
  files,
  verifiedAt: 1000,
  unfinished: false,
  ...rest,
});

describe("report", () => {
  it("says of each model what is kept, and what removing it frees", async () => {
    const store = memoryStore();
    const [a, b, c, d] = [file("a", 10), file("b", 200), file("c", 3000), file("d", 40_000)];
    for (const { sha256, byteLength } of [a, b, c]) await store.set(sha256, new Uint8Array(byteLength));
    await store.setModel(model("two", [b, c, d], { unfinished: true, verifiedAt: 2000 }));
    await store.setModel(model("one", [a, b]));
    expect(await report(store)).toEqual({
      kind: "memory",
      models: [
        { name: "one", kept: 210, bytes: 210, frees: 10, verifiedAt: 1000, unfinished: false },
        { name: "two", kept: 3200, bytes: 43_200, frees: 3000, verifiedAt: 2000, unfinished: true },
      ],
      space: { free: undefined, persisted: undefined },
    });
    expect(await store.deleteModel("one")).toBe(10);
    expect(await store.deleteModel("two")).toBe(3200);
  });

  it("counts the two records of a model together, with the time of the complete one", async () => {
    const store = memoryStore();
    const [a, b, c] = [file("a", 10), file("b", 200), file("c", 3000)];
    for (const { sha256, byteLength } of [a, b]) await store.set(sha256, new Uint8Array(byteLength));
    await store.setModel(model("one", [a, b]));
    await store.setModel(model("one", [b, c], { unfinished: true, verifiedAt: 2000 }));
    expect((await report(store)).models).toEqual([
      { name: "one", kept: 210, bytes: 3210, frees: 210, verifiedAt: 1000, unfinished: true },
    ]);
    expect(await store.deleteModel("one")).toBe(210);
  });

  it("never rejects", async () => {
    const no = () => Promise.reject(new DOMException("no", "UnknownError"));
    const store = { ...memoryStore(), models: no, keys: no };
    expect((await report(store)).models).toEqual([]);
    expect(await space()).toEqual({ free: undefined, persisted: undefined });
  });
});
