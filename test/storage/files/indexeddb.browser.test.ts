// IndexedDB as it really is, in Chromium: the store contract, a second visit, a full disk, and the places where the
// browser gives a page none.

import { createHash, randomBytes } from "node:crypto";
import type { Browser, Frame, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DownloadProgress } from "../../../src/storage/index.ts";
import { launch } from "../../helpers/chromium.ts";
import { contract } from "./contract.ts";
import { eventually, publish, spec } from "./published.ts";
import { serves, startServer, type TestServer } from "./server.ts";

type Tests = typeof import("./indexeddb.page.ts");

/** the page's module with everything it imports, as one script that defines `tests` */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      lib: {
        entry: new URL("indexeddb.page.ts", import.meta.url).pathname,
        formats: ["iife"],
        name: "tests",
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !("output" in output)) throw new Error("vite built nothing");
  return output.output[0].code;
}

describe("IndexedDB in Chromium", () => {
  let browser: Browser;
  let server: TestServer;
  let pages: Record<string, [type: string, text: string]>;

  beforeAll(async () => {
    pages = {
      "/": ["text/html", '<!doctype html><script src="/tests.js"></script>'],
      "/sandboxed": ["text/html", '<!doctype html><iframe sandbox="allow-scripts" src="/"></iframe>'],
      "/tests.js": ["text/javascript", await bundle()],
      "/favicon.ico": ["text/plain", ""],
    };
    // a plain http address that is not localhost is an insecure context
    browser = await launch("no-adapter", [
      "--host-resolver-rules=MAP insecure.test 127.0.0.1",
      "--js-flags=--expose-gc",
    ]);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startServer(pages);
  });
  afterEach(() => server.close());

  /** pages of one fresh profile; `use` gets them with `tests` loaded */
  async function withPages<T>(count: number, use: (...pages: Page[]) => Promise<T>): Promise<T> {
    const context = await browser.newContext();
    context.setDefaultTimeout(150_000);
    try {
      const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()));
      for (const page of pages) await page.goto(`${server.origin}/`);
      return await use(...pages);
    } finally {
      await context.close();
    }
  }

  /** the same with one page, of another host or path */
  async function withPage<T>(use: (page: Page) => Promise<T>, host = "127.0.0.1", path = "/"): Promise<T> {
    const { port } = new URL(server.origin);
    return withPages(1, async (page) => {
      await page.goto(`http://${host}:${port}${path}`);
      return use(page);
    });
  }

  const call = <K extends keyof Tests>(frame: Page | Frame, name: K, ...args: Parameters<Tests[K]>) =>
    frame.evaluate(
      ([name, args]) => {
        const { tests } = globalThis as unknown as { tests: Record<string, (...all: unknown[]) => unknown> };
        return tests[name]!(...args);
      },
      [name, args] as const,
    ) as ReturnType<Tests[K]>;

  it("fulfils the store contract", async () => {
    const results = await withPage((page) => call(page, "runContract"));
    expect(results).toEqual(Object.fromEntries(contract.map(({ name }) => [name, ""])));
  });

  it("keeps files where the browser keeps no Blobs, and reads those that an earlier version kept", async () => {
    await withPage(async (page) => {
      expect(await call(page, "readOtherwise")).toEqual([true, true, true]);
      expect(await call(page, "keepWithoutBlobs")).toEqual({ same: [true, true], refused: [true, false] });
    });
  });

  it.each([
    ["failing", "NotReadableError"],
    ["otherwise", "NotReadableError"],
    ["short", "7 bytes"],
  ] as const)("keeps as a buffer what it fetches after a Blob was lost: %s", async (how, read) => {
    await withPage(async (page) => {
      expect(await call(page, "keepAfterLoss", how)).toEqual({ read, kept: ["Blob", "ArrayBuffer"] });
    });
  });

  it("reads to the end while garbage is collected", async () => {
    await withPage(async (page) => {
      expect(await call(page, "readWhileCollecting", 40)).toBe(40);
    });
  });

  it("still has the files on a second visit, and nothing of the probe", async () => {
    await withPage(async (page) => {
      expect(await call(page, "visit")).toEqual({ kind: "indexeddb", keys: [], models: 0 });
      await page.reload();
      const again = await call(page, "visit");
      expect(again).toMatchObject({ kind: "indexeddb", kept: [1, 2, 3], models: 0 });
      expect(again.keys).toHaveLength(1);
    });
  });

  it("says storage-full when the quota is used up; what was kept stays readable", async () => {
    await withPage(async (page) => {
      const devtools = await page.context().newCDPSession(page);
      const origin = new URL(page.url()).origin;
      await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 8 * 2 ** 20 });
      const outcome = await call(page, "fill");
      expect(outcome).toMatchObject({ kind: "indexeddb", code: "storage-full", readable: true });
      expect(outcome.hint).toMatch(/another model/);
    });
  });

  it("is replaced by memory in a sandboxed frame", async () => {
    await withPage(
      async (page) => {
        const frame = page.frames().find((each) => each !== page.mainFrame())!;
        await frame.waitForFunction("globalThis.tests");
        expect(await call(frame, "visit")).toEqual({ kind: "memory", keys: [], models: 0 });
      },
      "127.0.0.1",
      "/sandboxed",
    );
  });

  it("works in an insecure context, where files are hashed without crypto.subtle", async () => {
    await withPage(async (page) => {
      expect(await call(page, "visit")).toMatchObject({ kind: "indexeddb" });
      const digest = createHash("sha256").update("sketches").digest("hex");
      expect(await call(page, "hash", "sketches")).toEqual({ hidden: true, digest });
    }, "insecure.test");
  });

  it("downloads where locks are refused", async () => {
    const { files } = publish(server, 3);
    for (const [path, answer] of server.answers)
      server.answers.set(path, (response, request) => {
        response.setHeader("access-control-allow-origin", "*");
        answer(response, request);
      });
    await withPage(
      async (page) => {
        const frame = page.frames().find((each) => each !== page.mainFrame())!;
        await frame.waitForFunction("globalThis.tests");
        const outcome = await call(frame, "downloadAlone", server.base, files);
        expect(outcome).toEqual({ locks: "SecurityError", kept: 3 });
        expect((await call(frame, "inventory", files)).report).toEqual({
          kind: "memory",
          models: [],
          space: { free: undefined, persisted: undefined },
        });
      },
      "127.0.0.1",
      "/sandboxed",
    );
  });

  describe("after the browser has closed the connection", () => {
    it("opens it anew when the site's data was cleared", async () => {
      await withPages(1, async (page) => {
        await call(page, "keepAndRead", "a");
        const devtools = await page.context().newCDPSession(page);
        await devtools.send("Storage.clearDataForOrigin", {
          origin: server.origin,
          storageTypes: "indexeddb",
        });
        expect(await call(page, "keepAndRead", "b")).toEqual([4, 5, 6]);
        expect((await call(page, "inventory", [])).keys).toHaveLength(1);
      });
    });

    it("carries out what was asked for while the data was being cleared", async () => {
      await withPages(1, async (page) => {
        const devtools = await page.context().newCDPSession(page);
        await call(page, "keepOn");
        for (let i = 0; i < 40; i++) {
          const before = await call(page, "roundsKept");
          await devtools.send("Storage.clearDataForOrigin", {
            origin: server.origin,
            storageTypes: "indexeddb",
          });
          // it goes on, and is in the middle of something when it is cleared next
          await eventually(async () => {
            const { done, wrong } = await call(page, "roundsKept");
            return wrong || done > before.done + 1;
          }).toBe(true);
        }
      });
    });

    it("opens it anew, once, when nothing was said of it", async () => {
      // the second connection serves all that follows
      await withPages(1, async (page) => expect(await call(page, "keepAndReadUnplugged")).toEqual([2, 7, 8]));
    });

    it("is in nobody's way who deletes the database, and makes it anew", async () => {
      await withPages(2, async (page, other) => {
        await call(page, "keepAndRead", "a");
        expect(await call(other, "deleteDatabase", "neuron-notebook-files")).toBe("deleted");
        expect(await call(page, "keepAndRead", "b")).toEqual([4, 5, 6]);
        expect((await call(page, "inventory", [])).keys).toHaveLength(1);
      });
    });
  });

  describe("when the disk is full", () => {
    it("goes on in memory; on the next visit only what was not kept is fetched", async () => {
      // random: Chromium compresses what it keeps
      const contents = Array.from({ length: 12 }, () => randomBytes(2 ** 20));
      const files = contents.map((bytes, i) => spec(`shards/${i}`, bytes));
      for (const [i, bytes] of contents.entries()) server.answers.set(`shards/${i}`, serves(bytes));
      await withPages(1, async (page) => {
        const devtools = await page.context().newCDPSession(page);
        const quota = (quotaSize?: number) =>
          devtools.send("Storage.overrideQuotaForOrigin", {
            origin: server.origin,
            ...(quotaSize === undefined ? {} : { quotaSize }),
          });
        const outcome = () => eventually(async () => (await call(page, "look")).outcome);
        await quota(6 * 2 ** 20);
        await call(page, "record", "one", files, true);
        await call(page, "start", server.base, files);
        await outcome().toBe("storage-full");
        const full = await call(page, "inventory", files);
        expect(full.spilled).toBe(true);
        // a whole number, whatever it is: Chromium's estimate knows nothing of the forced quota
        expect(full.report.space).toEqual({ free: expect.any(Number), persisted: false });
        expect(full.report.models).toMatchObject([{ name: "one", bytes: 12 * 2 ** 20, unfinished: true }]);

        const askedFor = (keys: string[]) =>
          files.filter(({ file, sha256 }) => server.asked.includes(file) && keys.includes(sha256));
        server.asked.length = 0;
        await call(page, "start", server.base, files, true);
        await outcome().toBe("complete");
        expect(askedFor(full.keys)).toEqual([]);
        await call(page, "record", "one", files, false);
        const spilled = await call(page, "inventory", files);
        expect(spilled.keys).toHaveLength(12);
        expect(spilled.spilled).toBe(true);
        expect(spilled.report.models).toMatchObject([{ kept: 12 * 2 ** 20, unfinished: false }]);

        await quota();
        await page.reload();
        const again = await call(page, "inventory", files);
        expect(again.report.models).toMatchObject([{ name: "one", unfinished: true }]);
        expect(again.keys.length).toBeGreaterThan(0);
        expect(again.keys.length).toBeLessThan(12);
        server.asked.length = 0;
        await call(page, "start", server.base, files);
        await outcome().toBe("complete");
        expect(server.asked).toHaveLength(12 - again.keys.length);
      });
    });
  });

  describe("two tabs", () => {
    const total = 600_000;
    const outcomeOf = (page: Page) => eventually(async () => (await call(page, "look")).outcome);
    const lastOf = async (page: Page): Promise<DownloadProgress | undefined> =>
      (await call(page, "look")).seen.at(-1);

    /** six files, of which all but the first two are sent in part until they are released */
    function hold() {
      const { files, contents } = publish(server, 6);
      const held: (() => void)[] = [];
      for (const [i, bytes] of contents.entries()) {
        if (i < 2) continue;
        server.answers.set(`shards/${i}`, (response) => {
          response.writeHead(200);
          response.write(bytes.subarray(0, 10_000));
          held.push(() => response.end(bytes.subarray(10_000)));
        });
      }
      const release = () => {
        for (const path of server.answers.keys())
          server.answers.set(path, (response) => response.end(contents[Number(path.slice(7))]));
        for (const send of held.splice(0)) send();
      };
      return { files, release };
    }

    /** both start; the first one downloads two files and a part of three, the second one is shown that */
    async function begin(first: Page, second: Page, files: ReturnType<typeof hold>["files"]) {
      await call(first, "start", server.base, files);
      await eventually(() => lastOf(first)).toEqual({ done: 230_000, total, waiting: undefined });
      await call(second, "start", server.base, files);
      await eventually(() => lastOf(second)).toEqual({
        done: 230_000,
        total,
        waiting: { kind: "other-tab" },
      });
      expect(server.asked).toHaveLength(5);
    }

    const expectRising = async (page: Page) => {
      const { seen } = await call(page, "look");
      for (const [i, { done }] of seen.entries())
        if (i > 0) expect(done).toBeGreaterThanOrEqual(seen[i - 1]!.done);
      expect(seen.at(-1)).toEqual({ done: total, total, waiting: undefined });
      return seen;
    };

    it("download a model once, and both see it arrive", async () => {
      await withPages(2, async (first, second) => {
        const { files, release } = hold();
        await begin(first, second, files);
        release();
        await outcomeOf(first).toBe("complete");
        await outcomeOf(second).toBe("complete");
        expect(server.asked.toSorted()).toEqual(files.map(({ file }) => file));
        await expectRising(first);
        const seen = await expectRising(second);
        expect(seen.filter(({ waiting, done }) => waiting && done > 230_000).length).toBeGreaterThan(0);
        expect((await call(second, "inventory", files)).keys).toHaveLength(6);
      });
    });

    it("a tab that comes while nothing is arriving is told how far the other one is", async () => {
      await withPages(2, async (first, second) => {
        const { files } = publish(server, 3);
        let answered = 0;
        for (const { file } of files) server.answers.set(file, () => answered++);
        await call(first, "start", server.base, files);
        await eventually(() => answered).toBe(3);
        await call(second, "start", server.base, files);
        const waiting = { done: 0, total: 300_000, waiting: { kind: "other-tab" } };
        await eventually(() => lastOf(second)).toEqual(waiting);
        expect(server.asked).toHaveLength(3);
      });
    });

    it.each(["cancelled", "closed"])("the second one goes on when the first one is %s", async (end) => {
      await withPages(2, async (first, second) => {
        const { files, release } = hold();
        await begin(first, second, files);
        server.asked.length = 0;
        if (end === "closed") await first.close();
        else {
          await call(first, "cancel");
          await outcomeOf(first).toBe("AbortError");
        }
        await eventually(() => server.asked.length).toBe(3);
        release();
        await outcomeOf(second).toBe("complete");
        expect(server.asked.toSorted()).toEqual(files.slice(2).map(({ file }) => file));
        await expectRising(second);
        expect((await call(second, "inventory", files)).keys).toHaveLength(6);
      });
    });

    it("a tab that waits can be cancelled; the other one does not notice", async () => {
      await withPages(2, async (first, second) => {
        const { files, release } = hold();
        await begin(first, second, files);
        await call(second, "cancel");
        await outcomeOf(second).toBe("AbortError");
        release();
        await outcomeOf(first).toBe("complete");
        expect(server.asked).toHaveLength(6);
      });
    });

    it("a file that both read is fetched by one of them", async () => {
      await withPages(2, async (first, second) => {
        const { files, contents } = publish(server, 4);
        let answer: (() => void) | undefined;
        server.answers.set("shards/0", (response) => {
          answer = () => response.end(contents[0]);
        });
        const both = [call(first, "read", server.base, files), call(second, "read", server.base, files)];
        await eventually(() => server.asked.length).toBe(1);
        answer!();
        const digest = createHash("sha256").update(Buffer.concat(contents)).digest("hex");
        expect(await Promise.all(both)).toEqual([digest, digest]);
        expect(server.asked.toSorted()).toEqual(files.map(({ file }) => file));
      });
    });
  });
});
