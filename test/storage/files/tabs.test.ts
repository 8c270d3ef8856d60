// What tabs do where the browser has no locks, refuses them, or has no channel. Real tabs: indexeddb.browser.test.ts.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { download, memoryStore, overflowing, type WeightStore } from "../../../src/storage/index.ts";
import { portsOf, publish } from "./published.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
let store: WeightStore;

beforeEach(async () => {
  server = await startServer();
  store = memoryStore();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

const shared = (): WeightStore => ({ ...store, kind: "indexeddb" });

/** a lock manager that grants everything, and the names it was asked for */
function lockManager() {
  const asked: string[] = [];
  const request = async (name: string, _: object, run: (lock: object) => unknown) => {
    asked.push(name);
    return run({});
  };
  vi.stubGlobal("navigator", { locks: { request } });
  return asked;
}

describe("a download's locks", () => {
  it("are one for the download and one for each file", async () => {
    const asked = lockManager();
    const { files } = publish(server, 2);
    await download(files, { ...portsOf(server, shared()) });
    expect(asked).toEqual([
      `neuron-notebook-download-${server.base}`,
      ...files.map(({ sha256 }) => `neuron-notebook-file-${sha256}`),
    ]);
  });

  it("are not asked for where tabs share nothing", async () => {
    const asked = lockManager();
    const { files } = publish(server, 2);
    await download(files, { ...portsOf(server, store) });
    const spilling = overflowing(shared());
    spilling.memoryOnly = true;
    store.delete(files[0]!.sha256);
    await download(files, { ...portsOf(server, spilling) });
    expect(server.asked).toHaveLength(3);
    expect(asked).toEqual([]);
  });

  it.each<[string, object]>([
    ["there are none", {}],
    [
      "they are refused",
      { locks: { request: () => Promise.reject(new DOMException("no", "SecurityError")) } },
    ],
  ])("are done without when %s", async (_, navigator) => {
    vi.stubGlobal("navigator", navigator);
    const { files } = publish(server, 2);
    await download(files, { ...portsOf(server, shared()) });
    expect((await store.keys()).size).toBe(2);
  });

  it("do not hide an error of the work", async () => {
    lockManager();
    const { files } = publish(server, 1);
    server.answers.delete("shards/0");
    await expect(download(files, { ...portsOf(server, shared()) })).rejects.toMatchObject({
      code: "file-missing",
    });
    expect(server.asked).toHaveLength(1);
  });

  it("work without a channel", async () => {
    lockManager();
    vi.stubGlobal("BroadcastChannel", undefined);
    const { files } = publish(server, 2);
    await download(files, { ...portsOf(server, shared()) });
    expect((await store.keys()).size).toBe(2);
  });
});
