// The built site for everybody: by keyboard alone, under axe in both themes, on narrow screens, with forced colours and
// reduced motion.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Manifest } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { practice, root } from "../helpers/fixtures.ts";
import { completeFiles, keptFiles } from "../helpers/kept.ts";
import { holds, misbehave, status } from "../helpers/misbehave.ts";
import {
  complaint,
  compute,
  expectQuiet,
  fields,
  focused,
  holdEngine,
  outdated,
  provenance,
  read,
  recordedMark,
  settled,
  table,
  unfold,
  type Visit,
  type VisitOptions,
  visit,
} from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  // with it, Chromium tells pages of more room than there is
  browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => {
  server.intercept = undefined;
});
afterEach(expectQuiet);

const manifest = (): Manifest =>
  JSON.parse(readFileSync(join(inject("models"), practice, "manifest.json"), "utf8"));

const open = async (options?: VisitOptions): Promise<Visit> => {
  const to = await visit(browser, `${server.url}experiment.html`, options);
  await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
  return to;
};

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** what axe-core finds serious or critical on a page, as "rule: elements" */
async function findings({ page }: Visit): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis)))
    // not as a script of the page, which its policy would not let in
    await page.evaluate(axe);
  const violations = await page.evaluate<Result[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((results) => results.violations)',
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`).join("; ")}`,
    );
}

/** how far the page can be scrolled sideways, and what sticks out */
const overhang = ({ page }: Visit) =>
  page.evaluate(() => {
    const out: string[] = [];
    const look = (parent: ParentNode) => {
      for (const element of parent.querySelectorAll("*")) {
        const { right, width } = element.getBoundingClientRect();
        if (width > 1 && right > innerWidth + 0.5) out.push(`${element.localName}.${element.className}`);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document.body);
    const { scrollWidth, clientWidth } = document.documentElement;
    return { scroll: scrollWidth - clientWidth, out };
  });

/** how many animations are running, in shadow roots too */
const moving = ({ page }: Visit) =>
  page.evaluate(() => {
    const within = (root: Document | ShadowRoot): Animation[] => [
      ...root.getAnimations(),
      ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? within(shadowRoot) : [])),
    ];
    return within(document).filter(({ playState }) => playState === "running").length;
  });

/** Press a key until a control has the focus; every stop on the way must be visible. */
async function press(to: Visit, key: "Tab" | "Shift+Tab", name: string, atMost = 25): Promise<string[]> {
  const stops: string[] = [];
  for (let i = 0; i < atMost; i++) {
    await to.page.keyboard.press(key);
    const stop = await focused(to.page);
    stops.push(stop.name);
    expect(stop, `after ${stops.join(", ")}`).toMatchObject({ shown: true, inView: true });
    if (stop.name === name) return stops;
  }
  throw new Error(`no focus on "${name}" after ${stops.join(", ")}`);
}

