// What is kept of a download, whatever ends it: a killed browser, a reload, another tab, a full disk, a damaged record, a
// new version on the server, a browser that keeps nothing.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import type { ExperimentSpec, Manifest } from "../../src/model/index.ts";
import { kill, launch, launchProfile } from "../helpers/chromium.ts";
import { practice, type ReferenceCandidate, reference } from "../helpers/fixtures.ts";
import {
  completeFiles,
  damage,
  everythingOnce,
  fetched,
  keptFiles,
  keptModels,
  runtimeNames,
  wronglyKept,
} from "../helpers/kept.ts";
import { forever, holds, misbehave, status } from "../helpers/misbehave.ts";
import { compute, course, expectQuiet, fields, read, type Visit, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

const model = join(inject("models"), practice);
const manifest = JSON.parse(readFileSync(join(model, "manifest.json"), "utf8")) as Manifest;
const everything = everythingOnce("/", practice, model, inject("site"));
const complete = completeFiles(model, inject("site"));
/** the file that a download is held at, and its hash */
const held = manifest.shards["layer-5"]!.chunks[0]!;
const path = `/models/${practice}/${held.file}`;

const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-kept-"));
let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  mkdirSync(join(folder, "models"));
  server = await serve({
    "/": inject("site"),
    "/versions/": inject("site"),
    "/versions/models/": join(folder, "models"),
  });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
});
afterEach(expectQuiet);

const failing = { allowed: /Failed to load resource/ };
const open = (where: Browser | BrowserContext = browser, path = "") =>
  visit(where, new URL(path, `${server.url}experiment.html`).href, failing);
const load = (to: Visit) => to.model.getByRole("button", { name: /^Load model/ }).click();
const ready = (to: Visit) => to.model.getByText("Ready:").waitFor();
const expectRight = async (to: Visit) => expectPrinted(await compute(to), expected(course.sentence));
const expectText = (to: Visit, text: string | RegExp) => expect.poll(() => read(to.model)).toMatch(text);

/** Wait until everything is kept but the file that the server holds back. */
const keptButOne = async ({ page }: Visit) => {
  const others = complete.filter((sha256) => sha256 !== held.sha256);
  await expect.poll(() => keptFiles(page)).toEqual(others);
};

/** Begin a download that stands still in the middle of one file, when all the others are kept. */
const stuck = async (to: Visit) => {
  const gate = holds(10_000, { alive: true });
  server.intercept = misbehave(server, path, [gate.how]);
  await load(to);
  await gate.reached;
  await keptButOne(to);
  return gate;
};

/** After the download was ended: only the file that was on its way is fetched, and the numbers are right. */
const expectRest = async (to: Visit) => {
  await expectText(to, / of 24 MB still to come/);
  expect(await keptModels(to.page)).toMatchObject([{ name: practice, unfinished: true }]);
  server.requests.length = 0;
  await expectRight(to);
  expect(fetched(server)).toEqual({ [path]: 1 });
  await expectComplete(to);
};

/** Everything is kept and nothing else, and every kept file is what its key says. */
const expectComplete = async ({ page }: Visit) => {
  expect(await keptFiles(page)).toEqual(complete);
  expect(await wronglyKept(page)).toEqual([]);
  expect(await keptModels(page)).toEqual([{ name: practice, unfinished: false, files: complete }]);
};

describe("a download that is ended in the middle goes on from there", () => {
  it("after Cancel, and a reload", async () => {
    const to = await open();
    const gate = await stuck(to);
    await to.model.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => read(to.status)).toBe("Cancelled.");
    gate.drop();
    await to.page.reload();
    await expectRest(to);
    await to.page.close();
  });

  it("after a reload", async () => {
    const to = await open();
    const gate = await stuck(to);
    await to.page.reload();
    gate.drop();
    await expectRest(to);
    await to.page.close();
  });

  it("after the browser was killed, and started again", async () => {
    const profile = join(folder, "profile");
    const before = await launchProfile(profile, "no-adapter");
    const gate = await stuck(await open(before));
    await kill(before, profile);
    gate.drop();

    const after = await launchProfile(profile, "no-adapter");
    await expectRest(await open(after));
    await after.close();
  });
});

