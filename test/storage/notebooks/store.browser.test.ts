// The notebook store in IndexedDB, in Chromium: its contract, two tabs, a killed browser, a full disk, no storage at all.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kill, launch, launchProfile } from "../../helpers/chromium.ts";
import { startServer, type TestServer } from "../files/server.ts";
import { notebookContract } from "./contract.ts";

type Tests = typeof import("./store.page.ts");

async function bundle(): Promise<string> {
  const entry = new URL("store.page.ts", import.meta.url).pathname;
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "tests" } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !("output" in output)) throw new Error("vite built nothing");
  return output.output[0].code;
}

const call = <K extends keyof Tests>(frame: Page | Frame, name: K, ...args: Parameters<Tests[K]>) =>
  frame.evaluate(
    ([name, args]) => {
      const { tests } = globalThis as unknown as { tests: Record<string, (...all: unknown[]) => unknown> };
      return tests[name]!(...args);
    },
    [name, args] as const,
  ) as ReturnType<Tests[K]>;

describe("notebooks in IndexedDB", () => {
  let browser: Browser;
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      "/": ["text/html", '<!doctype html><script src="/tests.js"></script>'],
      "/sandboxed": ["text/html", '<!doctype html><iframe sandbox="allow-scripts" src="/"></iframe>'],
      "/tests.js": ["text/javascript", await bundle()],
      "/favicon.ico": ["text/plain", ""],
    });
    browser = await launch("no-adapter");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** tabs of one fresh profile */
  async function withTabs<T>(count: number, use: (...tabs: Page[]) => Promise<T>, path = "/"): Promise<T> {
    const context = await browser.newContext();
    context.setDefaultTimeout(150_000);
    try {
      const tabs = await Promise.all(Array.from({ length: count }, () => context.newPage()));
      for (const tab of tabs) await tab.goto(`${server.origin}${path}`);
      return await use(...(tabs as Page[]));
    } finally {
      await context.close();
    }
  }

  it("fulfil the contract", async () => {
    const results = await withTabs(1, (tab) => call(tab!, "runContract"));
    expect(results).toEqual(Object.fromEntries(notebookContract.map(({ name }) => [name, ""])));
  });

  it("are shared by tabs, which hear of each other and lose nothing", async () => {
    await withTabs(2, async (one, two) => {
      expect(await call(two!, "changes")).toEqual([]);
      const { id } = await call(one!, "create", "N");
      await expect.poll(() => call(two!, "changes")).toEqual(["N 1"]);
      const outcomes = await Promise.all([
        call(one!, "save", id, "of one", 1),
        call(two!, "save", id, "of two", 1),
      ]);
      expect(outcomes.sort()).toEqual(["conflict", "written"]);
      expect(Object.values(await call(one!, "all")).sort()).toEqual(["of one", "of two"]);
      await call(one!, "remove", id);
      await expect.poll(() => call(two!, "changes")).toContain(`- ${id}`);
    });
  });

  it("survive a killed browser, up to the last write that was confirmed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-profile-"));
    try {
      const context = await launchProfile(folder, "no-adapter");
      const tab = await context.newPage();
      await tab.goto(`${server.origin}/`);
      const { id } = await call(tab, "create", "N");
      for (let version = 1; version <= 20; version++) await call(tab, "save", id, `text ${version}`, version);
      await kill(context, folder);
      const again = await launchProfile(folder, "no-adapter");
      const page = await again.newPage();
      await page.goto(`${server.origin}/`);
      expect(Object.values(await call(page, "all"))).toEqual(["text 20"]);
      await again.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("say when the disk is full, and keep what was there", async () => {
    await withTabs(1, async (tab) => {
      const devtools = await tab!.context().newCDPSession(tab!);
      await devtools.send("Storage.overrideQuotaForOrigin", {
        origin: server.origin,
        quotaSize: 4 * 2 ** 20,
      });
      const { code, hint, text } = await call(tab!, "fill");
      expect(code).toBe("storage-full");
      expect(hint).toMatch(/Save the notebook as a file/);
      expect(Number(text)).toBeGreaterThan(0);
    });
  });

  it("are in memory in a sandboxed frame", async () => {
    await withTabs(
      1,
      async (tab) => {
        const frame = tab!.frames().find((each) => each !== tab!.mainFrame())!;
        await frame.waitForFunction("globalThis.tests");
        expect(await call(frame, "kind")).toBe("memory");
      },
      "/sandboxed",
    );
  });
});
