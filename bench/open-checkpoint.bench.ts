// What opening a checkpoint of bert-base-cased's shape from a folder takes on WASM, from the files to a model that is ready,
// beside the first visit to a site that serves the same model exported, and the most memory that the tab has had in each.
// Prints what each takes and ratios; nothing is asserted.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { inject, it } from "vitest";
import { openHarness } from "../test/e2e/open-harness.ts";
import { chooseInHarness, makeModel } from "../test/full-size/full-size.ts";
import { launch } from "../test/helpers/chromium.ts";
import { root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { browserCpu, ratio, type Took, text } from "./measure.ts";

it("opening a checkpoint of bert-base-cased's shape", async () => {
  const model = await makeModel();
  const server = await serve({ "/": inject("harness"), "/model/": model });
  /** Something done in a fresh browser: what it takes, and the most memory of a tab's process. */
  const measured = async (work: (page: Page) => Promise<unknown>) => {
    const browser = await launch("no-adapter");
    try {
      const page = await openHarness(browser, server.url);
      page.setDefaultTimeout(0);
      const cpu = await browserCpu(browser);
      const [startCpu, start] = [await cpu(), performance.now()];
      await work(page);
      const took: Took = { cpu: (await cpu()) - startCpu, wall: performance.now() - start };
      return { took, peak: await peakOf(browser) };
    } finally {
      await browser.close();
    }
  };
  const load = (page: Page, url: string) =>
    page.evaluate((address) => window.harness.engine.load(address, { device: "wasm" }), url);
  try {
    const exported = await measured((page) => load(page, "model/manifest.json"));
    console.log(`first visit to the exported model: ${text(exported.took)}, at most ${mega(exported.peak)}`);
    const opened = await measured(async (page) => {
      const input = await chooseInHarness(page, join(root, ".cache/full-size/checkpoint"));
      const [entry, steps] = await input.evaluate(async ({ files }) => {
        const chosen = [...files!].map((file) => ({ path: file.webkitRelativePath, file }));
        const times: Record<string, number> = {};
        let last = performance.now();
        const onProgress = ({ kind }: { kind: string }) => {
          const now = performance.now();
          times[kind] = (times[kind] ?? 0) + now - last;
          last = now;
        };
        const entry = await window.harness.engine.open(chosen, { name: "model", onProgress });
        times.after = performance.now() - last;
        return [entry, times] as const;
      });
      console.log("milliseconds up to the last report of each step", steps);
      await load(page, entry.manifest);
    });
    console.log(`opened from its folder: ${text(opened.took)}, at most ${mega(opened.peak)}`);
    console.log(
      `from the folder / exported: ${ratio(opened.took, exported.took)}; memory ${(opened.peak / exported.peak).toFixed(2)}`,
    );
  } finally {
    await server.close();
  }
}, 1_800_000);

/** Bytes that the largest of a browser's tabs has had in memory at most, as Linux counts them. */
async function peakOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(
      ({ id }) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]) * 1024,
    );
  return Math.max(...peaks);
}

const mega = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
