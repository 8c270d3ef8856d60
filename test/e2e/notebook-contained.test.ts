// What a notebook from elsewhere draws stays in its cell, by where things are: nothing of it is hit outside of the box of
// its cell, the banner that asks for trust looks as above a harmless one, pixel by pixel, and the page grows by no more
// than a cell may have.

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { toLink } from "../../src/ui/notebook/library/share.ts";
import { launch } from "../helpers/chromium.ts";
import { expectQuiet, visit } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

let server: StaticServer;
let browser: Browser;
/** where images are compared */
let judge: Page;
/** what is above the cells, over a harmless notebook */
let harmless: Buffer;

beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
  judge = await browser.newPage();
  const page = await open("words");
  harmless = await above(page);
  await page.close();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(() => expectQuiet());

/** A notebook of two texts and an output, of which the first text and the output hold this. */
async function open(inner: string): Promise<Page> {
  const html = `<p>own words</p>\n\n${inner}`;
  const cells = [
    { cell_type: "markdown", id: "a", metadata: {}, source: html },
    { cell_type: "markdown", id: "b", metadata: {}, source: "between" },
    {
      cell_type: "code",
      id: "c",
      execution_count: 1,
      metadata: {},
      outputs: [{ output_type: "display_data", metadata: {}, data: { "text/html": html } }],
      source: "x = 1",
    },
    { cell_type: "markdown", id: "d", metadata: {}, source: "below" },
  ];
  const notebook = { cells, metadata: { title: "T" }, nbformat: 4, nbformat_minor: 5 };
  const link = await toLink(JSON.stringify(notebook), server.url);
  if (link.kind !== "link" || link.withoutOutputs) throw new Error("too long for a link");
  const { page } = await visit(browser, link.href, {
    allowed: /WebGPU|adapter/,
    viewport: { width: 1000, height: 900 },
  });
  await page.getByRole("button", { name: "Trust this notebook" }).waitFor();
  await page.locator("nn-cell").getByText("own words").nth(1).waitFor();
  await page.locator("nn-cell").getByText("below").waitFor();
  // what is above the cells changes once more when it is known what is kept
  await page
    .locator("nn-toolbar")
    .getByText(/to download, once/)
    .waitFor();
  await page.evaluate(() =>
    document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(done))),
  );
  return page;
}

/** what is seen from the top of the page to the first cell */
async function above(page: Page): Promise<Buffer> {
  const bottom = await page
    .locator("nn-cell")
    .first()
    .evaluate((cell) => cell.getBoundingClientRect().top);
  return page.screenshot({
    clip: { x: 0, y: 0, width: 1000, height: Math.floor(bottom) - 8 },
    caret: "hide",
  });
}

/** Pixels in which two images of one size differ by more than an edge does that is drawn anew. */
function differing(...images: [Buffer, Buffer]): Promise<number> {
  return judge.evaluate(
    async (addresses) => {
      const [one, two] = await Promise.all(
        addresses.map(async (address) => {
          const image = new Image();
          image.src = address;
          await image.decode();
          const { width, height } = image;
          const context = new OffscreenCanvas(width, height).getContext("2d")!;
          context.drawImage(image, 0, 0);
          return context.getImageData(0, 0, width, height).data;
        }),
      );
      if (one!.length !== two!.length) return -1;
      return one!.reduce((sum, value, i) => sum + (Math.abs(value - two![i]!) > 40 ? 1 : 0), 0);
    },
    images.map((image) => `data:image/png;base64,${image.toString("base64")}`),
  );
}

