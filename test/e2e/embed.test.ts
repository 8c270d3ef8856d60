// The notebook in frames of another site's page, in a real Chromium.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Frame, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { defaults } from "../../src/ui/experiment/settings.ts";
import { writeSettings } from "../../src/ui/experiment/settings-text.ts";
import { launchProfile } from "../helpers/chromium.ts";
import { root } from "../helpers/fixtures.ts";
import { complaint, course, fields, read, settled, table } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import {
  expectNumbers,
  experimentIn,
  greeted,
  heavy,
  pressRun,
  referenceOf,
  useCourse,
  watch,
} from "./open-embed.ts";

const here = useCourse(900);

const framed = (fragment = "", attributes = "") =>
  `<iframe title="Experiment" src="${here.sites.site.url}embed.html${fragment}" style="width: 100%; height: 400px; border: 0" ${attributes}></iframe>`;
const script = () => `<script type="module" src="${here.sites.site.url}embed.js"></script>`;

/** the notebook's frame of a page, and what is in it */
function inFrame(page: Page) {
  const to = experimentIn(page, page.frameLocator("iframe[src]"));
  const frame = (): Frame => page.frames().find((found) => found.url().includes("embed.html"))!;
  return { ...to, frame };
}

/** how far a frame's content sticks out of it */
const scrollBars = (page: Page) =>
  inFrame(page)
    .frame()
    .evaluate(() => {
      const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
      return { down: scrollHeight - clientHeight, across: scrollWidth - clientWidth };
    });

/** Give a frame this width, in pixels; its process hears of it after the page around it. */
const widen = async (page: Page, width: number) => {
  // beside the margins of the page's body
  await page.setViewportSize({ width: width + 16, height: 700 });
  await expect
    .poll(() =>
      inFrame(page)
        .frame()
        .evaluate(() => innerWidth),
    )
    .toBe(width);
};

/** Wait until a frame is as high as its content: no scroll bar in it, and no gap below. */
const fits = async (page: Page) => {
  const { frame } = inFrame(page);
  const gap = () => frame().evaluate(() => innerHeight - document.body.getBoundingClientRect().height >= 2);
  await expect
    .poll(async () => ({ ...(await scrollBars(page)), gap: await gap() }))
    .toEqual({ down: 0, across: 0, gap: false });
};

describe("the example's course page", () => {
  it("embeds both ways, fetches nothing unasked, and runs with the reference's numbers", async () => {
    const example = readFileSync(join(root, "examples/course-page.html"), "utf8");
    expect(example.split("https://notebook.example/").length - 1).toBe(3);
    const page = await here.sites.open(
      here.context,
      example.replaceAll("https://notebook.example/", here.sites.site.url),
      {
        whole: true,
      },
    );
    const frame = inFrame(page);
    const element = experimentIn(page, page.locator("neuron-experiment"));
    for (const to of [frame, element]) await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
    await fits(page);
    expect(await read(element.model)).toContain(`then kept on this device for ${here.sites.host} only`);
    expect(here.sites.site.requests.filter((path) => heavy.test(path))).toEqual([]);

    const result = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener("result", (event) => resolve(JSON.stringify((event as CustomEvent).detail)));
        }),
    );
    await pressRun(element);
    const detail = JSON.parse(await result);
    expect(Object.keys(detail).sort()).toEqual([
      "activations",
      "experiment",
      "likeliest",
      "provenance",
      "rows",
    ]);
    expectNumbers(detail.rows, referenceOf("Tracy passed [MASK] art galleries.", 5));
    expect(detail.experiment).toMatchObject({ edits: [{ layer: 9, neuron: 5, hook: { kind: "suppress" } }] });
    expect(detail.activations[0].after).toBe(0);
    expect(await page.locator("#tried").textContent()).toMatch(/^9\/5 \(\d+ %\)$/);

    await pressRun(frame);
    await settled(frame);
    expectPrinted(await table(frame), expected(course.sentence));
    await fits(page);
  });
});

