import { describe, expect, it } from "vitest";
import { memoryStore, openStore } from "../../src/storage/index.ts";
import { contract } from "./contract.ts";

describe("the store in memory", () => {
  for (const { name, run } of contract) it(name, () => run(memoryStore()));

  it("is what openStore gives where there is no IndexedDB, as in Node", async () => {
    expect((await openStore()).kind).toBe("memory");
  });
});
