// <neuron-experiment> in another site's page, in a real Chromium: its lives, its attributes, and pages that mean it no good.

import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { course, fields, read, recordedMark, settled, table } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { expectNumbers, experimentIn, heavy, referenceOf, useCourse } from "./open-embed.ts";

const here = useCourse(760);

const script = (path = "") => `<script type="module" src="${here.sites.site.url}${path}embed.js"></script>`;
const element = (page: Page, i = 0) => page.locator("neuron-experiment").nth(i);
const inElement = (page: Page, i = 0) => experimentIn(page, element(page, i));
const ready = (page: Page, i = 0) =>
  inElement(page, i)
    .model.getByRole("button", { name: /^Load model/ })
    .waitFor();

describe("the element", () => {
  it("twice on a page, from a script loaded three times from two addresses, keeps two experiments apart", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}${script("copy/")}${script()}
       <neuron-experiment></neuron-experiment><neuron-experiment neuron="5" theme="dark"></neuron-experiment>
       <script>results = []; addEventListener("result", ({ target, detail }) => results.push([target.getAttribute("neuron"), detail]))</script>`,
    );
    const [first, second] = [inElement(page, 0), inElement(page, 1)];
    await ready(page);
    expect(here.sites.site.requests.filter((path) => heavy.test(path))).toEqual([]);
    await fields(first).run.click();
    await settled(first);
    // the recorded result is that of another neuron
    expect(await recordedMark(second).count()).toBe(0);
    await second.experiment.getByText(/^\s*No result yet .* neuron 5 of layer 9 set to zero\./).waitFor();
    await fields(second).run.click();
    await settled(second, { neuron: 5 });
    expectPrinted(await table(first), expected(course.sentence));
    type Row = Parameters<typeof expectNumbers>[0][number];
    const results = await page.evaluate(
      () => (globalThis as unknown as { results: [string | null, { rows: Row[] }][] }).results,
    );
    expect(results.map(([neuron]) => neuron)).toEqual([null, "5"]);
    expectNumbers(results[0]![1].rows, referenceOf(course.sentence));
    expectNumbers(results[1]![1].rows, referenceOf(course.sentence, 5));
    const ground = (i: number) =>
      element(page, i)
        .locator(".neuron-root")
        .evaluate((box) => getComputedStyle(box).backgroundColor);
    expect([await ground(0), await ground(1)]).toEqual(["rgb(255, 255, 255)", "rgb(22, 22, 22)"]);
    // what the first one has downloaded is not downloaded for the second
    const weights = here.sites.site.requests.filter((path) => path.endsWith(".bin"));
    expect(weights.length).toBe(new Set(weights).size);
  });

  it("keeps what stands between its tags where it does not come to work, and hides it where it does", async () => {
    const body = () =>
      `${script()}<neuron-experiment>Experiment: neuron 5. <a href="https://x.test/">Open it</a></neuron-experiment>`;
    const seen = (page: Page) => page.getByRole("link", { name: "Open it" }).isVisible();
    here.sites.withheld = ["Access-Control-Allow-Origin"];
    const blocked = await here.sites.open(here.context, body(), {
      allowed: /blocked by CORS|net::ERR_FAILED/,
    });
    await blocked.waitForLoadState("networkidle");
    expect(await seen(blocked)).toBe(true);
    expect(await blocked.evaluate(() => customElements.get("neuron-experiment"))).toBeUndefined();
    await blocked.close();
    here.sites.withheld = [];

    const page = await here.sites.open(here.context, body(), { allowed: /status of 404/ });
    await ready(page);
    expect(await seen(page)).toBe(false);
    // what comes later comes from the other site, too
    await inElement(page).experiment.getByText("Put this experiment").click();
    await inElement(page).experiment.getByRole("button", { name: "Copy element code" }).waitFor();

    // the script arrives, and the site's list of models does not
    await page.route("**/models/index.json", (route) => route.fulfill({ status: 404 }));
    await page.evaluate(() => {
      const { outerHTML } = document.querySelector("neuron-experiment")!;
      document.body.innerHTML = outerHTML;
    });
    await inElement(page).model.getByText("could not be read").waitFor();
    expect(await seen(page)).toBe(true);
    await page.unroute("**/models/index.json");
    await inElement(page).model.getByRole("button", { name: "Try again" }).click();
    await ready(page);
    expect(await seen(page)).toBe(false);
  });

  it("on paper is without what serves who sits at the screen, and with the search for neurons once that is open", async () => {
    const page = await here.sites.open(here.context, `${script()}<neuron-experiment></neuron-experiment>`);
    await ready(page);
    const part = (name: string) => element(page).locator(name);
    await part("nn-find-neurons").getByRole("button").click();
    await part("nn-find-neurons[open]").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const name of ["nn-share", "nn-storage"]) expect(await part(name).isVisible(), name).toBe(false);
    for (const name of ["nn-experiment-form", "nn-result", "nn-find-neurons"])
      expect(await part(name).isVisible(), name).toBe(true);
  });

  it("speaks to readers, not to who runs the site, also in a page of the site's own host", async () => {
    const page = await here.context.newPage();
    await page.route("**/course", (route) =>
      route.fulfill({ contentType: "text/html", body: `${script()}<neuron-experiment></neuron-experiment>` }),
    );
    await page.goto(`${here.sites.site.url}course`);
    await ready(page);
    expect(await read(inElement(page).model)).not.toMatch(/npm|README|exported/);
    expect(await inElement(page).model.getByRole("link").count()).toBe(0);
  });

  it("takes properties set before it is defined, and attributes of an element made afterwards", async () => {
    const page = await here.sites.open(
      here.context,
      `<neuron-experiment layer="7"></neuron-experiment>
       <script>Object.assign(document.querySelector("neuron-experiment"), { neuron: 12, candidates: ["these", "those"] })</script>`,
    );
    await page.addScriptTag({ type: "module", url: `${here.sites.site.url}embed.js` });
    await ready(page);
    const { layer, neuron, candidates } = fields(inElement(page));
    expect(await layer.inputValue()).toBe("7");
    expect(await neuron.inputValue()).toBe("12");
    expect(await candidates.inputValue()).toBe("these, those");
    await page.evaluate(() => {
      const made = document.createElement("neuron-experiment");
      made.setAttribute("sentence", "A [MASK] dog.");
      made.setAttribute("hide", "candidates nonsense");
      document.body.append(made);
    });
    await inElement(page, 1).experiment.getByText("“hide” takes any of").waitFor();
    expect(await fields(inElement(page, 1)).sentence.inputValue()).toBe("A [MASK] dog.");
  });

  it("attributes and properties take effect at once and leave alone what the reader has typed", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}<neuron-experiment neuron="3"></neuron-experiment>`,
    );
    await ready(page);
    const to = inElement(page);
    const { sentence, neuron } = fields(to);
    await sentence.fill("My own [MASK].");
    await element(page).evaluate((found) => {
      found.setAttribute("neuron", "4");
      Object.assign(found, { theme: "dark", view: "table" });
    });
    await expect.poll(() => neuron.inputValue()).toBe("4");
    expect(await sentence.inputValue()).toBe("My own [MASK].");
    await to.experiment.getByText("No result yet for “My own [MASK].”, neuron 4 of layer 9").waitFor();
    const values = () =>
      element(page).evaluate((found) => {
        const { sentence, neuron, candidates, hide, theme, view, mask } = found as unknown as Record<
          string,
          unknown
        >;
        return {
          sentence,
          neuron,
          candidates,
          hide,
          theme,
          view,
          mask,
          written: found.getAttribute("theme"),
        };
      });
    expect(await values()).toEqual({
      sentence: "My own [MASK].",
      neuron: 4,
      candidates: course.candidates,
      hide: [],
      theme: "dark",
      view: "table",
      mask: 0,
      written: "dark",
    });
    await element(page).evaluate((found) => {
      found.removeAttribute("neuron");
      found.setAttribute("layer", "minus one");
      (found as unknown as { hide: string[] }).hide = ["sentence", "provenance"];
    });
    await expect.poll(() => neuron.inputValue()).toBe("1094");
    await to.experiment
      .getByText("“layer” takes a whole number from 0, but is “minus one”; “9” is used")
      .waitFor();
    await sentence.waitFor({ state: "hidden" });
    // hidden, and kept
    expect(await values()).toMatchObject({ sentence: "My own [MASK].", hide: ["sentence", "provenance"] });
  });

  it("takes several edits as an attribute and a property, and one again without them", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}<neuron-experiment edits="9.1094,3.7:set:2.5"></neuron-experiment>`,
    );
    await ready(page);
    const to = inElement(page);
    await to.experiment
      .getByText("neuron 1094 of layer 9 set to zero and neuron 7 of layer 3 set to 2.5.")
      .waitFor();
    const values = () =>
      element(page).evaluate((found) => {
        const { layer, neuron, hook, edits } = found as unknown as Record<string, unknown>;
        return { layer, neuron, hook, edits };
      });
    const first = { layer: 9, neuron: 1094, hook: "suppress" };
    expect(await values()).toEqual({ ...first, edits: ["9.1094", "3.7:set:2.5"] });
    await element(page).evaluate((found) => {
      Object.assign(found, { edits: ["8.1", "8.1:add:2"] });
    });
    expect(await element(page).getAttribute("edits")).toBe("8.1,8.1:add:2");
    await to.experiment
      .getByText("neuron 1 of layer 8 set to zero and neuron 1 of layer 8 increased by 2.")
      .waitFor();
    // nothing in place of the list but the neuron that the other attributes mean
    await element(page).evaluate((found) => {
      found.removeAttribute("edits");
      found.setAttribute("neuron", "5");
    });
    await to.experiment.getByText("neuron 5 of layer 9 set to zero.").waitFor();
    expect(await values()).toEqual({ ...first, neuron: 5, edits: ["9.5"] });
    await element(page).evaluate((found) => found.setAttribute("edits", "none"));
    await to.experiment.getByText("“edits” takes 1 to 64 edits").waitFor();
    expect(await values()).toMatchObject({ neuron: 5 });
  });

  it("run() loads and runs; moved it keeps its result, taken out it ends its worker, put back it goes on", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}<div id="a"><neuron-experiment></neuron-experiment></div><div id="b"></div>`,
    );
    await element(page).evaluate((found) => (found as unknown as { run(): void }).run());
    const to = inElement(page);
    await settled(to);
    expect(page.workers()).toHaveLength(1);
    await page.evaluate(() =>
      document.querySelector("#b")!.append(document.querySelector("neuron-experiment")!),
    );
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    expect(page.workers()).toHaveLength(1);
    await settled(to);
    await fields(to).neuron.fill("5");
    await fields(to).run.click();
    await settled(to, { neuron: 5 });

    const ended = page.workers()[0]!.waitForEvent("close");
    await page.evaluate(() => {
      const found = document.querySelector("neuron-experiment")!;
      Object.assign(globalThis, { found }).found.remove();
    });
    await ended;
    await page.evaluate(() => document.body.append((globalThis as unknown as { found: Node }).found));
    await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
    expect(await fields(to).neuron.inputValue()).toBe("5");
    await to.experiment.getByRole("table", { name: "neuron 5 of layer 9 is" }).waitFor();
    await fields(to).run.click();
    await settled(to, { neuron: 5 });
  });

  it("put back, it has what was typed where an attribute was given, and a result that was computed here", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}<neuron-experiment layer="7" neuron="3" sentence="Tracy passed [MASK] art galleries." hide="csv"></neuron-experiment>`,
    );
    await ready(page);
    const to = inElement(page);
    await fields(to).neuron.fill("5");
    await fields(to).run.click();
    await settled(to, { layer: 7, neuron: 5 });
    await fields(to).sentence.fill("My own [MASK].");

    const ended = page.workers()[0]!.waitForEvent("close");
    await page.evaluate(() => {
      const found = document.querySelector("neuron-experiment")!;
      Object.assign(globalThis, { found }).found.remove();
    });
    await ended;
    // an attribute that changes meanwhile counts
    await page.evaluate(() => {
      const { found } = globalThis as unknown as { found: HTMLElement };
      found.setAttribute("layer", "9");
      found.removeAttribute("hide");
      document.body.append(found);
    });
    await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
    expect(await fields(to).sentence.inputValue()).toBe("My own [MASK].");
    expect(await fields(to).neuron.inputValue()).toBe("5");
    expect(await fields(to).layer.inputValue()).toBe("9");
    await to.experiment.getByRole("button", { name: "Download as CSV" }).waitFor();
    await to.experiment.getByText("This result is for other settings").waitFor();
    await to.experiment.getByText("computed here").waitFor();

    await fields(to).sentence.fill("Tracy passed [MASK] art galleries.");
    await fields(to).layer.fill("7");
    await to.experiment.getByText("for other settings").waitFor({ state: "detached" });
    expect(await read(to.experiment)).not.toMatch(/recorded/i);
  });

  it("gives its settings as data that JSON can hold, and that is the page's own", async () => {
    const page = await here.sites.open(
      here.context,
      `${script()}<neuron-experiment neuron="5" hide="csv share"></neuron-experiment>`,
    );
    await ready(page);
    const settings = () =>
      element(page).evaluate((found) => {
        const { settings } = found as unknown as { settings: { hide: string[]; spec: { neuron: number } } };
        const text = JSON.stringify(settings);
        settings.hide.push("form");
        settings.spec.neuron = 6;
        return JSON.parse(text);
      });
    await settings();
    expect(await settings()).toEqual({
      spec: { ...course, neuron: 5 },
      device: "auto",
      view: "both",
      notation: "percent",
      theme: "auto",
      hide: ["csv", "share"],
    });
  });

  it("computes in a page whose policy allows our host's scripts, data, and a worker, and nothing else", async () => {
    const { origin } = new URL(here.sites.site.url);
    const policy = `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; worker-src blob:; connect-src ${origin}; img-src data:`;
    const page = await here.sites.open(here.context, `${script()}<neuron-experiment></neuron-experiment>`, {
      headers: { "Content-Security-Policy": policy },
    });
    const to = inElement(page);
    await fields(to).run.click();
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));
  });
});

describe("a hostile page", () => {
  const hostile = `
    <style>
      * { all: unset !important; }
      :root { --text: red; --page: lime; --primary: red; --size: 3px; --line: red; --sans: 40px serif; --marks-height: 9rem; color-scheme: light; }
      html { font-size: 5px; direction: rtl; text-transform: uppercase; line-height: 5; letter-spacing: 1em; word-spacing: 2em; color: red; text-align: right; visibility: visible; cursor: none; white-space: pre; }
      body { display: block !important; margin: 8px !important; font: italic 40px/3 fantasy !important; text-indent: 50px !important; }
      div, section, nn-result, nn-experiment-form, table, input, button { display: none !important; }
      *, *::before, *::after { box-sizing: content-box !important; float: left; }
      .neuron-root, .row, .field { opacity: 0 !important; }
      [hidden] { display: block !important; }
    </style>`;
  const friendly = `<style>body { margin: 8px; }</style>`;

  /** every element inside: where it is in the box, and how it looks */
  const boxes = (page: Page) =>
    element(page).evaluate((host) => {
      const seen: string[] = [];
      const { left, top } = host.shadowRoot!.querySelector(".neuron-root")!.getBoundingClientRect();
      const visit = (root: ParentNode) => {
        for (const found of root.querySelectorAll("*")) {
          const { x, y, width, height } = found.getBoundingClientRect();
          const style = getComputedStyle(found);
          const kept = [
            "display",
            "color",
            "backgroundColor",
            "fontFamily",
            "fontSize",
            "lineHeight",
            "direction",
            "textTransform",
            "letterSpacing",
            "wordSpacing",
            "textAlign",
            "boxSizing",
            "opacity",
            "whiteSpace",
            "cursor",
            "textIndent",
            "float",
          ] as const;
          const box = [x - left, y - top, width, height].map((value) => value.toFixed(1));
          if (found.getClientRects().length > 0)
            seen.push(`${found.localName}.${found.className} ${box} ${kept.map((name) => style[name])}`);
          if (found.shadowRoot) visit(found.shadowRoot);
        }
      };
      visit(host.shadowRoot!);
      return seen;
    });

  it("changes nothing of the inside: every box and every style is as in a friendly page", async () => {
    const look = async (style: string, whole: boolean) => {
      const page = await here.sites.open(
        here.context,
        `${style}${script()}<neuron-experiment></neuron-experiment>`,
        {
          whole,
        },
      );
      await ready(page);
      await inElement(page).model.getByText("24 MB once").waitFor();
      // in what is folded away, which has boxes all the same
      await element(page).getByText("No model is kept.").waitFor({ state: "attached" });
      await page.evaluate(() => document.fonts.ready);
      const seen = await boxes(page);
      await page.close();
      return seen;
    };
    const friend = await look(friendly, false);
    expect(friend.length).toBeGreaterThan(150);
    expect(await look(hostile, false)).toEqual(friend);
    // without a doctype, too, where browsers do as they did long ago
    expect(await look(hostile, true)).toEqual(friend);
  });

  it("can still hide the element, and can give it its own colours, size and shape", async () => {
    const page = await here.sites.open(
      here.context,
      `${hostile}<style>
         neuron-experiment { --neuron-background: rgb(1, 2, 3); --neuron-text: rgb(250, 251, 252); --neuron-size: 20px; --neuron-primary: rgb(9, 99, 9); }
         neuron-experiment::part(frame) { border-width: 7px; }
         neuron-experiment::part(run) { border-radius: 11px; }
         neuron-experiment::part(table) { margin-left: 3px; }
         neuron-experiment::part(bar) { height: 5px; }
         neuron-experiment::part(button) { border-radius: 13px; }
       </style>${script()}<neuron-experiment></neuron-experiment><neuron-experiment hidden></neuron-experiment>`,
    );
    await ready(page);
    const style = (of: Locator, name: string) =>
      of.first().evaluate((found, key) => getComputedStyle(found).getPropertyValue(key), name);
    const box = element(page).locator(".neuron-root");
    const run = fields(inElement(page)).run;
    const table = inElement(page).experiment.getByRole("table");
    expect(await style(box, "background-color")).toBe("rgb(1, 2, 3)");
    expect(await style(box, "color")).toBe("rgb(250, 251, 252)");
    expect(await style(box, "font-size")).toBe("20px");
    expect(await style(box, "border-top-width")).toBe("7px");
    expect(await style(run, "background-color")).toBe("rgb(9, 99, 9)");
    expect(await style(run, "border-top-left-radius")).toBe("11px");
    expect(await style(table, "margin-left")).toBe("3px");
    const { model, experiment } = inElement(page);
    for (const button of [
      model.getByRole("button", { name: /^Load model/ }),
      experiment.getByRole("button", { name: "Copy link" }),
    ])
      expect(await style(button, "border-top-left-radius")).toBe("13px");
    expect(await style(table.locator(".bar"), "height")).toBe("5px");
    expect(await element(page, 1).isVisible()).toBe(false);
    expect(await read(element(page))).toContain("Load model and run");
  });

  it("is as wide as the page allows, down to 320 px, with nothing sticking out", async () => {
    const page = await here.sites.open(
      here.context,
      `${hostile}${script()}<neuron-experiment></neuron-experiment>`,
    );
    await ready(page);
    for (const width of [320, 600, 900]) {
      await page.setViewportSize({ width, height: 800 });
      const out = await element(page).evaluate((host) => {
        const found: string[] = [];
        const visit = (root: ParentNode) => {
          for (const inner of root.querySelectorAll("*")) {
            const { right, width } = inner.getBoundingClientRect();
            if (width > 1 && right > innerWidth - 7.5) found.push(`${inner.localName}.${inner.className}`);
            if (inner.shadowRoot) visit(inner.shadowRoot);
          }
        };
        visit(host.shadowRoot!);
        return found;
      });
      expect(out, `${width} px`).toEqual([]);
    }
  });
});
