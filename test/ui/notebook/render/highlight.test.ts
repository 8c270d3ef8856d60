// Python in colours without an editor.

import { expect, test } from "vitest";
import { escapeHtml } from "../../../../src/ui/notebook/render/escape-html.ts";
import { highlightPython, pythonToHtml } from "../../../../src/ui/notebook/render/highlight.ts";

/** what of a source has a class */
const marked = (source: string, wanted: string) =>
  highlightPython(source)
    .filter(({ classes }) => classes.split(" ").includes(wanted))
    .map(({ text }) => text);

const source = `import torch  # the library
@no_grad
def suppress(mlp_post, hook):
    mlp_post[0, 4, 1094] = 0.0
    return f"{mlp_post}" if None else 'it\\'s'
`;

test("every part has its colour", () => {
  expect(marked(source, "tok-keyword")).toEqual(["import", "def", "return", "if", "else"]);
  expect(marked(source, "tok-comment")).toEqual(["# the library"]);
  expect(marked(source, "tok-definition")).toEqual(["suppress"]);
  expect(marked(source, "tok-number")).toEqual(["0", "4", "1094", "0.0", "None"]);
  expect(marked(source, "tok-string").join("")).toContain("'it");
  expect(marked("print(x)", "tok-call")).toEqual(["print"]);
});

test.each([
  "",
  source,
  "  \n\n",
  "def (((",
  "'unfinished\nx = 1",
  "ünïcode = '🙂'\r\nx",
])("the pieces of %j are all of it", (text) => {
  const whole = highlightPython(text).map((piece) => piece.text);
  expect(whole.join("")).toBe(text);
});

test("code is text in HTML, whatever it says", () => {
  const html = pythonToHtml("x = '<script>alert(1)</script>' < \"&amp;\"");
  expect(html).not.toContain("<script");
  expect(html).toContain("&lt;script&gt;");
  expect(html).toContain("&amp;amp;");
  expect(escapeHtml(`<a b="c">&`)).toBe("&lt;a b=&quot;c&quot;&gt;&amp;");
});