describe("by keyboard alone", () => {
  let to: Visit;
  beforeAll(async () => {
    to = await open();
  });
  const type = (text: string) => to.page.keyboard.type(text);

  it("Tab comes to the model first, Enter loads it, and the focus is kept", async () => {
    // held back, so that Cancel can be met
    const held = new Promise<() => void>((resolve) => {
      server.intercept = (request) => {
        if (!request.url?.endsWith(".wasm")) return false;
        resolve(() => request.socket.destroy());
        return true;
      };
    });
    expect(await press(to, "Tab", "Load model on the CPU")).toEqual(["Load model on the CPU"]);
    await to.page.keyboard.press("Enter");
    const drop = await held;
    await expect.poll(() => focused(to.page)).toEqual({ name: "Cancel", shown: true, inView: true });
    await to.page.keyboard.press("Enter");
    await to.model.getByRole("button", { name: "Load model on the CPU" }).waitFor();
    drop();
    expect((await focused(to.page)).name).toBe("Load model on the CPU");

    server.intercept = undefined;
    await to.page.keyboard.press("Enter");
    await to.model.getByText("Ready:").waitFor();
    expect((await focused(to.page)).name).toBe(manifest().title);
    expect(await to.status.textContent()).toContain("is ready");
  });

  it("the fields are reached in order and Enter runs", async () => {
    const stops = await press(to, "Tab", "Layer");
    expect(stops).toEqual([
      expect.stringMatching(/^Model and device/),
      "Examples",
      "Sentence",
      "[MASK] 4",
      "Layer",
    ]);
    await type("8");
    await press(to, "Tab", "Neuron");
    await to.page.keyboard.press("ControlOrMeta+a");
    await type("17");
    await to.page.keyboard.press("Enter");
    await settled(to, { layer: 8, neuron: 17 });
    expect((await focused(to.page)).name).toBe("Neuron");
  });

  it("Ctrl+Enter runs, also from the list of what to do", async () => {
    await press(to, "Tab", "What to do with it");
    await to.page.keyboard.press("ArrowDown");
    expect(await fields(to).action.inputValue()).toBe("enhance");
    await to.page.keyboard.press("Control+Enter");
    await settled(to, { layer: 8, neuron: 17 });
    const caption = to.experiment.getByRole("table", { name: "neuron 17 of layer 8 is doubled" });
    expect(await caption.count()).toBe(1);
    expect((await focused(to.page)).name).toBe("What to do with it");
  });

  it("an error takes the focus to its field, and a good run follows", async () => {
    await press(to, "Shift+Tab", "Layer");
    await type("99");
    await press(to, "Tab", "Run");
    await to.page.keyboard.press("Enter");
    await expect.poll(() => focused(to.page)).toEqual({ name: "Layer", shown: true, inView: true });
    expect(await complaint(fields(to).layer)).toContain("Layer is a whole number");
    await to.page.keyboard.press("ControlOrMeta+a");
    await type("3");
    await to.page.keyboard.press("Enter");
    await settled(to, { layer: 3, neuron: 17 });
  });

  it("another neuron is added, filled in, run and taken out, and the focus goes along", async () => {
    await press(to, "Tab", "Add another neuron");
    await to.page.keyboard.press("Enter");
    await expect.poll(() => focused(to.page)).toEqual({ name: "Neuron", shown: true, inView: true });
    const [first, second] = [1, 2].map((i) =>
      to.experiment.getByRole("group", { name: `Edit ${i}`, exact: true }),
    );
    const neuron = second!.getByRole("spinbutton", { name: "Neuron" });
    expect(await second!.getByRole("spinbutton", { name: "Layer" }).inputValue()).toBe("3");
    // nothing runs while it is not said which neuron
    await to.page.keyboard.press("Enter");
    expect((await focused(to.page)).name).toBe("Neuron");
    expect(await complaint(neuron)).toContain("Neuron is a whole number from 0 to 1151");
    await type("4");
    await to.page.keyboard.press("Enter");
    const caption = "neuron 17 of layer 3 is doubled and neuron 4 of layer 3 is doubled";
    await to.experiment.getByRole("table", { name: caption }).waitFor();
    await press(to, "Shift+Tab", "Remove edit 2");
    await press(to, "Shift+Tab", "Remove edit 1");
    await to.page.keyboard.press("Enter");
    await first!.waitFor({ state: "detached" });
    await expect.poll(() => focused(to.page)).toEqual({ name: "Neuron", shown: true, inView: true });
    expect(await fields(to).neuron.inputValue()).toBe("4");
    await to.page.keyboard.press("ControlOrMeta+a");
    await type("17");
    await to.page.keyboard.press("Enter");
    await settled(to, { layer: 3, neuron: 17 });
  });

  it("the result's controls work, and the whole page is passed through in both directions", async () => {
    const python = "The same in Python, with TransformerLens";
    const last = "What does the Knowledge Neuron Thesis Have to do with Knowledge?";
    const stops = await press(to, "Tab", last, 35);
    // the likeliest words, each of which can be compared, too
    const words = stops.splice(
      stops.indexOf("Scientific notation") + 1,
      stops.indexOf(python) - stops.indexOf("Scientific notation") - 1,
    );
    expect(words.length).toBeGreaterThan(5);
    expect(words.filter((word) => !/^\p{L}+$/u.test(word))).toEqual([]);
    expect(stops).toEqual([
      "Previous neuron",
      "Next neuron",
      "A random neuron of this layer",
      "What to do with it",
      "Add another neuron",
      "Words to compare",
      "Run",
      "Scientific notation",
      python,
      "Download as CSV",
      "Copy link",
      "Put this experiment into a course page",
      "Find the neurons…",
      last,
    ]);
    await press(to, "Shift+Tab", python);
    await to.page.keyboard.press("Enter");
    await to.experiment.getByRole("button", { name: "Copy as Python" }).waitFor();
    await press(to, "Tab", "Copy as Python");
    await press(to, "Shift+Tab", "Scientific notation");
    await to.page.keyboard.press("Space");
    expect(await to.experiment.getByText(/\de-\d\d/).count()).toBeGreaterThan(4);
    await to.page.close();
  });
});

