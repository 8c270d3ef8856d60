// IndexedDB as it really is, in Chromium: the store contract, a second visit, a full disk, and the places where the
// browser gives a page none.

import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { contract } from "./contract.ts";

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
  let server: Server;
  let port: number;

  beforeAll(async () => {
    const script = await bundle();
    const files: Record<string, [type: string, text: string]> = {
      "/": ["text/html", '<!doctype html><script src="/tests.js"></script>'],
      "/sandboxed": ["text/html", '<!doctype html><iframe sandbox="allow-scripts" src="/"></iframe>'],
      "/tests.js": ["text/javascript", script],
    };
    server = createServer((request, response) => {
      const [type, text] = files[request.url ?? ""] ?? ["text/plain", ""];
      response.writeHead(200, { "content-type": type }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    // a plain http address that is not localhost is an insecure context
    browser = await launch("no-adapter", ["--host-resolver-rules=MAP insecure.test 127.0.0.1"]);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** a page in a fresh profile; `use` gets it with `tests` loaded */
  async function withPage<T>(use: (page: Page) => Promise<T>, host = "127.0.0.1", path = "/"): Promise<T> {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://${host}:${port}${path}`);
      return await use(page);
    } finally {
      await context.close();
    }
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
  }, 60_000);

  it("still has the files on a second visit, and nothing of the probe", async () => {
    await withPage(async (page) => {
      expect(await call(page, "visit")).toEqual({ kind: "indexeddb", keys: [], models: 0 });
      await page.reload();
      const again = await call(page, "visit");
      expect(again).toMatchObject({ kind: "indexeddb", kept: [1, 2, 3], models: 0 });
      expect(again.keys).toHaveLength(1);
    });
  }, 30_000);

  it("says storage-full when the quota is used up; what was kept stays readable", async () => {
    await withPage(async (page) => {
      const devtools = await page.context().newCDPSession(page);
      const origin = new URL(page.url()).origin;
      await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 8 * 2 ** 20 });
      const outcome = await call(page, "fill");
      expect(outcome).toMatchObject({ kind: "indexeddb", code: "storage-full", readable: true });
      expect(outcome.hint).toMatch(/another model/);
    });
  }, 30_000);

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
  }, 30_000);

  it("works in an insecure context, where files are hashed without crypto.subtle", async () => {
    await withPage(async (page) => {
      expect(await call(page, "visit")).toMatchObject({ kind: "indexeddb" });
      const digest = createHash("sha256").update("sketches").digest("hex");
      expect(await call(page, "hash", "sketches")).toEqual({ hidden: true, digest });
    }, "insecure.test");
  }, 30_000);
});