describe("two tabs", () => {
  let context: BrowserContext;
  let [one, two]: Visit[] = [];
  const waits = "Another tab is downloading this model; this one uses its result.";
  const amount = async (to: Visit) => /Downloading (.*?) of 24 MB/.exec(await read(to.model))?.[1];
  beforeEach(async () => {
    context = await browser.newContext();
    [one, two] = [await open(context), await open(context)];
  });
  afterEach(() => context.close());

  it("show one download, and fetch each file once", async () => {
    const gate = await stuck(one!);
    await load(two!);
    await expectText(two!, waits);
    expect(await read(one!.model)).not.toContain(waits);
    const shown = await amount(one!);
    expect(shown).toBeDefined();
    await expect.poll(() => amount(two!)).toBe(shown);
    gate.open();
    await Promise.all([ready(one!), ready(two!)]);
    for (const to of [one!, two!]) await expectRight(to);
    expect(fetched(server)).toEqual(everything);
    await expectComplete(one!);
  });

  it("of which the first is closed: the second goes on with what was missing", async () => {
    const gate = await stuck(one!);
    await load(two!);
    await expectText(two!, waits);
    await one!.page.close();
    gate.drop();
    await ready(two!);
    await expectRight(two!);
    expect(fetched(server)).toEqual({ ...everything, [path]: 2 });
    await expectComplete(two!);
  });
});

describe("a browser that grants little space", () => {
  it("before the download: nothing is fetched until the person has chosen; without keeping it, the numbers are right", async () => {
    const to = await visit(browser, `${server.url}experiment.html`, {
      // Chromium names the same generous number to every page, whatever quota it enforces
      first: () => {
        StorageManager.prototype.estimate = async () => ({ quota: 1_000_000, usage: 0 });
      },
    });
    await load(to);
    await expectText(to, `There is no room to keep ${practice}: 24 MB are still to come`);
    await expectText(to, "has to be downloaded again next time");
    expect(fetched(server)).toEqual({});

    await to.model.getByRole("button", { name: "Load without keeping it" }).click();
    await ready(to);
    await expectText(to, "It is here until this tab closes.");
    await expectRight(to);
    expect(fetched(server)).toEqual(everything);
    expect(await keptFiles(to.page)).toEqual([]);
    await to.page.close();
  });

  it("in the middle: what is kept stays, the person chooses, and nothing that was verified is fetched twice", async () => {
    const context = await browser.newContext();
    // enforced as long as the page that asked for it is there, from before the site first asks
    const page = await context.newPage();
    await page.goto(new URL("favicon.svg", server.url).href);
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(server.url);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 20_000_000 });

    // the runtime comes last: its 17 MB find no room beside the model's 7
    const gate = holds(0);
    const [last] = runtimeNames(inject("site")).map((name) => `/assets/${name}`);
    server.intercept = misbehave(server, last!, forever(gate.how));
    const to = await open(context);
    await load(to);
    await expect.poll(async () => (await keptFiles(to.page)).length).toBe(complete.length - 1);
    gate.open();
    await expectText(
      to,
      "The browser refused to keep a file of the model: the space it grants this site is used up.",
    );
    await expectText(to, "what was kept stays");
    const kept = await keptFiles(to.page);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThan(complete.length);
    expect(await wronglyKept(to.page)).toEqual([]);

    await to.model.getByRole("button", { name: "Go on without keeping the rest" }).click();
    await ready(to);
    await expectText(to, "It is here until this tab closes.");
    await expectRight(to);
    const counts = fetched(server);
    expect(Object.keys(counts).sort()).toEqual(Object.keys(everything).sort());
    // the two that were on their way when the third was refused had not arrived
    const again = Object.values(counts).filter((count) => count > 1);
    expect(again.length).toBeLessThanOrEqual(2);
    expect(await keptFiles(to.page)).toEqual(expect.arrayContaining(kept));
    expect(await wronglyKept(to.page)).toEqual([]);
    await context.close();
  });
});

