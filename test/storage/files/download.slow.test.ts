// A whole download: what is asked for, what is reported, and what is kept when it ends early.

import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import {
  type DownloadProgress,
  download,
  memoryStore,
  overflowing,
  StorageError,
  type WeightStore,
} from "../../../src/storage/index.ts";
import { content, eventually, expectBytes, portsOf, publish, spec } from "./published.ts";
import { drops, inOrder, sends, serves } from "./server.ts";
import { useServer } from "./use-server.ts";

const local = useServer();

const ports = () => portsOf(local.server, local.store);

function recorder() {
  const seen: DownloadProgress[] = [];
  return { seen, onProgress: (progress: DownloadProgress) => void seen.push(progress) };
}

function expectHonest(seen: DownloadProgress[], start: number, total: number, end = total) {
  expect(seen[0]).toEqual({ done: start, total, waiting: undefined });
  expect(seen.at(-1)).toMatchObject({ done: end, total });
  for (const [i, { done, total: all }] of seen.entries()) {
    expect(all).toBe(total);
    expect(done).toBeLessThanOrEqual(total);
    if (i > 0) expect(done).toBeGreaterThanOrEqual(seen[i - 1]!.done);
    if (i > 0) expect(seen[i]).not.toEqual(seen[i - 1]);
  }
}

