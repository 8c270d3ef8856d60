// The search for neurons, on the built site with the practice model: the whole way by mouse and by keyboard, stopping, a
// neuron into the experiment and back, what is taken away, what is refused, narrow screens, axe, and frames.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Browser, Download, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { readCsv, rowsOf, type SweepResult } from "../../src/model/sweep/index.ts";
import { layoutOf } from "../../src/ui/sweep/map-scene.ts";
import { placeOf, wholeView } from "../../src/ui/sweep/map-view.ts";
import { SweepGrid } from "../../src/ui/sweep/sweep-grid.ts";
import { launch } from "../helpers/chromium.ts";
import { root } from "../helpers/fixtures.ts";
import {
  complaint,
  expectQuiet,
  fields,
  focused,
  outdated,
  read,
  settled,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { expectQuiet as expectEmbeddingQuiet, experimentIn, openSites } from "./open-embed.ts";

let server: StaticServer;
let browser: Browser;
let to: Visit;

beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(expectQuiet);

const open = (hash = "#device=wasm", path = "experiment.html", options = {}) =>
  visit(browser, `${server.url}${path}${hash}`, options);

/** the search's own parts */
const search = () => to.page.locator("nn-find-neurons");
const opener = () => search().getByRole("button", { name: "Find the neurons…" });
const begin = () => search().getByRole("button", { name: /find the neurons$/i });
const stop = () => search().getByRole("button", { name: "Stop" });
const metric = () => search().getByRole("combobox", { name: "What is measured" });
const layers = () => search().getByRole("combobox", { name: "Which layers" });
const plus = () => search().getByRole("textbox", { name: "Words" });
const minus = () => search().getByRole("textbox", { name: "against" });
const map = () => search().getByRole("application");
const rows = () => search().getByRole("table").locator("tbody tr");
const where = () => search().getByRole("textbox", { name: "Where is" });

/** Wait until the sweep under way has ended. */
async function ended(): Promise<void> {
  await rows().first().waitFor();
  // as long as it takes on a busy machine
  await stop().waitFor({ state: "detached", timeout: 170_000 });
}

const texts = (row: Locator) =>
  row
    .locator("td")
    .evaluateAll((cells) => cells.map((cell) => cell.textContent.replace(/[▲▼\s]+/g, " ").trim()));

/** the sweeps that the page holds, as plain data */
const held = () =>
  search().evaluate((element) =>
    (element as HTMLElementTagNameMap["nn-find-neurons"]).state!.runs.map(({ sweep, provenance, grid }) => ({
      sweep: sweep!,
      provenance: provenance!,
      records: grid!.records(),
      total: grid!.total,
    })),
  ) as Promise<SweepResult[]>;

async function saved(name: string): Promise<{ file: Download; bytes: Buffer }> {
  const download = to.page.waitForEvent("download");
  await search().getByRole("button", { name, exact: true }).click();
  const file = await download;
  return { file, bytes: readFileSync(await file.path()) };
}

/** what axe-core finds serious or critical */
async function findings(rules: Record<string, { enabled: boolean }> = {}): Promise<string[]> {
  const { page } = to;
  if (!(await page.evaluate(() => "axe" in globalThis)))
    await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const violations = await page.evaluate<Result[]>(
    `axe.run(document, { rules: ${JSON.stringify(rules)} }).then((results) => results.violations)`,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`);
}

/** The tasks of the page's main thread in a trace: how many, and the one that took the most CPU time; ms. */
function tasksIn(trace: Buffer) {
  const { traceEvents: events } = JSON.parse(trace.toString()) as {
    traceEvents: {
      name: string;
      pid: number;
      tid: number;
      dur?: number;
      tdur?: number;
      args: { name?: string };
    }[];
  };
  const mains = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const tasks = events.filter(
    ({ name, pid, tid }) =>
      name.endsWith("::RunTask") && mains.some((main) => main.pid === pid && main.tid === tid),
  );
  const longest = tasks.reduce((most, task) => ((task.tdur ?? 0) > (most.tdur ?? 0) ? task : most));
  const ms = (microseconds = 0) => Math.round(microseconds / 1000);
  return { count: tasks.length, longest: { cpu: ms(longest.tdur), wall: ms(longest.dur) } };
}

describe("the search for neurons", () => {
  it("costs nothing until it is opened, and finds the course's neuron in its layer by one press", async () => {
    to = await open();
    await opener().waitFor();
    // the service worker keeps it as it keeps all of the site, but the page does not ask for it
    const scripts = () =>
      to.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect((await scripts()).filter((name) => /\/sweep-/.test(name))).toEqual([]);
    await opener().click();
    // its script comes only now
    await expect.poll(() => focused(to.page)).toMatchObject({ name: "What is measured", shown: true });
    expect([await plus().inputValue(), await minus().inputValue()]).toEqual(["these, those", "this, that"]);
    await begin().click();
    await ended();
    expect(await texts(rows().first())).toEqual(["1", "9", "1094", "8.559", "−6.832", "exact"]);
    expect(await read(search())).toContain(
      "Layer 9, neuron 1094 is number 1 of 1,152: set to zero, it moves the log-odds of these, those against this, that from 5.376 to −1.456 (effect −6.832, exact).",
    );
    await expect
      .poll(() => read(to.status))
      .toMatch(/^Done\. The largest effect is that of layer 9, neuron 1094: −6\.832;/);
    expect(await rows().count()).toBe(50);
    await search().getByRole("button", { name: "Show 50 more" }).click();
    expect(await rows().count()).toBe(100);
  });

  it("is saved with every number it computed, and as a picture that says where it is from", async () => {
    const [result] = await held();
    const csv = await saved("CSV");
    expect(csv.file.suggestedFilename()).toBe("sweep-log-odds-layer-9.csv");
    const { rows: read, torn } = readCsv(csv.bytes.toString(), "the file");
    expect(torn).toBe(false);
    expect(read).toEqual(rowsOf(result!));
    expect(read).toHaveLength(1152);
    const json = JSON.parse((await saved("JSON")).bytes.toString());
    expect(json.records.map(({ effect }: { effect: number }) => effect)).toEqual(
      read.map(({ effect }) => effect),
    );
    const svg = (await saved("Map as SVG")).bytes.toString();
    for (const text of [
      "Raymond is selling [MASK] sketches.",
      "minibert-blimp · revision sha256:31c0ffc",
      "1,152 of 1,152 neurons computed exactly",
    ])
      expect(svg).toContain(text);
    const parsed = await to.page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
      return {
        name: documentElement.localName,
        width: documentElement.getAttribute("width"),
        marks: documentElement.children.length,
      };
    }, svg);
    expect(parsed).toMatchObject({ name: "svg", width: "960" });
    expect(parsed.marks).toBeGreaterThan(150);
    const png = (await saved("Map as PNG")).bytes;
    expect(png.toString("latin1", 1, 4)).toBe("PNG");
    expect(png.readUInt32BE(16)).toBe(1920);
  });

  it("puts a neuron into the experiment by a click in the table, runs nothing unasked, and puts back what stood there", async () => {
    await rows().nth(1).getByRole("button").click();
    expect(await fields(to).neuron.inputValue()).toBe("2");
    await expect.poll(() => read(to.status)).toBe("L9 N2 stands in the experiment.");
    await outdated(to).waitFor();
    await search().getByRole("button", { name: "Run it" }).click();
    await settled(to, { neuron: 2 });
    await search().getByRole("button", { name: "Put back what stood there" }).click();
    expect(await fields(to).neuron.inputValue()).toBe("1094");
  });

  it("agrees with the plain experiment", async () => {
    await rows().first().getByRole("button").click();
    await search().getByRole("button", { name: "Run it" }).click();
    await settled(to);
    const result = await to.experiment
      .locator("nn-result")
      .evaluate((element) => (element as HTMLElementTagNameMap["nn-result"]).result!.rows);
    const p = (word: string, when: "before" | "after") => result.find((row) => row.word === word)![when];
    const odds = (when: "before" | "after") =>
      Math.log((p("these", when) + p("those", when)) / (p("this", when) + p("that", when)));
    const [{ records }] = (await held()) as [SweepResult];
    const record = records.find(({ neuron }) => neuron === 1094)!;
    // log-odds by two ways through fp32
    expect(Math.abs(record.before - odds("before"))).toBeLessThan(1e-5);
    expect(Math.abs(record.after - odds("after"))).toBeLessThan(1e-5);
  });

  it("puts the neuron under the pointer into the experiment, and shows its numbers beside it", async () => {
    await map().scrollIntoViewIfNeeded();
    const { x, y, width } = (await map().boundingBox())!;
    const grid = new SweepGrid(
      [9],
      Array.from({ length: 1152 }, (_, i) => i),
    );
    const layout = layoutOf(grid, Math.floor(width));
    const mark = placeOf(wholeView(1152), layout.width, 2)!;
    const at = { x: x + layout.left + mark.left + mark.width / 2, y: y + layout.top + 20 };
    await to.page.mouse.move(at.x, at.y);
    expect(await read(map())).toContain("Layer 9, neuron 2");
    await to.page.mouse.click(at.x, at.y);
    expect(await fields(to).neuron.inputValue()).toBe("2");
    await search().getByRole("button", { name: "Put back what stood there" }).click();
  });

  it("is there for the keyboard: a neuron is found by typing it, arrows move on, Enter puts it in", async () => {
    await where().focus();
    await to.page.keyboard.type("L9 N1094");
    await to.page.keyboard.press("Enter");
    await expect.poll(() => read(to.status)).toContain("Layer 9, neuron 1094 is number 1 of 1,152");
    await where().fill("L3 N7");
    await to.page.keyboard.press("Enter");
    expect(await complaint(where())).toBe("This sweep has no L3 N7: it covers layer 9, neurons 0 to 1151.");
    await where().fill("somewhere");
    await to.page.keyboard.press("Enter");
    expect(await complaint(where())).toBe("Write a layer and a neuron, such as L9 N1094.");
    await where().fill("1094");
    await to.page.keyboard.press("Enter");
    expect(await complaint(where())).toBe("");
    await map().focus();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowLeft", "+", "+"])
      await to.page.keyboard.press(key);
    await expect.poll(() => read(to.status)).toMatch(/^Layer 9, neuron 995, effect/);
    await to.page.keyboard.press("Enter");
    expect(await fields(to).neuron.inputValue()).toBe("995");
    await expect.poll(() => focused(to.page)).toMatchObject({ shown: true });
    await to.page.keyboard.press("0");
    await to.page.keyboard.press("Tab");
    await search().getByRole("button", { name: "Put back what stood there" }).press("Enter");
    expect(await fields(to).neuron.inputValue()).toBe("1094");
  });
});

describe("a search of the whole model", () => {
  it("reports as it goes, can be stopped, keeps what it has, and the page answers meanwhile", async () => {
    await layers().selectOption({ label: "All layers" });
    await begin().click();
    await stop().waitFor();
    await expect.poll(() => read(search())).toMatch(/\d of 13,824 neurons · about [\d,]+ (s|min) left/);
    // the earlier one is shown, or what is known of the new one; the form answers either way
    await fields(to).neuron.fill("7");
    expect(await fields(to).neuron.inputValue()).toBe("7");
    await fields(to).neuron.fill("1094");
    await stop().click();
    await stop().waitFor({ state: "detached" });
    await expect
      .poll(() => read(to.status))
      .toMatch(/^Stopped at [\d,]+ of 13,824 neurons\. The largest effect/);
    const [, second] = await held();
    expect(second!.records.length).toBeGreaterThan(0);
    expect(second!.records.length).toBeLessThan(13_824);
    expect(await read(search())).toContain("neurons computed exactly, then stopped");
    expect(readCsv((await saved("CSV")).bytes.toString(), "the file").rows).toEqual(rowsOf(second!));
  });

  it("loses no earlier one", async () => {
    const shown = search().getByRole("combobox", { name: "Shown" });
    expect(await shown.locator("option").allTextContents()).toEqual([
      "1. The log-odds of these, those against this, that, layer 9, each neuron set to zero",
      "2. The log-odds of these, those against this, that, all layers, each neuron set to zero",
    ]);
    await shown.selectOption("1");
    expect(await texts(rows().first())).toContain("1094");
    expect(await read(search())).toContain("1,152 of 1,152 neurons computed exactly");
  });

  it("draws the map from the gradient, makes it exact from the largest down, and keeps every task of the page short", async () => {
    await search().getByRole("combobox", { name: "How", exact: true }).selectOption("gradient-exact");
    await browser.startTracing(to.page, { categories: ["toplevel"] });
    await begin().click();
    await expect.poll(() => read(search()), { timeout: 120_000 }).toMatch(/13,[\d,]+ estimated so far/);
    const neuron = /Layer 9, neuron 1094 is number 1 of 13,824: .* \(effect −6\.832, exact\)/;
    await expect.poll(() => read(search()), { timeout: 120_000 }).toMatch(neuron);
    await expect.poll(() => read(search()), { timeout: 120_000 }).toContain("rank correlation (Spearman)");
    await stop().click();
    await stop().waitFor({ state: "detached" });
    const { longest, count } = tasksIn(await browser.stopTracing());
    console.log(
      `${count} tasks on the page, the longest ${longest.cpu} ms of CPU (${longest.wall} ms by the clock)`,
    );
    // CPU time, which other programs on the machine do not add to. Measured on two cores: see docs/measured.md
    expect(longest.cpu).toBeLessThan(100);
    expect(await read(search())).toMatch(
      /\d+ of 13,824 neurons computed exactly, 1\d,\d+ estimated, then stopped/,
    );
    const sweeps = await held();
    const exact = sweeps.at(-1)!.records.filter((record) => record.exact);
    expect(exact.length).toBeGreaterThan(63);
    // the same neuron's effect in the sweep of its layer
    const same = sweeps[0]!.records.find(({ neuron }) => neuron === 1094)!;
    expect(exact).toContainEqual(expect.objectContaining({ layer: 9, neuron: 1094 }));
    const again = exact.find(({ layer, neuron }) => layer === 9 && neuron === 1094)!;
    expect(Math.abs(again.effect - same.effect)).toBeLessThan(1e-5);
  });
});

describe("what is refused", () => {
  it("is said in one sentence at its field, before anything is computed", async () => {
    await search().getByRole("combobox", { name: "How", exact: true }).selectOption("exact");
    await minus().fill("that these");
    await begin().click();
    expect(await complaint(minus())).toBe("“these” stands on both sides; take it out of one of the groups.");
    await expect.poll(() => focused(to.page)).toMatchObject({ name: "against" });
    await minus().fill("");
    await begin().click();
    expect(await complaint(minus())).toBe("Write at least one word on each side of the contrast.");
    await minus().fill("this that");
    expect(await complaint(minus())).toBe("");
  });

  it("is said as the engine says it where only the model knows, and earlier sweeps stay", async () => {
    const before = (await held()).length;
    await plus().fill("thxse");
    await begin().click();
    const refused =
      /"thxse" is \d tokens for this model \(.*\), and \[MASK\] stands for one\. Choose a word that is a single token\./;
    await expect.poll(() => read(search())).toMatch(refused);
    await expect.poll(() => read(to.status)).toMatch(refused);
    expect((await held()).length).toBe(before);
    await plus().fill("these");
    // what was wrong is not said of what stands there now
    expect(await read(search())).not.toContain("thxse");
    await plus().fill("these, those");
    await metric().selectOption("rank");
    const word = search().getByRole("textbox", { name: "Word", exact: true });
    await word.fill("these those");
    await begin().click();
    expect(await complaint(word)).toBe("Write one word; a contrast takes several.");
  });

  it("is a sentence about the experiment where that cannot run", async () => {
    await metric().selectOption("kl");
    await fields(to).sentence.fill("There is no gap.");
    await begin().click();
    expect(await read(search())).toContain(
      "The experiment above cannot be run yet. There is no [MASK] in the sentence",
    );
    await to.page.close();
  });
});

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it("gives axe nothing to find, and fits narrow and wide screens", async () => {
    to = await open("#device=wasm", "experiment.html", { colorScheme });
    await opener().click();
    await layers().selectOption("11");
    await begin().click();
    await ended();
    await rows().first().getByRole("button").click();
    expect(await findings()).toEqual([]);
    for (const width of [320, 390, 1920]) {
      await to.page.setViewportSize({ width, height: 900 });
      // the map is drawn anew once its box has another width
      const whole = () => to.page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(whole, { message: `${width} px` }).toBe(width);
    }
    await to.page.setViewportSize({ width: 390, height: 900 });
    // the last column is seen whole
    const table = (await search().getByRole("table").boundingBox())!;
    expect(table.x + table.width).toBeLessThanOrEqual(390);
    await where().fill("nowhere");
    await where().press("Enter");
    expect(await findings()).toEqual([]);
    await to.page.emulateMedia({ forcedColors: "active" });
    // the colours are the reader's own
    expect(await findings({ "color-contrast": { enabled: false } })).toEqual([]);
    await to.page.close();
  });
});

describe("embedded", () => {
  it("works in the page for frames, and can be left out", async () => {
    to = await open("#device=wasm&hide=share", "embed.html");
    await opener().click();
    await begin().click();
    await ended();
    expect(await texts(rows().first())).toContain("1094");
    expect(await findings()).toEqual([]);
    await to.page.close();
    to = await open("#device=wasm&hide=sweep", "embed.html");
    await fields(to).run.waitFor();
    expect(await opener().isVisible()).toBe(false);
    await to.page.close();
  });

  it("works as an element in another site's page, whose script is fetched from this one", async () => {
    const sites = await openSites();
    const context = await browser.newContext({ viewport: { width: 900, height: 900 } });
    try {
      const script = `<script type="module" src="${sites.site.url}embed.js"></script>`;
      const page = await sites.open(
        context,
        `${script}<neuron-experiment device="wasm" layer="9"></neuron-experiment>`,
      );
      to = experimentIn(page, page.locator("neuron-experiment"));
      await opener().click();
      await begin().click();
      await ended();
      expect(await texts(rows().first())).toContain("1094");
      // the course page around it is not ours
      expect(await findings({ "html-has-lang": { enabled: false } })).toEqual([]);
      await rows().nth(1).getByRole("button").click();
      expect(
        await page
          .locator("neuron-experiment")
          .evaluate((element) => (element as unknown as { neuron: number }).neuron),
      ).toBe(2);
      await page.locator("neuron-experiment").evaluate(async (element) => {
        element.remove();
        await new Promise((resolve) => setTimeout(resolve, 100));
        document.body.append(element);
      });
      // put back it has what it had found, which goes on
      await rows().nth(2).getByRole("button").click();
      await expect.poll(() => fields(to).neuron.inputValue()).toBe("4");
      await page.setViewportSize({ width: 390, height: 900 });
      await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    } finally {
      await context.close();
      await sites.close();
    }
    expectEmbeddingQuiet();
  });
});
