// Markdown of a book's length in which much is opened and little closed: the time that it takes grows with its length alone.

import { beforeAll, expect, test } from "vitest";
import { markdownToHtml } from "../../../../src/ui/notebook/render/markdown.ts";
import { colours, formulas } from "../../../../src/ui/notebook/render/parts.ts";

beforeAll(() => Promise.all([colours.load(), formulas.load()]));

test.each([
  ["environments", "\\begin{a}\nb\n"],
  ["environments in a quote", "> \\begin{a}\n> b\n"],
  ["brackets in lines", "\\( "],
  ["brackets in lines that stand alone", "\\[ "],
  ["brackets", "\\[\n"],
  ["brackets in a list", "- \\[\n"],
  ["dollars", "$$\n\n"],
  ["dollars in lines", "$a\n\n$ "],
])("%s that are never closed take time in proportion to their length", (_, text) => {
  const began = performance.now();
  markdownToHtml(text.repeat(200_000 / text.length));
  // what grows by the square takes minutes
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("nor do they where the end stands behind all of them, or each would have one of its own", () => {
  const began = performance.now();
  markdownToHtml(`${"\\[\n".repeat(60_000)}\n\\]`);
  markdownToHtml(`[${"\\( ".repeat(60_000)}](x) \\)`);
  markdownToHtml(`$a${"\\\\".repeat(100_000)}$`);
  const names = Array.from({ length: 15_000 }, (_, i) =>
    i.toString(36).replace(/\d/g, (digit) => "qrstuvwxyz"[+digit]!),
  );
  markdownToHtml(names.map((name) => `\\begin{${name}}\nb\n`).join(""));
  expect(performance.now() - began).toBeLessThan(20_000);
});
