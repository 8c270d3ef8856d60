// What is counted before anything is drawn.

import { expect, test } from "vitest";
import { parseNotebook } from "../../../../src/storage/index.ts";
import { Ledger, Meter } from "../../../../src/ui/notebook/render/budget.ts";
import { scan } from "../../../../src/ui/notebook/render/html-scan.ts";
import { imageCost } from "../../../../src/ui/notebook/render/image-cost.ts";
import { svgCost } from "../../../../src/ui/notebook/render/svg-cost.ts";

const known = {
  tags: new Set(["p", "b", "ul", "li", "table", "tr", "td", "math", "mi", "img"]),
  attributes: new Map([
    ["title", "title"],
    ["style", "nb-style"],
  ]),
};
const read = (html: string, meter = new Meter()) => scan(html, known, meter).html;

test.each([
  ["<p title=\"a>b\" onclick=x STYLE='c'>d</p>", "<p title=\"a>b\" nb-style='c'>d</p>"],
  ["a < b &lt; c", "a &lt; b &lt; c"],
  ["a<!-- <b> -->b<!doctype x>c<?d?>", "abc"],
  ["a<script>'<b>'</script>b<style>c", "ab"],
  ["a<svg><b>x</b></svg>b<svg/>c", "abc"],
  ["a<svg>b", "ab"],
  ["a<x-y>b</x-y>c", "abc"],
  ["a<p title='never closed", "a"],
  ["<math><mi/></math>", "<math><mi></mi></math>"],
  ["<textarea><p title='</textarea><b>'>x</b>", "<b>'>x</b>"],
])("%j is read as %j", (html, expected) => {
  expect(read(html)).toBe(expected);
});

test("what ends by itself is not deep, what does not is flattened", () => {
  const meter = new Meter(5000);
  read(`<ul>${"<li><p>a".repeat(500)}</ul><table>${"<tr><td><p>x".repeat(500)}</table>`, meter);
  expect(meter.excess).toBe("");
  const html = read("<table><tr><td>".repeat(200), new Meter(5000));
  expect(html.match(/<t/g)).toHaveLength(100);
});

test("formatting that begins again in each paragraph counts each time", () => {
  const meter = new Meter(5000);
  read(`<p>${"<b>".repeat(50)}</p>${"<p>x</p>".repeat(5000)}`, meter);
  expect(meter.excess).toBe("very many elements");
});

test("an SVG costs what it refers to, as often as it does", () => {
  const none = () => 0;
  const group = (i: number) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`;
  const groups = Array.from({ length: 9 }, (_, i) => group(i)).join("");
  expect(svgCost(`<svg><rect id="g0"/>${groups}</svg>`, none)).toBeGreaterThan(1e9);
  expect(
    svgCost(`<svg><!-- </g> --><rect id="a"/>${'<use href="&#35;a"/>'.repeat(10)}</svg>`, none),
  ).toBeLessThan(30);
  expect(svgCost('<svg><g id="a"><use href="#a"/></g></svg>', none)).toBe(Number.POSITIVE_INFINITY);
  expect(svgCost("<svg><style>*{stroke-linejoin: round}</style><path/></svg>", none)).toBeLessThan(10);
  expect(svgCost("<svg><style>*{fill:u\\72l(#a)}</style></svg>", none)).toBe(Number.POSITIVE_INFINITY);
});

test("an image's size is read from its first bytes", () => {
  const png = Buffer.alloc(2000);
  png.write("\x89PNG\r\n\x1a\n", "latin1");
  png.writeUInt32BE(32_000, 16);
  png.writeUInt32BE(16_000, 20);
  expect(imageCost(`data:image/png;base64,${png.toString("base64")}`).pixels).toBe(512e6);
  const gif = Buffer.from("GIF89a\x0a\x00\x14\x00", "latin1");
  expect(imageCost(`data:image/gif;base64,${gif.toString("base64")}`).pixels).toBe(200);
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 9, 8, 0, 3, 0, 5]);
  expect(imageCost(`data:image/jpeg;base64,${jpeg.toString("base64")}`).pixels).toBe(15);
  expect(imageCost(`data:image/png;base64,${Buffer.alloc(2000).toString("base64")}`).pixels).toBe(
    Number.POSITIVE_INFINITY,
  );
});

test("a page gives what it has left, and gets it back", () => {
  const ledger = new Ledger();
  const [one, two] = [{}, {}];
  ledger.drawn(one, 29_000);
  expect(ledger.scarce).toBe(true);
  expect(ledger.meter(two).left("elements")).toBe(1000);
  ledger.give(one);
  expect(ledger.scarce).toBe(false);
  expect(ledger.meter(two).left("elements")).toBe(5000);
});

test("more cells than anybody reads are refused", () => {
  const cells = Array.from({ length: 20_001 }, () => ({ cell_type: "raw" }));
  expect(() => parseNotebook(JSON.stringify({ cells, nbformat: 4, nbformat_minor: 4 }))).toThrow(
    "The notebook has 20001 cells, and notebooks of up to 20000 cells can be opened here.",
  );
});
