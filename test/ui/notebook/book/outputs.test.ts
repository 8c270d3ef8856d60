// Which form of an output is shown, and how much of it.

import { expect, test } from "vitest";
import type { Output } from "../../../../src/storage/index.ts";
import { excerpt, formOf, isAligned, joined } from "../../../../src/ui/notebook/book/outputs.ts";
import { toComparison } from "../../../../src/ui/notebook/run/comparison.ts";

const type = "application/vnd.neuron-notebook.comparison+json";
const row = { word: "this", before: 0.5, after: 0.25, delta: -0.5 };

test.each([
  [
    { "text/plain": "a", "text/html": "<b>a</b>" },
    { kind: "html", html: "<b>a</b>", plain: "a" },
  ],
  [
    { "text/plain": "a", "text/markdown": ["*a*", "\nb"] },
    { kind: "markdown", source: "*a*\nb" },
  ],
  [{ "text/latex": "x^2" }, { kind: "markdown", source: "$$x^2$$" }],
  [{ "text/latex": "$x$" }, { kind: "markdown", source: "$x$" }],
  [{ "application/json": { a: [1] } }, { kind: "text", text: '{\n  "a": [\n    1\n  ]\n}' }],
  [{ "text/plain": "a" }, { kind: "text", text: "a" }],
  [
    { "application/javascript": "alert(1)", "text/plain": "a" },
    { kind: "text", text: "a" },
  ],
  [{ "application/javascript": "alert(1)" }, { kind: "unknown", types: ["application/javascript"] }],
  [{}, { kind: "unknown", types: [] }],
  // what is no string is no text
  [
    { "text/html": 3, "text/plain": "a" },
    { kind: "text", text: "a" },
  ],
])("of %j the richest", (data, expected) => {
  expect(formOf(data)).toEqual(expected);
});

test("an image says what a reader of text would have got", () => {
  const data = { "image/png": "iVBO\nRw==", "text/plain": "\x1b[1m<Figure size\n 640x480>" };
  expect(formOf(data, { "image/png": { width: 320, height: 240 } })).toEqual({
    kind: "image",
    address: "data:image/png;base64,iVBORw==",
    alt: "<Figure size 640x480>",
    width: 320,
    themed: false,
  });
  expect(formOf({ "image/svg+xml": "<svg/>" }, { "image/svg+xml": { width: "huge" } })).toEqual({
    kind: "image",
    address: "data:image/svg+xml;charset=utf-8,%3Csvg%2F%3E",
    alt: "Image without a description",
    width: undefined,
    themed: false,
  });
});

test.each([
  [`<svg xmlns="http://www.w3.org/2000/svg" style="color-scheme:light dark"><rect/></svg>`, true],
  [` <svg style="color-scheme: light dark; x: y"/>`, true],
  [`<svg><g style="color-scheme:light dark"/></svg>`, false],
  [`<svg style="color-scheme:dark"/>`, false],
])("an SVG that has colours for both themes stands on no sheet of its own: %s", (svg, themed) => {
  expect(formOf({ "image/svg+xml": svg })).toMatchObject({ kind: "image", themed });
});

test("a comparison is shown when it is one", () => {
  const data = { rows: [row], caption: "c" };
  const comparison = { rows: [{ ...row, id: 0 }], caption: "c", note: "" };
  // its text stands there where what draws the table does not arrive
  expect(formOf({ [type]: data, "text/plain": ["a\n", "b"] })).toEqual({
    kind: "comparison",
    comparison,
    plain: "a\nb",
  });
  expect(formOf({ [type]: data })).toEqual({ kind: "comparison", comparison, plain: "" });
});

test.each([
  null,
  [],
  "rows",
  {},
  { rows: [] },
  { rows: [null] },
  { rows: [{ ...row, word: 3 }] },
  { rows: [{ ...row, before: "0.5" }] },
  { rows: [row, { ...row, after: 1.5 }] },
  { rows: { length: 1 } },
])("%j is no comparison", (data) => {
  expect(toComparison(data)).toBeUndefined();
  expect(formOf({ [type]: data, "text/plain": "a" })).toEqual({ kind: "text", text: "a" });
});

test("a change that has no number is none", () => {
  expect(toComparison({ rows: [{ word: "a", before: 0, after: 0.5 }] })!.rows[0]!.delta).toBeNaN();
  expect(toComparison({ rows: [{ word: "a", before: 0.5, after: 0.25 }] })!.rows[0]!.delta).toBe(-0.5);
});

test("text of one stream is one text, and the order stays", () => {
  const stream = (name: "stdout" | "stderr", text: string): Output => ({ output_type: "stream", name, text });
  expect(
    joined([stream("stdout", "a"), stream("stdout", "b"), stream("stderr", "c"), stream("stdout", "d")]),
  ).toEqual([stream("stdout", "ab"), stream("stderr", "c"), stream("stdout", "d")]);
});

test("long text is shown at its beginning and its end", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const { head, tail, omitted, cut } = excerpt(lines.join("\n"));
  expect(head.split("\n")[0]).toBe("line 0");
  expect(tail.split("\n").at(-1)).toBe("line 99");
  expect(head.split("\n").length + omitted + tail.split("\n").length).toBe(100);
  expect(cut).toBe(false);
  expect(excerpt(lines.slice(0, 40).join("\n"))).toEqual({
    head: lines.slice(0, 40).join("\n"),
    tail: "",
    omitted: 0,
    cut: false,
  });
  const wide = excerpt("x".repeat(100_000));
  expect(wide.cut).toBe(true);
  expect(wide.head.length).toBeLessThan(10_000);
});

test.each([
  ["Loaded pretrained model minibert-blimp into HookedEncoder", false],
  ["a sentence. Another one.\nAnd a third.\n\n", false],
  ["det\toriginal", true],
  ["this  0.0001", true],
  ["tensor([[1., 2.],\n        [3., 4.]])", true],
])("lines of %j are kept whole: %s", (text, aligned) => {
  expect(isAligned(text)).toBe(aligned);
});