describe("download", () => {
  it("keeps every file; progress rises from 0 to the total", async () => {
    const { files } = publish(local.server, 7);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(await local.store.keys()).toEqual(new Set(files.map((file) => file.sha256)));
    expectHonest(seen, 0, 700_000);
    expect(seen.filter(({ waiting }) => waiting)).toEqual([]);
  });

  it("fetches only what is missing, and counts the rest as done", async () => {
    const { files, contents } = publish(local.server, 5);
    await local.store.set(files[1]!.sha256, contents[1]!);
    await local.store.set(files[4]!.sha256, contents[4]!);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(local.server.asked.toSorted()).toEqual(["shards/0", "shards/2", "shards/3"]);
    expectHonest(seen, 200_000, 500_000);
    local.server.asked.length = 0;
    await download(files, ports());
    expect(local.server.asked).toEqual([]);
  });

  it("fetches bytes that two files share once", async () => {
    const { files } = publish(local.server, 1);
    const { seen, onProgress } = recorder();
    await download([...files, { ...files[0]!, file: "shards/same" }], { ...ports(), onProgress });
    expect(local.server.asked).toHaveLength(1);
    expectHonest(seen, 0, 100_000);
  });

  it("finishes at the total when another tab kept a file meanwhile", async () => {
    const { files, contents } = publish(local.server, 2);
    await local.store.set(files[0]!.sha256, contents[0]!);
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress, store: { ...local.store, keys: async () => new Set() } });
    expect(local.server.asked).toEqual(["shards/1"]);
    expectHonest(seen, 0, 200_000);
  });

  it("has at most three files in memory: asked for, and not yet kept", async () => {
    const { files, contents } = publish(local.server, 12);
    const held = new Set<string>();
    let most = 0;
    for (const [i, file] of files.entries()) {
      local.server.answers.set(file.file, (r) => {
        held.add(file.sha256);
        most = Math.max(most, held.size);
        setTimeout(() => r.end(contents[i]), 5 + (i % 3) * 5);
      });
    }
    // a disk that is slower than the network
    const set: WeightStore["set"] = async (sha256, bytes) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await local.store.set(sha256, bytes);
      held.delete(sha256);
    };
    await download(files, { ...ports(), store: { ...local.store, set } });
    expect((await local.store.keys()).size).toBe(12);
    expect(most).toBe(3);
  });

  it("counts no byte twice when a connection breaks, and says what it waits for when nothing arrives", async () => {
    const { files, contents } = publish(local.server, 2);
    const { seen, onProgress } = recorder();
    // the other file is kept before this one breaks: until then it does not count as waiting that nothing arrives
    let kept = false;
    const set: WeightStore["set"] = async (...file) => {
      await local.store.set(...file);
      kept = true;
    };
    const read = () => (kept && seen.at(-1)!.done >= 130_000 ? 30_000 : 0);
    local.server.answers.set("shards/0", inOrder(drops(contents[0]!, read, 30_000), sends(contents[0]!)));
    await download(files, { ...ports(), onProgress, store: { ...local.store, set } });
    expect(local.server.ranges.toSorted()).toEqual(["bytes=30000-", undefined, undefined]);
    expectHonest(seen, 0, 200_000);
    const waits = seen.filter(({ waiting }) => waiting);
    expect(waits).toEqual([
      {
        done: 130_000,
        total: 200_000,
        waiting: {
          kind: "retry",
          message: "The connection broke while shards/0 was on its way.",
          seconds: 1,
        },
      },
    ]);
    expect(seen.at(-1)!.waiting).toBeUndefined();
  });

  it("does not speak of waiting while another file is arriving", async () => {
    const { files, contents } = publish(local.server, 2);
    const { seen, onProgress } = recorder();
    let rest: (() => void) | undefined;
    local.server.answers.set("shards/0", (r) => {
      r.write(contents[0]!.subarray(0, 1000));
      rest = () => r.end(contents[0]!.subarray(1000));
    });
    local.server.answers.set(
      "shards/1",
      inOrder(
        (r) =>
          void eventually(() => seen.at(-1)!.done)
            .toBe(1000)
            .then(() => r.writeHead(500).end()),
        (r, request) => {
          rest!();
          serves(contents[1]!)(r, request);
        },
      ),
    );
    await download(files, { ...ports(), onProgress });
    expect(local.server.asked).toHaveLength(3);
    expect(seen.filter(({ waiting }) => waiting)).toEqual([]);
  });

  it("fails with the first error, cuts the others short and keeps what had arrived", async () => {
    const { files, contents } = publish(local.server, 4);
    const closed: Promise<unknown>[] = [];
    for (const i of [2, 3])
      local.server.answers.set(`shards/${i}`, (r) => {
        closed.push(new Promise((resolve) => r.once("close", resolve)));
        r.writeHead(200).write(contents[i]!.subarray(0, 10));
      });
    local.server.answers.set("shards/1", (r) => {
      void eventually(async () => (await local.store.keys()).size + closed.length)
        .toBe(3)
        .then(() => r.writeHead(404).end());
    });
    const { seen, onProgress } = recorder();
    await expect(download(files, { ...ports(), onProgress })).rejects.toMatchObject({ code: "file-missing" });
    expect(await local.store.keys()).toEqual(new Set([files[0]!.sha256]));
    for (const { done } of seen) expect(done).toBeLessThan(400_000);
    await Promise.all(closed);
  });

  it("stops when aborted; a second download goes on from what is kept", async () => {
    const { files, contents } = publish(local.server, 3);
    local.server.answers.set(
      "shards/2",
      (r) => void r.writeHead(200).write(contents[2]!.subarray(0, 10_000)),
    );
    const abort = new AbortController();
    const running = download(files, { ...ports(), signal: abort.signal });
    await eventually(async () => (await local.store.keys()).size).toBe(2);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    expect((await local.store.keys()).size).toBe(2);

    local.server.asked.length = 0;
    local.server.answers.set("shards/2", sends(contents[2]!));
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), onProgress });
    expect(local.server.asked).toEqual(["shards/2"]);
    expectHonest(seen, 200_000, 300_000);
  });
});

