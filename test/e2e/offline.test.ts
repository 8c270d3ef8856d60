// The page without a network, and its next version, with a real service worker: after one visit the server is closed and
// the browser's network is off; a new version is put in the place of the old one while tabs are open.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Browser, BrowserContext, Dialog, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { practice, root } from "../helpers/fixtures.ts";
import {
  compute,
  course,
  expectQuiet,
  fields,
  fill,
  holdEngine,
  outdated,
  read,
  recordedMark,
  settled,
  table,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { hold, type Intercept, type StaticServer, serve } from "../helpers/server.ts";

const base = "/a/b/";
const offlineText = "Offline. Everything kept on this device still works.";
const newVersion = "There is a new version of this page.";
const elsewhere = "This page was updated in another tab; reload when it suits you.";

let folder: string;
let server: StaticServer;
let browser: Browser;
let context: BrowserContext;

/** where the site lies that is served, and where the version lies that will take its place */
const live = () => join(folder, "live");
const next = () => join(folder, "next");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "neuron-notebook-versions-"));
  await buildNext();
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  deploy(inject("site"));
  server = await serve({ [base]: live() });
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await server.close();
  expectQuiet();
});

/** Build the site again from sources in which every script and the page are a little different. */
async function buildNext(): Promise<void> {
  const publicDir = join(folder, "public");
  cpSync(join(root, "public"), publicDir, {
    recursive: true,
    filter: (path) => path !== join(root, "public/models"),
  });
  cpSync(join(inject("models"), practice), join(publicDir, "models", practice), { recursive: true });
  process.env.MODELS_FOLDER = join(publicDir, "models");
  const changed = {
    name: "another-version",
    transformIndexHtml: (html: string) => html.replace("<title>", "<title>Next: "),
  };
  const output = { banner: "/* the next version */" };
  await build({
    configFile: join(root, "vite.config.ts"),
    root,
    logLevel: "warn",
    publicDir,
    plugins: [changed],
    worker: { rolldownOptions: { output } },
    build: { outDir: next(), emptyOutDir: true, rolldownOptions: { output } },
  });
}

function deploy(site: string): void {
  rmSync(live(), { recursive: true, force: true });
  cpSync(site, live(), { recursive: true });
}

const address = (suffix = "") => new URL(`${base.slice(1)}${suffix}`, server.url).href;

/** Open the page in one more tab, and wait until it is kept and in the service worker's care. */
async function open(): Promise<Visit> {
  const to = await visit(context, address("experiment.html"));
  await to.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return to;
}

/** what stands in the line at the foot */
const line = ({ page }: Visit) => page.locator("nn-site-status");
const reload = (to: Visit) => line(to).getByRole("button");
const said = (to: Visit, text: string) => line(to).getByText(text).waitFor();
const isNext = ({ page }: Visit) => page.title().then((title) => title.startsWith("Next: "));

/**
 * Wait for what follows when a new version takes over. Chromium lets it do so once the service worker before it has nothing to
 * do, and asks that one to stop a single time. Where a request comes at that moment it goes on, until its idle timer ends it
 * after 30 s, or, with developer tools such as Playwright's attached, until 5 minutes have passed. So it is ended here, where it
 * takes longer than it should.
 * @param wait rejects after so many milliseconds
 */
async function afterTakeover<T>(page: Page, wait: (timeout: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await wait(20_000);
    } catch (error) {
      if (attempt === 8) throw error;
      await stopActive(page);
    }
}

const becomesNext = ({ page }: Visit) =>
  afterTakeover(page, (timeout) =>
    page.waitForFunction(() => document.title.startsWith("Next: "), undefined, { timeout }),
  );

