// What may stay of links and styles. What happens to HTML as a whole is tested in a browser, which has a parser for it.

import { expect, test } from "vitest";
import { safeStyle } from "../../../../src/ui/notebook/render/safe-style.ts";
import { isOwnImage, safeLink } from "../../../../src/ui/notebook/render/sanitize.ts";

test.each([
  ["https://x.test/a?b#c", "https://x.test/a?b#c"],
  ["HTTP://x.test", "HTTP://x.test"],
  ["mailto:a@x.test", "mailto:a@x.test"],
  ["./other.html", "./other.html"],
  ["#The Hook", "#nb-the-hook"],
])("a link to %s stays", (href, expected) => {
  expect(safeLink(href)).toBe(expected);
});

test.each([
  "javascript:alert(1)",
  " JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "vbscript:x",
  "data:text/html,<script>alert(1)</script>",
  "blob:https://x.test/1",
  "file:///etc/passwd",
  "filesystem:x",
  "//x.test/",
  "\\\\x.test\\",
])("a link to %j does not", (href) => {
  expect(safeLink(href)).toBeUndefined();
});

test("images are those the notebook carries", () => {
  for (const own of ["data:image/png;base64,AA==", "data:image/svg+xml;charset=utf-8,%3Csvg/%3E"])
    expect(isOwnImage(own)).toBe(true);
  for (const foreign of [
    "https://x.test/a.png",
    "//x.test/a.png",
    "a.png",
    "data:text/html,x",
    "blob:x",
    "javascript:x",
  ])
    expect(isOwnImage(foreign)).toBe(false);
});

test("of a style, what lays out within its place stays", () => {
  expect(safeStyle("text-align: right; padding:0;WIDTH: 50%;display:block math")).toEqual([
    ["text-align", "right"],
    ["padding", "0"],
    ["width", "50%"],
    ["display", "block math"],
  ]);
});

test.each([
  "position: fixed; inset: 0; z-index: 9",
  "background: url(https://x.test/a)",
  "width: expression(alert(1))",
  "width: var(--x)",
  "width: calc(100vw * 9)",
  "display: contents",
  "display: flex",
  "color: white; background-color: white",
  "content: 'x'",
  "--primary: red",
  "border: 1px solid url(x)",
  "behavior: url(x)",
  "padding: 0\\3b position: fixed",
  "margin: -9999px",
  "transform: scale(99)",
  "animation: x 1s",
])("nothing of %s stays", (style) => {
  expect(safeStyle(style)).toEqual([]);
});
