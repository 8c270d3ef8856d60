// A course page on one site and the notebook on another: two ports of this machine under its two names, which browsers
// take for different sites. Whatever a page asks of any other host is a misdeed, and so is an exception.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from "vitest";
import { headersOf, readRules } from "../../vite/headers.ts";
import { launch } from "../helpers/chromium.ts";
import { practice, type ReferenceCandidate, reference } from "../helpers/fixtures.ts";
import { course, fields, read, type Visit } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

/** what is downloaded only when somebody asks for it */
export const heavy = /\/weights\/|\/graphs\/|manifest\.json|tokenizer|\.wasm|worker|\/ort\./;

export interface Sites {
  /** the notebook */
  site: StaticServer;
  /** headers of `_headers` that its host does not send */
  withheld: readonly string[];
  /** Open a course page with this in its body. */
  open(context: BrowserContext, body: string, options?: OpenOptions): Promise<Page>;
  /** the course's host, as cards name it */
  host: string;
  close(): Promise<void>;
}

interface OpenOptions {
  /** what the course's server sends with the page */
  headers?: Record<string, string>;
  /** console errors that the page provokes */
  allowed?: RegExp;
  /** a whole page instead of a body */
  whole?: boolean;
}

const misdeeds: string[] = [];

/** No request to a third host, no exception, no error in a console. */
export function expectQuiet(): void {
  expect(misdeeds.splice(0)).toEqual([]);
}

/** Watch a page that the notebook is in. */
export function watch(page: Page, hosts: string[], allowed?: RegExp): void {
  page.setDefaultTimeout(150_000);
  page.on("pageerror", (error) => misdeeds.push(`exception: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !allowed?.test(message.text())) misdeeds.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (!["blob:", "data:"].includes(protocol) && !hosts.includes(host)) misdeeds.push(request.url());
  });
}

/** What a file of tests with a course page needs: there before the first test, closed after the last. */
export interface Course {
  readonly sites: Sites;
  /** without a GPU */
  readonly browser: Browser;
  /** another one for each test */
  readonly context: BrowserContext;
}

/** Open it for all tests of a file, and have each end without a misdeed. */
export function useCourse(width: number): Course {
  const course = {} as { -readonly [K in keyof Course]: Course[K] };
  beforeAll(async () => {
    course.sites = await openSites();
    course.browser = await launch("no-adapter");
  });
  afterAll(async () => {
    await course.browser.close();
    await course.sites.close();
  });
  beforeEach(async () => {
    course.sites.site.requests.length = 0;
    course.context = await course.browser.newContext({ viewport: { width, height: 900 } });
  });
  afterEach(async () => {
    await course.context.close();
    expectQuiet();
  });
  return course;
}

export async function openSites(): Promise<Sites> {
  const folder = inject("site");
  const site = await serve({ "/": folder, "/copy/": folder });
  const rules = readRules(readFileSync(join(folder, "_headers"), "utf8"));
  // as a host does that sends what `_headers` says
  site.intercept = (request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    for (const [name, value] of Object.entries(headersOf(rules, pathname)))
      if (!sites.withheld.includes(name)) response.setHeader(name, value);
    return false;
  };
  const server = await serve({ "/": folder });
  const host = `127.0.0.1:${server.port}`;
  const sites: Sites = {
    site,
    withheld: [],
    host,
    async open(context, body, { headers: own = {}, allowed, whole = false } = {}) {
      server.headers = own;
      const text = whole
        ? body
        : `<!doctype html><meta charset="utf-8" /><title>Course</title><link rel="icon" href="data:," /><body>${body}</body>`;
      server.intercept = (request, response) => {
        if (request.url !== "/course") response.writeHead(204).end();
        else response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(text);
        return true;
      };
      const page = await context.newPage();
      watch(page, [host, new URL(site.url).host], allowed);
      await page.goto(`http://${host}/course`);
      return page;
    },
    close: async () => {
      await site.close();
      await server.close();
    },
  };
  return sites;
}

/** An experiment in a page, found as on the site's own page. */
export function experimentIn(page: Page, scope: Locator | FrameLocator): Visit {
  return {
    page,
    model: scope.getByRole("region", { name: "Model", exact: true }),
    experiment: scope.getByRole("region", { name: "Experiment", exact: true }),
    status: scope.getByRole("status"),
  };
}

/**
 * Run an experiment in a frame: by key, since a click is routed by where things were when the page was last drawn, and a
 * frame grows.
 */
export async function pressRun(to: Visit): Promise<void> {
  const { run } = fields(to);
  // a key does not wait until the button can be pressed, as a click does
  await expect.poll(() => run.isEnabled()).toBe(true);
  await run.press("Enter");
}

/** Wait until a page has said that it finds no GPU, which takes the place of what was said before. */
export const greeted = (to: Visit) => expect.poll(() => read(to.status)).toContain("finds no GPU to use");

/** The reference's numbers for a neuron of the course's layer. */
export function referenceOf(text: string, neuron = course.neuron): ReferenceCandidate[] {
  const sentence = reference(practice).sentences.find((candidate) => candidate.text === text)!;
  return sentence.experiments.find((found) => found.layer === course.layer && found.neuron === neuron)!
    .candidates;
}

/** plain numbers are the reference's, as near as fp32 gets */
export function expectNumbers(
  rows: readonly { word: string; id: number; before: number; after: number; delta: number }[],
  candidates: readonly ReferenceCandidate[],
): void {
  expect(rows.map(({ word, id }) => [word, id])).toEqual(candidates.map(({ word, id }) => [word, id]));
  for (const [i, { word, before, after }] of candidates.entries()) {
    const row = rows[i]!;
    expect(Math.abs(row.before / before - 1), word).toBeLessThan(1e-4);
    expect(Math.abs(row.after / after - 1), word).toBeLessThan(1e-4);
    expect(row.delta, word).toBe((row.after - row.before) / row.before);
  }
}
