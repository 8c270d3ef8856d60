// ONNX Runtime from the HTTP cache, beside which Chromium keeps what it has compiled of it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { launchProfile } from "../helpers/chromium.ts";
import { compute, course, type Visit, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
// a profile of its own has its HTTP cache on disk, with room for files of this length
let profile: string;
let context: BrowserContext;

beforeEach(async () => {
  profile = mkdtempSync(join(tmpdir(), "neuron-notebook-"));
  context = await launchProfile(profile, "no-adapter");
});
afterEach(async () => {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
});

/** Visit the page, run the course's experiment, and see the reference's numbers. */
async function run(): Promise<Visit> {
  const to = await visit(context, `${here.server.url}experiment.html#device=wasm`);
  expectPrinted(await compute(to), expected(course.sentence));
  return to;
}

/** what the engine's worker asked for of the runtime, with the bytes that came over the network */
async function asked({ page }: Visit): Promise<{ name: string; bytes: number }[]> {
  // what was put in place of WebAssembly's own function has been called, and is gone
  for (const worker of page.workers())
    expect(await worker.evaluate(() => String(WebAssembly.instantiate))).toContain("[native code]");
  const lists = page
    .workers()
    .map((worker) =>
      worker.evaluate(() =>
        (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
          .filter(({ name, responseStatus }) => name.endsWith(".wasm") && responseStatus === 200)
          .map(({ name, transferSize }) => ({ name, bytes: transferSize })),
      ),
    );
  return (await Promise.all(lists)).flat();
}

it("is compiled from there from the first visit on, which downloads it once", async () => {
  const first = await run();
  const [downloaded, compiled, ...more] = await asked(first);
  expect(more).toEqual([]);
  expect(downloaded!.bytes).toBeGreaterThan(16e6);
  expect(compiled).toEqual({ name: downloaded!.name, bytes: 0 });
  await first.page.close();
  const requests = here.server.requests.length;
  const second = await run();
  expect(await asked(second)).toEqual([{ name: downloaded!.name, bytes: 0 }]);
  expect(here.server.requests.slice(requests).filter((path) => path.endsWith(".wasm"))).toEqual([]);
  await second.page.close();
});

it("is taken from what is kept where the HTTP cache has other bytes, or nothing", async () => {
  const first = await run();
  const file = here.server.requests.find((path) => /\/ort-.*\.wasm$/.test(path))!;
  here.server.intercept = (request, response) => {
    if (request.url !== file) return false;
    response.writeHead(200, { "Content-Type": "application/wasm" });
    response.end(Buffer.from("0061736d01000000", "hex"));
    return true;
  };
  const read = (cache: "reload" | "only-if-cached") =>
    first.page.evaluate(
      async ([address, cache]) => {
        const response = await fetch(address, { cache, mode: "same-origin" });
        return (await response.arrayBuffer()).byteLength;
      },
      [file, cache] as const,
    );
  await read("reload");
  here.server.intercept = undefined;
  expect(await read("only-if-cached")).toBe(8);
  await first.page.close();
  const requests = here.server.requests.length;
  const other = await run();
  const devtools = await context.newCDPSession(other.page);
  await devtools.send("Network.clearBrowserCache");
  await other.page.close();
  const nothing = await run();
  expect(await asked(nothing)).toEqual([]);
  expect(here.server.requests.slice(requests).filter((path) => path.endsWith(".wasm"))).toEqual([]);
  await nothing.page.close();
});
