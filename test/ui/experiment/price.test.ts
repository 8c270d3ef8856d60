import { describe, expect, test } from "vitest";
import type { ModelState } from "../../../src/engine/index.ts";
import { openedAddress } from "../../../src/model/index.ts";
import { sha256 } from "../../../src/storage/files/hash.ts";
import { memoryStore, type StoredModel } from "../../../src/storage/index.ts";
import type { Embedding } from "../../../src/ui/experiment/embedding.ts";
import { costText, fits, missing, priceText } from "../../../src/ui/experiment/price.ts";
import { keptPrice } from "../../../src/ui/kit/kept.ts";
import { entry, price } from "./helpers.ts";

const own: Embedding = { kind: "own" };
const MB = 1e6;
const model = { ...entry, bytes: 7 * MB };
const state: ModelState = { ...price, bytes: 34 * MB, free: 9.8e9 };
const read = (...[change, embedding = own]: [Partial<typeof state>?, Embedding?]) =>
  costText(model, { ...state, ...change }, embedding).replaceAll("\u202f", " ");

describe("what loading costs", () => {
  test("before the price is known, the model's own size", () => {
    expect(costText(model, undefined, own)).toBe("7.0\u202fMB once, then kept on this device.");
  });

  test("all of it, and what is free", () => {
    expect(read()).toBe("34 MB once, then kept on this device.");
    const full = (change: Partial<ModelState> = {}) =>
      priceText(model, { ...state, ...change }).replaceAll("\u202f", " ");
    expect(full()).toBe(
      "The model takes 7.0 MB, ONNX Runtime, which computes, 27 MB. The browser says 9.8 GB are free.",
    );
    expect(full({ free: undefined })).toMatch(/27 MB\.$/);
    expect(full({ store: "memory" })).not.toContain("are free");
  });

  test("what is still to come", () => {
    expect(read({ kept: 30 * MB })).toMatch(/^4\.0 MB of 34 MB still to come, then kept/);
    expect(read({ kept: 34 * MB })).toBe("Kept on this device: nothing to download.");
    expect(read({ kept: 34 * MB, store: "memory" })).toBe("Here until this tab closes: nothing to download.");
  });

  test("a newer version, beside the one that is kept", () => {
    expect(read({ outdated: true, kept: 27 * MB })).toBe(
      "A newer version is on the site: 7.0 MB; the kept one stays until it is complete.",
    );
  });

  test.each<[string, Embedding, string]>([
    [
      "a frame",
      { kind: "framed", host: "a.test", apart: true, access: "no" },
      "kept on this device for a.test only.",
    ],
    [
      "a frame that may be of the same site",
      { kind: "framed", host: "a.uni.test", apart: false, access: "no" },
      "kept on this device (the browser may keep it for a.uni.test only).",
    ],
    [
      "a frame somewhere",
      { kind: "framed", host: undefined, apart: false, access: "no" },
      "(the browser may keep it for the site around this frame only).",
    ],
    [
      "a frame with access",
      { kind: "framed", host: "a.test", apart: true, access: "granted" },
      "then kept on this device.",
    ],
    ["a guest", { kind: "guest", host: "b.test" }, "kept on this device for b.test only."],
  ])("where it is kept in %s", (_, embedding, text) => expect(read({}, embedding)).toContain(text));

  test("why it is kept only until the tab closes", () => {
    expect(read({ store: "memory" })).toContain(
      "until this tab closes: the browser lends this page no storage.",
    );
    expect(read({ store: "memory" }, { kind: "sandboxed" })).toContain("sandboxes it");
  });
});

describe("whether it fits", () => {
  test.each([
    ["with a twentieth left over", 105, true],
    ["just not", 104, false],
    ["where the browser does not tell", undefined, true],
  ])("%s", (_, free, expected) => expect(fits({ ...price, free })).toBe(expected));

  test("memory needs no room, and neither does what is here", () => {
    expect(fits({ ...price, store: "memory", free: 0 })).toBe(true);
    expect(fits({ ...price, kept: 100, free: 0 })).toBe(true);
    expect(missing({ ...price, kept: 200 })).toBe(0);
  });
});

describe("the price by what is kept", () => {
  const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
  const file = async (name: string, content: Uint8Array<ArrayBuffer>) => ({
    file: name,
    byteLength: content.byteLength,
    sha256: await sha256(content),
  });
  const contents = { a: bytes(60, 1), b: bytes(40, 2), ort: bytes(500, 3), oldOrt: bytes(400, 4) };
  const files = async () => ({
    a: await file("a", contents.a),
    b: await file("b", contents.b),
    ort: await file("https://x.test/ort.wasm", contents.ort),
    oldOrt: await file("https://x.test/old.wasm", contents.oldOrt),
  });
  const versionOf = (manifest: string) => sha256(new TextEncoder().encode(manifest));
  type Name = keyof typeof contents;

  /** A store with these files, and with records of these. */
  const storeWith = async (
    kept: Name[],
    records: [manifest: string, named: Name[], unfinished?: boolean][],
  ) => {
    const store = memoryStore();
    const all = await files();
    for (const [manifest, named, unfinished = false] of records) {
      const record: StoredModel = {
        name: entry.name,
        manifest,
        url: entry.manifest,
        files: named.map((name) => all[name]),
        verifiedAt: 0,
        unfinished,
      };
      await store.setModel(record);
    }
    for (const name of kept) await store.set(all[name].sha256, contents[name]);
    return store;
  };
  const priceIn = async (store: ReturnType<typeof memoryStore>, manifest = "new") =>
    keptPrice({ ...entry, version: await versionOf(manifest) }, store, [(await files()).ort]);

  test("nothing is kept", async () => {
    expect(await priceIn(await storeWith([], []))).toMatchObject({ bytes: 600, kept: 0, outdated: false });
  });

  test("another model has brought the runtime", async () => {
    expect(await priceIn(await storeWith(["ort"], []))).toMatchObject({ bytes: 600, kept: 500 });
  });

  test("all of it is kept", async () => {
    const store = await storeWith(["a", "b", "ort"], [["new", ["ort", "a", "b"]]]);
    expect(await priceIn(store)).toMatchObject({ kept: 600, outdated: false });
  });

  test("a download that has not come to an end", async () => {
    const store = await storeWith(["a"], [["new", ["ort", "a", "b"], true]]);
    expect(await priceIn(store)).toMatchObject({ kept: 60, outdated: false });
  });

  test("a runtime of another time is not this one", async () => {
    const store = await storeWith(["a", "b", "oldOrt"], [["new", ["oldOrt", "a", "b"]]]);
    expect(await priceIn(store)).toMatchObject({ bytes: 600, kept: 100 });
  });

  test("what was opened under the name of a site's model is no older version of it", async () => {
    const store = await storeWith(["a", "b", "ort"], [["old", ["ort", "a", "b"]]]);
    const [record] = await store.models();
    await store.deleteModel(record!.name);
    await store.setModel({ ...record!, url: openedAddress(record!.name) });
    expect(await priceIn(store)).toMatchObject({ outdated: false });
  });

  test("an older version is kept, and of the new one perhaps a part", async () => {
    const old = await storeWith(["a", "b", "ort"], [["old", ["ort", "a", "b"]]]);
    expect(await priceIn(old)).toMatchObject({ kept: 500, outdated: true });
    const both = await storeWith(
      ["a", "ort"],
      [
        ["old", ["ort", "a"]],
        ["new", ["ort", "a", "b"], true],
      ],
    );
    expect(await priceIn(both)).toMatchObject({ kept: 560, outdated: true });
  });
});