describe("a damaged record", () => {
  const { sha256: weights } = held;
  const unusedGraph = manifest.splits.find(({ name }) => name === "layer-9")!.segments[0]!.graph;

  /** a page after a complete visit, with files damaged since */
  const damaged = async (...hashes: string[]): Promise<Visit> => {
    const to = await open();
    await load(to);
    await ready(to);
    for (const sha256 of hashes) await damage(to.page, sha256);
    expect((await wronglyKept(to.page)).sort()).toEqual(hashes.toSorted());
    await to.page.reload();
    server.requests.length = 0;
    return to;
  };

  it("is found on load, fetched again alone, and said", async () => {
    const to = await damaged(weights);
    await load(to);
    await ready(to);
    await expectText(to, "1 kept file was damaged and has been downloaded again.");
    expect(fetched(server)).toEqual({ [path]: 1 });
    await expectRight(to);
    await expectComplete(to);
    // and only once
    await to.page.reload();
    server.requests.length = 0;
    await load(to);
    await ready(to);
    expect(await read(to.model)).not.toContain("damaged");
    expect(fetched(server)).toEqual({});
    await to.page.close();
  });

  it("of a file that the open layer does not need is found too", async () => {
    const to = await damaged(weights, unusedGraph.sha256);
    await load(to);
    await ready(to);
    await expectText(to, "2 kept files were damaged and have been downloaded again.");
    expect(fetched(server)).toEqual({ [path]: 1, [`/models/${practice}/${unusedGraph.file}`]: 1 });
    await expectRight(to);
    await expectComplete(to);
    await to.page.close();
  });

  it("that cannot be fetched again is not used, and both are said", async () => {
    const to = await damaged(weights);
    server.intercept = misbehave(server, path, forever(status(404)));
    await load(to);
    await expectText(
      to,
      `The kept copy of ${held.file} was damaged and could not be fetched again: The server does not give out ${held.file} (status 404).`,
    );
    expect(await keptFiles(to.page)).not.toContain(weights);
    server.intercept = undefined;
    await to.model.getByRole("button", { name: "Try again" }).click();
    await ready(to);
    await expectRight(to);
    await expectComplete(to);
    await to.page.close();
  });
});