describe("a frame", () => {
  it("grows and shrinks with what is in it, from 320 to 900 px, where the page follows", async () => {
    const page = await here.sites.open(here.context, script() + framed());
    const { experiment, model } = inFrame(page);
    await experiment.getByText("A recorded result").waitFor();
    // what comes last: before it is there, the height is another one
    await model.getByText("24 MB once").waitFor();
    // by keyboard: a click within moments of a change of height may go to where things were in the frame
    const toggle = () => experiment.locator("summary", { hasText: "Put this experiment" }).press("Enter");
    for (const width of [320, 600, 900]) {
      await widen(page, width);
      await fits(page);
      const closed = await page.locator("iframe").evaluate((frame) => frame.clientHeight);
      await toggle();
      await expect
        .poll(() => page.locator("iframe").evaluate((f) => f.clientHeight))
        .toBeGreaterThan(closed + 99);
      await fits(page);
      await toggle();
      await expect.poll(() => page.locator("iframe").evaluate((f) => f.clientHeight)).toBe(closed);
    }
  });

  it("gets its height from a script that comes after it has settled", async () => {
    const page = await here.sites.open(here.context, framed());
    const { experiment, model, frame } = inFrame(page);
    await experiment.getByText("A recorded result").waitFor();
    await model.getByRole("button", { name: /^Load model/ }).waitFor();
    // the last thing that changes by itself is told before this is over
    await frame().evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    expect(await page.locator("iframe").evaluate((found) => found.clientHeight)).toBe(400);
    await page.addScriptTag({ type: "module", url: `${here.sites.site.url}embed.js` });
    await fits(page);
  });

  it("tells its height and nothing else, and the page believes nobody but the frame itself", async () => {
    const page = await here.sites.open(
      here.context,
      `<script>
         heard = [];
         addEventListener("message", ({ data, origin }) => {
           const frames = [...document.querySelectorAll("iframe")];
           heard.push([data, origin, frames.map((frame) => frame.getBoundingClientRect().height)]);
         });
       </script>
       ${script()}${framed()}<iframe id="other" srcdoc="other" style="height: 90px; border: 0"></iframe>`,
    );
    const { frame, experiment } = inFrame(page);
    await experiment.getByText("A recorded result").waitFor();
    await fits(page);
    type Heard = [{ type: string; height: number }, string, number[]][];
    const said = () => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
    const heard = await said();
    expect(heard.length).toBeGreaterThan(0);
    for (const [data, origin] of heard) {
      expect(data).toEqual({ type: "neuron-notebook:height", height: expect.any(Number) });
      expect(origin).toBe(new URL(here.sites.site.url).origin);
    }
    const own = await page.locator("iframe[title]").evaluate((found) => found.clientHeight);
    // another frame, which may not speak for itself or for ours
    const other = page.frames().find((found) => found.url() === "about:srcdoc")!;
    await other.evaluate(() => parent.postMessage({ type: "neuron-notebook:height", height: 3000 }, "*"));
    await page.evaluate(() => postMessage({ type: "neuron-notebook:height", height: 3000 }, "*"));
    for (const [text, height] of [
      ["1e9", 20_000],
      ["-1", 50],
      ["NaN", 50],
      ["'9000'", 50],
      ["[9000]", 50],
      ["777.5", 777.5],
    ] as const) {
      // messages come in order: when the last is heard, the others have been dealt with, and the frame itself, which
      // says its height again and again, has not come between
      await frame().evaluate(
        `for (const height of [-1, ${text}]) parent.postMessage({ type: "neuron-notebook:height", height }, "*"); parent.postMessage("after ${text}", "*")`,
      );
      const after = async () => (await said()).find(([data]) => String(data) === `after ${text}`);
      await expect.poll(after).toBeDefined();
      expect((await after())![2], text).toEqual([height, 90]);
    }
    expect(own).toBeGreaterThan(500);
  });

  it("listens to no message", async () => {
    const page = await here.sites.open(here.context, script() + framed());
    const { experiment, frame } = inFrame(page);
    await experiment.getByText("A recorded result").waitFor();
    // the price of what is not kept yet; until the engine has looked, the button shows that of the list
    await experiment.getByText("24 MB once").waitFor();
    const before = await read(experiment);
    await page.evaluate(() => {
      const { contentWindow } = document.querySelector("iframe")!;
      for (const type of ["load", "run", "settings", "neuron-notebook:height"])
        contentWindow!.postMessage({ type, height: 1, neuron: 3, url: "http://evil.test/" }, "*");
    });
    await frame().evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    expect(await read(experiment)).toBe(before);
    expect(here.sites.site.requests.filter((path) => heavy.test(path))).toEqual([]);
  });

  it("reads its address: fragment over query, a new fragment at once, and says what it could not read", async () => {
    const page = await here.sites.open(
      here.context,
      script() +
        framed("?neuron=5&layer=7&utm_source=lms#layer=8&hide=csv,share,model&view=dots&notation=no"),
    );
    const to = inFrame(page);
    await expect.poll(() => fields(to).layer.inputValue()).toBe("8");
    expect(await fields(to).neuron.inputValue()).toBe("5");
    await to.experiment.getByText("“notation” takes percent or scientific, but is “no”").waitFor();
    // the recorded result is that of another experiment
    expect(await to.experiment.getByRole("table").count()).toBe(0);
    await to.experiment.getByText(/No result yet .* neuron 5 of layer 8 set to zero/).waitFor();
    const words = to.experiment.getByRole("list", { name: "Tokens with their positions" });
    const named = () =>
      to.experiment
        .getByRole("button")
        .and(to.experiment.locator(":not([part=token])"))
        .evaluateAll((buttons) => buttons.map((button) => button.ariaLabel ?? button.textContent.trim()));
    await expect.poll(() => words.getByRole("button").count()).toBeGreaterThan(5);
    await expect
      .poll(named)
      .toEqual([
        "Previous neuron",
        "Next neuron",
        "A random neuron of this layer",
        "Add another neuron",
        "Load model and run",
        "Find the neurons…",
      ]);
    const turnTo = (fragment: string) =>
      page.locator("iframe").evaluate((frame: HTMLIFrameElement, fragment) => {
        frame.src = frame.src.replace(/#.*/, fragment);
      }, fragment);
    await turnTo("#neuron=1094&layer=9&view=dots");
    await expect.poll(() => fields(to).neuron.inputValue()).toBe("1094");
    await expect.poll(() => to.experiment.getByRole("table").count()).toBe(1);
    await turnTo("#neuron=1094&layer=9&theme=dark");
    await expect.poll(() => to.experiment.getByRole("table").count()).toBe(2);
    expect(await to.experiment.getByText("“notation”").count()).toBe(0);
  });

  it("in a sandbox without an origin works from memory, and says so", async () => {
    const page = await here.sites.open(here.context, script() + framed("", `sandbox="allow-scripts"`));
    const to = inFrame(page);
    await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
    await expect
      .poll(() => read(to.model))
      .toMatch(/kept until this tab closes: the page around this frame sandboxes it/);
    await fits(page);
    await pressRun(to);
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));
  });

  it("runs in a page that sends Cross-Origin-Embedder-Policy, as long as our host answers to it", async () => {
    const isolated = {
      headers: {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
      },
      allowed: /net::ERR_BLOCKED_BY_RESPONSE/,
    };
    const page = await here.sites.open(here.context, script() + framed(), isolated);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const to = inFrame(page);
    await pressRun(to);
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));
    // a host that does not answer
    here.sites.withheld = ["Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy"];
    const blocked = await here.sites.open(here.context, framed(), isolated);
    await expect.poll(() => blocked.frames().at(-1)!.url()).toMatch(/^chrome-error:/);
    here.sites.withheld = [];
  });

  it("has no serious accessibility finding in either theme, and follows the parameter", async () => {
    for (const theme of ["light", "dark"] as const) {
      const page = await here.context.newPage();
      watch(page, [new URL(here.sites.site.url).host]);
      await page.emulateMedia({ colorScheme: theme === "light" ? "dark" : "light" });
      await page.goto(`${here.sites.site.url}embed.html#theme=${theme}`);
      await page.getByText("A recorded result").waitFor();
      await page.getByText("Put this experiment").click();
      await page.getByRole("button", { name: "Copy frame code" }).waitFor();
      const box = page.locator(".neuron-root");
      expect(await box.evaluate((found) => getComputedStyle(found).backgroundColor)).toBe(
        theme === "light" ? "rgb(255, 255, 255)" : "rgb(22, 22, 22)",
      );
      // past the page's policy, which lets no script in that is not its own
      await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
      const found = await page.evaluate<string[]>(
        'axe.run(document).then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html)))',
      );
      expect(found, theme).toEqual([]);
      await page.close();
    }
  });
});

