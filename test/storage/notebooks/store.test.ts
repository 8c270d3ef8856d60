// The notebook store in memory, which is what there is where the browser lends no storage, and in Node.

import { describe, expect, it } from "vitest";
import { openNotebooks } from "../../../src/storage/index.ts";
import { notebookContract } from "./contract.ts";

describe("notebooks in memory", () => {
  it.each(notebookContract)("$name", async ({ run }) => {
    const store = await openNotebooks();
    expect(store.kind).toBe("memory");
    await run(store);
  });
});
