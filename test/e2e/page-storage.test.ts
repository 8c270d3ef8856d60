// What the built site says and offers about what it keeps: before a download, while one waits, when the disk is full, and
// in the panel of what is kept. That files are kept and verified as they should is tested elsewhere.

import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { format } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import { completeFiles, hash, keptFiles, keptModels, runtimeNames } from "../helpers/kept.ts";
import { forever, holds, misbehave, status, together } from "../helpers/misbehave.ts";
import {
  compute,
  course,
  expectQuiet,
  fields,
  focused,
  read,
  recordedMark,
  unfold,
  type Visit,
  type VisitOptions,
  visit,
} from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

const site = inject("site");
const [entry] = catalog(join(site, "models"));
const complete = completeFiles(join(site, "models", practice), site);
const path = `/models/${practice}/weights/layer-5.0.bin`;

let server: StaticServer;
let browser: Browser;
/** all that a first load fetches */
let everything: number;
beforeAll(async () => {
  server = await serve({ "/": site });
  // with it, Chromium tells pages of more room than there is
  browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
  const to = await open();
  const parts = /([\d.]+) MB once, then kept/.exec(await read(to.model))!;
  everything = Number(parts[1]) * 1e6;
  expect(everything).toBeGreaterThan(entry!.bytes);
  await to.page.context().close();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
});
afterEach(expectQuiet);

const load = /^(Load model|Try again)/;
const open = async (
  fragment = "",
  options: VisitOptions = {},
  by: Browser | BrowserContext = browser,
): Promise<Visit> => {
  const to = await visit(by, `${server.url}experiment.html${fragment}`, {
    allowed: /Failed to load resource/,
    ...options,
  });
  await to.model.getByRole("button", { name: load }).waitFor();
  // what is here already is looked up when the button is there
  await to.page.waitForFunction(() => {
    const card = document.querySelector("nn-model-card");
    return card && "price" in card && card.price;
  });
  return to;
};
const ready = ({ model }: Visit) => model.getByText("Ready:").waitFor();
const press = ({ model }: Visit, name: string | RegExp) => model.getByRole("button", { name }).click();
const ofModel = () => server.requests.filter((path) => /\/models\/.*\/|\.wasm$/.test(path));

/** Listen to the live region; what it has said since can be asked for. */
async function listen({ page, status }: Visit): Promise<() => Promise<string[]>> {
  const said = await status.evaluateHandle((region) => {
    const all: string[] = [];
    new MutationObserver(() => all.push(region.textContent)).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return all;
  });
  return () => page.evaluate((all) => all, said);
}

/** Let the site keep so many bytes in all; returns how much of them is used. */
async function limit(page: Page, bytes: (used: number) => number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const used = await page.evaluate(() => navigator.storage.estimate().then(({ usage }) => usage!));
  const { origin } = new URL(page.url());
  await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: Math.round(bytes(used)) });
}

/** the panel of what is kept, opened */
async function panel({ model }: Visit) {
  await unfold({ model });
  const details = model.locator("nn-storage details");
  if (!(await details.evaluate((it) => (it as HTMLDetailsElement).open)))
    await model
      .getByText(/^Kept on this device/)
      .last()
      .click();
  await details.getByText("Looking…").waitFor({ state: "detached" });
  return details;
}

/** the panel's table, row by row */
const rows = async (to: Visit): Promise<string[][]> => {
  const table = (await panel(to)).getByRole("table", { name: "Models kept on this device" });
  return Promise.all(
    (await table.getByRole("row").all()).map(async (row) =>
      Promise.all((await row.locator("th, td").all()).map((cell) => read(cell))),
    ),
  );
};

const today = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const size = (bytes: number) => format.bytes(bytes).replace("\u202f", " ");