/** Where something of a cell's content is hit outside of the cell, on a grid over the whole page. */
function strays(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const high = document.documentElement.scrollHeight;
    for (let top = 0; top < high; top += innerHeight) {
      scrollTo(0, top);
      for (let y = 2; y < innerHeight; y += 9)
        for (let x = 3; x < innerWidth; x += 23) {
          // down through shadow roots, and which cell they are of
          let hit = document.elementFromPoint(x, y);
          let cell: Element | null = null;
          for (let next: Element | null = hit; next; ) {
            if (next.localName === "nn-cell") cell = next;
            hit = next;
            const inner: Element | null = next.shadowRoot?.elementFromPoint(x, y) ?? null;
            next = inner === next ? null : inner;
          }
          if (!cell || !hit?.closest(".contained")) continue;
          const box = cell.getBoundingClientRect();
          if (x < box.left - 5 || x > box.right + 5 || y < box.top - 5 || y > box.bottom + 5)
            found.push(`${hit.localName} at ${x}, ${y + scrollY}`);
        }
    }
    scrollTo(0, 0);
    return found;
  });
}

/** Of each part that came from outside: by how much it, and what of its content is not clipped, reaches out of its cell. */
function reaching(page: Page): Promise<number> {
  return page.evaluate(() => {
    let most = 0;
    for (const cell of document.querySelector("nn-notebook")!.shadowRoot!.querySelectorAll("nn-cell")) {
      const box = cell.getBoundingClientRect();
      const parts = [...cell.shadowRoot!.querySelectorAll("nn-markdown, nn-outputs")];
      for (const contained of parts.flatMap((part) => [...part.shadowRoot!.querySelectorAll(".contained")]))
        for (const element of [contained, ...contained.querySelectorAll("*")]) {
          let { left, right, top, bottom } = element.getBoundingClientRect();
          // what a box around it clips is not there
          for (let around = element.parentElement; around; around = around.parentElement) {
            const { overflowX, contain } = getComputedStyle(around);
            if (overflowX === "visible" && !/paint|content|strict/.test(contain)) continue;
            const clip = around.getBoundingClientRect();
            left = Math.max(left, clip.left);
            right = Math.min(right, clip.right);
            top = Math.max(top, clip.top);
            bottom = Math.min(bottom, clip.bottom);
          }
          if (right <= left || bottom <= top) continue;
          most = Math.max(most, box.left - left, right - box.right, box.top - top, bottom - box.bottom);
        }
    }
    return most;
  });
}

const far = "position:fixed;inset:0;z-index:2147483647;background:red";
const svg = (inner: string) =>
  `<img alt="x" src="data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" ${inner}</svg>`)}">`;

