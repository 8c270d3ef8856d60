// Files that all sites of a browser share, in a browser that takes seconds not to answer.

import { expect, it } from "vitest";
import type { CrossOriginStorage } from "../../../src/storage/files/shared.ts";
import { fetchFile, memoryStore } from "../../../src/storage/index.ts";
import { content, expectBytes, portsOf, spec } from "./published.ts";
import { sends } from "./server.ts";
import { useServer } from "./use-server.ts";

const here = useServer();
const bytes = content(1);
const file = spec("shards/layer-9-0.bin", bytes);
const get = (shared: CrossOriginStorage) => fetchFile(file, { ...portsOf(here.server, here.store), shared });

it("does without one that does not answer, and asks it nothing more", async () => {
  here.server.answers.set(file.file, sends(bytes));
  let asked = 0;
  const shared = {
    requestFileHandle: () => {
      asked++;
      return new Promise<never>(() => {});
    },
  };
  for (let i = 0; i < 3; i++) {
    here.store = memoryStore();
    expectBytes(await get(shared), bytes);
  }
  expect(asked).toBe(1);
});