describe("the panel of what is kept", () => {
  let to: Visit;
  beforeAll(async () => {
    to = await open();
  });
  afterAll(() => to.page.context().close());

  it("says that nothing is kept, and what is free", async () => {
    const text = await read(await panel(to));
    expect(text).toContain("No model is kept.");
    expect(text).toMatch(/The browser lets this site keep [\d.]+ [MG]B more\./);
    expect(text).toContain("may delete what is kept when this device runs out of space");
  });

  it("lists a model when it is loaded: its size, and that it was verified today", async () => {
    await press(to, load);
    await ready(to);
    await expect
      .poll(async () => (await rows(to)).slice(1))
      .toEqual([[entry!.title, size(everything), today.format(Date.now()), "Remove"]]);
    expect((await rows(to))[0]).toEqual(["Model", "Kept", "Verified", "Remove"]);
  });

  it("asks the browser to keep it only when told to, and shows that it refused", async () => {
    const ask = to.model.getByRole("button", { name: "Ask the browser to keep it" });
    await ask.focus();
    await to.page.keyboard.press("Enter");
    await ask.waitFor({ state: "detached" });
    await expect
      .poll(async () => read(await panel(to)))
      .toContain("The browser refused, and may delete what is kept");
    await expect.poll(() => read(to.status)).toMatch(/^The browser refused/);
    // the button is gone, and the focus is not lost with it
    expect((await focused(to.page)).name).toMatch(/^Kept on this device/);
  });

  it("shows what removing a model has freed, and the room is there again", async () => {
    const remove = to.model.getByRole("button", { name: /^Remove .*, which frees / });
    expect(await remove.getAttribute("aria-label")).toContain(size(everything).replace(" ", "\u202f"));
    await remove.focus();
    await to.page.keyboard.press("Enter");
    await remove.waitFor({ state: "detached" });
    const said = `${entry!.title} is removed: ${size(everything)} freed.`;
    await expect.poll(async () => read(await panel(to))).toContain(said);
    await expect.poll(async () => read(await panel(to))).toContain("No model is kept.");
    await expect.poll(async () => (await read(to.status)).replace("\u202f", " ")).toBe(said);
    expect((await focused(to.page)).name).toMatch(/^Kept on this device/);
    expect(await keptFiles(to.page)).toEqual([]);
    await to.page.reload();
    await to.model.getByText(/ once, then kept/).waitFor();
  });

  it("says how much of a cancelled download is kept, and the next one fetches the rest", async () => {
    const gate = holds(1000, { alive: true });
    server.intercept = misbehave(server, path, [gate.how]);
    await press(to, load);
    await gate.reached;
    await expect.poll(() => keptFiles(to.page).then((files) => files.length)).toBe(complete.length - 1);
    await press(to, "Cancel");
    await to.model.getByRole("button", { name: load }).waitFor();
    gate.drop();
    await expect.poll(async () => (await rows(to))[1]?.[1]).toMatch(/^[\d.]+ MB of [\d.]+ MB, unfinished$/);
    expect((await rows(to))[1]?.[2]).toBe("not complete");
    server.requests.length = 0;
    await press(to, load);
    await ready(to);
    expect(ofModel().filter((asked) => !asked.endsWith("manifest.json"))).toEqual([path]);
    await expect.poll(async () => (await rows(to))[1]?.[1]).toBe(size(everything));
  });

  it("shows that the browser agreed", async () => {
    // what a browser answers that knows the site well
    const granted = await open("", {
      first: () => {
        let persisted = false;
        navigator.storage.persisted = async () => persisted;
        navigator.storage.persist = async () => {
          persisted = true;
          return persisted;
        };
      },
    });
    await panel(granted);
    await press(granted, "Ask the browser to keep it");
    await expect.poll(async () => read(await panel(granted))).toContain("The browser promised");
    await expect.poll(() => read(granted.status)).toMatch(/^The browser promised/);
    await granted.page.context().close();
  });

  it("says in one line that there is no storage", async () => {
    const to = await open("", {
      first: () => Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
    });
    expect(await read(to.model)).toContain(
      "kept until this tab closes: the browser lends this page no storage.",
    );
    expect(await read(await panel(to))).toBe(
      "Kept on this device The browser lends this page no storage: models are here until this tab closes. No model is kept.",
    );
    await to.page.context().close();
  });
});

