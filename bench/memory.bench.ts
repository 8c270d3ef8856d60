// What opening a model of bert-base-cased's shape takes in memory, in Chromium on WASM and on WebGPU: bytes that our own
// code holds, counted through the engine's ports and asserted, and the peak of resident memory of the tab, of the GPU
// process and of the browser's own, as Linux counts it, printed.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { Engine } from "../src/engine/index.ts";
import { readAhead } from "../src/engine/load/shards.ts";
import type { Ledger } from "../test/engine/runtime/ledger.ts";
import { makeModel } from "../test/full-size/full-size.ts";
import { serve } from "../test/helpers/server.ts";
import { launchPlain, type Plain } from "./plain-chromium.ts";

declare global {
  interface Window {
    metered: Engine;
  }
}

/** the largest file that the exporter writes */
const chunk = 16 * 2 ** 20;
const mega = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** resident memory of a process and its peak since the last reset, in bytes */
function resident(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [now, peak] = ["VmRSS", "VmHWM"].map(
    (field) => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024,
  );
  return { now: now!, peak: peak! };
}

/** The processes of a tab, of the GPU and of the browser itself, measured from now on. */
async function watch(chromium: Plain) {
  const all = await chromium.processes();
  const pids = (type: string) => all.filter((each) => each.type === type).map(({ id }) => id);
  const watched = ["renderer", "GPU", "browser"].flatMap((type) =>
    pids(type).map((pid) => {
      writeFileSync(`/proc/${pid}/clear_refs`, "5"); // resets the peak
      return { pid, type, before: resident(pid).now };
    }),
  );
  return () => {
    const grown = watched.map((each) => ({ ...each, ...resident(each.pid) }));
    // a browser keeps a spare renderer; the tab is the one that has grown most
    const most = (type: string) =>
      grown.filter((each) => each.type === type).sort((a, b) => b.peak - b.before - (a.peak - a.before))[0]!;
    return { tab: most("renderer"), "GPU process": most("GPU"), "browser's own process": most("browser") };
  };
}

/** Do something in the page's metered engine, and tell what it took. */
async function measure(name: string, chromium: Plain, task: () => Promise<void>): Promise<void> {
  const peaks = await watch(chromium);
  await task();
  const grown = Object.entries(peaks());
  const ledger = await chromium.inWorker(() => {
    const { held, fetching, beyond, openings, runtime } = (self as unknown as { ledger: Ledger }).ledger;
    return { held, fetching, beyond, runtime, given: Math.max(...openings.map(({ given }) => given)) };
  });
  expect(ledger.beyond, "beyond what a session is given").toBeLessThanOrEqual((1 + readAhead) * chunk);
  expect(ledger.fetching, "on their way to the store: three files").toBeLessThanOrEqual(3 * chunk);
  expect(ledger.held, "after opening").toBe(0);
  console.log(
    [
      name,
      `given to one session at most ${mega(ledger.given)}`,
      `held beyond that at most ${mega(ledger.beyond)}`,
      `on their way to the store at most ${mega(ledger.fetching)}`,
      ...grown.map(
        ([process, { before, peak, now }]) =>
          `${process} ${mega(before)} before, ${mega(peak)} peak, ${mega(now)} after`,
      ),
    ].join("\n  "),
  );
}

describe.each(["wasm", "webgpu"] as const)("memory on %s", (device) => {
  it("of loading bert-base-cased's shape", async () => {
    const server = await serve({ "/": inject("harness"), "/model/": await makeModel() });
    const profile = mkdtempSync(join(tmpdir(), "neuron-notebook-bench-"));
    const chromium = await launchPlain(profile, device === "webgpu" ? "webgpu" : "no-adapter");
    /** a new page, whose metered engine is there and has nothing open */
    const visit = async () => {
      await chromium.open(server.url);
      await chromium.evaluate(async () => {
        window.metered = window.harness.meteredEngine();
        await window.metered.state("model/manifest.json");
      });
    };
    const load = () =>
      chromium.evaluate(async (kind) => {
        await window.metered.load("model/manifest.json", { device: kind });
      }, device);
    try {
      await visit();
      await measure(`${device}, downloading and opening`, chromium, load);
      await visit();
      await measure(`${device}, opening what is kept`, chromium, load);
      await measure(`${device}, opening another layer`, chromium, () =>
        chromium.evaluate(async () => {
          await window.metered.forward({ ids: [2, 4, 3], layer: 0 });
        }),
      );
    } finally {
      await chromium.close();
      rmSync(profile, { recursive: true, force: true });
      await server.close();
    }
  }, 3_000_000);
});
