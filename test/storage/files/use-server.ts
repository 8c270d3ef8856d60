// What a test of fetching needs: a server and an empty store, new for each test.

import { afterEach, beforeEach } from "vitest";
import { memoryStore, type WeightStore } from "../../../src/storage/index.ts";
import { startServer, type TestServer } from "./server.ts";

/** there before each test of a file, closed after it */
export interface ServerUnderTest {
  server: TestServer;
  store: WeightStore;
}

export function useServer(): ServerUnderTest {
  const here = {} as ServerUnderTest;
  beforeEach(async () => {
    here.server = await startServer();
    here.store = memoryStore();
  });
  afterEach(() => here.server.close());
  return here;
}