/** End the service worker that is in charge of the pages; another one waits to take its place. */
async function stopActive(page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const active = new Promise<string>((resolve) => {
    devtools.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
      const found = versions.find(({ status }) => status === "activated");
      if (found) resolve(found.versionId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  await devtools.send("ServiceWorker.stopWorker", { versionId: await active });
}

/** A mark that is gone when the page has been left. */
const mark = ({ page }: Visit) =>
  page.evaluate(() => {
    Object.assign(window, { stayed: true });
  });
const stayed = ({ page }: Visit) => page.evaluate(() => "stayed" in window);

/** The reload that was asked for in this tab waits for what is under way; the new version does not run yet. */
async function expectHeldBack(to: Visit): Promise<void> {
  await said(to, "The new version is shown as soon as nothing is under way.");
  const locks = () =>
    to.page.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      const kinds = (locks: LockInfo[]) =>
        locks.filter(({ name }) => name?.startsWith("neuron-notebook-under-way")).map(({ mode }) => mode);
      return { held: kinds(held), pending: kinds(pending) };
    });
  await expect.poll(locks).toEqual({ held: ["shared"], pending: ["exclusive"] });
  const waiting = await to.page.evaluate(() =>
    navigator.serviceWorker.ready.then((registration) => registration.waiting?.state),
  );
  expect(waiting).toBe("installed");
  expect(await isNext(to)).toBe(false);
}

describe("without a network, after one visit", () => {
  /** Load and run, then take server and network away. */
  async function leave(to: Visit): Promise<string[][]> {
    const before = await compute(to);
    expectPrinted(before, expected(course.sentence));
    await server.close();
    await context.setOffline(true);
    return before;
  }

  it("a reload and a run give the numbers they gave", async () => {
    const to = await open();
    const before = await leave(to);
    await said(to, offlineText);
    await to.page.reload();
    await said(to, offlineText);
    await recordedMark(to).waitFor();
    expect(await compute(to)).toEqual(before);
    // computed now, not shown again: another neuron gives other numbers
    expect(await compute(to, { neuron: course.neuron + 1 })).not.toEqual(before);

    await context.setOffline(false);
    await line(to).getByText(offlineText).waitFor({ state: "detached" });
  });

  it("a closed tab opens again, whatever the address says behind the page's name", async () => {
    const first = await open();
    const before = await leave(first);
    await first.page.close();
    for (const suffix of ["", "index.html", "?course=7&week=2", "experiment.html?a=b#layer=3"]) {
      const page = await context.newPage();
      const response = await page.goto(address(suffix));
      expect(response!.fromServiceWorker()).toBe(true);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.close();
    }
    const again = await visit(context, address("experiment.html"));
    expect(await compute(again)).toEqual(before);
  });

  it("a page that was never opened is not there", async () => {
    const to = await open();
    await leave(to);
    await expect(to.page.goto(address("examples.html"))).rejects.toThrow("ERR_");
  });
});

describe("the service worker", () => {
  it("leaves weights, manifests and the runtime to the engine", async () => {
    const answered: string[] = [];
    const left: string[] = [];
    context.on("response", (response) => {
      const path = new URL(response.url()).pathname.slice(base.length);
      (response.fromServiceWorker() ? answered : left).push(path);
    });
    const to = await open();
    await compute(to);
    const engines = /^models\/.*\/|\.wasm$/;
    expect(left.filter((path) => path.includes("/weights/")).length).toBeGreaterThan(10);
    expect(left.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
    expect(answered.filter((path) => engines.test(path))).toEqual([]);
    // but it is at work: the engine's scripts were asked for after it had come
    expect(answered.filter((path) => /^assets\/(tokenizer|ort\.).*\.js$/.test(path))).toHaveLength(2);

    const kept = await cached(to.page);
    expect(kept.filter((path) => engines.test(path))).toEqual([]);
    expect(kept).toContain("index.html");
    expect(kept).toContain("experiment.html");
    expect(kept).toContain("embed.html");
    expect(kept).toContain("models/index.json?kept=");
  });

  /** the site's list of models as the page gets it */
  const listOf = ({ page }: Visit) =>
    page.evaluate(() => fetch("models/index.json").then((response) => response.json()));
  /** a server with another list */
  const listing =
    (list: unknown): Intercept =>
    (request, response) => {
      if (!request.url!.endsWith("/models/index.json")) return false;
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(list));
      return true;
    };

  it("asks the server for the list of models, and has one for when there is no answer", async () => {
    const to = await open();
    const list = () => listOf(to);
    const first = await list();
    expect(first.models).toHaveLength(1);

    const changed = { models: [{ ...first.models[0], title: "another title" }] };
    server.intercept = listing(changed);
    await expect.poll(list).toEqual(changed);

    await server.close();
    expect(await list()).toEqual(changed);
  });

  const noLists: Record<string, Intercept> = {
    "no answer at all": () => true,
    "an error": (_, response) => {
      response.writeHead(503, { "Content-Type": "application/json" }).end("{}");
      return true;
    },
    "a log-in page": (_, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Log in</title>");
      return true;
    },
  };
  it.for(Object.entries(noLists))("takes %s for no list of models, and has a kept one", async ([
    ,
    answer,
  ]) => {
    const to = await open();
    const list = () => listOf(to);
    const first = JSON.parse(server.read(`${base}models/index.json`)!.toString());
    const bad: Intercept = (request, response) =>
      request.url!.endsWith("/models/index.json") && answer(request, response);

    // the second visit: nothing but what came with the page is kept yet
    server.intercept = bad;
    await to.page.reload();
    await to.model.getByText(first.models[0].title).first().waitFor();
    expectPrinted(await compute(to), expected(course.sentence));

    const changed = { models: [{ ...first.models[0], title: "another title" }] };
    server.intercept = listing(changed);
    await expect.poll(list).toEqual(changed);
    server.intercept = bad;
    expect(await list()).toEqual(changed);
    await server.close();
    expect(await list()).toEqual(changed);
  });

  it("is not asked for where it must not be: in frames, and where the browser forbids it", async () => {
    server.intercept = (request, response) => {
      const policy = /\?(.*)$/.exec(request.url!)?.[1];
      if (policy !== "frame" && policy !== "sandboxed") return false;
      const sandbox = policy === "sandboxed" ? 'sandbox="allow-scripts"' : "";
      response
        .writeHead(200, { "Content-Type": "text/html" })
        .end(`<link rel="icon" href="data:,"><iframe ${sandbox} src="experiment.html">`);
      return true;
    };
    server.headers["Access-Control-Allow-Origin"] = "*";
    for (const kind of ["frame", "sandboxed"]) {
      const { page } = await visit(context, address(`?${kind}`));
      const frame = page.frameLocator("iframe");
      await frame
        .getByRole("button", { name: /^Load model/ })
        .first()
        .waitFor();
      expect(context.serviceWorkers()).toEqual([]);
      await page.close();
    }
    expect(server.requests).not.toContain(`${base}sw.js`);
  });

  it("is not needed: where it cannot be fetched, the page works", async () => {
    server.intercept = (request, response) => {
      if (!request.url!.endsWith("/sw.js")) return false;
      response.writeHead(404).end();
      return true;
    };
    const to = await visit(context, address("experiment.html"), { allowed: /404/ });
    expectPrinted(await compute(to), expected(course.sentence));
    await expect.poll(() => server.requests).toContain(`${base}sw.js`);
    await context.setOffline(true);
    await said(to, "Offline. This page works until it is closed.");
  });

  /** addresses of everything in its caches, relative to the site */
  async function cached(page: Page): Promise<string[]> {
    const all = await page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) found.push(url);
      return found;
    });
    return all.map((url) => url.slice(address().length).replace(/[?&]__WB_REVISION__=.*$/, ""));
  }
});

