// The pages under their Content-Security-Policy, as a host sends it that reads `_headers`, and as the page carries it
// itself on a host that sends none. What the policy forbids is reported to the server, from pages and workers alike.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { headersOf, readRules } from "../../vite/headers.ts";
import { type Gpu, launch } from "../helpers/chromium.ts";
import {
  compute,
  course,
  expectQuiet,
  provenance,
  read,
  unfold,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

const header = "Content-Security-Policy";
const reportPath = "/report";

let server: StaticServer;
/** "directive on file" of each violation that a browser reported */
let violations: string[];

beforeAll(async () => {
  server = await serve({ "/": inject("site") });
});
afterAll(() => server.close());
beforeEach(() => {
  violations = [];
});
afterEach(expectQuiet);

/** Answer as a host does that sends what `_headers` says; reports of violations are asked for as well. */
function sendHeaders(): void {
  const rules = readRules(readFileSync(join(inject("site"), "_headers"), "utf8"));
  server.intercept = (request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    for (const [name, value] of Object.entries(headersOf(rules, pathname)))
      response.setHeader(name, name === header ? `${value}; report-uri ${reportPath}` : value);
    if (pathname !== reportPath) return false;
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      const report = JSON.parse(body)["csp-report"];
      violations.push(`${report["effective-directive"]} on ${new URL(report["document-uri"]).pathname}`);
      response.writeHead(204).end();
    });
    return true;
  };
}

/** Try, from the page's own scripts, what an attacker would have to do; what happened instead. */
const attempt = ({ page }: Visit) =>
  page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.head.append(script);
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.clicked = true");
    button.click();
    // not in this turn: the debugger, which runs this function, is allowed more
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve(new Function("return 'ran'")());
        } catch (error) {
          resolve((error as Error).name);
        }
      });
    });
    const elsewhere = await fetch("http://127.0.0.1:9/").then(
      () => "answered",
      () => "refused",
    );
    return { injected: "injected" in window, clicked: "clicked" in window, evaluated, elsewhere };
  });
const prevented = { injected: false, clicked: false, evaluated: "EvalError", elsewhere: "refused" };
const provoked = { allowed: /Content Security Policy/ };

function inBrowser(
  gpu: Gpu,
  tests: (open: (path: string, options?: typeof provoked) => Promise<Visit>) => void,
): void {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(gpu);
  });
  afterAll(() => browser.close());
  tests((path, options) => visit(browser, new URL(path, `${server.url}experiment.html`).href, options));
}

describe.each<[name: string, gpu: Gpu, device: string]>([
  ["WASM", "no-adapter", "CPU (WebAssembly)"],
  ["WebGPU", "webgpu", "WebGPU on "],
])("with the headers of _headers, on %s", (_, gpu, device) => {
  inBrowser(gpu, (open) => {
    beforeEach(sendHeaders);

    it.each(["experiment.html", "embed.html"])("/%s loads and runs, and violates nothing", async (path) => {
      const to = await open(path);
      if (gpu === "webgpu") {
        await unfold(to);
        await to.model.getByRole("combobox", { name: "Compute on" }).selectOption("WebGPU");
      }
      expectPrinted(await compute(to), expected(course.sentence));
      expect(await read(provenance(to))).toContain(device);
      // pages and workers report before they answer this
      const list = new URL("models/index.json", server.url).href;
      await to.page.evaluate((url) => fetch(url), list);
      await to.page.workers()[0]!.evaluate((url) => fetch(url), list);
      expect(violations).toEqual([]);
      await to.page.close();
    });
  });
});

describe("what the policy is for", () => {
  inBrowser("no-adapter", (open) => {
    it("is prevented in the page, and reported", async () => {
      sendHeaders();
      const to = await open("", provoked);
      expect(await attempt(to)).toEqual(prevented);
      const wanted = ["connect-src on", "script-src on", "script-src-attr on", "script-src-elem on"].map(
        (each) => `${each} /experiment.html`,
      );
      await expect.poll(() => [...new Set(violations)].sort()).toEqual(expect.arrayContaining(wanted));
      await to.page.close();
    });

    it("is prevented in the engine's worker, and reported", async () => {
      sendHeaders();
      const to = await open("", provoked);
      await compute(to);
      const worker = to.page.workers()[0]!;
      const evaluated = await worker.evaluate(
        () =>
          new Promise((resolve) => {
            setTimeout(() => {
              try {
                resolve(new Function("return 'ran'")());
              } catch (error) {
                resolve((error as Error).name);
              }
            });
          }),
      );
      expect(evaluated).toBe("EvalError");
      await expect
        .poll(() => violations)
        .toEqual([expect.stringMatching(/^script-src on \/assets\/worker-/)]);
      await to.page.close();
    });

    it("is prevented by the page itself where the host sends no headers", async () => {
      server.intercept = undefined;
      const to = await open("", provoked);
      expectPrinted(await compute(to), expected(course.sentence));
      expect(await attempt(to)).toEqual(prevented);
      await to.page.close();
    });
  });
});
