// Notebooks that nobody would write by hand: short as links, and without end for a page that draws all of them.

import { deflateSync } from "node:zlib";

type Json = Record<string, unknown>;

function notebook(cells: readonly Json[]): string {
  return JSON.stringify({ cells, metadata: { title: "Large" }, nbformat: 4, nbformat_minor: 4 });
}

export function markdown(...sources: string[]): string {
  return notebook(sources.map((source) => ({ cell_type: "markdown", metadata: {}, source })));
}

const code = (outputs: Json[], source = "") => ({
  cell_type: "code",
  execution_count: 1,
  metadata: {},
  outputs,
  source,
});

/** a cell that has put these bundles out */
export function output(...bundles: Json[]): string {
  return notebook([code(bundles.map((data) => ({ output_type: "display_data", data, metadata: {} })))]);
}

function stream(...texts: string[]): string {
  const name = (i: number) => (i % 2 ? "stderr" : "stdout");
  return notebook([code(texts.map((text, i) => ({ output_type: "stream", name: name(i), text })))]);
}

function cells(count: number, cell: Json): string {
  return notebook(Array.from({ length: count }, () => cell));
}

const svg = (inner: string, size = 'width="600" height="400"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${size}>${inner}</svg>`;

/** ten times ten times ten …: what each group shows is the one before, ten times */
const laughs = Array.from(
  { length: 12 },
  (_, i) => `<g id="g${i + 1}">${`<use xlink:href="#g${i}" x="1"/>`.repeat(10)}</g>`,
).join("");

/** A PNG of one colour, of any size. */
function png(width: number, height: number): string {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const lines = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", lines), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]).toString("base64");
}

const nested = (open: string, close: string, count: number, inner = "x") =>
  open.repeat(count) + inner + close.repeat(count);

/** name, notebook, and what the page says there is too much of; undefined where it draws all of it */
export const hostile: [name: string, text: () => string, excess: RegExp | undefined][] = [
  ["a table of 700,000 rows", () => markdown(`|a|\n|-|\n${"|b\n".repeat(700_000)}`), /very long text/],
  ["50,000 nested elements", () => markdown("<b>".repeat(50_000)), /elements|nesting/],
  ["600,000 formulas", () => markdown("$x$ ".repeat(600_000)), /formulas/],
  [
    "5,000 empty cells",
    () => cells(5000, { cell_type: "code", metadata: {}, outputs: [], source: "" }),
    undefined,
  ],
  ["20,000 cells", () => cells(20_000, { cell_type: "raw" }), undefined],
  [
    "nested lists",
    () => markdown(Array.from({ length: 1500 }, (_, i) => `${"  ".repeat(i)}- a`).join("\n")),
    /long/,
  ],
  ["nested quotes", () => markdown(`${">".repeat(20_000)}a\n`.repeat(100)), /long/],
  ["runs of emphasis", () => markdown("*a **b ".repeat(400_000)), /long/],
  ["nested emphasis", () => markdown(`${"*a ".repeat(4000)}b${" c*".repeat(4000)}`), /elements|nesting/],
  ["open brackets", () => markdown("![[](".repeat(500_000)), /long/],
  [
    "reference definitions",
    () => markdown(`${"[a]: b\n".repeat(500_000)}\n${"[a] ".repeat(300_000)}`),
    /long/,
  ],
  ["entities", () => output({ "text/html": "&lt;b&gt;&#x1f600;".repeat(400_000) }), /long/],
  [
    "a table in HTML",
    () => output({ "text/html": `<table>${"<tr><td>1<td>2".repeat(500_000)}` }),
    /elements/,
  ],
  [
    "tables in tables",
    () => output({ "text/html": nested("<table><tr><td>", "</table>", 20_000) }),
    /nesting/,
  ],
  [
    "cells across a thousand columns",
    () => output({ "text/html": `<table>${"<tr><td colspan=1000 rowspan=65534>x".repeat(3000)}</table>` }),
    undefined,
  ],
  [
    "formatting that begins again in each paragraph",
    () =>
      output({
        "text/html": `<p>${Array.from({ length: 400 }, (_, i) => `<font lang=a${i}>`).join("")}${"<p>x</p>".repeat(100_000)}`,
      }),
    /elements/,
  ],
  [
    "formatting that begins again, hidden from who counts end tags",
    () =>
      output({
        "text/html": `<p>${Array.from({ length: 90 }, (_, i) => `<font lang=a${i}>`).join("")}</p><table><td>${"</font>".repeat(90)}</table>${"<p>x</p>".repeat(100_000)}`,
      }),
    /elements/,
  ],
  [
    "tags hidden in what looks like a comment, or like an attribute",
    () =>
      output({
        "text/html": `<!--><a title="-->${"<b>".repeat(300_000)}"><textarea><a title="</textarea>${"<i>".repeat(300_000)}">`,
      }),
    undefined,
  ],
  [
    "attributes without end",
    () => output({ "text/html": `<p ${"a b c d ".repeat(400_000)} title=x>text</p>` }),
    undefined,
  ],
  [
    "details in details",
    () => output({ "text/html": "<details open><summary>a</summary>".repeat(100_000) }),
    /nesting/,
  ],
  ["marquees", () => output({ "text/html": `${"<marquee>a</marquee>".repeat(200_000)}` }), /long/],
  [
    "elements nobody knows, nested",
    () => output({ "text/html": nested("<x-y>", "</x-y>", 300_000) }),
    undefined,
  ],
  [
    "a formula nested in formulas",
    () =>
      output({ "text/html": `<math>${nested("<mfrac><mi>a</mi><mrow>", "</mrow></mfrac>", 30_000)}</math>` }),
    /nesting/,
  ],
  [
    "TeX nested in TeX",
    () => markdown(`$$${"\\frac{a}{".repeat(900)}x${"}".repeat(900)}$$\n\n`.repeat(40)),
    /formulas/,
  ],
  ["long formulas", () => markdown(`$$${"x'".repeat(4900)}$$\n\n`.repeat(300)), /long/],
  [
    "TeX in outputs",
    () => output(...Array.from({ length: 3000 }, () => ({ "text/latex": "x'".repeat(400) }))),
    /elements/,
  ],
  [
    "an SVG of itself, ten times, twelve times over",
    () =>
      output({
        "image/svg+xml": svg(`<defs><rect id="g0" width="9" height="9"/>${laughs}</defs><use href="#g12"/>`),
      }),
    /complex/,
  ],
  [
    "the same in Markdown",
    () =>
      markdown(
        `<img alt="x" src="data:image/svg+xml;base64,${Buffer.from(svg(`<rect id="g0" width="9" height="9"/>${laughs}`)).toString("base64")}">`,
      ),
    /complex/,
  ],
  [
    "SVG filters",
    () =>
      output({
        "image/svg+xml": svg(
          `<filter id="f" x="-9" y="-9" width="99" height="99">${'<feTurbulence baseFrequency="9" numOctaves="99999"/><feMorphology radius="9999"/>'.repeat(50)}</filter>${'<rect filter="url(#f)" width="600" height="400"/>'.repeat(50)}`,
        ),
      }),
    /complex/,
  ],
  [
    "SVG patterns in patterns",
    () =>
      output({
        "image/svg+xml": svg(
          `${Array.from({ length: 30 }, (_, i) => `<pattern id="p${i + 1}" width=".1" height=".1">${`<rect width="9" height="9" fill="url(#p${i})"/>`.repeat(4)}</pattern>`).join("")}<rect width="99" height="99" fill="url(#p30)"/>`,
        ),
      }),
    /complex/,
  ],
  [
    "entities of an SVG",
    () =>
      output({
        "image/svg+xml": `<!DOCTYPE svg [${Array.from({ length: 20 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join("")}<!ENTITY e0 "x">]>${svg("<text>&e20;</text>")}`,
      }),
    /complex/,
  ],
  ["an image of a billion pixels", () => output({ "image/png": png(32_000, 32_000) }), /large images/],
  [
    "thousands of images",
    () => markdown(`![](data:image/png;base64,${png(2000, 2000)})\n`.repeat(4000)),
    /images/,
  ],
  ["colours for each character", () => stream("\x1b[31ma\x1b[42mb".repeat(250_000)), undefined],
  [
    "colours for each character, in thousands of outputs",
    () => stream(...Array.from({ length: 6000 }, () => "\x1b[31ma\x1b[42mb".repeat(20))),
    /elements/,
  ],
  [
    "a comparison of 60,000 rows",
    () =>
      output({
        "application/vnd.neuron-notebook.comparison+json": {
          rows: Array.from({ length: 60_000 }, () => ({ word: "a", before: 0.5, after: 0.25 })),
        },
      }),
    /elements/,
  ],
  [
    "JSON that is mostly blanks when it is laid out",
    () =>
      output({
        "application/json": JSON.parse(`${"[".repeat(180)}${"0,".repeat(1_000_000)}0${"]".repeat(180)}`),
      }),
    undefined,
  ],
  ["Python that is none", () => notebook([code([], "a=(".repeat(1_500_000))]), undefined],
  [
    "the same in a text, in many cells",
    () => markdown(...Array.from({ length: 60 }, () => `\`\`\`python\n${"a=(".repeat(13_000)}`)),
    undefined,
  ],
  [
    "an error with a long name",
    () =>
      notebook([
        code([
          {
            output_type: "error",
            ename: "E".repeat(4_000_000),
            evalue: "x".repeat(3_000_000),
            traceback: [],
          },
        ]),
      ]),
    undefined,
  ],
  [
    "many cells, each as large as can be",
    () =>
      cells(60, {
        cell_type: "markdown",
        metadata: {},
        source: "|a|b|c|d|\n|-|-|-|-|\n".concat("|1|2|3|4|\n".repeat(3900)),
      }),
    /elements/,
  ],
];

function crc(data: Buffer): number {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}