describe("a new version", () => {
  /** Remember what the result that stood there at the end was computed from. */
  const noteLeaving = ({ page }: Visit) =>
    page.evaluate(() => {
      const result = document.querySelector("nn-result") as unknown as { result: { experiment: object } };
      addEventListener("pagehide", () => {
        sessionStorage.setItem("left", JSON.stringify(result.result.experiment));
      });
    });
  const leftWith = async ({ page }: Visit) =>
    JSON.parse(await page.evaluate(() => sessionStorage.getItem("left")!));

  it("waits until it is asked for, quietly", async () => {
    const to = await open();
    await fill(to, { neuron: 7 });
    // where a reload leaves it: further down, the browser follows what is loaded above
    await to.page.evaluate(() => scrollTo(0, 0));
    const place = await to.model.boundingBox();
    deploy(next());
    await to.page.reload();
    await said(to, newVersion);
    expect(await isNext(to)).toBe(false);
    // nothing has moved, nobody is interrupted, and the line is read out when it is a screen reader's turn
    expect(await to.model.boundingBox()).toEqual(place);
    expect(await line(to).locator("[aria-live]").getAttribute("aria-live")).toBe("polite");
    expect(await findings(to)).toEqual([]);
    // and does not cover what gets the focus
    const padding = await to.page.evaluate(
      () => getComputedStyle(document.documentElement).scrollPaddingBottom,
    );
    expect(Number.parseFloat(padding)).toBeCloseTo((await line(to).boundingBox())!.height, 0);

    await to.page.reload();
    await said(to, newVersion);
    expect(await isNext(to)).toBe(false);

    await reload(to).click();
    await becomesNext(to);
    await line(to).getByText(newVersion).waitFor({ state: "detached" });
    expectPrinted(await compute(to), expected(course.sentence));
  });

  it("is noticed when a person comes back to the tab", async () => {
    const to = await open();
    deploy(next());
    await to.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await said(to, newVersion);
  });

  it("does not interrupt a run", async () => {
    const to = await open();
    await compute(to);
    await noteLeaving(to);
    deploy(next());
    await to.page.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()));
    await said(to, newVersion);

    // the engine is busy until the server answers it
    const letGo = await holdEngine(to, server);
    await fill(to, { neuron: 7 });
    await fields(to).run.click();
    await to.experiment.locator("[aria-busy=true]").first().waitFor();
    await reload(to).click();
    await expectHeldBack(to);
    expect(await reload(to).textContent()).toContain("Waiting to reload");

    const free = letGo();
    await becomesNext(to);
    await free;
    expect(await leftWith(to)).toMatchObject({ edits: [{ neuron: 7 }] });
  });

  it("does not come between a download and the run that was asked for with it", async () => {
    const to = await open();
    await noteLeaving(to);
    await fill(to, { neuron: 7 });
    const { asked, release } = hold(server, /\/weights\/head\.0\.bin$/);
    await fields(to).run.click();
    await asked;
    deploy(next());
    await to.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await said(to, newVersion);
    await reload(to).click();
    await expectHeldBack(to);

    // the run that follows is under way until the engine hears of it
    await to.page.evaluate(() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (...args: [message: { method?: string }]) {
        const send = () => post.apply(this, args);
        if (args[0].method === "run") Object.assign(window, { goOn: send });
        else send();
      };
    });
    release();
    await to.page.waitForFunction(() => "goOn" in window);
    await expectHeldBack(to);
    await to.page.evaluate(() => (window as unknown as { goOn: () => void }).goOn());
    await becomesNext(to);
    expect(await leftWith(to)).toMatchObject({ edits: [{ neuron: 7 }] });
  });

  it("can be asked for again by who stayed when the browser asked whether to leave", async () => {
    const to = await open();
    deploy(next());
    await to.page.evaluate(() => {
      addEventListener("beforeunload", (event) => event.preventDefault());
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await said(to, newVersion);
    // heard whenever it comes: one that nobody hears is dismissed at once
    const dialog = new Promise<Dialog>((resolve) => to.page.once("dialog", resolve));
    const asked = afterTakeover(to.page, (timeout) =>
      Promise.race([
        dialog,
        new Promise<never>((_, reject) => setTimeout(reject, timeout, new Error("no dialog"))),
      ]),
    );
    await reload(to).click();
    await (await asked).dismiss();
    await line(to).getByRole("button", { name: "Reload", exact: true }).waitFor();
    expect(await isNext(to)).toBe(false);
    to.page.once("dialog", (dialog) => dialog.accept());
    await reload(to).click();
    await becomesNext(to);
  });

  it("takes the place of the one before, whose scripts are kept, and of no other", async () => {
    const to = await open();
    const assets = (site: string) => readdirSync(join(site, "assets"));
    /** the scripts that are kept are those that one version has and another has not */
    const expectKept = (of: string, not: string) =>
      expect
        .poll(() =>
          to.page.evaluate(async () => {
            const cache = await caches.open("neuron-notebook-earlier-version");
            return (await cache.keys()).map(({ url }) => url.replace(/^.*\/assets\//, "")).sort();
          }),
        )
        .toEqual(
          assets(of)
            .filter((name) => /\.(js|css|ipynb)$/.test(name) && !assets(not).includes(name))
            .sort(),
        );
    const change = async (site: string) => {
      deploy(site);
      await to.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
      await said(to, newVersion);
      await reload(to).click();
    };
    await change(next());
    await becomesNext(to);
    await expectKept(inject("site"), next());
    await change(inject("site"));
    await afterTakeover(to.page, (timeout) =>
      to.page.waitForFunction(() => !document.title.startsWith("Next: "), undefined, { timeout }),
    );
    await expectKept(next(), inject("site"));
  });

  // the server has none of its files any more
  it("leaves a tab that stays as it is everything it needs to load and run for the first time", async () => {
    const [staying, asking] = [await open(), await open()];
    deploy(next());
    await asking.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await said(asking, newVersion);
    await reload(asking).click();
    await becomesNext(asking);
    await said(staying, elsewhere);
    expectPrinted(await compute(staying), expected(course.sentence));
    expect(await isNext(staying)).toBe(false);
  });

  it("waits for a download in another tab, leaves that tab as it is, and says so there", async () => {
    const [loading, asking] = [await open(), await open()];
    await Promise.all([mark(loading), mark(asking)]);
    const { asked, release } = hold(server, /\/weights\/head\.0\.bin$/);
    await fields(loading).run.click();
    await asked;
    deploy(next());
    await asking.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await Promise.all([said(loading, newVersion), said(asking, newVersion)]);
    await reload(asking).click();
    await expectHeldBack(asking);
    expect(await stayed(asking)).toBe(true);

    release();
    await becomesNext(asking);
    await settled(loading);
    await said(loading, elsewhere);
    expect(await stayed(loading)).toBe(true);
    expect(await isNext(loading)).toBe(false);
    expectPrinted(await table(loading), expected(course.sentence));
    expect(await compute(loading, { neuron: 7 })).not.toEqual(await compute(loading));
    await outdated(loading).waitFor({ state: "detached" });

    await reload(loading).click();
    await becomesNext(loading);
    expect(await read(line(loading))).toBe("");
  });
});

/** what axe-core finds on a page, whatever its weight */
async function findings({ page }: Visit): Promise<string[]> {
  await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const violations = await page.evaluate<Result[]>(
    'axe.run("nn-site-status", { resultTypes: ["violations"] }).then((results) => results.violations)',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`);
}