describe("a model that does not fit", () => {
  it("is not fetched before a choice; it can be cancelled, or loaded without keeping it", async () => {
    const to = await open();
    await limit(to.page, (used) => used + everything / 2);
    await to.page.reload();
    await unfold(to);
    await to.model.getByText(/1\d.MB are free/).waitFor();
    server.requests.length = 0;
    const start = to.model.getByRole("button", { name: load });
    await start.focus();
    await to.page.keyboard.press("Enter");
    await to.model.getByText(`There is no room to keep ${entry!.title}`).waitFor();
    expect(await read(to.model)).toMatch(
      /24 MB are still to come, and the browser lets this site keep 1\d MB more/,
    );
    await expect.poll(() => read(to.status)).toMatch(/^There is no room .* Choose what to do\.$/);
    await expect
      .poll(() => focused(to.page))
      .toEqual({ name: "Load without keeping it", shown: true, inView: true });

    await to.page.keyboard.press("Tab");
    expect((await focused(to.page)).name).toBe("Cancel");
    await to.page.keyboard.press("Enter");
    await start.waitFor();
    expect((await focused(to.page)).name).toMatch(load);

    // asked for by the form, the choice comes to the person
    await fields(to).neuron.fill("7");
    await fields(to).run.click();
    await to.model.getByText("There is no room to keep").waitFor();
    expect((await focused(to.page)).name).toBe("Load without keeping it");
    expect(ofModel()).toEqual([]);

    await to.page.keyboard.press("Enter");
    await ready(to);
    expect(await read(to.model)).toContain("It is here until this tab closes");
    await to.experiment.getByText("computed here").waitFor();
    expect(await fields(to).neuron.inputValue()).toBe("7");
    expectPrinted(await compute(to), expected(course.sentence));
    expect((await keptModels(to.page)).filter(({ unfinished }) => !unfinished)).toEqual([]);
    await to.page.context().close();
  });

  it("is loaded when another one, removed for it, has made enough room", async () => {
    const to = await open();
    const length = 30_000_000;
    await to.page.evaluate(async (bytes) => {
      const put = (name: string, key: string, value: unknown) =>
        new Promise((resolve, reject) => {
          const opened = indexedDB.open(`neuron-notebook-${name}`);
          opened.onupgradeneeded = () => opened.result.createObjectStore(name);
          opened.onsuccess = () => {
            const all = opened.result.transaction(name, "readwrite");
            all.objectStore(name).put(value, key);
            all.oncomplete = () => resolve(opened.result.close());
            all.onerror = reject;
          };
          opened.onerror = reject;
        });
      const sha256 = "ab".repeat(32);
      const files = [{ file: "weights", byteLength: bytes, sha256 }];
      const record = { name: "other", manifest: "{}", url: "", files, verifiedAt: 0, unfinished: false };
      // compresses badly, as weights do
      const noise = new Uint8Array(bytes).map((_, i) => (i * i * 2654435761) >>> 13);
      await put("files", sha256, noise.buffer);
      await put("models", "other", record);
    }, length);
    await limit(to.page, (used) => used + everything * 1.03);
    await to.page.reload();
    await unfold(to);
    await to.model.getByText(/ are free/).waitFor();
    const said = await listen(to);
    await press(to, load);
    await press(to, "Remove other (30\u202fMB) and go on");
    await ready(to);
    expect(await keptFiles(to.page)).toEqual(complete);
    expect(await said()).toContain("other is removed: 30\u202fMB freed.");
    await to.page.context().close();
  });
});

