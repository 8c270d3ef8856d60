// A page of the harness, with the harness typed.

import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, inject } from "vitest";
import type { Forward } from "../../src/engine/index.ts";
import { type Gpu, launch } from "../helpers/chromium.ts";
import type { Computes } from "../helpers/parity.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import type { Harness } from "./harness/harness.ts";

declare global {
  interface Window {
    harness: Harness;
  }
}

/** Open the harness in a fresh profile of a browser; `prepare` is done before the site is first visited. */
export async function openHarness(
  browser: Browser,
  url: string,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await prepare(page);
  await page.goto(url);
  await page.waitForFunction(() => "harness" in window);
  return page;
}

/** What a cell prints in a new kernel on WASM, in a page of its own; of an error its traceback. */
export async function runInPython(browser: Browser, url: string, source: string): Promise<string> {
  const page = await openHarness(browser, url);
  try {
    const { outputs } = await page.evaluate(
      (cell) => window.harness.runCell(window.harness.createTestKernel("wasm"), cell),
      source,
    );
    const texts = outputs.map((output) => {
      if (output.output_type === "stream") return output.text;
      return "traceback" in output ? output.traceback.join("\n") : "";
    });
    return texts.join("");
  } finally {
    await page.context().close();
  }
}

/** there before the first test of a file, closed after the last */
export interface HarnessUnderTest {
  readonly browser: Browser;
  readonly page: Page;
}

/** Open a page of the harness, with the models of the tests beside it, for all tests of a file. */
export function useHarness(gpu: Gpu): HarnessUnderTest {
  const here = {} as { -readonly [K in keyof HarnessUnderTest]: HarnessUnderTest[K] };
  let server: StaticServer;
  beforeAll(async () => {
    server = await serve({ "/": inject("harness"), "/models/": inject("models") });
    here.browser = await launch(gpu);
    here.page = await openHarness(here.browser, server.url);
  });
  afterAll(async () => {
    await here.browser.close();
    await server.close();
  });
  return here;
}

/** The address of the harness's script on the server that has it. */
export function harnessScript(server: StaticServer): string {
  const [, script] = /<script[^>]* src="([^"]+)"/.exec(server.read("/")!.toString())!;
  return new URL(script!, server.url).href;
}

/**
 * A page of another server that runs the harness's script, as a course page runs the element's; with "sandbox" in a
 * frame that is allowed scripts and nothing else.
 */
export async function openForeign(
  context: BrowserContext,
  server: StaticServer,
  script: string,
  kind: "page" | "sandbox" = "page",
): Promise<{ page: Page; frame: Frame }> {
  const pages: Record<string, string> = {
    "/page": `<!doctype html><script type="module" src="${script}"></script>`,
    "/sandbox": `<!doctype html><iframe sandbox="allow-scripts" src="/page"></iframe>`,
  };
  server.intercept = (request, response) => {
    const text = pages[request.url ?? ""];
    if (text) response.writeHead(200, { "Content-Type": "text/html" }).end(text);
    return text !== undefined;
  };
  const page = await context.newPage();
  page.setDefaultTimeout(150_000);
  await page.goto(new URL(kind, server.url).href);
  const frame = page.frames().at(-1)!;
  await frame.waitForFunction(() => "harness" in window);
  return { page, frame };
}

/** What the harness packed. */
export const unpack = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

/** A page's engine, called from here. */
export function remoteEngine(page: Page): Computes {
  return {
    async forward(spec) {
      const packed = await page.evaluate(async (asked) => {
        const { engine, pack } = window.harness;
        const { logits, mlpPost } = await engine.forward(asked);
        return pack([logits, mlpPost]);
      }, spec);
      const [logits, mlpPost] = packed.map(unpack);
      return { logits, mlpPost } as Forward;
    },
    async activationsAt(ids, points) {
      const packed = await page.evaluate(
        async ([tokens, names]) => {
          const { engine, pack, activationsAt } = window.harness;
          return pack(await activationsAt(engine, tokens, names));
        },
        [ids, points] as const,
      );
      return packed.map(unpack);
    },
    run: (spec) => page.evaluate((asked) => window.harness.engine.run(asked), spec),
  };
}