describe("looks", () => {
  let to: Visit;
  beforeAll(async () => {
    to = await open();
  });

  /** light and dark, wide and narrow, forced colours, reduced motion */
  const examine = async () => {
    const { page } = to;
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expect
        .poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor))
        .toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 22, 22)");
      expect(await findings(to), colorScheme).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: "light" });
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await overhang(to), `${width} px`).toEqual({ scroll: 0, out: [] });
    }
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    await to.experiment.getByRole("table").first().scrollIntoViewIfNeeded();
    expect(await findings(to), "forced colours").toEqual([]);
    await page.emulateMedia({ forcedColors: "none", reducedMotion: "no-preference" });
    await page.setViewportSize({ width: 1000, height: 800 });
  };

  it("good before anything is loaded", async () => {
    await recordedMark(to).waitFor();
    await unfold(to);
    await to.model.getByText("Kept on this device", { exact: true }).click();
    await to.model.getByText("No model is kept.").waitFor();
    await examine();
  });

  it("good when a model does not fit", async () => {
    const devtools = await to.page.context().newCDPSession(to.page);
    const { origin } = new URL(server.url);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 20_000_000 });
    await to.page.reload();
    await unfold(to);
    await to.model.getByText(/\d.MB are free/).waitFor();
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    await to.model.getByText("There is no room to keep").waitFor();
    await examine();
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await to.page.reload();
    await unfold(to);
    await to.model.getByText(/ are free/).waitFor();
  });

  it("good when a download failed, and while it is tried again", async () => {
    const [file] = Object.values(manifest().shards).at(-1)!.chunks;
    // it is said while nothing else is on its way
    const gate = holds(0);
    server.intercept = misbehave(server, `/models/${practice}/${file!.file}`, [
      gate.how,
      status(503),
      status(503),
      status(503),
      ...Array(5).fill(status(404)),
    ]);
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    const complete = completeFiles(join(inject("site"), "models", practice), inject("site"));
    await expect.poll(async () => (await keptFiles(to.page)).length).toBe(complete.length - 1);
    gate.answer(status(503));
    await to.model.getByText("Trying again in").waitFor();
    expect(await findings(to)).toEqual([]);
    await to.model.getByRole("button", { name: "Try again" }).waitFor();
    await examine();
    server.intercept = undefined;
  });

  it("good while a model is downloaded", async () => {
    const [file] = Object.values(manifest().shards).at(-1)!.chunks;
    let release = () => {};
    server.intercept = (request, response) => {
      if (!request.url?.includes(file!.file)) return false;
      release = () => response.writeHead(503).end();
      return true;
    };
    await to.model.getByRole("button", { name: /^(Load model|Try again)/ }).click();
    await to.model.getByRole("progressbar").waitFor();
    await examine();
    await to.model.getByRole("button", { name: "Cancel" }).click();
    release();
    server.intercept = undefined;
  });

  it("good with a result, its Python and a long sentence", async () => {
    await compute(to, {
      sentence: "These incomprehensibilities, and [MASK] old dog, see [MASK]!",
      mask: 1,
      hook: { kind: "scale", factor: 0.5 },
      candidates: ["this", "these", "those", "the"],
    });
    expect(await provenance(to).count()).toBe(1);
    await to.experiment.getByText("The same in Python").click();
    await unfold(to);
    await to.model.getByText(/^Kept on this device: /).click();
    await to.model.getByRole("table", { name: "Models kept on this device" }).waitFor();
    await examine();
    await table(to);
  });

  it("good with an error at a field and an outdated result", async () => {
    await fields(to).neuron.fill("99999");
    await fields(to).run.click();
    expect(await complaint(fields(to).neuron)).not.toBe("");
    expect(await outdated(to).count()).toBe(1);
    await examine();
    await fields(to).neuron.fill("3");
    await fields(to).candidates.fill("this, qzjxqzjxqzjxqzjxqzjxqzjxqzjxqzjxqzjxqzjx");
    await fields(to).run.click();
    await expect.poll(() => complaint(fields(to).candidates)).toContain("tokens for this model");
    await examine();
  });

  it("good with several neurons, and an error at one of them", async () => {
    await to.experiment.getByRole("button", { name: "Add another neuron" }).click();
    await fields(to).candidates.fill("this");
    await fields(to).run.click();
    const second = to.experiment.getByRole("group", { name: "Edit 2", exact: true });
    expect(await complaint(second.getByRole("spinbutton", { name: "Neuron" }))).not.toBe("");
    await examine();
    await to.page.keyboard.type("4");
    await fields(to).run.click();
    await to.experiment.getByRole("list", { name: "The neurons’ activations at [MASK]" }).waitFor();
    await examine();
    await second.getByRole("button", { name: "Remove edit 2" }).click();
  });

  it("without motion where none is wanted", async () => {
    await to.page.emulateMedia({ reducedMotion: "reduce" });
    const letGo = await holdEngine(to, server);
    await fields(to).candidates.fill("this");
    await to.page.keyboard.press("Enter");
    await to.experiment.getByText("Running…").waitFor();
    expect(await moving(to)).toBe(0);
    await to.page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await moving(to)).toBeGreaterThan(0);
    await letGo();
    await settled(to, { neuron: 3 });
    expect(await read(to.experiment)).toContain("computed here");
    await to.page.close();
  });
});