describe("a disk that is full in the middle of a download", () => {
  it("what is kept stays, the rest can go to memory, and the run that was asked for follows", async () => {
    // as it is delivered, this browser does not tell pages how little room there is
    const vague = await launch("no-adapter");
    const context = await vague.newContext();
    // before the first visit: Chromium remembers for a while how much room there was
    const devtools = await context.newCDPSession(await context.newPage());
    const { origin } = new URL(server.url);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 20_000_000 });
    // the runtime comes when all but one file is kept: its 17 MB find no room beside the model's 7
    const gate = holds(0);
    const never = holds(0);
    const [runtime] = runtimeNames(site).map((name) => `/assets/${name}`);
    server.intercept = together(
      misbehave(server, runtime!, forever(gate.how)),
      misbehave(server, path, forever(never.how)),
    );
    const to = await open("", {}, context);
    await fields(to).neuron.fill("7");
    await fields(to).run.click();
    await expect.poll(async () => (await keptFiles(to.page)).length).toBe(complete.length - 2);
    gate.open();
    const goOn = to.model.getByRole("button", { name: "Go on without keeping the rest" });
    await goOn.waitFor();
    await to.model.getByText(/ are here already; nothing is fetched twice/).waitFor();
    expect(await to.model.getByRole("button", { name: "Try again", exact: true }).count()).toBe(1);
    expect(await fields(to).neuron.inputValue()).toBe("7");
    const kept = await keptFiles(to.page);
    expect(kept.length).toBeGreaterThan(0);

    server.requests.length = 0;
    never.open();
    await goOn.click();
    await ready(to);
    expect(await read(to.model)).toContain("It is here until this tab closes");
    await to.experiment.getByRole("table", { name: "neuron 7 of layer 9 is" }).waitFor();
    await to.experiment.getByText("computed here").waitFor();
    const fetched = ofModel().map((asked) => hash(server.read(asked)!));
    expect(fetched.filter((sha256) => kept.includes(sha256))).toEqual([]);
    expect(await keptFiles(to.page)).toEqual(kept);
    await vague.close();
  });
});

describe("a connection that breaks", () => {
  it("is shown and said once while it is tried again, and nothing more is said of it then", async () => {
    const to = await open();
    // it is said while nothing else is on its way
    const gate = holds(0);
    server.intercept = misbehave(server, path, [gate.how, status(503), status(503), status(503)]);
    const said = await listen(to);
    await press(to, load);
    await expect.poll(async () => (await keptFiles(to.page)).length).toBe(complete.length - 1);
    gate.answer(status(503));
    await to.model.getByText(/\(status 503\)\. Trying again in \d.s\./).waitFor();
    await ready(to);
    expect(await to.model.getByText(/Trying again/).count()).toBe(0);
    expect((await said()).filter((message) => message.includes("Trying again"))).toHaveLength(1);
    await to.page.context().close();
  });
});

describe("a newer version on the site", () => {
  it("is offered with its size, and the kept one stays until then", async () => {
    const to = await open();
    await press(to, load);
    await ready(to);
    server.intercept = (request, response) => {
      if (!request.url?.endsWith("/models/index.json")) return false;
      const models = [{ ...entry!, version: "0".repeat(64) }];
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ models }));
      return true;
    };
    await to.page.reload();
    await to.model.getByText("A newer version is on the site").waitFor();
    expect(await read(to.model)).toContain(
      `A newer version is on the site: ${size(entry!.bytes)}; the kept one stays until it is complete.`,
    );
    expect(await keptFiles(to.page)).toEqual(complete);
    await to.page.context().close();
  });
});

describe("a link", () => {
  it("restores the experiment, without the recorded result of another one", async () => {
    const to = await open("#layer=3&neuron=17&candidates=this,these");
    expect(await fields(to).layer.inputValue()).toBe("3");
    expect(await fields(to).neuron.inputValue()).toBe("17");
    await to.experiment.getByText(/No result yet .* neuron 17 of layer 3 set to zero/).waitFor();
    expect(await recordedMark(to).count()).toBe(0);
    await to.page.context().close();
  });

  it("that is broken opens with defaults and says what was ignored, until there is a result", async () => {
    const to = await open("#model=absent&layer=many&colour=red");
    expect(await fields(to).layer.inputValue()).toBe(String(course.layer));
    const notice = to.experiment.getByText("Part of what was asked for could not be read.");
    await notice.waitFor();
    const text = await read(to.experiment);
    expect(text).toContain(`This site has no model called “absent”; ${entry!.title} is used instead.`);
    expect(text).toMatch(/“layer” takes .*“many”/);
    expect(text).toContain("“colour”");
    await compute(to);
    await notice.waitFor({ state: "hidden" });
    await to.page.context().close();
  });
});