describe("a new version of a model", () => {
  const name = "changing";
  const [old, next] = ["legacy", "untied"].map((fixture) => {
    const { text, experiments } = reference(fixture).sentences[0]!;
    const { candidates, layer, neuron } = experiments[0]!;
    return {
      fixture,
      files: completeFiles(join(inject("models"), fixture), inject("site")),
      spec: { sentence: text, layer, neuron, candidates: candidates.map(({ word }) => word) },
      candidates,
    } satisfies Version;
  }) as [Version, Version];

  interface Version {
    fixture: string;
    /** hashes of all its files, sorted */
    files: string[];
    spec: ExperimentSpec;
    candidates: ReferenceCandidate[];
  }

  /** Put a version on the server in the place of what is there. */
  const upload = ({ fixture }: Version) => {
    const to = join(folder, "models", name);
    rmSync(to, { recursive: true, force: true });
    cpSync(join(inject("models"), fixture), to, { recursive: true });
    const path = join(to, "manifest.json");
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), name, title: name }));
    const models = catalog(join(folder, "models"));
    writeFileSync(join(folder, "models/index.json"), JSON.stringify({ models }));
  };

  /** the record and the files of one version, and nothing else */
  const expectKept = async ({ page }: Visit, { files }: Version) => {
    expect(await keptModels(page)).toEqual([{ name, unfinished: false, files }]);
    expect(await keptFiles(page)).toEqual(files);
    expect(await wronglyKept(page)).toEqual([]);
  };

  const expectVersion = async (to: Visit, version: Version) => {
    expectPrinted(await compute(to, version.spec), version.candidates);
    await expectKept(to, version);
  };

  /** a page with the old version kept, and the new one on the server */
  const outdated = async (): Promise<Visit> => {
    upload(old);
    const to = await open(browser, "versions/experiment.html");
    await expectVersion(to, old);
    upload(next);
    server.requests.length = 0;
    return to;
  };

  it("is offered, stays apart while it is downloaded, and replaces the old one when it is complete", async () => {
    expect(old.files).not.toEqual(next.files);
    const to = await outdated();
    await to.page.reload();
    await expectText(to, "A newer version is on the site: ");
    await expectText(to, "the kept one stays until it is complete.");

    // held in the middle: the old version is whole, and the new one is recorded as unfinished
    const weights = `/versions/models/${name}/weights/layer-1.0.bin`;
    const gate = holds(1000, { alive: true });
    server.intercept = misbehave(server, weights, [gate.how]);
    await load(to);
    await gate.reached;
    await expect.poll(() => keptModels(to.page)).toHaveLength(2);
    expect(await keptModels(to.page)).toEqual(
      expect.arrayContaining([
        { name, unfinished: false, files: old.files },
        { name, unfinished: true, files: next.files },
      ]),
    );
    expect(await keptFiles(to.page)).toEqual(expect.arrayContaining(old.files));

    gate.open();
    await ready(to);
    await expectVersion(to, next);
    // what both have in common was not fetched again
    const fresh = next.files.filter((sha256) => !old.files.includes(sha256));
    expect(Object.values(fetched(server))).toEqual(Array(fresh.length).fill(1));
    await to.page.close();
  });

  it("that comes in the middle of a download is loaded instead, and the two are never mixed", async () => {
    upload(old);
    const to = await open(browser, "versions/experiment.html");
    const weights = `/versions/models/${name}/weights/layer-1.0.bin`;
    const gate = holds(0);
    server.intercept = misbehave(server, weights, [gate.how]);
    await load(to);
    await gate.reached;
    upload(next);
    gate.answer((response) => response.end(server.read(weights)));
    await ready(to);
    await expectVersion(to, next);
    await to.page.close();
  });

  it("that comes while the old one is open changes nothing before the next load", async () => {
    const to = await outdated();
    expectPrinted(await compute(to, old.spec), old.candidates);
    await expectKept(to, old);
    expect(fetched(server)).toEqual({});
    await to.page.reload();
    await load(to);
    await ready(to);
    await expectVersion(to, next);
    await to.page.close();
  });
});

describe("a browser that keeps nothing", () => {
  it("computes from memory, says so, and downloads again next time", async () => {
    // a person who has forbidden sites to keep data: every use of IndexedDB is refused, in workers too
    const profile = join(folder, "forbidden");
    mkdirSync(join(profile, "Default"), { recursive: true });
    const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
    const context = await launchProfile(profile, "no-adapter");
    const to = await open(context);
    const refused = () =>
      to.page.evaluate(
        () =>
          new Promise((resolve) => {
            try {
              const request = indexedDB.open("x");
              request.onsuccess = () => resolve(false);
              request.onerror = () => resolve(true);
            } catch {
              resolve(true);
            }
          }),
      );
    expect(await refused()).toBe(true);

    await expectText(to, "kept until this tab closes: the browser lends this page no storage.");
    await expectRight(to);
    await expectText(to, "It is here until this tab closes.");
    expect(fetched(server)).toEqual(everything);
    // another run fetches nothing
    await fields(to).neuron.fill("5");
    await fields(to).neuron.fill(String(course.neuron));
    await expectRight(to);
    expect(fetched(server)).toEqual(everything);

    server.requests.length = 0;
    await to.page.reload();
    await expectText(to, "kept until this tab closes: the browser lends this page no storage.");
    await expectRight(to);
    expect(fetched(server)).toEqual(everything);
    await context.close();
  });
});