describe("a download that does not fit", () => {
  /** a store that takes two files and no more, while `full` */
  function small() {
    const inner = memoryStore();
    const disk = { full: true };
    const set: WeightStore["set"] = async (sha256, bytes) => {
      if (disk.full && (await inner.keys()).size >= 2) throw new StorageError("storage-full", "full", "free");
      await inner.set(sha256, bytes);
    };
    return { disk, below: { ...inner, set } };
  }
  const record = (files: ReturnType<typeof spec>[]) => ({
    name: "one",
    manifest: "{}",
    url: local.server.base,
    files,
    verifiedAt: 1,
    unfinished: false,
  });

  it("keeps what is there, goes on in memory, and fetches nothing twice", async () => {
    const { files, contents } = publish(local.server, 6);
    const { below } = small();
    const above = overflowing(below);
    await above.setModel({ ...record(files), unfinished: true });
    await expect(download(files, { ...ports(), store: above })).rejects.toMatchObject({
      code: "storage-full",
    });
    // what had arrived and could not be kept is not lost
    const here = await above.keys();
    expect(here.size).toBeGreaterThan(2);
    expect(await above.spilled(files)).toBe(true);
    local.server.asked.length = 0;

    above.memoryOnly = true;
    const { seen, onProgress } = recorder();
    await download(files, { ...ports(), store: above, onProgress });
    expectHonest(seen, here.size * 100_000, 600_000);
    const isHere = (path: string) => here.has(files[Number(path.slice("shards/".length))]!.sha256);
    expect(local.server.asked.filter(isHere)).toEqual([]);
    for (const [i, { sha256 }] of files.entries()) expectBytes(await above.get(sha256), contents[i]!);
    expect((await below.keys()).size).toBe(2);

    // no later visit believes it complete
    await above.setModel(record(files));
    expect(await above.models()).toEqual([record(files)]);
    expect(await below.models()).toEqual([{ ...record(files), unfinished: true }]);
    expect(await above.deleteModel("one")).toBe(600_000);
    expect((await above.keys()).size).toBe(0);
  });

  it("is kept after all when there is room again", async () => {
    const { files } = publish(local.server, 4);
    const { below, disk } = small();
    const above = overflowing(below);
    above.memoryOnly = true;
    await download(files, { ...ports(), store: above });
    await above.setModel(record(files));
    expect((await below.keys()).size).toBe(0);

    above.memoryOnly = false;
    await above.setModel(record(files)); // still full, and nobody is told off for it
    expect(await above.spilled(files)).toBe(true);
    expect(await below.models()).toEqual([]);

    disk.full = false;
    local.server.asked.length = 0;
    await download(files, { ...ports(), store: above });
    await above.setModel(record(files));
    expect(local.server.asked).toEqual([]);
    expect(await above.spilled(files)).toBe(false);
    expect((await below.keys()).size).toBe(4);
    expect(await below.models()).toEqual([record(files)]);
    expect(await above.models()).toEqual([record(files)]);
  });

  it("leaves what was spilled where it is when another model is removed", async () => {
    const { files } = publish(local.server, 4);
    const above = overflowing(small().below);
    await above.setModel({ ...record(files), unfinished: true });
    await expect(download(files, { ...ports(), store: above })).rejects.toMatchObject({
      code: "storage-full",
    });
    const here = (await above.keys()).size;
    expect(await above.deleteModel("two")).toBe(0);
    expect((await above.keys()).size).toBe(here);
  });
});

describe("a download and its signal", () => {
  const signalled = async (act: (abort: AbortController) => Promise<void>) => {
    // Chrome 116 and Safari 17.4 have it, WebGPU is older
    const any = vi.spyOn(AbortSignal, "any").mockImplementation(() => {
      throw new TypeError("AbortSignal.any is not a function");
    });
    const abort = new AbortController();
    try {
      await act(abort);
      expect(getEventListeners(abort.signal, "abort")).toEqual([]);
    } finally {
      any.mockRestore();
    }
  };

  it("need no AbortSignal.any, and part when it is over or has failed", async () => {
    await signalled(async ({ signal }) => {
      const { files } = publish(local.server, 5);
      await download(files, { ...ports(), signal });
      expect((await local.store.keys()).size).toBe(5);
      await expect(download([spec("none", content(9))], { ...ports(), signal })).rejects.toMatchObject({
        code: "file-missing",
      });
    });
  });

  it("end with the signal's own reason, whenever it comes", async () => {
    const reason = new DOMException("enough", "AbortError");
    const { files } = publish(local.server, 3);
    for (const i of [0, 1, 2])
      local.server.answers.set(`shards/${i}`, (r) => void r.writeHead(200).write("x"));
    await signalled(async (abort) => {
      const running = download(files, { ...ports(), signal: abort.signal });
      await eventually(() => local.server.open.size).toBe(3);
      abort.abort(reason);
      await expect(running).rejects.toBe(reason);
    });
    local.server.asked.length = 0;
    await signalled(async (abort) => {
      const keys = async () => {
        abort.abort(reason); // while the store answers
        return new Set<string>();
      };
      const aborted = { ...ports(), signal: abort.signal, store: { ...local.store, keys } };
      await expect(download(files, aborted)).rejects.toBe(reason);
    });
    await signalled(async (abort) => {
      const onProgress = () => abort.abort(reason);
      const running = download(files, { ...ports(), signal: abort.signal, onProgress });
      await expect(running).rejects.toBe(reason);
    });
    expect(local.server.asked).toEqual([]);
  });
});
