// The real world of a page, where the browser lends the storage of this site's own tabs: engine, price and panel speak
// of the same store, whether it is used in the end or not.

import { expect, test, vi } from "vitest";
import { createWorld } from "../../../src/ui/experiment/world.ts";
import { entry } from "./helpers.ts";

const use = vi.hoisted(() => vi.fn());

vi.mock("virtual:onnxruntime", () => ({ files: [] }));
vi.mock("../../../src/engine/index.ts", async (actual) => ({
  ...(await actual<object>()),
  createEngine: () => ({ use }),
}));
vi.mock("../../../src/ui/experiment/embedding.ts", () => ({ borrow: async () => "lent" }));
vi.mock("../../../src/storage/index.ts", async (actual) => {
  const storage = await actual<typeof import("../../../src/storage/index.ts")>();
  const openStore = async (factory?: unknown) => ({
    ...storage.memoryStore(),
    kind: factory ? "indexeddb" : "memory",
  });
  return { ...storage, openStore };
});

const begin = () =>
  createWorld("https://x.test/", {
    embedding: { kind: "framed", host: "a.test", apart: true, access: "possible" },
    lent: undefined,
  });
const kinds = async ({ price, storage }: ReturnType<typeof begin>) => [
  (await price(entry)).store,
  (await storage()).kind,
];

test("a store that is lent is used by all", async () => {
  const world = begin();
  expect(await kinds(world)).toEqual(["memory", "memory"]);
  expect(await world.access?.()).toBe(true);
  expect(use).toHaveBeenCalledWith(expect.objectContaining({ kind: "indexeddb" }));
  expect(await kinds(world)).toEqual(["indexeddb", "indexeddb"]);
});

test("a store that the engine cannot use is used by none", async () => {
  use.mockRejectedValueOnce(new Error("no port"));
  const world = begin();
  await expect(world.access?.()).rejects.toThrow("no port");
  expect(await kinds(world)).toEqual(["memory", "memory"]);
});