describe("storage", () => {
  it("of the site's own tabs is used once the browser lends it, and nothing is fetched again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-profile-"));
    // frames of other sites may store something, as is usual outside of private windows
    mkdirSync(join(folder, "Default"));
    writeFileSync(
      join(folder, "Default/Preferences"),
      JSON.stringify({ profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }),
    );
    // Playwright switches off that storage is kept apart per site; the last of these switches counts
    const profile = await launchProfile(folder, "no-adapter", ["--disable-features=Translate"]);
    try {
      const own = await profile.newPage();
      watch(own, [new URL(here.sites.site.url).host]);
      await own.goto(`${here.sites.site.url}experiment.html`);
      await own.getByRole("button", { name: /^Load model( on the CPU)?$/ }).click();
      await experimentIn(own, own.locator("body")).model.getByText("Ready:").waitFor();
      await own.close();

      const weights = () => here.sites.site.requests.filter((path) => /\.bin$|\.wasm$/.test(path));
      const { length } = weights();
      expect(length).toBeGreaterThan(5);
      const page = await here.sites.open(profile, script() + framed());
      const to = inFrame(page);
      const offer = to.model.getByRole("button", { name: /^Use what this browser keeps for localhost/ });
      await offer.waitFor();
      await expect
        .poll(() => read(to.model))
        .toContain(`24 MB once, then kept on this device for ${here.sites.host} only`);
      await profile.grantPermissions(["storage-access"]);
      await offer.press("Enter");
      await to.model.getByText("Kept on this device: nothing to download").waitFor();
      await pressRun(to);
      await settled(to);
      expectPrinted(await table(to), expected(course.sentence));
      expect(weights()).toHaveLength(length);
      await page.close();

      // lent before: from the start, without a click
      const again = inFrame(await here.sites.open(profile, script() + framed()));
      await again.model.getByText("Kept on this device: nothing to download").waitFor();
      await pressRun(again);
      await settled(again);
      expect(weights()).toHaveLength(length);
    } finally {
      await profile.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("passing an experiment on", () => {
  const link = writeSettings({
    ...defaults,
    spec: { ...course, neuron: 5, hook: { kind: "scale", factor: 0.5 } },
  });

  it("the page's address follows what is typed, survives a reload, and follows another link", async () => {
    const page = await here.context.newPage();
    watch(page, [new URL(here.sites.site.url).host]);
    await page.goto(`${here.sites.site.url}experiment.html?course=5#experiment`);
    const to = experimentIn(page, page.locator("body"));
    await to.model
      .getByRole("button", { name: /^Load model/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).hash).toBe("#experiment");
    await fields(to).neuron.fill("5");
    await fields(to).action.selectOption("scale");
    await fields(to).factor.fill("0.5");
    await expect.poll(() => page.url()).toBe(`${here.sites.site.url}experiment.html?course=5#${link}`);
    await page.reload();
    expect(await fields(to).neuron.inputValue()).toBe("5");
    expect(await fields(to).factor.inputValue()).toBe("0.5");
    await page.evaluate(() => (location.hash = "#layer=4&neuron=none"));
    await expect.poll(() => fields(to).layer.inputValue()).toBe("4");
    expect(await fields(to).neuron.inputValue()).toBe("1094");
    await to.experiment.getByText("“neuron” takes a whole number from 0, but is “none”").waitFor();
    // a place on the page is no link to an experiment
    await page.evaluate(() => (location.hash = "#experiment"));
    await expect.poll(() => new URL(page.url()).hash).toBe("#experiment");
    expect(await fields(to).layer.inputValue()).toBe("4");
  });

  it("Copy link and the codes hold the experiment, and no server is told", async () => {
    await here.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await here.context.newPage();
    watch(page, [new URL(here.sites.site.url).host]);
    await page.goto(`${here.sites.site.url}embed.html#${link}&theme=light`);
    const to = experimentIn(page, page.locator("body"));
    const copied = async (name: string) => {
      await to.experiment.getByRole("button", { name }).click();
      await expect.poll(() => read(to.status)).toBe("Copied.");
      return page.evaluate(() => navigator.clipboard.readText());
    };
    await greeted(to);
    await fields(to).candidates.fill("these, those");
    expect(await copied("Copy link")).toBe(
      `${here.sites.site.url}experiment.html#${link}&candidates=these,those`,
    );
    await to.experiment.getByText("Put this experiment").click();
    const frame = await copied("Copy frame code");
    const element = await copied("Copy element code");
    expect(here.sites.site.requests.join()).not.toMatch(/these|sentence|Raymond/);

    const pasted = await here.sites.open(here.context, frame + element);
    for (const scope of [pasted.frameLocator("iframe"), pasted.locator("neuron-experiment")]) {
      const { candidates, neuron, factor } = fields(experimentIn(pasted, scope));
      expect(await candidates.inputValue()).toBe("these, those");
      expect(await neuron.inputValue()).toBe("5");
      expect(await factor.inputValue()).toBe("0.5");
    }
    await fits(pasted);
    // the link below a frame is gone once the frame is there
    await expect
      .poll(() => pasted.getByRole("link", { name: "Open it in a tab of its own" }).count())
      .toBe(0);
  });

  it("Predict first: no recorded result in frame, element and link before the own run, and one after it", async () => {
    await here.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const site = await here.context.newPage();
    watch(site, [new URL(here.sites.site.url).host]);
    await site.goto(`${here.sites.site.url}experiment.html`);
    const own = experimentIn(site, site.locator("body"));
    await greeted(own);
    await own.experiment.getByText("Put this experiment").click();
    await own.experiment.getByRole("checkbox", { name: /^Predict first/ }).check();
    const copied = async (name: string) => {
      await own.experiment.getByRole("button", { name }).click();
      await expect.poll(() => read(own.status)).toBe("Copied.");
      return site.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied("Copy this link")).toBe(`${here.sites.site.url}experiment.html#hide=recorded`);
    const page = await here.sites.open(
      here.context,
      (await copied("Copy frame code")) + (await copied("Copy element code")),
    );
    const linked = await here.context.newPage();
    watch(linked, [new URL(here.sites.site.url).host]);
    await linked.goto(`${here.sites.site.url}experiment.html#hide=recorded`);
    const element = experimentIn(page, page.locator("neuron-experiment"));
    for (const to of [inFrame(page), element, experimentIn(linked, linked.locator("body"))]) {
      await to.experiment.getByText(/^\s*No result yet for “Raymond is selling/).waitFor();
      expect(await to.experiment.getByText("A recorded result, computed").count()).toBe(0);
      expect(await to.experiment.getByRole("table").count()).toBe(0);
    }
    await pressRun(element);
    await settled(element);
    expectPrinted(await table(element), expected(course.sentence));
  });

  it("Copy frame code is enough by itself: no scroll bar at any width, and none from 600 px on without its script", async () => {
    await here.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const site = await here.context.newPage();
    watch(site, [new URL(here.sites.site.url).host]);
    await site.goto(`${here.sites.site.url}experiment.html`);
    const own = experimentIn(site, site.locator("body"));
    await greeted(own);
    await own.experiment.getByText("Put this experiment").click();
    await own.experiment.getByRole("button", { name: "Copy frame code" }).click();
    await expect.poll(() => read(own.status)).toBe("Copied.");
    const code = await site.evaluate(() => navigator.clipboard.readText());
    const [frame, , module] = code.split("\n");
    expect(module).toBe(script());

    for (const [text, widths, fitting] of [
      [code, [320, 600, 900], fits],
      [
        frame!,
        [600, 900],
        (page: Page) => expect.poll(() => scrollBars(page)).toEqual({ down: 0, across: 0 }),
      ],
    ] as const) {
      const page = await here.sites.open(here.context, text);
      const to = inFrame(page);
      const everyWidth = async () => {
        for (const width of widths) {
          await widen(page, width);
          await fitting(page);
        }
      };
      await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
      await everyWidth();
      await pressRun(to);
      await settled(to);
      await fields(to).neuron.fill("5");
      await everyWidth();
    }
  });

  it("where the browser refuses to copy, the text is selected instead", async () => {
    const page = await here.sites.open(here.context, script() + framed("#neuron=5"), {
      allowed: /Clipboard API/,
    });
    const to = inFrame(page);
    await greeted(to);
    await to.experiment.getByRole("button", { name: "Copy link" }).click();
    await expect.poll(() => read(to.status)).toContain("the text is selected instead");
    expect(await to.experiment.getByRole("region", { name: "Link" }).textContent()).toBe(
      `${here.sites.site.url}experiment.html#neuron=5`,
    );
    expect(await to.frame().evaluate(() => getSelection()?.toString())).toBe(
      `${here.sites.site.url}experiment.html#neuron=5`,
    );
  });

  it("what a hidden field holds is complained about where it can be read", async () => {
    const page = await here.sites.open(here.context, script() + framed("#sentence=No+gap&hide=sentence"));
    const to = inFrame(page);
    await pressRun(to);
    await to.experiment.getByRole("alert").getByText("There is no [MASK] in the sentence").waitFor();
    expect(await complaint(fields(to).layer)).toBe("");
  });
});