const escapes: [name: string, html: string][] = [
  ["position: fixed", `<div style="${far}">over</div>`],
  [
    "position: absolute",
    `<div style="position:absolute;top:-500px;left:-500px;width:3000px;height:3000px">over</div>`,
  ],
  ["position: sticky", `<div style="position:sticky;top:0;z-index:9;background:red">over</div>`],
  ["negative margins", `<div style="margin:-400px -400px 0;background:red">over</div>`],
  [
    "transforms",
    `<div style="transform:translateY(-400px) scale(40)">over</div><div style="translate:0 -400px;rotate:45deg">over</div>`,
  ],
  ["mpadded", `<math><mpadded voffset="370px" height="0" depth="0"><mtext>over</mtext></mpadded></math>`],
  ["mpadded in em", `<math><mpadded voffset="22em" lspace="-30em"><mtext>over</mtext></mpadded></math>`],
  ["mspace", `<math><mspace width="-40em" height="2000000px" depth="2000000px"/><mtext>over</mtext></math>`],
  ["mover", `<math>${"<mover><mi>x</mi>".repeat(40)}<mi>x</mi>${"</mover>".repeat(40)}</math>`],
  [
    "fences that stretch",
    `<math><mrow><mo stretchy="true" minsize="900em">(</mo><mi>x</mi><mo minsize="39em">)</mo></mrow></math>`,
  ],
  [
    "letters that grow by levels",
    `<math><mstyle scriptlevel="-90"><mtext>over</mtext></mstyle></math><math style="math-depth:-90"><mtext>over</mtext></math>`,
  ],
  [
    "an SVG image that overflows",
    svg(
      `width="20" height="2000000" viewBox="0 0 1 1" overflow="visible" style="overflow:visible"><rect x="-9999" y="-9999" width="99999" height="99999" fill="red"/>`,
    ),
  ],
  [
    "an SVG in the text",
    `<svg viewBox="0 0 1 1" style="position:fixed;inset:0;overflow:visible"><rect x="-99" y="-99" width="999" height="999"/></svg>`,
  ],
  [
    "huge letters",
    `<font size="999" style="font-size:9999px">over</font><big><big><big><big>over</big></big></big></big>`,
  ],
  ["the height of lines", `<p style="line-height:2000000px">over</p>`],
  ["zoom", `<div style="zoom:9000%">over</div>`],
  [
    "outlines and shadows",
    `<p style="outline:900px solid red;box-shadow:0 0 0 9000px red;text-shadow:0 -400px red">over</p><p style="border:999px solid">over</p>`,
  ],
  [
    "paddings",
    `<div style="padding:900000px">over</div><table><td style="padding:900px 0">over</td></table>`,
  ],
  ["paddings in paddings", `${'<div style="padding:900px">'.repeat(80)}over`],
  [
    "heights",
    `<table height="2000000"><td height="2000000" valign="bottom">over</td></table><img alt="" height="9999" width="1" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
  ],
  [
    "a caption",
    `<table><caption style="margin-top:-400px;position:relative;top:-400px">over</caption><td>x</td></table>`,
  ],
  ["a marquee", `<marquee direction="up" height="2000" style="position:fixed">over</marquee>`],
  [
    "frames",
    `<iframe srcdoc="<body style='background:red'>over" style="${far}"></iframe><object data="data:text/html,over" style="${far}"></object><embed src="data:text/html,over">`,
  ],
  ["a word without end", `over${"x".repeat(5000)}`],
  ["a line without end", `<p style="white-space:nowrap">${"over ".repeat(3000)}</p>`],
  ["directions of writing", `<bdo dir="rtl">over ${"\u202e".repeat(99)} over</bdo>\u202e\u2067over`],
  [
    "floats",
    `<div style="float:right;width:900px">over</div><table align="right"><td>${"<br>over".repeat(40)}</table>`,
  ],
  ["writing from top to bottom", `<div style="writing-mode:vertical-rl;height:9000px">over</div>`],
  [
    "the page's own variables",
    `<div style="--page:red;--text:red;--primary:red;background:var(--page)">over</div>`,
  ],
  [
    "a style sheet",
    `<style>:host,html,body,nn-trust,*{display:none!important;position:fixed!important;top:-900px}</style><style>@import "x";</style>`,
  ],
  ["a dialog", `<dialog open style="${far}">over</dialog>`],
  [
    "a popover",
    `<div id="p" popover="manual" style="${far}">over</div><button popovertarget="p" autofocus style="${far}">over</button>`,
  ],
  [
    "a video",
    `<video controls autoplay poster="data:image/svg+xml,${encodeURIComponent("<svg/>")}" style="${far}"></video><audio controls></audio><canvas width="9999" height="9999"></canvas>`,
  ],
  [
    "forms",
    `<form><input autofocus style="${far}"><textarea style="${far}"></textarea><select style="${far}"></select></form>`,
  ],
  [
    "a map over the page",
    `<img usemap="#m" alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><map name="m"><area shape="default" href="https://x.test"></map>`,
  ],
  [
    "slots, parts and the elements around them",
    `<div slot="action" part="button" class="contained tool always wide">over</div><nn-trust></nn-trust></section></div></nn-markdown><div class="top">over</div>`,
  ],
  ["columns", `<div style="columns:1px;column-gap:900px;height:1px">over over over over</div>`],
  ["a quote in a quote", `${"<blockquote><ul><li>".repeat(33)}over`],
];

describe("stays in its cell", () => {
  it.each(escapes)("%s", async (_, html) => {
    const page = await open(html);
    expect(await differing(harmless, await above(page))).toBe(0);
    expect(await strays(page)).toEqual([]);
    // the ring around what has the focus may be this wide
    expect(await reaching(page)).toBeLessThanOrEqual(5);
    const size = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return { scrollWidth, scrollHeight };
    });
    expect(size.scrollWidth).toBeLessThanOrEqual(1000);
    expect(size.scrollHeight).toBeLessThan(27_000);
    await page.close();
  });
});
