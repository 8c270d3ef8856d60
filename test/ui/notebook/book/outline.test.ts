// The outline of a notebook: its headings, with the ids that links in it lead to.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newCell, parseNotebook } from "../../../../src/storage/index.ts";
import { outlineOf } from "../../../../src/ui/notebook/book/outline.ts";
import { markdownToHtml } from "../../../../src/ui/notebook/render/markdown.ts";

const text = (source: string) => newCell("markdown", source);
const shown = (...sources: string[]) =>
  outlineOf(sources.map(text)).map(({ level, text }) => `${level} ${text}`);

test("has headings of three levels, without what marks their words, and none of code or comments", () => {
  expect(
    shown(
      "# One\n\ntext\n\n## Two *and* `code`\n\n#### deep",
      "Three\n-----\n\n```\n# no heading\n```",
      "no # heading",
    ),
  ).toEqual(["1 One", "2 Two and code", "2 Three"]);
  expect(outlineOf([newCell("code", "# One\n# Two"), newCell("raw", "# Three")])).toEqual([]);
});

test("of a single heading there is none, and of very many a part", () => {
  expect(shown("# Only\n\ntext")).toEqual([]);
  expect(outlineOf(Array.from({ length: 2000 }, (_, i) => text(`# ${i}`)))).toHaveLength(300);
});

test("its ids are those of the text as it is shown", () => {
  const source = "# Déjà vu?\n\n## Same\n\n## Same\n\n## A & B";
  const html = markdownToHtml(source);
  const ids = outlineOf([text(source)]).map(({ id }) => id);
  expect(ids).toEqual([...html.matchAll(/<h\d id="([^"]*)"/g)].map(([, id]) => id));
  expect(ids).toEqual(["déjà-vu", "same", "same-1", "a--b"]);
});

test("an edited cell has its new headings", () => {
  const [one, two] = [text("# One"), text("# Two")];
  expect(outlineOf([one, two]).map(({ text }) => text)).toEqual(["One", "Two"]);
  expect(outlineOf([one, { ...two, source: "# Changed" }]).map(({ text }) => text)).toEqual([
    "One",
    "Changed",
  ]);
});

test("the site's own notebooks have one", () => {
  for (const name of ["suppression", "hooks-and-caches", "finding-a-neuron"]) {
    const file = join(import.meta.dirname, `../../../../notebooks/${name}.ipynb`);
    expect(outlineOf(parseNotebook(readFileSync(file, "utf8")).cells).length).toBeGreaterThan(4);
  }
});
